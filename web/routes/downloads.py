"""The download log: pages, counts, exports and a live feed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, WebSocket
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from inference import Emotion
from recommender import Selection
from web.downloads import CSV_HEADER, Download, as_csv, as_json
from web.routes.access import ServerToken, ServicesDep
from web.routes.listening import send_all
from web.sessions.services import Services

router = APIRouter(prefix="/api/downloads", tags=["downloads"], dependencies=[ServerToken])


class DownloadList(BaseModel):
    """Downloads, newest first; ``next`` is the ``before`` of the next page, null on the last."""

    items: list[Download]
    next: int | None


class Bucket(BaseModel):
    """The downloads of one interval by mood."""

    at: datetime
    moods: dict[Literal[Emotion, "none"], int]


class DownloadCounts(BaseModel):
    """The number of downloads by mood, in total and over time.

    Attributes
    ----------
    bucket_seconds : int
        Length of a bucket; it grows with the time span, so that a chart has few bars.
    buckets : list of Bucket
        The buckets with at least one download.
    """

    total: int
    moods: dict[Literal[Emotion, "none"], int]
    bucket_seconds: int
    buckets: list[Bucket]


def _selection(
    since: Annotated[AwareDatetime | None, Query(description="At or after this time.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this time.")] = None,
    emotion: Annotated[Emotion | None, Query(description="In this mood.")] = None,
    session: Annotated[str | None, Query(max_length=64)] = None,
    q: Annotated[str, Query(max_length=200, description="Words in title or artist.")] = "",
) -> Selection:
    return Selection(since, until, emotion, session, q)


SelectionDep = Annotated[Selection, Depends(_selection)]


@router.get("", response_model=DownloadList)
async def list_downloads(
    services: ServicesDep,
    selection: SelectionDep,
    format: Annotated[Literal["json", "csv"], Query()] = "json",
    limit: Annotated[
        Annotated[int, Field(ge=1, le=10_000)] | Literal["all"] | None,
        Query(description="Maximum number of downloads; by default 100 as JSON and all as CSV."),
    ] = None,
    before: Annotated[
        int | None, Query(ge=1, lt=2**63, description="The ``next`` of the previous page.")
    ] = None,
) -> Response:
    """List the downloads, newest first."""
    if limit == "all" or (limit is None and format == "csv"):
        chunks = _all_csv if format == "csv" else _all_json
        return StreamingResponse(chunks(services, selection), media_type=_MEDIA_TYPES[format])
    size = 100 if limit is None else limit
    try:
        page = await services.offload(
            services.downloads.page, selection, limit=size + 1, before=before
        )
    except LookupError as error:
        raise HTTPException(404, str(error)) from error
    more = len(page) > size
    del page[size:]
    if format == "csv":
        return Response(CSV_HEADER + as_csv(page), media_type=_MEDIA_TYPES[format])
    items = [Download.model_validate(download) for download in page]
    body = DownloadList(items=items, next=items[-1].id if more else None)
    return JSONResponse(body.model_dump(mode="json"))


@router.get("/counts")
async def count_downloads(services: ServicesDep, selection: SelectionDep) -> DownloadCounts:
    """Count the downloads by mood, in total and over time."""
    counts = await services.offload(services.downloads.counts, selection)
    return DownloadCounts(
        total=counts.total,
        moods=_by_name(counts.moods),
        bucket_seconds=counts.seconds,
        buckets=[Bucket(at=at, moods=_by_name(moods)) for at, moods in counts.buckets.items()],
    )


@router.websocket("/live")
async def live(socket: WebSocket, services: ServicesDep) -> None:
    """Send each download as soon as it is logged."""
    last_id = await services.offload(services.downloads.latest)
    await send_all(socket, _follow(services, last_id))


async def _follow(services: Services, last_id: int) -> AsyncGenerator[str, None]:
    while True:
        changed = services.downloaded.next()
        while rows := await services.offload(services.downloads.since, last_id):
            for row in rows:
                yield as_json(row)
            last_id = rows[-1].id
        await changed.wait()


_MEDIA_TYPES: Mapping[str, str] = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


async def _all_csv(services: Services, selection: Selection) -> AsyncIterator[str]:
    yield CSV_HEADER
    batches = services.downloads.batches(selection)
    while batch := await services.offload(next, batches, None):
        yield as_csv(batch)


async def _all_json(services: Services, selection: Selection) -> AsyncIterator[str]:
    yield '{"items":['
    separator = ""
    batches = services.downloads.batches(selection)
    while batch := await services.offload(next, batches, None):
        yield separator + ",".join(map(as_json, batch))
        separator = ","
    yield '],"next":null}'


def _by_name(moods: Mapping[Emotion | None, int]) -> dict[Literal[Emotion, "none"], int]:
    return {mood or "none": downloads for mood, downloads in moods.items()}
