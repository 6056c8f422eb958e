"""Sliding windows over the media of a source."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

import numpy as np

from stream.clock import Clock
from stream.frames import FRAME_RATE
from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.source import Source

WINDOW_LENGTH: Final = 3.0
"""Default length of a window, in seconds."""

WINDOW_HOP: Final = 1.0
"""Default time between two windows, in seconds."""

MAX_LENGTH: Final = 30.0
"""Longest window, in seconds; bounds the memory of a session."""

MIN_LAST: Final = 0.25
"""Shortest new media, in seconds, that makes a last, partial window."""

MAX_JITTER: Final = 0.1
"""Largest gap or overlap between two blocks, in seconds, that is closed by appending, so that
jitter of the arrival times causes no clicks."""

STALLED: Final = 1.0
"""Seconds without audio after which the track is filled with silence."""


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """Length and hop of the windows.

    Attributes
    ----------
    length : float
        Seconds of audio in a window.
    hop : float
        Seconds between two windows.

    Raises
    ------
    ValueError
        Unless 0 < hop <= length <= 30.
    """

    length: float = WINDOW_LENGTH
    hop: float = WINDOW_HOP

    def __post_init__(self) -> None:
        if not 0 < self.hop <= self.length <= MAX_LENGTH:
            raise ValueError(
                f"windows need 0 < hop <= length <= {MAX_LENGTH:g} seconds, "
                f"not hop {self.hop:g} and length {self.length:g}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Latest media at a moment.

    Attributes
    ----------
    t : float
        End of the window, in seconds since the session began.
    audio : AudioBlock or None
        The latest :attr:`WindowSpec.length` seconds of audio, less at the start of a session. Ends
        at ``t``, or up to :data:`STALLED` seconds earlier if audio is late. None if the source has
        no audio track.
    frames : tuple of VideoFrame or None
        The frames before ``t`` that were in no earlier window, oldest first: at most
        :data:`~stream.frames.FRAME_RATE` per second of the hop, plus one late frame. None if the
        source has no video track.
    """

    t: float
    audio: AudioBlock | None
    frames: tuple[VideoFrame, ...] | None


