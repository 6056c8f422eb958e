"""A media file as a source."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition, Stream

from stream.clock import Clock
from stream.frames import FrameSampler, to_rgb
from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.resample import Resampler
from stream.source import SourceError

FORMATS: Final = (
    "aac,ac3,aiff,amr,asf,au,avi,caf,flac,flv,matroska,mov,mp3,mpeg,mpegts,mxf,ogg,w64,wav,webm"
)
"""Containers, as FFmpeg calls them, that are opened. Playlists and their like are not among them:
they name other files and addresses, which FFmpeg would open."""

_KNOWS_DURATION: Final = frozenset({"flv", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"})
"""Containers that still say how long they were when they have been cut off. From all others FFmpeg
takes the duration of what is there."""

BLOCK: Final = 0.04
"""Longest audio block in seconds."""

AHEAD: Final = 16
"""Blocks and frames that are decoded at once, while as many are being used."""

MAX_GAP: Final = 600.0
"""Seconds between two frames beyond which a time stamp is taken for damage."""

MISSING: Final = 0.5
"""Seconds missing at the end, or gone back in the middle, from which a file counts as damaged."""

FrameT = TypeVar("FrameT", av.AudioFrame, av.VideoFrame)
StreamT = TypeVar("StreamT", av.AudioStream, av.VideoStream)


class FileSource:
    """Reads the first picture and sound track of a file.

    Sound and pictures are on one clock that begins with the earlier of both. Five frames per second
    are picked and converted, turned upright and scaled down to 640 pixels at most.

    The constructor reads the file's header, which takes a moment: in a server, call it in a worker
    thread.

    Parameters
    ----------
    path : Path
        The file.
    pace : Clock, optional
        Deliver the media at the pace of this clock, as a live feed that begins when the iteration
        does. Otherwise they come as fast as they are taken, with times from 0.

    Attributes
    ----------
    live : bool
        Whether there is a clock to keep pace with.
    has_audio, has_video : bool
        Whether the file has such a track.
    dropped : int
        Always 0: a file waits.
    duration : float or None
        In seconds, as far as the file tells; some containers only allow an estimate.
    warning : str or None
        Says, once the file has been read, that it is damaged or ends too early.

    Raises
    ------
    SourceError
        If the file cannot be read, or there is nothing in it that can be decoded. While iterating:
        if it turns out that nothing could be decoded.
    """

    dropped: Final = 0

    def __init__(self, path: Path, pace: Clock | None = None) -> None:
        self.live = pace is not None
        self.warning: str | None = None
        self._name = path.name
        self._pace = pace
        self._closed = False
        self._damaged = False
        self._end = 0.0
        # Held while the file is in use: closing it under a decoder would crash.
        self._using = threading.Lock()
        container = _open(path)
        self._containers = [container]
        audio, video = _first(container.streams.audio), _first(container.streams.video)
        if audio is None and video is None:
            found = container.streams.audio or container.streams.video
            container.close()
            if found:
                raise SourceError(
                    f"{path.name}: its codecs are not known here; convert it to H.264 and AAC",
                    "codecs_unknown",
                    {"file": path.name},
                )
            raise SourceError(
                f"{path.name} has neither sound nor pictures in it; choose another file",
                "file_without_media",
                {"file": path.name},
            )
        self.has_audio = audio is not None
        self.has_video = video is not None
        self.duration = _duration(container, audio, video)
        self._exact = container.format.name in _KNOWS_DURATION
        self._zero = (container.start_time or 0) / av.time_base
        tracks: list[Iterator[Media]] = []
        if audio is not None:
            tracks.append(self._sound(container, audio.index))
        if video is not None:
            if audio is not None:
                # Each track is read through a container of its own, so that they can be merged in
                # order of time without storing one of them up, however the file interleaves them.
                container = _open(path)
                self._containers.append(container)
            tracks.append(self._pictures(container, video.index))
        self._media: Iterator[Media] = heapq.merge(*tracks, key=lambda item: item.t)

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media in order of time."""
        loop = asyncio.get_running_loop()
        begin = self._pace.now() if self._pace else 0.0
        batch = loop.run_in_executor(None, self._decode)
        while media := await batch:
            batch = loop.run_in_executor(None, self._decode)
            for item in media:
                end = item.end if isinstance(item, AudioBlock) else item.t
                if self._pace:
                    await self._pace.sleep_until(begin + end)
                if self._closed:
                    return
                yield replace(item, t=begin + item.t)
        if self._end == 0 and not self._closed:
            raise SourceError(
                f"nothing in {self._name} could be decoded; choose another file",
                "nothing_decoded",
                {"file": self._name},
            )

    async def close(self) -> None:
        """Close the file and end the iteration; may be called again."""
        self._closed = True
        await asyncio.to_thread(self._release)

    def _release(self) -> None:
        with self._using:
            for container in self._containers:
                container.close()
            # They hold the decoders with their threads, and would until the garbage is collected.
            self._containers.clear()
            self._media = iter(())

    def _decode(self) -> list[Media]:
        """Return the next media, none at the end; runs in a worker thread."""
        with self._using:
            if self._closed:
                return []
            media = list(itertools.islice(self._media, AHEAD))
        if not media:
            self.warning = self._complaint()
        return media

    def _complaint(self) -> str | None:
        if self._exact and self.duration is not None and self.duration - self._end > MISSING:
            return (
                f"{self._name} is cut off: it should last {self.duration:.1f} s, "
                f"and was read as far as {self._end:.1f} s"
            )
        if self._damaged:
            return f"{self._name} is damaged: parts of it could not be read"
        return None

    def _sound(self, container: InputContainer, index: int) -> Iterator[Media]:
        resampler = Resampler()
        for frame, t in self._frames(container, index, av.AudioFrame):
            for block in resampler.push(frame, t):
                yield from _short(block)
        for block in resampler.flush():
            yield from _short(block)

    def _pictures(self, container: InputContainer, index: int) -> Iterator[Media]:
        sampler = FrameSampler()
        for frame, t in self._frames(container, index, av.VideoFrame):
            if sampler.due(t):
                yield VideoFrame(t, to_rgb(frame))

    def _frames(
        self, container: InputContainer, index: int, kind: type[FrameT]
    ) -> Iterator[tuple[FrameT, float]]:
        """Decode a stream as far as it goes, with times since the beginning of the file."""
        end = 0.0
        packets = container.demux(container.streams[index])
        while True:
            try:
                packet = next(packets)
            except (StopIteration, IndexError):
                # At the end, PyAV stumbles over streams that a damaged header did not announce.
                return
            except av.FFmpegError:
                self._damaged = True
                return
            try:
                frames = packet.decode()
            except av.FFmpegError:
                self._damaged = True
                continue
            for frame in frames:
                if not isinstance(frame, kind):
                    continue
                t = end if frame.time is None else frame.time - self._zero
                if t - end > MAX_GAP:
                    self._damaged = True
                    return
                # Where recordings were joined, time begins anew, and what follows is not in order.
                self._damaged |= end - t > MISSING
                end = max(end, t + _length(frame))
                self._end = max(self._end, end)
                yield frame, t


