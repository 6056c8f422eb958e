"""Sliding windows, cut from a source on the session clock."""

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

MAX_LENGTH: Final = 30.0
"""Longest window in seconds; bounds the memory of a session."""

MIN_LAST: Final = 0.25
"""Seconds of new media that are worth a last, partial window."""

TOLERANCE: Final = 0.1
"""Seconds by which audio may be off its place before it is moved there, so that jitter of the
arrival times leaves no clicks."""

STALLED: Final = 1.0
"""Seconds without audio after which the track counts as silent up to now."""


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """How windows are cut.

    Attributes
    ----------
    length : float
        Seconds of audio in a window.
    hop : float
        Seconds from one window to the next.

    Raises
    ------
    ValueError
        Unless 0 < hop <= length <= 30.
    """

    length: float = 3.0
    hop: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.hop <= self.length <= MAX_LENGTH:
            raise ValueError(
                f"windows need 0 < hop <= length <= {MAX_LENGTH:g} seconds, "
                f"not hop {self.hop:g} and length {self.length:g}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """What was heard and seen up to a moment.

    Attributes
    ----------
    t : float
        The moment, in seconds since the session began.
    audio : AudioBlock or None
        The last seconds that had arrived, as many as the :class:`WindowSpec` says, fewer at the
        beginning of a session; ends at ``t`` or up to 1 s before, by as much as the audio is late.
        None where the source has no audio track.
    frames : tuple of VideoFrame or None
        The frames before ``t`` that were in no window yet, oldest first: at most 5 per second of
        the hop, and one that came late. None where the source has no video track.
    """

    t: float
    audio: AudioBlock | None
    frames: tuple[VideoFrame, ...] | None


class AudioRing:
    """The latest audio of a session, in a buffer of fixed size.

    Blocks that come within :data:`TOLERANCE` of the previous block's end are appended to it.
    Others go where their time says, with silence before them where nothing was; late ones replace
    the silence that stood in for them.

    Parameters
    ----------
    seconds : float
        How much is kept.
    """

    def __init__(self, seconds: float) -> None:
        self._buffer = np.zeros(math.ceil(seconds * SAMPLE_RATE), dtype=np.float32)
        self._head = 0
        """Index, counted from the beginning of the session, after the latest block."""
        self._end = 0
        """Index after the latest sample, whether heard or silence."""

    @property
    def end(self) -> float:
        """Time after the latest sample, in seconds since the session began."""
        return self._end / SAMPLE_RATE

    def append(self, block: AudioBlock) -> None:
        """Add a block of audio."""
        start = _index(block.t)
        if abs(start - self._head) <= TOLERANCE * SAMPLE_RATE:
            start = self._head
        self.silence(start / SAMPLE_RATE)
        self._head = start + len(block.samples)
        self._end = max(self._end, self._head)
        skip = max(0, self._end - len(self._buffer) - start, -start)
        self._buffer[self._places(start + skip, self._head)] = block.samples[skip:]

    def silence(self, until: float) -> None:
        """Add silence from the latest sample to the time ``until``."""
        end = _index(until)
        if end > self._end:
            self._buffer[self._places(max(self._end, end - len(self._buffer)), end)] = 0
            self._end = end

    def latest(self, t: float, seconds: float) -> AudioBlock:
        """Return a copy of the last ``seconds`` of audio not newer than ``t``."""
        end = min(self._end, _index(t))
        start = max(0, end - _index(seconds), self._end - len(self._buffer))
        return AudioBlock(start / SAMPLE_RATE, self._buffer[self._places(start, end)])

    def _places(self, start: int, end: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.arange(start, end) % len(self._buffer)


class Windows:
    """Cuts windows from a source; iterate over it once.

    A live source is read in a task of its own, and a window is due at every hop of the session
    clock, whether or not media arrive. A consumer that is not ready in time gets the newest window
    only; those before it are counted as dropped. From any other source every window is delivered,
    each as soon as the media have passed its end.

    When the source ends, what is newer than the previous window comes as a last one, if that is at
    least a quarter of a second.

    Parameters
    ----------
    source : Source
        Where the media come from. It is not closed here.
    clock : Clock
        The session clock.
    spec : WindowSpec
        How to cut.

    Attributes
    ----------
    due : int
        Windows that should have been delivered by now.
    dropped : int
        Those of them that were given up because the consumer was late.
    """

    def __init__(self, source: Source, clock: Clock, spec: WindowSpec) -> None:
        self.due = 0
        self.dropped = 0
        self._source = source
        self._clock = clock
        self._spec = spec
        # A live window may be cut up to one hop late, and may end up to STALLED before its time.
        self._ring = AudioRing(spec.length + spec.hop + STALLED + 1)
        self._max_frames = math.ceil(FRAME_RATE * spec.hop) + 1
        # A live window that is cut late leaves those of the hop after it.
        self._frames: deque[VideoFrame] = deque(maxlen=2 * self._max_frames)
        self._media_end = 0.0
        self._iterator = self._live() if source.live else self._recorded()

    def __aiter__(self) -> Windows:
        return self

    async def __anext__(self) -> Window:
        """Wait for the next window.

        Raises
        ------
        SourceError
            If the source fails.
        """
        return await anext(self._iterator)

    async def aclose(self) -> None:
        """End the iteration and whatever it had running; use with ``contextlib.aclosing``."""
        await self._iterator.aclose()

    async def _recorded(self) -> AsyncGenerator[Window, None]:
        count = 0
        async for item in self._source:
            while item.t >= (count + 1) * self._spec.hop:
                count += 1
                yield self._cut(count * self._spec.hop)
            self._take(item)
        async for window in self._last(count):
            yield window

    async def _live(self) -> AsyncGenerator[Window, None]:
        hop = self._spec.hop
        count = _hops(self._clock.now(), hop)
        reading = asyncio.create_task(self._read())
        try:
            while await self._reached((count + 1) * hop, reading):
                count = self._newest(count + 1, self._clock.now())
                yield self._cut(count * hop)
            reading.result()
            count = self._newest(count + 1, min(self._clock.now(), self._media_end)) - 1
            async for window in self._last(count):
                yield window
        finally:
            await _cancel(reading)

    async def _read(self) -> None:
        async for item in self._source:
            self._take(item)

    async def _reached(self, t: float, reading: asyncio.Task[None]) -> bool:
        """Wait for the time ``t``, and return False if the source ends before."""
        sleeping = asyncio.create_task(self._clock.sleep_until(t))
        try:
            await asyncio.wait({sleeping, reading}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancel(sleeping)
        return not reading.done()

    def _newest(self, count: int, t: float) -> int:
        """Return the number of the newest hop by ``t``; those from ``count`` to it are missed."""
        newest = max(count, _hops(t, self._spec.hop))
        self.due += newest - count
        self.dropped += newest - count
        return newest

    async def _last(self, count: int) -> AsyncGenerator[Window, None]:
        """Cut what is left after ``count`` hops when the media have ended."""
        hop = self._spec.hop
        while (count + 1) * hop <= self._media_end:
            count += 1
            yield self._cut(count * hop)
        if self._media_end - count * hop >= MIN_LAST:
            yield self._cut(self._media_end)

    def _take(self, item: Media) -> None:
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
                self._ring.silence(t)
            audio = self._ring.latest(t, self._spec.length)
        seen = []
        while self._frames and self._frames[0].t < t:
            seen.append(self._frames.popleft())
        if self._source.has_video:
            frames = tuple(seen[-self._max_frames :])
        return Window(t, audio, frames)


def _index(t: float) -> int:
    return round(t * SAMPLE_RATE)


def _hops(t: float, hop: float) -> int:
    """Return how many whole hops fit into ``t``, forgiving rounding."""
    return math.floor(t / hop + 1e-9)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
