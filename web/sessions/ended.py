"""A session that has ended, in this run of the server or an earlier one."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

from recommender import Action, Feedback, StoredEvent, StoredSession
from web.sessions.events import as_stored
from web.sessions.journal import Journal
from web.wire import EndEvent, NoteEvent, SessionInfo


class EndedSession:
    """The :class:`~web.sessions.session.Session` protocol for a session that has ended.

    Parameters
    ----------
    stored : StoredSession
        The session as it is stored.
    journal : Journal
        Stores what belongs to it.
    """

    running = None

    def __init__(self, stored: StoredSession, journal: Journal) -> None:
        self._stored = stored
        self._journal = journal

    @property
    def id(self) -> str:
        """Public id."""
        return self._stored.id

    @property
    def token_hash(self) -> str:
        """SHA-256 of the token that allows everything."""
        return self._stored.token_hash

    @property
    def viewer_hash(self) -> str:
        """SHA-256 of the token that allows watching only."""
        return self._stored.viewer_hash

    async def info(self) -> SessionInfo:
        """Describe the session."""
        return SessionInfo.of(self._stored)

    async def rename(self, title: str) -> None:
        """Change the title."""
        await self._journal.rename(title)
        self._stored = replace(self._stored, title=title)

    async def stop(self) -> None:
        """Do nothing: the session has already ended."""

    async def leave(self) -> None:
        """Do nothing: the session has already ended."""

    async def follow(self, seq: int, *, attend: bool = False) -> AsyncGenerator[StoredEvent, None]:
        """Yield each stored event newer than ``seq``.

        A server that was killed did not store an end event, so one is added.
        """
        while events := await self._journal.events(seq):
            for event in events:
                yield event
                seq = event.seq
        if self._stored.reason == "interrupted":
            yield as_stored(EndEvent(seq=seq + 1, t=self._stored.t, reason="interrupted"))

    async def add_note(self, text: str, t: float | None = None) -> NoteEvent:
        """Add a note."""
        at = self._at(t)

        def note(seq: int) -> NoteEvent:
            return NoteEvent(seq=seq, t=at, id=seq, text=text)

        return note(await self._journal.append(note))

    async def erase_note(self, note_id: int) -> None:
        """Delete the text of a note."""
        note = await self._journal.note(note_id)
        await self._journal.append(lambda seq: note.model_copy(update={"seq": seq, "text": None}))
        await self._journal.blank_note(note)

    async def record(
        self, track_id: str, action: Action, t: float | None = None, seconds: float | None = None
    ) -> Feedback:
        """Log a user's action on a track, with the mood and list with which it was last shown."""
        feedback = await self._journal.record(track_id, action, self._at(t), seconds=seconds)
        await self._journal.settle()
        return feedback

    async def download(self, track_id: str, *, part: bool) -> None:
        """Log a download."""
        await self._journal.download(track_id, self._stored.t, part=part)
        await self._journal.settle()

    def _at(self, t: float | None) -> float:
        return self._stored.t if t is None else min(t, self._stored.t)
