"""Sandboxed decoder: a hostile or broken file can harm only the child process that decodes it."""

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
from stream.process import kill, kill_and_wait, python
from stream.source import SourceError
from stream.url_decoder import UrlDecoder

MAX_MEMORY: Final = 4 * 2**30
"""Address space of the child process, in bytes."""

TIMEOUT: Final = 60.0
"""Time limit for each message from the child process, in seconds."""

_HEADER: Final = struct.Struct("<cdII")
"""Kind of message, time in seconds, and two sizes: samples and 1 for audio, height and width for
video, bytes and 0 for JSON."""
_AUDIO, _VIDEO, _JSON = b"s", b"p", b"j"
_LIMITS: Final = {
    _AUDIO: (SAMPLE_RATE * 10, 1),
    _VIDEO: (MAX_SIDE, MAX_SIDE),
    _JSON: (65_536, 0),
}


class SandboxedSource:
    """Source that decodes in a child process, as fast as it is consumed; created by :meth:`open`.

    Attributes
    ----------
    live : bool
        Always False.
    dropped : int
        Always 0.
    has_audio, has_video : bool
        Whether there is such a track.
    duration : float or None
        In seconds; None if unknown.
    endless : bool
        Whether the media is a stream without end.
    warning : str or None
        At the end of the iteration, a note if the media is damaged or truncated.
    """

    clock: Final = None
    live: Final = False
    dropped: Final = 0

    def __init__(self, process: Process, header: dict[str, Any], time_limit: float) -> None:
        self.has_audio = bool(header["audio"])
        self.has_video = bool(header["video"])
        self.duration: float | None = header["duration"]
        self.endless = bool(header["endless"])
        self.warning: str | None = None
        self._process = process
        self._time_limit = time_limit
        self._reading = asyncio.Lock()
        self._closed = False

    @classmethod
    async def open(
        cls, media: Path | str, proxy: str = "", time_limit: float = TIMEOUT
    ) -> SandboxedSource:
        """Start decoding a file or a URL.

        Parameters
        ----------
        media : Path or str
            A file's path, or a URL.
        proxy : str
            URL of the HTTP proxy to use for a URL.
        time_limit : float
            Time limit for each message from the child process, in seconds.

        Raises
        ------
        SourceError
            If it cannot be opened or contains nothing that can be decoded.
        """
        request = {"file" if isinstance(media, Path) else "url": str(media), "proxy": proxy}
        # Without the proxy variables: FFmpeg would bypass our proxy for the hosts in no_proxy.
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        process = await asyncio.create_subprocess_exec(
            *python("-m", "stream.sandbox"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            # Ctrl+C goes to the parent, which then ends this process.
            start_new_session=True,
        )
        try:
            assert process.stdin is not None
            # Not as an argument: those are visible to all local users, and URLs may hold passwords.
            process.stdin.write(json.dumps(request).encode())
            process.stdin.close()
            _, _, size, _ = await _read_header(process, time_limit)
            header = json.loads(await _read(process, size, time_limit))
            if "error" in header:
                raise SourceError.from_json(header)
            return cls(process, header, time_limit)
        except BaseException:
            await kill_and_wait(process)
            raise

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media in order of time, from 0.

        Raises
        ------
        SourceError
            If decoding or the connection fails.
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
        """Kill the process and end the iteration; idempotent."""
        self._closed = True
        kill(self._process)
        async with self._reading:
            await kill_and_wait(self._process)

    async def _next(self) -> Media | None:
        """Return the next decoded item, or None at the end."""
        process, limit = self._process, self._time_limit
        kind, t, a, b = await _read_header(process, limit)
        if kind == _AUDIO:
            samples = np.frombuffer(await _read(process, a * 4, limit), "<f4")
            return AudioBlock(t, samples.astype(np.float32))
        if kind == _VIDEO:
            pixels = np.frombuffer(await _read(process, a * b * 3, limit), np.uint8)
            return VideoFrame(t, pixels.reshape(a, b, 3))
        message = json.loads(await _read(process, a, limit))
        self.warning = message.get("warning")
        if "error" in message:
            raise SourceError.from_json(message)
        return None


async def _read_header(process: Process, limit: float) -> tuple[bytes, float, int, int]:
    kind, t, a, b = _HEADER.unpack(await _read(process, _HEADER.size, limit))
    # The child's output is as untrusted as the file itself.
    limits = _LIMITS.get(kind)
    if limits is None or not 0 <= a <= limits[0] or not 0 <= b <= limits[1] or not math.isfinite(t):
        raise _crashed()
    return kind, t, a, b


async def _read(process: Process, size: int, limit: float) -> bytes:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(limit):
            return await process.stdout.readexactly(size)
    except TimeoutError:
        raise SourceError(
            f"the decoder produced nothing for {limit:.0f} s",
            "decoder_stalled",
            {"seconds": limit},
        ) from None
    except asyncio.IncompleteReadError:
        raise _crashed() from None


def _crashed() -> SourceError:
    return SourceError(
        "the decoder crashed on this file; try converting it to MP4", "decoder_failed"
    )


def main() -> None:
    """Decode the media that standard input names, and write it to standard output."""
    request = json.load(sys.stdin)
    _limit_resources()
    output = sys.stdout.buffer
    with suppress(BrokenPipeError):
        try:
            source = (
                FileSource(Path(request["file"]))
                if "file" in request
                else UrlDecoder(request["url"], request["proxy"])
            )
            _write_json(
                output,
                audio=source.has_audio,
                video=source.has_video,
                duration=source.duration,
                endless=isinstance(source, UrlDecoder) and source.endless,
            )
            asyncio.run(_write_media(source, output))
            _write_json(output, warning=source.warning)
        except SourceError as error:
            _write_json(output, error=str(error), code=error.code, facts=error.facts)
    # Skip the cleanup of a normal exit, which can block in decoder threads.
    os._exit(0)


def _limit_resources() -> None:
    """Limit memory and forbid writing files, where the operating system can."""
    try:
        import resource
    except ImportError:  # Windows.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


async def _write_media(source: FileSource | UrlDecoder, output: IO[bytes]) -> None:
    async for item in source:
        if isinstance(item, AudioBlock):
            output.write(_HEADER.pack(_AUDIO, item.t, len(item.samples), 1))
            output.write(item.samples.astype("<f4").tobytes())
        else:
            height, width, _ = item.image.shape
            output.write(_HEADER.pack(_VIDEO, item.t, height, width))
            output.write(item.image.tobytes())
        output.flush()


def _write_json(output: IO[bytes], **fields: object) -> None:
    text = json.dumps(fields).encode()
    output.write(_HEADER.pack(_JSON, 0.0, len(text), 0) + text)
    output.flush()


if __name__ == "__main__":
    main()
