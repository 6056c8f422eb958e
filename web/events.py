"""What a session says, for listeners who come, go, and come back."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import islice
from urllib.parse import quote

from recommender import StoredEvent
from web.signal import Signal
from web.wire import AnyEvent


class EventLog:
    """The latest events of a session that runs, numbered from 1 without a gap.

    Listeners read from the log at their own pace; nothing is queued for any of them. What the log
    has dropped by then is read from where it was stored.

    Parameters
    ----------
    stored : callable
        Returns some events newer than a number, oldest first, from the history.
    capacity : int
        Events kept; 3,600 are an hour at one mood a second, for which the history may be away.
    """

    def __init__(
        self, stored: Callable[[int], Awaitable[list[StoredEvent]]], capacity: int = 3_600
    ) -> None:
        self._stored = stored
        self._events: deque[StoredEvent] = deque(maxlen=capacity)
        self._last = 0
        self._saved = 0
        self._closed = False
        self._signal = Signal()

    def append(self, make: Callable[[int], AnyEvent]) -> int:
        """Add the event that ``make`` returns for its number, and wake those who wait.

        Returns
        -------
        int
            Its number.

        Raises
        ------
        RuntimeError
            If the log is closed.
        """
        if self._closed:
            raise RuntimeError("the log of events is closed")
        self._last += 1
        self._events.append(as_stored(make(self._last)))
        self._signal.announce()
        return self._last

    def close(self) -> None:
        """Let listeners finish: no event will follow."""
        self._closed = True
        self._signal.announce()

    def unsaved(self) -> list[StoredEvent]:
        """Return the events that are not in the history yet, oldest first."""
        return self._newer(self._saved)

    def saved(self, seq: int) -> None:
        """Note that the history has the events up to ``seq``."""
        self._saved = seq

    async def follow(self, seq: int) -> AsyncIterator[StoredEvent]:
        """Yield each event newer than ``seq``, then each new one until the log closes."""
        while True:
            news = self._signal.news()
            fresh = self._newer(seq)
            if fresh and fresh[0].seq > seq + 1:
                fresh = await self._stored(seq) or fresh
            for event in fresh:
                yield event
                seq = event.seq
            if self._last > seq:
                continue
            if self._closed:
                return
            await news.wait()

    def _newer(self, seq: int) -> list[StoredEvent]:
        """Return the events in the log that are newer than ``seq``."""
        fresh = min(max(self._last - seq, 0), len(self._events))
        return [*islice(self._events, len(self._events) - fresh, None)]


def as_stored(event: AnyEvent) -> StoredEvent:
    """Return an event as it is stored: as JSON, a seventh of what the event itself takes."""
    return StoredEvent(event.seq, event.t, event.type, event.model_dump_json())


def told(event: StoredEvent, token: str) -> str:
    """Return an event as JSON, as one tells it to who knows a token that opens the session.

    Only the addresses of downloads need it; it is stored in none of them.
    """
    if event.type != "cues":
        return event.body
    message = json.loads(event.body)
    for item in message["items"]:
        item["download"] += f"&token={quote(token)}"
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