def _open(path: Path) -> InputContainer:
    if not path.exists():
        raise SourceError(f"cannot open {path.name}: there is no such file; check the path")
    if not path.is_file():
        raise SourceError(f"cannot open {path.name}: it is a directory or device; name a file")
    try:
        # The prefix keeps FFmpeg from taking a name with a colon in it for an address.
        return av.open(
            f"file:{path}", options={"format_whitelist": FORMATS}, metadata_errors="replace"
        )
    except PermissionError:
        raise SourceError(
            f"cannot open {path.name}: it may not be read; change its permissions"
        ) from None
    except (av.FFmpegError, OSError) as error:
        if _has_no_index(path):
            raise SourceError(
                f"cannot open {path.name}: it is cut off, and its index, which stands at the end, "
                "is missing; record or copy it again",
                "file_cut_off",
                {"file": path.name},
            ) from error
        raise SourceError(
            f"cannot open {path.name}: it is no audio or video file that can be read; convert it "
            "to MP4, for example",
            "file_unreadable",
            {"file": path.name},
        ) from error


def _has_no_index(path: Path) -> bool:
    """Return whether this is an MP4 file whose ``moov`` box (ISO/IEC 14496-12) is missing."""
    with path.open("rb") as file:
        return file.read(8)[4:] == b"ftyp"


def _first(streams: Sequence[StreamT]) -> StreamT | None:
    """Return the first stream that can be decoded and is no cover picture."""
    for stream in streams:
        if stream.codec_context and not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def _duration(container: InputContainer, *streams: Stream | None) -> float | None:
    durations = [
        float(stream.duration * stream.time_base)
        for stream in streams
        if stream and stream.duration and stream.time_base
    ]
    if durations:
        return max(durations)
    return container.duration / av.time_base if container.duration else None


def _length(frame: av.AudioFrame | av.VideoFrame) -> float:
    if isinstance(frame, av.AudioFrame):
        return frame.samples / frame.sample_rate
    return float((frame.duration or 0) * frame.time_base) if frame.time_base else 0.0


def _short(block: AudioBlock) -> Iterator[AudioBlock]:
    """Divide a block into equal ones of at most :data:`BLOCK` seconds."""
    t = block.t
    count = math.ceil(len(block.samples) / (BLOCK * SAMPLE_RATE))
    for samples in np.array_split(block.samples, count):
        part = AudioBlock(t, samples)
        yield part
        t = part.end
