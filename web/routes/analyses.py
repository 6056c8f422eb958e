"""Analyse an uploaded recording, faster than it plays."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request

from web.routes.access import ServerToken, ServicesDep, SessionsDep
from web.routes.sessions import Opened
from web.sessions.sources import UploadOpening

router = APIRouter(prefix="/api/analyses", tags=["sessions"])

BODY: Final = {"requestBody": {"content": {"application/octet-stream": {}}, "required": True}}


@router.post("", status_code=201, dependencies=[ServerToken], openapi_extra=BODY)
async def upload(
    request: Request,
    sessions: SessionsDep,
    services: ServicesDep,
    consent: Annotated[
        Literal["true"],
        Query(description="The person seen and heard has agreed to the analysis."),
    ],
    name: Annotated[str, Query(max_length=200, description="The name of the file.")] = "",
) -> Opened:
    """Analyse the recording in the body; the events of the session show the progress.

    The file is deleted as soon as the decoder has opened it.
    """
    # A full server must refuse before the recording is sent, not after.
    await sessions.require_capacity()
    folder = services.settings.data_dir
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as temporary:
        path = Path(temporary, _safe_name(name))
        with await asyncio.to_thread(path.open, "wb") as file:
            async for chunk in request.stream():
                await asyncio.to_thread(file.write, chunk)
        opened = await sessions.open(UploadOpening(consent=True, title=name, path=path))
    return Opened.of(opened, services.settings)


def _safe_name(name: str) -> str:
    """Return a file name without path separators; error messages show it."""
    safe = "".join(c for c in name if c.isalnum() or c in " ._-()")[-60:].strip(" .")
    return safe or "recording"
