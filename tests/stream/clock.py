"""Virtual session clock: time jumps forward when every task waits."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualClock:
    """Clock that stops while anything runs and jumps to the next wake-up when nothing can run.

    Work in executors (including ``asyncio.to_thread``) counts as running. Use the clock only inside
    :meth:`run`, which creates the event loop.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self._now

    async def sleep_until(self, t: float) -> None:
        if t <= self._now:
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (t, next(self._order), woken))
        await woken

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        with asyncio.Runner(loop_factory=lambda: _Loop(self)) as runner:
            return runner.run(main)

    def jump(self) -> bool:
        """Jump to the next sleeper's time and wake it; return False if there is none."""
        while self._sleepers:
            t, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self._now = t
                woken.set_result(None)
                return True
        return False


class _Selector(selectors.DefaultSelector):
    """Selector that advances the clock when the loop would block."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock
        self.working = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if not self.working:
            if self._clock.jump():
                return []
            if timeout is None:
                raise RuntimeError("deadlock: every task waits, and nothing can wake one")
        return super().select(timeout)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: VirtualClock) -> None:
        self._idle = _Selector(clock)
        super().__init__(self._idle)

    def run_in_executor(  # type: ignore[override]  # typeshed's signature is newer than 3.11's
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        future = super().run_in_executor(executor, func, *args)
        self._idle.working += 1
        future.add_done_callback(self._finished)
        return future

    async def shutdown_default_executor(self, *timeout: float | None) -> None:
        self._idle.working += 1
        await super().shutdown_default_executor(*timeout)

    def _finished(self, _: asyncio.Future[Any]) -> None:
        self._idle.working -= 1
