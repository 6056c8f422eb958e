"""File source: a media file."""

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
"""FFmpeg's names of the containers that may be opened. Playlists are excluded: FFmpeg would open
the files and URLs they name."""

_STORES_DURATION: Final = frozenset({"flv", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"})
"""Containers whose header keeps the full duration after truncation. For all others FFmpeg measures
the data that is there."""

BLOCK: Final = 0.04
"""Longest audio block, in seconds."""

BATCH: Final = 16
"""Blocks and frames decoded per batch; one batch is decoded while the previous is consumed."""

MAX_GAP: Final = 600.0
"""Largest gap between two frames, in seconds; a larger one is a corrupt timestamp."""

DAMAGE_THRESHOLD: Final = 0.5
"""Seconds missing at the end, or stepped back in the middle, above which a file is reported as
damaged."""

FrameT = TypeVar("FrameT", av.AudioFrame, av.VideoFrame)
StreamT = TypeVar("StreamT", av.AudioStream, av.VideoStream)


class FileSource:
    """Source that reads the first audio and video track of a file.

    Both tracks share one clock, which starts with the earlier of them. Video is sampled at
    :data:`stream.frames.FRAME_RATE`, rotated upright and scaled down to at most 640 pixels.

    The constructor blocks while it reads the file's header: call it in a worker thread.

    Parameters
    ----------
    path : Path
        The file.
    pace : Clock, optional
        Deliver the media at the pace of this clock, like a live feed that starts with the
        iteration. Without it, media is delivered as fast as it is consumed, with times from 0.

    Attributes
    ----------
    clock : Clock or None
        The clock that sets the pace.
    live : bool
        Whether there is one.
    has_audio, has_video : bool
        Whether the file has such a track.
    dropped : int
        Always 0: reading a file applies back-pressure.
    duration : float or None
        In seconds; None if unknown, an estimate for some containers.
    warning : str or None
        At the end of the iteration, a note if the file is damaged or truncated.

    Raises
    ------
    SourceError
        If the file cannot be read or has no track that can be decoded; while iterating, if nothing
        could be decoded.
    """

    dropped: Final = 0

    def __init__(self, path: Path, pace: Clock | None = None) -> None:
        self.live = pace is not None
        self.warning: str | None = None
        self._name = path.name
        self.clock = pace
        self._closed = False
        self._damaged = False
        self._end = 0.0
        # Closing the file while a thread decodes it would crash.
        self._in_use = threading.Lock()
        container = _open(path)
        self._containers = [container]
        audio, video = (
            _first_decodable(container.streams.audio),
            _first_decodable(container.streams.video),
        )
        if audio is None and video is None:
            found = container.streams.audio or container.streams.video
            container.close()
            if found:
                raise SourceError(
                    f"{path.name} uses unsupported codecs; convert it to H.264 and AAC",
                    "codecs_unknown",
                    {"file": path.name},
                )
            raise SourceError(
                f"{path.name} has no audio or video; choose another file",
                "file_without_media",
                {"file": path.name},
            )
        self.has_audio = audio is not None
        self.has_video = video is not None
        self.duration = _duration(container, audio, video)
        self._exact_duration = container.format.name in _STORES_DURATION
        self._start = (container.start_time or 0) / av.time_base
        tracks: list[Iterator[Media]] = []
        if audio is not None:
            tracks.append(self._audio(container, audio.index))
        if video is not None:
            if audio is not None:
                # Each track has its own demuxer, so that merging them by time needs no unbounded
                # buffer, however the file interleaves them.
                container = _open(path)
                self._containers.append(container)
            tracks.append(self._video(container, video.index))
        self._media: Iterator[Media] = heapq.merge(*tracks, key=lambda item: item.t)

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media in order of time."""
        loop = asyncio.get_running_loop()
        begin = self.clock.now() if self.clock else 0.0
        batch = loop.run_in_executor(None, self._decode)
        while media := await batch:
            batch = loop.run_in_executor(None, self._decode)
            for item in media:
                end = item.end if isinstance(item, AudioBlock) else item.t
                if self.clock:
                    await self.clock.sleep_until(begin + end)
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
        """Close the file and end the iteration; idempotent."""
        self._closed = True
        await asyncio.to_thread(self._release)

    def _release(self) -> None:
        with self._in_use:
            for container in self._containers:
                container.close()
            # Drop the references: otherwise decoder threads live until garbage collection.
            self._containers.clear()
            self._media = iter(())

    def _decode(self) -> list[Media]:
        """Return the next batch, empty at the end; runs in a worker thread."""
        with self._in_use:
            if self._closed:
                return []
            media = list(itertools.islice(self._media, BATCH))
        if not media:
            self.warning = self._damage()
        return media

    def _damage(self) -> str | None:
        if (
            self._exact_duration
            and self.duration is not None
            and self.duration - self._end > DAMAGE_THRESHOLD
        ):
            return (
                f"{self._name} is truncated: it ends at {self._end:.1f} s instead of "
                f"{self.duration:.1f} s"
            )
        if self._damaged:
            return f"{self._name} is damaged: some parts can't be read"
        return None

    def _audio(self, container: InputContainer, index: int) -> Iterator[Media]:
        resampler = Resampler()
        for frame, t in self._frames(container, index, av.AudioFrame):
            for block in resampler.push(frame, t):
                yield from _split(block)
        for block in resampler.flush():
            yield from _split(block)

    def _video(self, container: InputContainer, index: int) -> Iterator[Media]:
        sampler = FrameSampler()
        for frame, t in self._frames(container, index, av.VideoFrame):
            if sampler.due(t):
                yield VideoFrame(t, to_rgb(frame))

    def _frames(
        self, container: InputContainer, index: int, kind: type[FrameT]
    ) -> Iterator[tuple[FrameT, float]]:
        """Yield the decoded frames of a stream, as far as it is readable, with their times."""
        end = 0.0
        packets = container.demux(container.streams[index])
        while True:
            try:
                packet = next(packets)
            except (StopIteration, IndexError):
                # PyAV raises IndexError at the end for streams missing from the header.
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
                t = end if frame.time is None else frame.time - self._start
                if t - end > MAX_GAP:
                    self._damaged = True
                    return
                # In concatenated recordings timestamps restart, and the order breaks.
                self._damaged |= end - t > DAMAGE_THRESHOLD
                end = max(end, t + _length(frame))
                self._end = max(self._end, end)
                yield frame, t


def _open(path: Path) -> InputContainer:
    if not path.exists():
        raise SourceError(f"can't open {path.name}: no such file; check the path")
    if not path.is_file():
        raise SourceError(f"can't open {path.name}: it is a directory or device, not a file")
    try:
        # The prefix keeps FFmpeg from parsing a file name with a colon as a URL.
        return av.open(
            f"file:{path}", options={"format_whitelist": FORMATS}, metadata_errors="replace"
        )
    except PermissionError:
        raise SourceError(
            f"can't open {path.name}: permission denied; change its permissions"
        ) from None
    except (av.FFmpegError, OSError) as error:
        if _lacks_index(path):
            raise SourceError(
                f"can't open {path.name}: the file is truncated, and the index at its end is "
                "missing; record or copy it again",
                "file_cut_off",
                {"file": path.name},
            ) from error
        raise SourceError(
            f"{path.name} can't be read as video or audio; try converting it to MP4",
            "file_unreadable",
            {"file": path.name},
        ) from error


def _lacks_index(path: Path) -> bool:
    """Return whether a file that cannot be opened is an MP4 without ``moov`` (ISO/IEC 14496-12)."""
    with path.open("rb") as file:
        return file.read(8)[4:] == b"ftyp"


def _first_decodable(streams: Sequence[StreamT]) -> StreamT | None:
    """Return the first stream that can be decoded and is not cover art."""
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


def _split(block: AudioBlock) -> Iterator[AudioBlock]:
    """Split a block into equal parts of at most :data:`BLOCK` seconds."""
    t = block.t
    count = math.ceil(len(block.samples) / (BLOCK * SAMPLE_RATE))
    for samples in np.array_split(block.samples, count):
        part = AudioBlock(t, samples)
        yield part
        t = part.end
