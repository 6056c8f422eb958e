"""Session time: seconds since the session began."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """The time base of a session."""

    def now(self) -> float:
        """Return the seconds since the session began; monotonic."""

    async def sleep_until(self, t: float) -> None:
        """Return once :meth:`now` has reached ``t``; at once if it already has."""


class SessionClock:
    """Session time by the machine's monotonic clock, from 0 at construction."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def now(self) -> float:
        """Return the seconds since this clock was created."""
        return time.monotonic() - self._start

    async def sleep_until(self, t: float) -> None:
        """Return once :meth:`now` has reached ``t``, within the resolution of the timer."""
        await asyncio.sleep(max(0.0, t - self.now()))
