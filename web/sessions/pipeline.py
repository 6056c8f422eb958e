"""Carry the media of one session from its source through windows to the engine."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic, Literal, TypeVar

from recommender.vocabulary import SourceKind
from stream import Clock, Feed, Source, SourceError, Window, Windows, WindowSpec

LOST_AFTER: Final = 3.0
"""Seconds without media after which a session is ``lost``."""

END_AFTER: Final[Mapping[SourceKind, float]] = MappingProxyType({"browser": 10.0, "whip": 120.0})
"""Seconds without media after which a session ends; an encoder takes longer to reconnect than a
page. Other sources wait without limit."""

CONNECT_WITHIN: Final[Mapping[SourceKind, float]] = MappingProxyType(
    {"browser": 30.0, "whip": 900.0}
)
"""Seconds a new session waits for its first media; an encoder is set up by hand."""

WATCH_EVERY: Final = 1.0
"""Seconds between two checks whether media arrive."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Analysed(Generic[T]):
    """What came of one window.

    Attributes
    ----------
    result : T
        What the analysis returned.
    dropped : int
        Windows dropped since the source began.
    """

    result: T
    dropped: int


async def analyse_windows(
    source: Source,
    clock: Clock,
    spec: WindowSpec,
    analyse: Callable[[Window], T],
    executor: Executor | None = None,
) -> AsyncGenerator[Analysed[T], None]:
    """Yield what ``analyse`` returns for each window of a source that has a track.

    Parameters
    ----------
    source : Source
        Open; the caller closes it.
    clock : Clock
        The session clock.
    spec : WindowSpec
        Length and hop of the windows.
    analyse : callable
        Called in a worker thread, one window at a time.
    executor : Executor, optional
        Where; by default that of :func:`asyncio.to_thread`.

    Raises
    ------
    SourceError
        If the source fails.
    """
    loop = asyncio.get_running_loop()
    async with aclosing(Windows(source, clock, spec)) as windows:
        async for window in windows:
            if window.audio is not None or window.frames is not None:
                result = await loop.run_in_executor(executor, analyse, window)
                yield Analysed(result, windows.dropped)


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """Whether media arrive, and why not."""

    state: Literal["live", "lost"]
    problem: SourceError | None = None


async def watch_feed(feed: Feed, kind: SourceKind, clock: Clock) -> AsyncIterator[FeedStatus]:
    """Yield how a feed is doing, every second once it is known, until it is lost for good."""
    opened, waiting = feed.last_media_at, True
    while True:
        idle = clock.now() - feed.last_media_at
        patience = CONNECT_WITHIN if waiting else END_AFTER
        if idle >= patience.get(kind, math.inf):
            return
        connected, problem = feed.last_media_at != opened, feed.problem
        if problem or connected:
            waiting = False
            lost = problem is not None or idle >= LOST_AFTER
            yield FeedStatus("lost" if lost else "live", problem)
        await clock.sleep_until(clock.now() + WATCH_EVERY)
