"""The analysis of a recording that is uploaded, faster than it plays."""

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
    consent: Annotated[Literal["true"], Query(description="Who is seen and heard has agreed.")],
    name: Annotated[str, Query(max_length=200, description="The file's name.")] = "",
) -> Opened:
    """Take a recording as the body, and analyse it; the session's events tell how far it is.

    The file is deleted as soon as the decoder has opened it.
    """
    # A full server answers before gigabytes are sent, not after.
    await sessions.require_capacity()
    folder = services.settings.data_dir
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as kept:
        path = Path(kept, _plain(name))
        with await asyncio.to_thread(path.open, "wb") as file:
            async for chunk in request.stream():
                await asyncio.to_thread(file.write, chunk)
        opened = await sessions.open(UploadOpening(consent=True, title=name, path=path))
    return Opened.of(opened, services.settings)


def _plain(name: str) -> str:
    """Return a name that is no path, for the errors that speak of the file."""
    kept = "".join(c for c in name if c.isalnum() or c in " ._-()")[-60:].strip(" .")
    return kept or "recording"
