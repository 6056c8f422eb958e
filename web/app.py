"""The server: routes, what they share, and its life."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from recommender import CatalogueError
from stream import SourceError
from web.history import SessionGoneError
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
from web.security import Guard
from web.services import Services
from web.sessions import RETRY_AFTER, Sessions, SessionsFullError
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
"""All that the server can be asked."""

PAGE: Final = Path(__file__).parent / "static"
"""The built page."""


def create_app(settings: Settings) -> FastAPI:
    """Return the server as an ASGI application.

    Raises
    ------
    ModelError
        If a model is missing or damaged.
    CatalogueError
        If the database cannot be used.
    """
    services = Services.open(settings)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.services = services
        await services.stored(services.now_playing.refresh)
        async with Sessions(services) as app.state.sessions:
            yield
        services.close()

    app = FastAPIOffline(title="Moodcue", redoc_url=None, lifespan=life)
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(RequestValidationError, _explain)
    app.add_exception_handler(CatalogueError, _storage_failed)
    app.add_exception_handler(SessionGoneError, _gone)
    app.add_exception_handler(SessionsFullError, _full)
    app.add_exception_handler(SourceError, _unusable)
    if (PAGE / "index.html").is_file():
        app.mount("/", GZipMiddleware(StaticFiles(directory=PAGE, html=True)), name="page")
    else:
        app.add_api_route("/", _unbuilt, include_in_schema=False)
    app.add_middleware(Guard, uploads={analyses.router.prefix: settings.max_upload})
    if settings.loopback:
        # A foreign name that resolves to this machine must not make a foreign page our own.
        app.add_middleware(
            TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "[::1]", settings.host]
        )
    return app


async def _explain(request: Request, error: Exception) -> JSONResponse:
    """Say in one line what is wrong with a request."""
    assert isinstance(error, RequestValidationError)
    problems = (
        f"{'.'.join(str(part) for part in problem['loc'][1:]) or 'body'}: {problem['msg']}"
        for problem in error.errors()
    )
    return JSONResponse({"detail": "; ".join(problems)}, 422)


async def _storage_failed(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 500)


async def _gone(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 404)


async def _full(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 503, {"Retry-After": str(RETRY_AFTER)})


async def _unusable(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 422)


async def _unbuilt() -> PlainTextResponse:
    return PlainTextResponse("The page is not built: run 'pip install .' in the sources.", 503)
