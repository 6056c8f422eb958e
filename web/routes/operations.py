"""Health checks, metrics, facts about the server, and the sample clip."""

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
    """Facts about the server that the page shows.

    Attributes
    ----------
    retention : float or None
        Days after which a session is deleted; None if it is kept until a user deletes it.
    protected : bool
        Whether the server requires a token.
    """

    version: str
    retention: float | None
    protected: bool


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Confirm that the process responds."""
    return "ok"


@router.get("/readyz", response_class=PlainTextResponse)
async def readyz(_: ServicesDep) -> str:
    """Confirm that sessions can be opened: models and catalogue are loaded."""
    return "ok"


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(services: ServicesDep) -> PlainTextResponse:
    """Return the metrics in the text format of Prometheus."""
    text = generate_latest(services.metrics.registry)
    return PlainTextResponse(text, media_type=CONTENT_TYPE_LATEST)


@router.get("/api/about")
async def about(services: ServicesDep) -> About:
    """Return the version, the retention, and whether a token is required."""
    settings = services.settings
    return About(
        version=version("moodcue"),
        retention=settings.retention,
        protected=settings.token is not None,
    )


@router.get("/api/sample", response_class=FileResponse, tags=["sessions"])
async def sample() -> FileResponse:
    """Send the sample clip."""
    return FileResponse(sample_path())
