"""Requests for the source of a session, and how it is opened."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from aiortc import RTCIceServer
from pydantic import BaseModel, Field

from stream import (
    BrowserSource,
    Camera,
    Clock,
    DeviceSource,
    Feed,
    FileSource,
    SandboxedSource,
    UrlSource,
    sample_path,
)
from web.settings import Settings


class _Opening(BaseModel):
    consent: Literal[True] = Field(
        description="The person seen and heard has agreed to the analysis."
    )
    title: str = Field(default="", max_length=200)


class BrowserOpening(_Opening):
    """A camera, microphone or screen that the page sends."""

    source: Literal["browser"]


class WhipOpening(_Opening):
    """Media from OBS or another encoder."""

    source: Literal["whip"]


class DeviceOpening(_Opening):
    """A sound card of the server's machine, and optionally a camera."""

    source: Literal["device"]
    device: int | Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="Number, or words in its name; by default that of the system."
    )
    channels: list[Annotated[int, Field(ge=1, le=256)]] = Field(
        default_factory=list, max_length=64, description="Counted from 1; by default the first two."
    )
    camera: Annotated[int, Field(ge=0, le=99)] | None = Field(
        default=None, description="Number of a camera to use as well."
    )


class FileOpening(_Opening):
    """The sample clip."""

    source: Literal["file"]
    sample: Literal[True]


class UrlOpening(_Opening):
    """Media at a URL."""

    source: Literal["url"]
    url: str = Field(max_length=2000)


class UploadOpening(_Opening):
    """An uploaded file; clients cannot request it by its path."""

    source: Literal["file"] = "file"
    path: Path


Opening: TypeAlias = Annotated[
    BrowserOpening | WhipOpening | DeviceOpening | FileOpening | UrlOpening,
    Field(discriminator="source"),
]
Recording: TypeAlias = FileSource | SandboxedSource
"""Sources that have an end."""


class RecordingClock:
    """The clock of a recording that is analysed as fast as possible: the position reached."""

    def __init__(self) -> None:
        self._t = 0.0

    def now(self) -> float:
        """Return the position of the analysis, in seconds."""
        return self._t

    def advance(self, t: float) -> None:
        """Set the position of the analysis."""
        self._t = t

    async def sleep_until(self, t: float) -> None:
        """Return at once."""


async def open_source(
    opening: Opening | UploadOpening, clock: Clock, settings: Settings
) -> Feed | Recording:
    """Open the source that was requested.

    Raises
    ------
    SourceError
        If it cannot be used.
    """
    match opening:
        case BrowserOpening() | WhipOpening():
            servers = [RTCIceServer(urls=url) for url in settings.ice_servers]
            return BrowserSource(clock, servers, settings.ice_addresses)
        case DeviceOpening(device=device, channels=channels, camera=camera):
            return DeviceSource(clock, device, channels, None if camera is None else Camera(camera))
        case UrlOpening(url=url):
            source = UrlSource(
                url, clock, live=True, allow_private=settings.allow_private_addresses
            )
            await source.open()
            return source
        case UploadOpening(path=path):
            return await SandboxedSource.open(path)
        case FileOpening():
            return await asyncio.to_thread(FileSource, sample_path(), clock)