class AudioRing:
    """Ring buffer with the latest audio of a session.

    A block that starts within :data:`MAX_JITTER` of the previous block's end is appended to it.
    Other blocks are placed by their time, and gaps are filled with silence. A late block replaces
    the silence in its place.

    Parameters
    ----------
    seconds : float
        Capacity.
    """

    def __init__(self, seconds: float) -> None:
        self._buffer = np.zeros(math.ceil(seconds * SAMPLE_RATE), dtype=np.float32)
        self._head = 0
        """End of the latest block, in samples since the session began."""
        self._end = 0
        """End of the buffered audio, including silence, in samples since the session began."""

    @property
    def end(self) -> float:
        """End of the buffered audio, in seconds since the session began."""
        return self._end / SAMPLE_RATE

    def append(self, block: AudioBlock) -> None:
        """Add a block of audio."""
        start = _sample_index(block.t)
        if abs(start - self._head) <= MAX_JITTER * SAMPLE_RATE:
            start = self._head
        self.fill_silence(start / SAMPLE_RATE)
        self._head = start + len(block.samples)
        self._end = max(self._end, self._head)
        skip = max(0, self._end - len(self._buffer) - start, -start)
        self._buffer[self._positions(start + skip, self._head)] = block.samples[skip:]

    def fill_silence(self, until: float) -> None:
        """Append silence up to the time ``until``, in seconds."""
        end = _sample_index(until)
        if end > self._end:
            self._buffer[self._positions(max(self._end, end - len(self._buffer)), end)] = 0
            self._end = end

    def latest(self, t: float, seconds: float) -> AudioBlock:
        """Return a copy of the last ``seconds`` of audio not newer than ``t``."""
        end = min(self._end, _sample_index(t))
        start = max(0, end - _sample_index(seconds), self._end - len(self._buffer))
        return AudioBlock(start / SAMPLE_RATE, self._buffer[self._positions(start, end)])

    def _positions(self, start: int, end: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.arange(start, end) % len(self._buffer)


class Windows:
    """Asynchronous iterator over the windows of a source; can be iterated once.

    A live source is read in a task of its own, and a window is due at every hop of the session
    clock, whether or not media arrives. A slow consumer gets only the newest window; earlier ones
    are counted as dropped. From any other source every window is delivered, as soon as the media
    has passed its end.

    When the source ends, the media since the previous window makes a last one if it is at least
    :data:`MIN_LAST` seconds long.

    Parameters
    ----------
    source : Source
        Source of the media; not closed here.
    clock : Clock
        The session clock.
    spec : WindowSpec
        Length and hop.

    Attributes
    ----------
    due : int
        Number of windows that should have been delivered by now.
    dropped : int
        Number of those that were skipped because the consumer was slow.
    """

    def __init__(self, source: Source, clock: Clock, spec: WindowSpec) -> None:
        self.due = 0
        self.dropped = 0
        self._source = source
        self._clock = clock
        self._spec = spec
        # A live window may be cut up to one hop late, and its audio may end up to STALLED early.
        self._ring = AudioRing(spec.length + spec.hop + STALLED + 1)
        self._max_frames = math.ceil(FRAME_RATE * spec.hop) + 1
        # A live window that is cut late leaves the frames of the following hop in the queue.
        self._frames: deque[VideoFrame] = deque(maxlen=2 * self._max_frames)
        self._media_end = 0.0
        self._iterator = self._live() if source.live else self._recorded()

    def __aiter__(self) -> Windows:
        return self

    async def __anext__(self) -> Window:
        """Return the next window.

        Raises
        ------
        SourceError
            If the source fails.
        """
        return await anext(self._iterator)

    async def aclose(self) -> None:
        """End the iteration and its tasks; use with ``contextlib.aclosing``."""
        await self._iterator.aclose()

    async def _recorded(self) -> AsyncGenerator[Window, None]:
        count = 0
        async for item in self._source:
            while item.t >= (count + 1) * self._spec.hop:
                count += 1
                yield self._cut(count * self._spec.hop)
            self._store(item)
        async for window in self._cut_rest(count):
            yield window

    async def _live(self) -> AsyncGenerator[Window, None]:
        hop = self._spec.hop
        count = _hop_count(self._clock.now(), hop)
        reading = asyncio.create_task(self._read())
        try:
            while await self._wait_until((count + 1) * hop, reading):
                count = self._skip_to(count + 1, self._clock.now())
                yield self._cut(count * hop)
            reading.result()
            count = self._skip_to(count + 1, min(self._clock.now(), self._media_end)) - 1
            async for window in self._cut_rest(count):
                yield window
        finally:
            await _cancel(reading)

    async def _read(self) -> None:
        async for item in self._source:
            self._store(item)

    async def _wait_until(self, t: float, reading: asyncio.Task[None]) -> bool:
        """Wait until session time ``t``; return False if the source ends first."""
        sleeping = asyncio.create_task(self._clock.sleep_until(t))
        try:
            await asyncio.wait({sleeping, reading}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancel(sleeping)
        return not reading.done()

    def _skip_to(self, count: int, t: float) -> int:
        """Return the newest hop at ``t``, at least ``count``; count those before it as dropped."""
        newest = max(count, _hop_count(t, self._spec.hop))
        self.due += newest - count
        self.dropped += newest - count
        return newest

    async def _cut_rest(self, count: int) -> AsyncGenerator[Window, None]:
        """Cut the windows that remain after ``count`` hops, once the media has ended."""
        hop = self._spec.hop
        while (count + 1) * hop <= self._media_end:
            count += 1
            yield self._cut(count * hop)
        if self._media_end - count * hop >= MIN_LAST:
            yield self._cut(self._media_end)

    def _store(self, item: Media) -> None:
        if isinstance(item, AudioBlock):
            self._ring.append(item)
            self._media_end = max(self._media_end, item.end)
        else:
            self._frames.append(item)
            self._media_end = max(self._media_end, item.t + 1 / FRAME_RATE)

    def _cut(self, t: float) -> Window:
        self.due += 1
        audio = frames = None
        if self._source.has_audio:
            if t - self._ring.end >= STALLED:
                self._ring.fill_silence(t)
            audio = self._ring.latest(t, self._spec.length)
        new_frames = []
        while self._frames and self._frames[0].t < t:
            new_frames.append(self._frames.popleft())
        if self._source.has_video:
            frames = tuple(new_frames[-self._max_frames :])
        return Window(t, audio, frames)


def _sample_index(t: float) -> int:
    return round(t * SAMPLE_RATE)


def _hop_count(t: float, hop: float) -> int:
    """Return the number of whole hops in ``t``, tolerating rounding errors."""
    return math.floor(t / hop + 1e-9)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
