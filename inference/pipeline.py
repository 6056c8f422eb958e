"""Carry media from a source through windows to an analysis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, TypeVar

from stream import Clock, Source, Window, Windows, WindowSpec

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Analysed(Generic[T]):
    """The result of one window.

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
    """Yield what ``analyse`` returns for each window that has audio or video.

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
        Runs ``analyse``; by default the thread pool of the event loop.

    Raises
    ------
    SourceError
        If the source fails. What ``analyse`` raises is passed on.
    """
    loop = asyncio.get_running_loop()
    async with aclosing(Windows(source, clock, spec)) as windows:
        async for window in windows:
            if window.audio is not None or window.frames is not None:
                result = await loop.run_in_executor(executor, analyse, window)
                yield Analysed(result, windows.dropped)
