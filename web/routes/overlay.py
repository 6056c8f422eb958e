"""The overlay: a page of its own for OBS, which may only watch."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from web.routes.access import AccessDep

router = APIRouter(prefix="/overlay", tags=["sessions"])

PAGE: Final = Path(__file__).parents[1] / "static" / "overlay.html"
"""The built page."""


@router.get("/{session_id}", response_class=FileResponse)
async def overlay(_: AccessDep) -> FileResponse:
    """Send the page that shows the mood and what plays, to be put over a picture."""
    if not PAGE.is_file():
        raise HTTPException(503, "the page is not built: run 'pip install .' in the sources")
    return FileResponse(PAGE)
