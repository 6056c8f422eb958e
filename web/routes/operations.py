"""For those who run a server, and the sample clip."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from stream import sample_path
from web.routes.access import ServicesDep

router = APIRouter(tags=["operations"])


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


@router.get("/api/sample", response_class=FileResponse, tags=["sessions"])
async def sample() -> FileResponse:
    """Send the clip that the sample session analyses, for the page to show."""
    return FileResponse(sample_path())
