"""Export sessions for editing software, spreadsheets and reports."""

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
    format: Annotated[Format, Query(description="The format of the file.")],
    rate: Annotated[
        str, Query(description="Frame rate: 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60.")
    ] = "25",
    start: Annotated[
        str,
        Query(description="Timecode of the first frame; `;` before the frames means drop-frame."),
    ] = ZERO,
    drop_frame: Annotated[
        bool | None,
        Query(description="Whether to use drop-frame timecode; by default as in `start`."),
    ] = None,
    language: Annotated[Language, Query(description="Language of the report, `html`.")] = "en",
) -> Response:
    """Export a session as a file; a running session is exported up to now."""
    try:
        base = Timebase.of(rate, start, drop_frame)
    except OptionError as error:
        raise HTTPException(422, str(error)) from error
    await sessions.flush()
    try:
        record = await services.offload(record_of, services.catalogue, session.id)
    except LookupError as error:
        raise HTTPException(404, f"{error}: it may have been deleted") from error
    try:
        content = await asyncio.to_thread(export, record, format, base, language)
    except ExportError as error:
        raise HTTPException(501, str(error)) from error
    # An attachment, because the Content-Security-Policy would block the inline styles of a report.
    disposition = f"attachment; filename*=UTF-8''{quote(file_of(record, format))}"
    return Response(
        content,
        media_type=MEDIA_TYPES[format],
        headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
    )
