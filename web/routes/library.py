"""The user's own music: its folders, and the scans of them."""

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
    """A folder, and how many of its files can be read, cannot, and are no longer there."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    files: int
    unreadable: int
    missing: int


class ProgressOut(BaseModel):
    """How many files there are, were looked at, listened to, cannot be read, or have gone."""

    model_config = ConfigDict(from_attributes=True)

    total: int
    done: int
    heard: int = Field(validation_alias="analysed")
    unreadable: int
    missing: int


class ScanOut(Problem):
    """The scan that runs, or the last one, and why it failed; no ``folder`` for all of them."""

    state: Literal["running", "finished", "stopped", "failed"]
    folder: str | None
    progress: ProgressOut | None

    @classmethod
    def of_scan(cls, scan: Scan) -> ScanOut:
        """Put a scan into words."""
        progress = None if scan.progress is None else ProgressOut.model_validate(scan.progress)
        said = dict(scan.problem or Problem())
        return cls(state=scan.state, folder=scan.folder, progress=progress, **said)


class LibraryOut(BaseModel):
    """The folders of the library, and its scan."""

    folders: list[FolderOut]
    scan: ScanOut | None


class UnreadableOut(BaseModel):
    """A file that cannot be read, and why: in English, and for programs."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    reason: str
    code: UnreadableCode | None


class UnreadableList(BaseModel):
    """Files that cannot be read, in the order of their paths."""

    items: list[UnreadableOut]


class FolderIn(BaseModel):
    """A folder of the machine the server runs on."""

    path: str = Field(min_length=1, max_length=4096, pattern=r"^[^\x00]*$")


@router.get("")
async def show_library(services: ServicesDep) -> LibraryOut:
    """Show the folders, and how far a scan has come."""
    return await _shown(services)


@router.post("/folders", status_code=202)
async def add_folder(given: FolderIn, services: ServicesDep) -> LibraryOut:
    """Add a folder and scan it; a folder that was added before is scanned again."""
    services.scanner.require_idle()
    services.scanner.start(await services.offload(services.library.add, Path(given.path)))
    return await _shown(services)


@router.delete("/folders", status_code=204)
async def remove_folder(
    services: ServicesDep, path: Annotated[str, Query(min_length=1, max_length=4096)]
) -> None:
    """Forget a folder; its files stay where they are, and its tracks are marked as missing."""
    services.scanner.require_idle()
    if not await services.offload(services.library.remove, Path(path)):
        raise HTTPException(404, f"{path} is none of the library's folders")
    await services.offload(services.index_updater.refresh)


@router.post("/scan", status_code=202)
async def scan(services: ServicesDep) -> LibraryOut:
    """Scan all folders for what is new, has changed or has gone."""
    services.scanner.start(None)
    return await _shown(services)


@router.post("/scan/stop", status_code=202)
async def stop(services: ServicesDep) -> LibraryOut:
    """End the scan that runs after the files it is at; another one goes on from there."""
    services.scanner.stop()
    return await _shown(services)


@router.get("/unreadable")
async def list_unreadable(
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> UnreadableList:
    """List the files that cannot be read."""
    files = await services.offload(services.library.unreadable, limit=limit, offset=offset)
    return UnreadableList(items=[UnreadableOut.model_validate(file) for file in files])


async def _shown(services: Services) -> LibraryOut:
    folders = await services.offload(services.library.folders)
    latest = services.scanner.latest
    return LibraryOut(
        folders=[FolderOut.model_validate(folder) for folder in folders],
        scan=None if latest is None else ScanOut.of_scan(latest),
    )
