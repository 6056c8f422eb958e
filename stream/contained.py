"""Decoding in a process of its own: what a hostile or broken file does there, it does to itself."""

from __future__ import annotations

import asyncio
import json
import math
import os
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from stream.file import FileSource
from stream.frames import MAX_SIDE
from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.process import end, kill, python
from stream.remote import Remote
from stream.source import SourceError

MEMORY: Final = 4 * 2**30
"""Bytes of address space the process may take."""

PATIENCE: Final = 60.0
"""Seconds within which something must be decoded."""

_HEAD: Final = struct.Struct("<cdII")
"""Kind, time in seconds, and two sizes: samples and 1; height and width; or bytes of JSON and 0."""
_SOUND, _PICTURE, _TOLD = b"s", b"p", b"j"
_LIMITS: Final = {_SOUND: (SAMPLE_RATE * 10, 1), _PICTURE: (MAX_SIDE, MAX_SIDE), _TOLD: (65_536, 0)}


class ContainedSource:
    """A source that is being decoded elsewhere, as fast as it is taken; from :meth:`open`.

    Attributes
    ----------
    live : bool
        Always False.
    dropped : int
        Always 0.
    has_audio, has_video : bool
        Whether it has such a track.
    duration : float or None
        In seconds, as far as it tells.
    endless : bool
        Whether it goes on for as long as it is listened to.
    warning : str or None
        Says, at the end, that it is damaged or ends too early.
    """

    live: Final = False
    dropped: Final = 0

    def __init__(self, process: Process, header: dict[str, Any]) -> None:
        self.has_audio = bool(header["audio"])
        self.has_video = bool(header["video"])
        self.duration: float | None = header["duration"]
        self.endless = bool(header["endless"])
        self.warning: str | None = None
        self._process = process
        self._reading = asyncio.Lock()
        self._closed = False

    @classmethod
    async def open(cls, what: Path | str, proxy: str = "") -> ContainedSource:
        """Begin to decode a file, or what an address gives.

        Parameters
        ----------
        what : Path or str
            A file, or an address.
        proxy : str
            Address of the HTTP proxy to use for it.

        Raises
        ------
        SourceError
            If it cannot be opened, or there is nothing in it that can be decoded.
        """
        asked = {"file" if isinstance(what, Path) else "address": str(what), "proxy": proxy}
        # FFmpeg would go past the proxy for the hosts that these name.
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        process = await asyncio.create_subprocess_exec(
            *python("-m", "stream.contained"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            # Ctrl+C is for whoever reads it to hear, who then ends it.
            start_new_session=True,
        )
        try:
            assert process.stdin is not None
            # Not as an argument, which everybody on this machine can read: it may hold a password.
            process.stdin.write(json.dumps(asked).encode())
            process.stdin.close()
            _, _, size, _ = await _head(process)
            header = json.loads(await _read(process, size))
            if "error" in header:
                raise SourceError.of(header)
            return cls(process, header)
        except BaseException:
            await end(process)
            raise

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media in order of their times, from 0.

        Raises
        ------
        SourceError
            If nothing more can be decoded, or the connection fails.
        """
        while True:
            async with self._reading:
                try:
                    item = None if self._closed else await self._next()
                except SourceError:
                    if self._closed:
                        return
                    raise
            if item is None:
                return
            yield item

    async def close(self) -> None:
        """End the process and the iteration; may be called again."""
        self._closed = True
        kill(self._process)
        async with self._reading:
            await end(self._process)

    async def _next(self) -> Media | None:
        """Return what was decoded next, or None at the end."""
        kind, t, a, b = await _head(self._process)
        if kind == _SOUND:
            samples = np.frombuffer(await _read(self._process, a * 4), "<f4")
            return AudioBlock(t, samples.astype(np.float32))
        if kind == _PICTURE:
            pixels = np.frombuffer(await _read(self._process, a * b * 3), np.uint8)
            return VideoFrame(t, pixels.reshape(a, b, 3))
        told = json.loads(await _read(self._process, a))
        self.warning = told.get("warning")
        if "error" in told:
            raise SourceError.of(told)
        return None


async def _head(process: Process) -> tuple[bytes, float, int, int]:
    kind, t, a, b = _HEAD.unpack(await _read(process, _HEAD.size))
    # What comes from there is not trusted more than the file.
    limits = _LIMITS.get(kind)
    if limits is None or not 0 <= a <= limits[0] or not 0 <= b <= limits[1] or not math.isfinite(t):
        raise _failed()
    return kind, t, a, b


async def _read(process: Process, size: int) -> bytes:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            return await process.stdout.readexactly(size)
    except TimeoutError:
        raise SourceError(
            f"nothing was decoded for {PATIENCE:.0f} s; given up",
            "decoder_stalled",
            {"seconds": PATIENCE},
        ) from None
    except asyncio.IncompleteReadError:
        raise _failed() from None


def _failed() -> SourceError:
    return SourceError(
        "the decoder has failed on this file; convert it to MP4, for example", "decoder_failed"
    )


def main() -> None:
    """Decode what standard input names, and write it to standard output."""
    asked = json.load(sys.stdin)
    _confine()
    output = sys.stdout.buffer
    with suppress(BrokenPipeError):
        try:
            source = (
                FileSource(Path(asked["file"]))
                if "file" in asked
                else Remote(asked["address"], asked["proxy"])
            )
            _tell(
                output,
                audio=source.has_audio,
                video=source.has_video,
                duration=source.duration,
                endless=isinstance(source, Remote) and source.endless,
            )
            asyncio.run(_write_all(source, output))
            _tell(output, warning=source.warning)
        except SourceError as error:
            _tell(output, error=str(error), code=error.code, facts=error.facts)
    # Nobody is left to complain to, and nothing is worth waiting for.
    os._exit(0)


def _confine() -> None:
    """Take from this process what decoding does not need, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such limits.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


async def _write_all(source: FileSource | Remote, output: IO[bytes]) -> None:
    async for item in source:
        if isinstance(item, AudioBlock):
            output.write(_HEAD.pack(_SOUND, item.t, len(item.samples), 1))
            output.write(item.samples.astype("<f4").tobytes())
        else:
            height, width, _ = item.image.shape
            output.write(_HEAD.pack(_PICTURE, item.t, height, width))
            output.write(item.image.tobytes())
        output.flush()


def _tell(output: IO[bytes], **what: object) -> None:
    text = json.dumps(what).encode()
    output.write(_HEAD.pack(_TOLD, 0.0, len(text), 0) + text)
    output.flush()


if __name__ == "__main__":
    main()
