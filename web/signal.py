"""Waking whoever waits for news, without a queue for each of them."""

from __future__ import annotations

import asyncio


class Signal:
    """Announces that something has changed to all who wait at that moment.

    Take :meth:`news` before looking at the state and await it after: nothing is missed between.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def announce(self) -> None:
        """Wake all who wait."""
        self._event.set()
        self._event = asyncio.Event()

    def news(self) -> asyncio.Event:
        """Return what will be set by the next :meth:`announce`."""
        return self._event
