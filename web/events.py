"""What a session has said so far, for listeners who come, go, and come back."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from itertools import islice

from web.signal import Signal
from web.wire import AnyEvent


class EventLog:
    """The latest events of a session, numbered from 1 without a gap, as the JSON that is sent.

    Listeners read from the log at their own pace; nothing is queued for any of them. One that falls
    behind by more than the log holds goes on with the oldest event that is left.

    Parameters
    ----------
    capacity : int
        Events kept; 12,000 are three hours at one mood a second.
    """

    def __init__(self, capacity: int = 12_000) -> None:
        self._events: deque[tuple[str, str]] = deque(maxlen=capacity)
        """Of each event its type and its JSON: a seventh of what the event itself takes."""
        self._last = 0
        self._closed = False
        self._signal = Signal()

    def append(self, make: Callable[[int], AnyEvent]) -> None:
        """Add the event that ``make`` returns for its number, and wake those who wait.

        Raises
        ------
        RuntimeError
            If the log is closed.
        """
        if self._closed:
            raise RuntimeError("the log of events is closed")
        event = make(self._last + 1)
        self._events.append((event.type, event.model_dump_json()))
        self._last += 1
        self._signal.announce()

    def close(self) -> None:
        """Let listeners finish: no event will follow."""
        self._closed = True
        self._signal.announce()

    def kept(self, kind: str) -> list[str]:
        """Return the kept events of a type, as JSON."""
        return [text for type_, text in self._events if type_ == kind]

    async def follow(self, seq: int) -> AsyncIterator[str]:
        """Yield as JSON each event newer than ``seq``, then each new one until the log closes."""
        while True:
            news = self._signal.news()
            for number, text in self._newer(seq):
                yield text
                seq = number
            if self._last > seq:
                continue
            if self._closed:
                return
            await news.wait()

    def _newer(self, seq: int) -> list[tuple[int, str]]:
        """Return number and JSON of the kept events that are newer than ``seq``."""
        fresh = min(max(self._last - seq, 0), len(self._events))
        newest = islice(self._events, len(self._events) - fresh, None)
        return [(n, text) for n, (_, text) in enumerate(newest, start=self._last - fresh + 1)]
