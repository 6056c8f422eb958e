"""Stored sessions and events, and the SQL statements that read and write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select

from inference.emotion import Emotion
from recommender.store.tables import SessionEventRow, SessionRow
from recommender.vocabulary import EndReason, SessionState


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event of a session.

    Attributes
    ----------
    seq : int
        Sequence number, from 1.
    t : float
        Time in seconds since the session began.
    type : str
        Event type, such as ``mood``.
    body : str
        The event as JSON, without secrets.
    """

    seq: int
    t: float
    type: str
    body: str


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as stored.

    Attributes
    ----------
    id : str
        Public identifier.
    title : str
        Title given by the user.
    source : str
        Kind of media source; see :data:`recommender.vocabulary.SourceKind`.
    token_hash, viewer_hash : str
        SHA-256 of the owner's token and of the view-only token, in hexadecimal.
    started_at : datetime
        Start of the session clock, in UTC.
    updated_at : datetime
        Time of the last update, in UTC.
    state : SessionState
        State of the session.
    reason : EndReason or None
        Why it ended; None while it runs.
    t : float
        Session time so far, in seconds.
    duration : float or None
        Duration of the source in seconds; None if it is live or unknown.
    moods : Mapping
        Total duration of each mood, in seconds.
    """

    id: str
    title: str
    source: str
    token_hash: str
    viewer_hash: str
    started_at: datetime
    updated_at: datetime
    state: SessionState
    reason: EndReason | None
    t: float
    duration: float | None
    moods: Mapping[Emotion, float]


@dataclass(frozen=True, slots=True)
class Progress:
    """An update of a session: its state and the events since the last update.

    Attributes
    ----------
    id, state, reason, t, duration, moods
        As in :class:`StoredSession`.
    events : sequence of StoredEvent
        New events, oldest first.
    """

    id: str
    state: SessionState
    reason: EndReason | None
    t: float
    duration: float | None
    moods: Mapping[Emotion, float]
    events: Sequence[StoredEvent] = ()


SESSIONS: Final = select(
    *(getattr(SessionRow, field.name).label(field.name) for field in fields(StoredSession))
)
"""Selects the values of :class:`StoredSession`."""

EVENTS: Final = select(
    SessionEventRow.seq, SessionEventRow.t, SessionEventRow.type, SessionEventRow.body
)
"""Selects the values of :class:`StoredEvent`."""


def start_time(connection: Connection, session_id: str) -> datetime:
    """Return the start time of a session.

    Raises
    ------
    LookupError
        If the session does not exist.
    """
    row = select(SessionRow.started_at).where(SessionRow.id == session_id)
    found = connection.scalar(row)
    if found is None:
        raise LookupError(f"there is no session {session_id}")
    return found


def last_seq(connection: Connection, session_id: str) -> int:
    """Return the sequence number of a session's last event; 0 without events."""
    row = select(func.max(SessionEventRow.seq)).where(SessionEventRow.session_id == session_id)
    return connection.scalar(row) or 0


def insert_events(connection: Connection, session_id: str, events: Iterable[StoredEvent]) -> None:
    """Insert events of a session."""
    rows = [{"session_id": session_id, **asdict(event)} for event in events]
    if rows:
        connection.execute(insert(SessionEventRow), rows)
