"""The ASGI application: routes, error handlers, middleware and lifespan."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from recommender import StorageError
from recommender.library import LibraryError
from stream import SourceError
from web.library import ScanRunningError
from web.problem import Problem
from web.routes import (
    analyses,
    devices,
    downloads,
    export,
    library,
    operations,
    overlay,
    sessions,
    taste,
    timeline,
    tracks,
    whip,
)
from web.routes.access import Refusal
from web.security import Guard
from web.sessions.registry import RETRY_AFTER, LocalSessions
from web.sessions.services import Services
from web.sessions.session import (
    NoSuchNoteError,
    NoSuchTrackError,
    SessionEndedError,
    SessionGoneError,
    SessionsFullError,
    WrongSourceError,
)
from web.settings import Settings

ROUTERS: Final = (
    sessions.router,
    timeline.router,
    analyses.router,
    whip.router,
    devices.router,
    tracks.router,
    library.router,
    downloads.router,
    taste.router,
    operations.router,
    overlay.router,
    export.router,
    tracks.credits_router,
)
"""All routes of the server."""

PROBLEM_STATUS: Final[Mapping[type[Exception], int]] = MappingProxyType(
    {
        StorageError: 500,
        LibraryError: 422,
        ScanRunningError: 409,
        SessionGoneError: 404,
        SessionsFullError: 503,
        SourceError: 422,
    }
)
"""HTTP status of errors whose response is a :class:`Problem`."""

DETAIL_STATUS: Final[Mapping[type[Exception], int]] = MappingProxyType(
    {
        NoSuchNoteError: 404,
        NoSuchTrackError: 404,
        SessionEndedError: 409,
        WrongSourceError: 409,
    }
)
"""HTTP status of requests that do not fit the state of a session."""

PAGE: Final = Path(__file__).parent / "static"
"""The built page."""


def create_app(settings: Settings, page: Path = PAGE) -> FastAPI:
    """Return the server as an ASGI application.

    Parameters
    ----------
    settings : Settings
        The user's settings.
    page : Path
        Folder of the built page.

    Raises
    ------
    ModelError
        If a model is missing or damaged.
    StorageError
        If the database cannot be used.
    """
    services = Services.open(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.services, app.state.page = services, page
        await services.offload(services.now_playing.refresh)
        async with LocalSessions(services) as app.state.sessions:
            yield
        services.close()

    app = FastAPIOffline(title="Moodcue", redoc_url=None, lifespan=lifespan)
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(Refusal, _refusal)
    for error, status in PROBLEM_STATUS.items():
        app.add_exception_handler(error, partial(_problem, status))
    for error, status in DETAIL_STATUS.items():
        app.add_exception_handler(error, partial(_conflict, status))
    if (page / "index.html").is_file():
        app.mount("/", GZipMiddleware(StaticFiles(directory=page, html=True)), name="page")
    else:
        app.add_api_route("/", _no_page, include_in_schema=False)
    app.add_middleware(Guard, uploads={analyses.router.prefix: settings.max_upload})
    if settings.loopback:
        # Against DNS rebinding: a foreign name that resolves to this machine is not our origin.
        app.add_middleware(
            TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "[::1]", settings.host]
        )
    return app


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    """Return all validation errors of a request in one line."""
    assert isinstance(error, RequestValidationError)
    problems = (
        f"{'.'.join(str(part) for part in problem['loc'][1:]) or 'body'}: {problem['msg']}"
        for problem in error.errors()
    )
    return JSONResponse({"detail": "; ".join(problems)}, 422)


async def _refusal(request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refusal)
    return JSONResponse(refusal.problem.model_dump(), refusal.status_code)


async def _conflict(status: int, request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status)


async def _problem(status: int, request: Request, error: Exception) -> JSONResponse:
    headers = {"Retry-After": str(RETRY_AFTER)} if isinstance(error, SessionsFullError) else None
    return JSONResponse(Problem.of(error).model_dump(), status, headers)


async def _no_page() -> PlainTextResponse:
    return PlainTextResponse(
        "The page is not built: run 'pip install .' in the source folder.", 503
    )
