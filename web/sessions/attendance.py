"""End a session whose page has been closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

from stream import Clock

LEAVE_AFTER: Final = 10.0
"""Seconds in which a page that has left may return; a reload takes less."""


class Attendance:
    """Counts the connected owners, and ends a session that its page has left.

    Parameters
    ----------
    clock : Clock
        The session clock.
    end : callable
        Ends the session.
    """

    def __init__(self, clock: Clock, end: Callable[[], Awaitable[None]]) -> None:
        self._clock = clock
        self._end = end
        self._attending = 0
        self._leaving: asyncio.Task[None] | None = None

    @contextmanager
    def attend(self) -> Iterator[None]:
        """Count an owner as connected for the duration of the block."""
        self._attending += 1
        try:
            yield
        finally:
            self._attending -= 1

    def leave(self) -> None:
        """End the session in :data:`LEAVE_AFTER` seconds, unless an owner reconnects by then."""
        self.cancel()
        self._leaving = asyncio.create_task(self._leave())

    def cancel(self) -> None:
        """Stop waiting for the page."""
        if self._leaving is not None:
            self._leaving.cancel()

    async def _leave(self) -> None:
        await self._clock.sleep_until(self._clock.now() + LEAVE_AFTER)
        # The session ends now, and must not cancel the task that ends it.
        self._leaving = None
        if self._attending == 0:
            await self._end()
