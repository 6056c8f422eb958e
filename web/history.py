"""Sessions looked back on: those that have ended, of this run of the server or another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, cast

from recommender import (
    Action,
    Catalogue,
    DownloadLog,
    Feedback,
    History,
    Selection,
    StoredEvent,
    StoredSession,
)
from web.events import as_stored
from web.record import Download, Note, Play, Record
from web.services import Services
from web.sources import Kind
from web.wire import (
    AnyEvent,
    CuesEvent,
    EndEvent,
    MoodEvent,
    NoteEvent,
    PlayingEvent,
    TrackFacts,
    facts,
)

READ_AT_ONCE: Final = 1000
"""Events that are read at a time."""

_CIRCUMSTANCES: Final = (
    *("mood", "confidence", "voice", "face", "rank", "score", "list_id", "mode"),
)
"""What is known of feedback from the list that the track was on."""


class SessionGoneError(Exception):
    """The session is not there for this any more: it was deleted, or has ended."""


class EndedSession:
    """A session that has ended: what can still be done with it.

    Parameters
    ----------
    stored : StoredSession
        It, as it is kept.
    services : Services
        What all sessions share.
    changing : asyncio.Lock
        Held by whoever logs something of a session that has ended, or deletes one.
    """

    def __init__(self, stored: StoredSession, services: Services, changing: asyncio.Lock) -> None:
        self.stored = stored
        self._services = services
        self._changing = changing

    @property
    def id(self) -> str:
        """Its public name."""
        return self.stored.id

    @property
    def title(self) -> str:
        """What its user calls it."""
        return self.stored.title

    @title.setter
    def title(self, title: str) -> None:
        self.stored = replace(self.stored, title=title)

    @property
    def t(self) -> float:
        """How long it ran, in seconds."""
        return self.stored.t

    @property
    def token_hash(self) -> str:
        """What is kept of the secret that opens it."""
        return self.stored.token_hash

    @property
    def viewer_hash(self) -> str:
        """What is kept of the secret that lets others watch."""
        return self.stored.viewer_hash

    async def follow(self, seq: int) -> AsyncIterator[StoredEvent]:
        """Yield each event newer than ``seq``.

        Where the program that ran it was killed, nothing tells of its end but this.
        """
        while events := await read_events(self._services, self.id, seq):
            for event in events:
                yield event
                seq = event.seq
        if self.stored.reason == "interrupted":
            yield as_stored(EndEvent(seq=seq + 1, t=self.t, reason="interrupted"))

    async def tell(self, make: Callable[[int], AnyEvent]) -> int:
        """Add the event that ``make`` returns for its number, and return the number.

        Raises
        ------
        SessionGoneError
            If it was deleted meanwhile.
        """
        append = self._services.history.append
        try:
            return (
                await self._services.stored(append, self.id, lambda seq: as_stored(make(seq)))
            ).seq
        except LookupError as error:
            raise SessionGoneError("the session was deleted") from error

    async def record(
        self,
        track_id: str,
        action: Action,
        t: float | None = None,
        seconds: float | None = None,
    ) -> Feedback:
        """Log what was done with a track, in the mood in which it was shown last.

        Parameters
        ----------
        track_id : str
            The track.
        action : Action
            What was done with it.
        t : float, optional
            When, in seconds since the session began; at its end by default, and at the latest.
        seconds : float, optional
            How long it was listened to.

        Raises
        ------
        ValueError
            If there is no such track.
        SessionGoneError
            If it was deleted meanwhile.
        """
        async with self._changing:
            return await self._record(track_id, action, t, seconds)

    async def download(self, track_id: str, *, part: bool) -> None:
        """Log a download; see :meth:`record`.

        Parameters
        ----------
        track_id : str
            The track.
        part : bool
            Whether only a part of it was asked for: then it belongs to the download before.
        """
        before = self._services.feedback.latest
        async with self._changing:
            if not part or not await self._services.stored(before, self.id, track_id, "downloaded"):
                await self._record(track_id, "downloaded")

    async def forget(self) -> None:
        """Delete everything of it."""
        async with self._changing:
            await self._services.stored(self._services.history.delete, self.id)
        await self._services.stored(self._services.learner.relearn)

    async def _record(
        self,
        track_id: str,
        action: Action,
        t: float | None = None,
        seconds: float | None = None,
    ) -> Feedback:
        services = self._services
        if await services.stored(services.history.session, self.id) is None:
            raise SessionGoneError("the session was deleted: nothing is logged of it any more")
        shown = await services.stored(services.feedback.latest, self.id, track_id, "shown")
        feedback = await services.stored(
            services.feedback.record,
            session_id=self.id,
            t=self.t if t is None else min(t, self.t),
            track_id=track_id,
            action=action,
            seconds=seconds,
            **{name: getattr(shown, name) for name in _CIRCUMSTANCES if shown is not None},
        )
        await services.stored(services.learner.catch_up)
        if action == "downloaded":
            services.downloaded.announce()
        return feedback


async def read_events(services: Services, session_id: str, after: int) -> list[StoredEvent]:
    """Return some events of a session that are newer than ``after``, oldest first.

    Raises
    ------
    StorageError
        If the history cannot be read.
    """
    read = services.history.events
    return await services.stored(read, session_id, after=after, limit=READ_AT_ONCE)


def record_of(catalogue: Catalogue, session_id: str) -> Record:
    """Return a session as it is in the history: waits for the database.

    Raises
    ------
    LookupError
        If there is no such session.
    StorageError
        If the database cannot be read.
    """
    history = History(catalogue.engine)
    session = history.session(session_id)
    if session is None:
        raise LookupError(f"there is no session {session_id}")
    events = history.events(session_id, ("mood", "cues", "playing", "note"))

    def bodies(kind: str) -> Iterator[str]:
        return (event.body for event in events if event.type == kind)

    plays = [PlayingEvent.model_validate_json(body) for body in bodies("playing")]
    return Record(
        id=session.id,
        title=session.title,
        source=cast(Kind, session.source),
        started_at=session.started_at,
        duration=session.t,
        moods=tuple(map(MoodEvent.model_validate_json, bodies("mood"))),
        cues=tuple(map(CuesEvent.model_validate_json, bodies("cues"))),
        plays=tuple(_plays(plays, session)),
        downloads=tuple(_downloads(catalogue, session_id)),
        notes=tuple(Note(note.t, note.text or "") for note in notes_of(events)),
    )


def notes_of(events: Iterable[StoredEvent]) -> list[NoteEvent]:
    """Return the notes among events that were not taken back, in the order of their times."""
    notes: dict[int, NoteEvent] = {}
    for event in (event for event in events if event.type == "note"):
        note = NoteEvent.model_validate_json(event.body)
        notes[note.id] = note
    return sorted(
        (note for note in notes.values() if note.text is not None), key=lambda note: note.t
    )


def _plays(events: list[PlayingEvent], session: StoredSession) -> Iterator[Play]:
    over = session.t if session.state == "ended" else None
    ends = [*(event.t for event in events[1:]), over]
    for event, end in zip(events, ends, strict=False):
        if event.track is not None:
            yield Play(event.t, end, event.track.track_id, event.track)


def _downloads(catalogue: Catalogue, session_id: str) -> Iterator[Download]:
    batches = DownloadLog(catalogue.engine).batches(Selection(session_id=session_id))
    logged = sorted((row for batch in batches for row in batch), key=lambda row: row.t)
    for row in logged:
        if (track := catalogue.track(row.track_id)) is not None:
            yield Download(row.t, row.track_id, TrackFacts(**facts(track)))
