"""Wake whoever waits for a change, without a queue for each of them."""

from __future__ import annotations

import asyncio


class Signal:
    """Announces a change to everyone who waits at that moment.

    Take :meth:`next` before looking at the state and await it after: no change is missed.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def announce(self) -> None:
        """Wake everyone who waits."""
        self._event.set()
        self._event = asyncio.Event()

    def next(self) -> asyncio.Event:
        """Return the event that the next :meth:`announce` sets."""
        return self._event
