"""The log of live downloads."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from inference import Emotion
from web.routes.access import ServerToken, ServicesDep
from web.routes.listening import send_all
from web.services import Services

router = APIRouter(prefix="/api/downloads", tags=["downloads"], dependencies=[ServerToken])


class Download(BaseModel):
    """One download: what, when, and in which mood."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    session: str = Field(validation_alias="session_id")
    t: float
    track_id: str
    title: str
    artist: str
    mood: Emotion | None
    voice: Emotion | None
    face: Emotion | None
    rank: int | None


class DownloadList(BaseModel):
    """Downloads, newest first."""

    items: list[Download]


@router.get("", response_model=DownloadList)
async def list_downloads(
    services: ServicesDep,
    format: Annotated[Literal["json", "csv"], Query()] = "json",
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """List the downloads, newest first; ``before`` is the last ``id`` of the page before."""
    rows = await services.stored(services.feedback.downloads, limit=limit, before=before)
    downloads = [Download.model_validate(row) for row in rows]
    if format == "csv":
        return PlainTextResponse(as_csv(downloads), media_type="text/csv")
    return JSONResponse(DownloadList(items=downloads).model_dump(mode="json"))


@router.websocket("/live")
async def live(socket: WebSocket, services: ServicesDep) -> None:
    """Send each download as soon as it is logged."""
    latest = await services.stored(services.feedback.downloads, limit=1)
    await send_all(socket, _follow(services, seen=latest[0].id if latest else 0))


async def _follow(services: Services, seen: int) -> AsyncIterator[str]:
    while True:
        news = services.downloaded.news()
        while rows := await services.stored(services.feedback.since, seen):
            for row in rows:
                yield Download.model_validate(row).model_dump_json()
            seen = rows[-1].id
        await news.wait()


def as_csv(downloads: Iterable[Download]) -> str:
    """Return downloads as CSV (RFC 4180) with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(Download.model_fields))
    writer.writeheader()
    writer.writerows(download.model_dump(mode="json") for download in downloads)
    return text.getvalue()
