"""The folders of the user's own music, and their scans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from recommender.library import UnreadableCode
from web.library import Scan
from web.problem import Problem
from web.routes.access import ServerToken, ServicesDep
from web.sessions.services import Services

router = APIRouter(prefix="/api/library", tags=["library"], dependencies=[ServerToken])


class FolderOut(BaseModel):
    """A folder, and how many of its files are readable, unreadable and missing."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    files: int
    unreadable: int
    missing: int


class ProgressOut(BaseModel):
    """Numbers of files: in total, processed, analysed, unreadable and missing."""

    model_config = ConfigDict(from_attributes=True)

    total: int
    done: int
    heard: int = Field(validation_alias="analysed")
    unreadable: int
    missing: int


class ScanOut(Problem):
    """The running scan or the last one, and why it failed; ``folder`` is null for all folders."""

    state: Literal["running", "finished", "stopped", "failed"]
    folder: str | None
    progress: ProgressOut | None

    @classmethod
    def of_scan(cls, scan: Scan) -> ScanOut:
        """Convert a scan."""
        progress = None if scan.progress is None else ProgressOut.model_validate(scan.progress)
        problem = dict(scan.problem or Problem())
        return cls(state=scan.state, folder=scan.folder, progress=progress, **problem)


class LibraryOut(BaseModel):
    """The folders of the library, and the latest scan."""

    folders: list[FolderOut]
    scan: ScanOut | None


class UnreadableOut(BaseModel):
    """A file that cannot be read, with the reason in English and as a code."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    reason: str
    code: UnreadableCode | None


class UnreadableList(BaseModel):
    """Files that cannot be read, sorted by path."""

    items: list[UnreadableOut]


class FolderIn(BaseModel):
    """A folder of the server's machine."""

    path: str = Field(min_length=1, max_length=4096, pattern=r"^[^\x00]*$")


@router.get("")
async def show_library(services: ServicesDep) -> LibraryOut:
    """Show the folders and the progress of a scan."""
    return await _library(services)


@router.post("/folders", status_code=202)
async def add_folder(given: FolderIn, services: ServicesDep) -> LibraryOut:
    """Add a folder and scan it; a folder that was already added is scanned again."""
    services.scanner.require_idle()
    services.scanner.start(await services.offload(services.library.add, Path(given.path)))
    return await _library(services)


@router.delete("/folders", status_code=204)
async def remove_folder(
    services: ServicesDep, path: Annotated[str, Query(min_length=1, max_length=4096)]
) -> None:
    """Remove a folder from the library; its files are kept, its tracks are marked as missing."""
    services.scanner.require_idle()
    if not await services.offload(services.library.remove, Path(path)):
        raise HTTPException(404, f"{path} is not a folder of the library")
    await services.offload(services.index_updater.refresh)


@router.post("/scan", status_code=202)
async def scan(services: ServicesDep) -> LibraryOut:
    """Scan all folders for new, changed and missing files."""
    services.scanner.start(None)
    return await _library(services)


@router.post("/scan/stop", status_code=202)
async def stop(services: ServicesDep) -> LibraryOut:
    """Stop the running scan after the current files; the next scan continues from there."""
    services.scanner.stop()
    return await _library(services)


@router.get("/unreadable")
async def list_unreadable(
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> UnreadableList:
    """List the files that cannot be read."""
    files = await services.offload(services.library.unreadable, limit=limit, offset=offset)
    return UnreadableList(items=[UnreadableOut.model_validate(file) for file in files])


async def _library(services: Services) -> LibraryOut:
    folders = await services.offload(services.library.folders)
    latest = services.scanner.latest
    return LibraryOut(
        folders=[FolderOut.model_validate(folder) for folder in folders],
        scan=None if latest is None else ScanOut.of_scan(latest),
    )
