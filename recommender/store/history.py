"""The session history: all sessions of all server runs, and their events.

The contents of events are opaque here: each is stored as the JSON text that was sent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Row, delete, func, insert, select, tuple_, update

from recommender.store.database import writing
from recommender.store.session_rows import (
    EVENTS,
    SESSIONS,
    Progress,
    StoredEvent,
    StoredSession,
    insert_events,
    last_seq,
    start_time,
)
from recommender.store.tables import CueListRow, FeedbackRow, SessionEventRow, SessionRow

INTERRUPTED_AFTER: Final = timedelta(seconds=5)
"""Time without an update after which a session counts as interrupted: its process was killed.

Running sessions are updated every second."""


class History:
    """Stores and reads sessions. Safe for use by several threads and processes.

    Parameters
    ----------
    engine : Engine
        Engine of :func:`~recommender.store.database.open_database`.
    clock : callable
        Returns the current time, time-zone-aware.
    server_started_at : datetime or None
        Start of the server; a session without an update since then counts as interrupted.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        server_started_at: datetime | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._server_started_at = server_started_at

    def begin(
        self,
        session_id: str,
        *,
        title: str,
        source: str,
        token_hash: str,
        viewer_hash: str,
        started_at: datetime,
        duration: float | None,
    ) -> None:
        """Store a new session; see :class:`StoredSession` for the values.

        Raises
        ------
        StorageError
            If the database cannot be written to.
        """
        row = StoredSession(
            id=session_id,
            title=title,
            source=source,
            token_hash=token_hash,
            viewer_hash=viewer_hash,
            started_at=started_at,
            updated_at=self._clock(),
            state="waiting",
            reason=None,
            t=0.0,
            duration=duration,
            moods={},
        )
        with writing(self._engine) as connection:
            connection.execute(insert(SessionRow).values(asdict(row)))

    def write(self, updates: Iterable[Progress]) -> set[str]:
        """Store updates of sessions in one transaction; events stored before are skipped.

        Returns
        -------
        set of str
            Identifiers of sessions that have been deleted; nothing is stored for them.

        Raises
        ------
        StorageError
            If the database cannot be written to.
        """
        deleted = set()
        with writing(self._engine) as connection:
            for progress in updates:
                changes = {
                    "updated_at": self._clock(),
                    "state": progress.state,
                    "reason": progress.reason,
                    "t": progress.t,
                    "duration": progress.duration,
                    "moods": dict(progress.moods),
                }
                row = update(SessionRow).where(SessionRow.id == progress.id).values(changes)
                if not connection.execute(row).rowcount:
                    deleted.add(progress.id)
                elif progress.events:
                    last = last_seq(connection, progress.id)
                    new = [event for event in progress.events if event.seq > last]
                    insert_events(connection, progress.id, new)
        return deleted

    def append(self, session_id: str, make: Callable[[int], StoredEvent]) -> StoredEvent:
        """Append an event to a session that has ended.

        Parameters
        ----------
        session_id : str
            The session.
        make : callable
            Returns the event for its sequence number.

        Returns
        -------
        StoredEvent
            The event.

        Raises
        ------
        LookupError
            If the session does not exist.
        """
        with writing(self._engine) as connection:
            start_time(connection, session_id)
            event = make(last_seq(connection, session_id) + 1)
            insert_events(connection, session_id, [event])
        return event

    def replace(self, session_id: str, event: StoredEvent) -> None:
        """Replace the event that has the same sequence number."""
        same = (SessionEventRow.session_id == session_id, SessionEventRow.seq == event.seq)
        with writing(self._engine) as connection:
            connection.execute(update(SessionEventRow).where(*same).values(asdict(event)))

    def session(self, session_id: str) -> StoredSession | None:
        """Return a session, or None if it does not exist."""
        with self._engine.connect() as connection:
            row = connection.execute(SESSIONS.where(SessionRow.id == session_id)).one_or_none()
        return None if row is None else self._session(row)

    def page(self, limit: int = 100, before: str | None = None) -> list[StoredSession]:
        """Return sessions, newest first.

        Parameters
        ----------
        limit : int
            Maximum number of sessions.
        before : str or None
            Identifier of the last session of the previous page; None for the first page.

        Raises
        ------
        LookupError
            If the session ``before`` does not exist or was deleted.
        """
        rows = SESSIONS.order_by(SessionRow.started_at.desc(), SessionRow.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            if before is not None:
                end = start_time(connection, before), before
                rows = rows.where(tuple_(SessionRow.started_at, SessionRow.id) < tuple_(*end))
            return [self._session(row) for row in connection.execute(rows)]

    def events(
        self,
        session_id: str,
        types: Collection[str] = (),
        *,
        after: int = 0,
        limit: int | None = None,
        since: float = 0.0,
        until: float = math.inf,
    ) -> list[StoredEvent]:
        """Return events of a session, oldest first.

        Parameters
        ----------
        session_id : str
            The session.
        types : collection of str
            Event types; empty for all.
        after : int
            Sequence number; only events with a higher one are returned.
        limit : int or None
            Maximum number of events; None for all.
        since, until : float
            Closed interval of time, in seconds since the session began.
        """
        rows = EVENTS.where(SessionEventRow.session_id == session_id)
        # With a condition that is always true, SQLite would not use the index on time.
        if after > 0:
            rows = rows.where(SessionEventRow.seq > after)
        if types:
            rows = rows.where(SessionEventRow.type.in_(types))
        if since > 0:
            rows = rows.where(SessionEventRow.t >= since)
        if until < math.inf:
            rows = rows.where(SessionEventRow.t <= until)
        rows = rows.order_by(SessionEventRow.seq).limit(limit)
        with self._engine.connect() as connection:
            return [StoredEvent(*row) for row in connection.execute(rows)]

    def last_seq(self, session_id: str) -> int:
        """Return the sequence number of a session's last event; 0 without events."""
        with self._engine.connect() as connection:
            return last_seq(connection, session_id)

    def latest(
        self, session_id: str, types: Iterable[str], before: float = math.inf
    ) -> list[StoredEvent]:
        """Return the last event of each type in a session, oldest first.

        Parameters
        ----------
        session_id : str
            The session.
        types : iterable of str
            Event types.
        before : float
            Only events earlier than this time, in seconds since the session began.
        """
        row = SessionEventRow
        rows = EVENTS.where(row.session_id == session_id).limit(1)
        rows = rows.order_by(row.t.desc(), row.seq.desc())
        if before < math.inf:
            rows = rows.where(row.t < before)
        with self._engine.connect() as connection:
            found = [connection.execute(rows.where(row.type == type_)).first() for type_ in types]
        events = [StoredEvent(*each) for each in found if each is not None]
        return sorted(events, key=lambda event: event.seq)

    def rename(self, session_id: str, title: str) -> None:
        """Change the title of a session.

        Raises
        ------
        LookupError
            If the session does not exist.
        """
        with writing(self._engine) as connection:
            start_time(connection, session_id)
            row = update(SessionRow).where(SessionRow.id == session_id)
            connection.execute(row.values(title=title))

    def delete(self, session_id: str) -> None:
        """Delete a session with its events, feedback and cue lists."""
        with writing(self._engine) as connection:
            for table in (SessionEventRow, FeedbackRow, CueListRow):
                connection.execute(delete(table).where(table.session_id == session_id))
            connection.execute(delete(SessionRow).where(SessionRow.id == session_id))

    def expire(self, age: timedelta) -> int:
        """Delete the sessions that were last updated longer ago than ``age``.

        Feedback whose session has no row of its own is deleted at the same age.

        Returns
        -------
        int
            Number of sessions deleted.
        """
        limit = self._clock() - age
        old = select(SessionRow.id).where(SessionRow.updated_at < limit)
        feedback_only = (
            select(FeedbackRow.session_id)
            .where(FeedbackRow.session_id.not_in(select(SessionRow.id)))
            .group_by(FeedbackRow.session_id)
            .having(func.max(FeedbackRow.at) < limit)
        )
        with self._engine.connect() as connection:
            expired = connection.scalars(old.union(feedback_only)).all()
        for session_id in expired:
            self.delete(session_id)
        return len(expired)

    def _session(self, row: Row[Any]) -> StoredSession:
        session = StoredSession(**row._mapping)
        alive_since = self._clock() - INTERRUPTED_AFTER
        if self._server_started_at is not None:
            alive_since = max(alive_since, self._server_started_at)
        if session.state != "ended" and session.updated_at < alive_since:
            return replace(session, state="ended", reason="interrupted")
        return session
