"""The event log of a running session, whose listeners may disconnect and resume."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from itertools import islice
from typing import Final
from urllib.parse import quote

from recommender import StoredEvent
from web.sessions.signal import Signal
from web.wire import AnyEvent, NoteEvent

CAPACITY: Final = 3_600
"""Events kept in memory: an hour at one mood per second, in case the database is unavailable."""


class EventLog:
    """The latest events of a running session, numbered from 1 without gaps.

    Listeners read from the log at their own pace, without a queue for each. Events that the log has
    dropped are read from the history.

    Parameters
    ----------
    read_stored : callable
        Returns some events newer than a number, oldest first, from the history.
    capacity : int
        Events kept in memory.
    """

    def __init__(
        self,
        read_stored: Callable[[int], Awaitable[list[StoredEvent]]],
        capacity: int = CAPACITY,
    ) -> None:
        self._read_stored = read_stored
        self._events: deque[StoredEvent] = deque(maxlen=capacity)
        self._last = 0
        self._saved = 0
        self._closed = False
        self._signal = Signal()

    def append(self, make: Callable[[int], AnyEvent]) -> int:
        """Add the event that ``make`` returns for its number, and wake the listeners.

        Returns
        -------
        int
            The number.

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
        """Close the log; listeners finish after the last event."""
        self._closed = True
        self._signal.announce()

    def unsaved(self) -> list[StoredEvent]:
        """Return the events that are not in the history yet, oldest first."""
        return self._newer(self._saved)

    def mark_saved(self, seq: int) -> None:
        """Note that the history has the events up to ``seq``."""
        self._saved = seq

    async def follow(self, seq: int) -> AsyncGenerator[StoredEvent, None]:
        """Yield each event newer than ``seq``, then each new one until the log closes."""
        while True:
            changed = self._signal.next()
            fresh = self._newer(seq)
            if fresh and fresh[0].seq > seq + 1:
                fresh = await self._read_stored(seq) or fresh
            for event in fresh:
                yield event
                seq = event.seq
            if self._last > seq:
                continue
            if self._closed:
                return
            await changed.wait()

    def _newer(self, seq: int) -> list[StoredEvent]:
        """Return the events in memory that are newer than ``seq``."""
        fresh = min(max(self._last - seq, 0), len(self._events))
        return [*islice(self._events, len(self._events) - fresh, None)]


def as_stored(event: AnyEvent) -> StoredEvent:
    """Return an event in the form in which it is stored: JSON takes a seventh of the memory."""
    return StoredEvent(event.seq, event.t, event.type, event.model_dump_json())


def with_token(event: StoredEvent, token: str) -> str:
    """Return an event as JSON with the session's token in its download addresses.

    The stored event has no token: secrets are not stored.
    """
    if event.type != "cues":
        return event.body
    message = json.loads(event.body)
    for item in message["items"]:
        item["download"] += f"&token={quote(token)}"
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def notes_of(events: Iterable[StoredEvent]) -> list[NoteEvent]:
    """Return the notes among events that were not deleted, in order of time."""
    notes: dict[int, NoteEvent] = {}
    for event in (event for event in events if event.type == "note"):
        note = NoteEvent.model_validate_json(event.body)
        notes[note.id] = note
    return sorted(
        (note for note in notes.values() if note.text is not None), key=lambda note: note.t
    )
