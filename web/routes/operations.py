"""For those who run a server, and the sample clip."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from stream import sample_path
from web.routes.access import ServicesDep

router = APIRouter(tags=["operations"])


class About(BaseModel):
    """What whoever opens the page should know of the server.

    Attributes
    ----------
    retention : float or None
        Days after which a session is deleted; None where it is kept until someone deletes it.
    protected : bool
        Whether it asks for a token.
    """

    version: str
    retention: float | None
    protected: bool


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Say that the process answers."""
    return "ok"


@router.get("/readyz", response_class=PlainTextResponse)
async def readyz(_: ServicesDep) -> str:
    """Say that sessions can be opened: the models and the catalogue are loaded."""
    return "ok"


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(services: ServicesDep) -> PlainTextResponse:
    """Return what has been counted, in the text format of Prometheus."""
    text = generate_latest(services.metrics.registry)
    return PlainTextResponse(text, media_type=CONTENT_TYPE_LATEST)


@router.get("/api/about")
async def about(services: ServicesDep) -> About:
    """Say which version this is, and what it keeps for how long."""
    settings = services.settings
    return About(
        version=version("moodcue"),
        retention=settings.retention,
        protected=settings.token is not None,
    )


@router.get("/api/sample", response_class=FileResponse, tags=["sessions"])
async def sample() -> FileResponse:
    """Send the clip that the sample session analyses, for the page to show."""
    return FileResponse(sample_path())
