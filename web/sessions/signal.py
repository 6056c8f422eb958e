"""Wake all waiters on a change, without a queue for each."""

from __future__ import annotations

import asyncio


class Signal:
    """Announces changes to all current waiters.

    Call :meth:`next` before reading the state and await its event afterwards, so that no change is
    missed.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def announce(self) -> None:
        """Wake all waiters."""
        self._event.set()
        self._event = asyncio.Event()

    def next(self) -> asyncio.Event:
        """Return the event that the next :meth:`announce` sets."""
        return self._event
