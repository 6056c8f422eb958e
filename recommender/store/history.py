"""The history: the sessions of all runs, and what each told its listeners.

What an event says is not known here: it is kept as the text it was sent as.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, tuple_, update

from inference.emotion import Emotion
from recommender.store.database import writing
from recommender.store.tables import CueListRow, FeedbackRow, SessionEventRow, SessionRow
from recommender.vocabulary import EndReason, SessionState

SILENT_AFTER: Final = timedelta(seconds=5)
"""A session that runs is written every second; one that has not been for so long was interrupted:
its program was killed."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event of a session.

    Attributes
    ----------
    seq : int
        Its number, counted from 1.
    t : float
        When, in seconds since the session began.
    type : str
        What kind of event it is.
    body : str
        The event as JSON, without any secret.
    """

    seq: int
    t: float
    type: str
    body: str


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as it is kept.

    Attributes
    ----------
    id, title : str
        Its public name, and what its user calls it.
    source : str
        Where its media come from.
    token_hash, viewer_hash : str
        SHA-256 of the secret that opens it, and of the one that lets others watch.
    started_at : datetime
        When its clock read 0, in UTC.
    heard_at : datetime
        When it was written last, in UTC.
    state : SessionState
        How it is doing.
    reason : EndReason or None
        Why it ended; None while it runs.
    t : float
        How long it has run, in seconds.
    duration : float or None
        Seconds its source lasts, where it has an end and tells.
    moods : Mapping
        For each mood how long it lasted in all, in seconds.
    """

    id: str
    title: str
    source: str
    token_hash: str
    viewer_hash: str
    started_at: datetime
    heard_at: datetime
    state: SessionState
    reason: EndReason | None
    t: float
    duration: float | None
    moods: Mapping[Emotion, float]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a session has come, and its events since that was last written.

    The attributes are those of :class:`StoredSession`.
    """

    id: str
    state: SessionState
    reason: EndReason | None
    t: float
    duration: float | None
    moods: Mapping[Emotion, float]
    events: Sequence[StoredEvent] = ()


class History:
    """The sessions in the database. May be used from any thread and from several processes.

    Parameters
    ----------
    engine : Engine
        That of the catalogue.
    clock : callable
        Returns the present moment, with its time zone.
    since : datetime or None
        When the server that asks was started: what was not written since then is not running.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        since: datetime | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._since = since

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
        """Write a session that begins. See :class:`StoredSession` for the values.

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
            heard_at=self._clock(),
            state="waiting",
            reason=None,
            t=0.0,
            duration=duration,
            moods={},
        )
        with writing(self._engine) as connection:
            connection.execute(insert(SessionRow).values(asdict(row)))

    def write(self, news: Iterable[Progress]) -> set[str]:
        """Write how sessions go on, all in one transaction; what was written already stays.

        Returns
        -------
        set of str
            The sessions among them that were deleted meanwhile: nothing is written of them.

        Raises
        ------
        StorageError
            If the database cannot be written to.
        """
        gone = set()
        with writing(self._engine) as connection:
            for progress in news:
                changes = {
                    "heard_at": self._clock(),
                    "state": progress.state,
                    "reason": progress.reason,
                    "t": progress.t,
                    "duration": progress.duration,
                    "moods": dict(progress.moods),
                }
                row = update(SessionRow).where(SessionRow.id == progress.id).values(changes)
                if not connection.execute(row).rowcount:
                    gone.add(progress.id)
                elif progress.events:
                    last = _last(connection, progress.id)
                    _insert(connection, progress.id, [e for e in progress.events if e.seq > last])
        return gone

    def append(self, session_id: str, make: Callable[[int], StoredEvent]) -> StoredEvent:
        """Add the event that ``make`` returns for its number to a session that has ended.

        Raises
        ------
        LookupError
            If there is no such session.
        """
        with writing(self._engine) as connection:
            _need(connection, session_id)
            event = make(_last(connection, session_id) + 1)
            _insert(connection, session_id, [event])
        return event

    def replace(self, session_id: str, event: StoredEvent) -> None:
        """Put an event in the place of the one with its number."""
        at = (SessionEventRow.session_id == session_id, SessionEventRow.seq == event.seq)
        with writing(self._engine) as connection:
            connection.execute(update(SessionEventRow).where(*at).values(asdict(event)))

    def session(self, session_id: str) -> StoredSession | None:
        """Return a session, or None where there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(_SESSIONS.where(SessionRow.id == session_id)).one_or_none()
        return None if row is None else self._session(row)

    def page(self, limit: int = 100, before: str | None = None) -> list[StoredSession]:
        """Return sessions, newest first.

        Parameters
        ----------
        limit : int
            How many at most.
        before : str or None
            Only those older than the session with this ``id``: the last one of the page before.

        Raises
        ------
        LookupError
            If there is no such session (any more).
        """
        rows = _SESSIONS.order_by(SessionRow.started_at.desc(), SessionRow.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            if before is not None:
                end = _need(connection, before), before
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
            Only these; all for none.
        after : int
            Only those with a higher number.
        limit : int or None
            How many at most.
        since, until : float
            Only those from then on, up to and with the latter; in seconds since the session began.
        """
        rows = _EVENTS.where(SessionEventRow.session_id == session_id)
        # A condition that is always true would lead SQLite past the index by time.
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
            return [StoredEvent(*found) for found in connection.execute(rows)]

    def last(self, session_id: str) -> int:
        """Return the number of a session's last event, or 0."""
        with self._engine.connect() as connection:
            return _last(connection, session_id)

    def latest(
        self, session_id: str, types: Iterable[str], before: float = math.inf
    ) -> list[StoredEvent]:
        """Return the last event of each type in a session, in the order of their numbers.

        Parameters
        ----------
        session_id : str
            The session.
        types : iterable of str
            The types.
        before : float
            Only those earlier than this, in seconds since the session began.
        """
        row = SessionEventRow
        rows = _EVENTS.where(row.session_id == session_id).limit(1)
        rows = rows.order_by(row.t.desc(), row.seq.desc())
        if before < math.inf:
            rows = rows.where(row.t < before)
        with self._engine.connect() as connection:
            found = [connection.execute(rows.where(row.type == type_)).first() for type_ in types]
        events = [StoredEvent(*each) for each in found if each is not None]
        return sorted(events, key=lambda event: event.seq)

    def rename(self, session_id: str, title: str) -> None:
        """Call a session something else.

        Raises
        ------
        LookupError
            If there is no such session.
        """
        with writing(self._engine) as connection:
            _need(connection, session_id)
            row = update(SessionRow).where(SessionRow.id == session_id)
            connection.execute(row.values(title=title))

    def delete(self, session_id: str) -> None:
        """Delete everything of a session: its events, and all that was logged of it."""
        with writing(self._engine) as connection:
            for table in (SessionEventRow, FeedbackRow, CueListRow):
                connection.execute(delete(table).where(table.session_id == session_id))
            connection.execute(delete(SessionRow).where(SessionRow.id == session_id))

    def expire(self, age: timedelta) -> int:
        """Delete everything of the sessions that were last heard of longer ago than this.

        What was logged of sessions that are not kept themselves goes at the same age.

        Returns
        -------
        int
            How many sessions that were.
        """
        moment = self._clock() - age
        old = select(SessionRow.id).where(SessionRow.heard_at < moment)
        logged_alone = (
            select(FeedbackRow.session_id)
            .where(FeedbackRow.session_id.not_in(select(SessionRow.id)))
            .group_by(FeedbackRow.session_id)
            .having(func.max(FeedbackRow.at) < moment)
        )
        with self._engine.connect() as connection:
            expired = connection.scalars(old.union(logged_alone)).all()
        for session_id in expired:
            self.delete(session_id)
        return len(expired)

    def _session(self, row: Row[Any]) -> StoredSession:
        session = StoredSession(**row._mapping)
        silent_since = self._clock() - SILENT_AFTER
        if self._since is not None:
            silent_since = max(silent_since, self._since)
        if session.state != "ended" and session.heard_at < silent_since:
            return replace(session, state="ended", reason="interrupted")
        return session


_SESSIONS: Final = select(SessionRow.__table__)
_EVENTS: Final = select(
    SessionEventRow.seq, SessionEventRow.t, SessionEventRow.type, SessionEventRow.body
)


def _need(connection: Connection, session_id: str) -> datetime:
    """Return when a session started, which it must have."""
    row = select(SessionRow.started_at).where(SessionRow.id == session_id)
    started_at = connection.scalar(row)
    if started_at is None:
        raise LookupError(f"there is no session {session_id}")
    return started_at


def _last(connection: Connection, session_id: str) -> int:
    """Return the number of a session's last event, or 0."""
    row = select(func.max(SessionEventRow.seq)).where(SessionEventRow.session_id == session_id)
    return connection.scalar(row) or 0


def _insert(connection: Connection, session_id: str, events: Iterable[StoredEvent]) -> None:
    rows = [{"session_id": session_id, **asdict(event)} for event in events]
    if rows:
        connection.execute(insert(SessionEventRow), rows)
