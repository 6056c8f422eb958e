"""Sessions for the cutting room, the spreadsheet and the client."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from web.export import (
    MEDIA_TYPES,
    ZERO,
    ExportError,
    Format,
    Language,
    OptionError,
    Timebase,
    export,
    file_of,
)
from web.routes.access import ServicesDep, SessionDep, SessionsDep
from web.sessions.record import record_of

router = APIRouter(prefix="/api/sessions", tags=["sessions"])


@router.get("/{session_id}/export", response_class=Response)
async def export_session(
    session: SessionDep,
    sessions: SessionsDep,
    services: ServicesDep,
    format: Annotated[Format, Query(description="What to make of it.")],
    rate: Annotated[
        str, Query(description="Frames a second: 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60.")
    ] = "25",
    start: Annotated[
        str, Query(description="Timecode of the beginning; `;` before the frames is drop-frame.")
    ] = ZERO,
    drop_frame: Annotated[
        bool | None, Query(description="Drop-frame timecode; by default as `start` says.")
    ] = None,
    language: Annotated[Language, Query(description="Of the report, `html`.")] = "en",
) -> Response:
    """Export a session, or what there is of it while it runs, as a file."""
    try:
        base = Timebase.of(rate, start, drop_frame)
    except OptionError as error:
        raise HTTPException(422, str(error)) from error
    await sessions.flush()
    try:
        record = await services.offload(record_of, services.catalogue, session.id)
    except LookupError as error:
        raise HTTPException(404, f"{error} any more") from error
    try:
        written = await asyncio.to_thread(export, record, format, base, language)
    except ExportError as error:
        raise HTTPException(501, str(error)) from error
    # A report would not keep its looks under this server's policy, and has no business there.
    disposition = f"attachment; filename*=UTF-8''{quote(file_of(record, format))}"
    return Response(
        written,
        media_type=MEDIA_TYPES[format],
        headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
    )
