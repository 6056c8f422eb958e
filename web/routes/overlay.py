"""The overlay: a separate view-only page for OBS."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from web.routes.access import AccessDep, PageDep

router = APIRouter(prefix="/overlay", tags=["sessions"])


@router.get("/{session_id}", response_class=FileResponse)
async def overlay(_: AccessDep, page: PageDep) -> FileResponse:
    """Send the page that shows the mood and the current track on top of a video."""
    path = page / "overlay.html"
    if not path.is_file():
        raise HTTPException(503, "the page is not built: run 'pip install .' in the source folder")
    return FileResponse(path)
