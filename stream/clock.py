"""Session time: seconds since a session began."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What everything in a session takes the time from."""

    def now(self) -> float:
        """Return the seconds since the session began; never goes back."""

    async def sleep_until(self, t: float) -> None:
        """Return once :meth:`now` has reached ``t``, at once if it has already."""


class SessionClock:
    """Session time that runs with the machine's monotonic clock and begins now."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def now(self) -> float:
        """Return the seconds since this clock was made."""
        return time.monotonic() - self._start

    async def sleep_until(self, t: float) -> None:
        """Return once :meth:`now` has reached ``t``, to within the resolution of the timer."""
        await asyncio.sleep(max(0.0, t - self.now()))
