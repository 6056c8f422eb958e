"""What routes may ask of sessions, wherever these run.

Nothing here hands out a live object: arguments and results are plain data, so that a session may
live in another process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from recommender import Action, Feedback, StoredEvent
from stream import Level
from web.problem import RefusedError
from web.sessions.sources import Opening, UploadOpening
from web.wire import CueState, NoteEvent, SessionInfo


class SessionGoneError(Exception):
    """The session was deleted."""


class SessionEndedError(Exception):
    """The session has ended, and the call needs one that runs."""

    def __init__(self) -> None:
        super().__init__("the session has ended: start a new one")


class NoSuchTrackError(Exception):
    """The catalogue has no such track."""

    def __init__(self, track_id: str) -> None:
        super().__init__(f"there is no track {track_id}")


class NoSuchNoteError(Exception):
    """The session has no such note."""

    def __init__(self, note_id: int) -> None:
        super().__init__(f"there is no note {note_id} (any more)")


class WrongSourceError(Exception):
    """The session takes its media from elsewhere."""


class SessionsFullError(RefusedError):
    """As many sessions run as the settings allow."""


class Session(Protocol):
    """A session that runs or has ended."""

    @property
    def id(self) -> str:
        """Public name."""

    @property
    def token_hash(self) -> str:
        """SHA-256 of the token that allows everything."""

    @property
    def viewer_hash(self) -> str:
        """SHA-256 of the token that allows watching only."""

    @property
    def running(self) -> RunningSession | None:
        """The same session with the calls that need it to run; None once it has ended."""

    async def info(self) -> SessionInfo:
        """Describe the session."""

    async def rename(self, title: str) -> None:
        """Change the title.

        Raises
        ------
        SessionGoneError
            If it was deleted meanwhile.
        """

    def follow(self, seq: int, *, attend: bool = False) -> AsyncIterator[StoredEvent]:
        """Yield each event newer than ``seq``, then each new one until the session ends.

        Parameters
        ----------
        seq : int
            Number of the last event already received; 0 for none.
        attend : bool
            Whether the listener keeps a session going that its page has left.
        """

    async def add_note(self, text: str, t: float | None = None) -> NoteEvent:
        """Add a note at ``t`` seconds, by default and at the latest now.

        Raises
        ------
        SessionGoneError
            If it was deleted meanwhile.
        """

    async def erase_note(self, note_id: int) -> None:
        """Delete the text of a note, and tell the listeners.

        Raises
        ------
        NoSuchNoteError
            If there is none.
        SessionGoneError
            If the session was deleted meanwhile.
        """

    async def record(
        self, track_id: str, action: Action, t: float | None = None, seconds: float | None = None
    ) -> Feedback:
        """Log what was done with a track.

        Parameters
        ----------
        track_id : str
            The track.
        action : Action
            What was done with it.
        t : float, optional
            When, in seconds since the session began; by default and at the latest now, or at its
            end.
        seconds : float, optional
            How long it was listened to.

        Raises
        ------
        NoSuchTrackError
            If the track does not exist.
        SessionGoneError
            If the session was deleted meanwhile.
        StorageError
            If it cannot be stored.
        """

    async def download(self, track_id: str, *, part: bool) -> None:
        """Log a download; see :meth:`record`.

        Parameters
        ----------
        track_id : str
            The track.
        part : bool
            Whether only a byte range was requested; it then belongs to the download before it.
        """

    async def stop(self) -> None:
        """End the session if it runs."""

    async def leave(self) -> None:
        """End the session soon, unless an owner listens by then; recordings go on."""


class RunningSession(Session, Protocol):
    """A session that runs. Each call raises :class:`SessionEndedError` once it has ended."""

    async def answer(self, offer: str) -> str:
        """Return the SDP answer to an SDP offer.

        Raises
        ------
        WrongSourceError
            If the session does not take its media by WebRTC.
        SourceError
            If the offer cannot be answered.
        """

    async def set_cues(self, changes: CueState) -> CueState:
        """Change what was given of the cue settings, and publish the new list.

        Raises
        ------
        ValueError
            If the settings do not go together.
        """

    async def play(self, track_id: str | None) -> None:
        """Publish which track plays from now on.

        Raises
        ------
        NoSuchTrackError
            If the track does not exist.
        """

    def levels(self) -> AsyncIterator[Level]:
        """Yield the input level of a studio feed ten times a second; nothing for other sources."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session just opened.

    Attributes
    ----------
    session : RunningSession
        The session.
    token : str
        Secret that allows everything.
    viewer_token : str
        Secret that allows watching only.
    """

    session: RunningSession
    token: str
    viewer_token: str


class Sessions(Protocol):
    """All sessions: those that run, and those that have ended."""

    async def open(self, opening: Opening | UploadOpening) -> OpenedSession:
        """Start a session.

        Raises
        ------
        SessionsFullError
            If as many run as the settings allow.
        SourceError
            If its source cannot be used.
        StorageError
            If it cannot be stored.
        """

    async def require_capacity(self) -> None:
        """Check that another session may be opened.

        Raises
        ------
        SessionsFullError
            If as many run as the settings allow.
        """

    async def find(self, session_id: str) -> Session | None:
        """Return a session of this or an earlier run of the server.

        Raises
        ------
        StorageError
            If the history cannot be read.
        """

    async def find_encoder(self, token: str) -> RunningSession | None:
        """Return the running session of the source ``whip`` that has this token."""

    async def delete(self, session_id: str) -> None:
        """End a session and delete everything of it, its downloads in the log included."""

    async def flush(self) -> None:
        """Store the events of running sessions that the history lacks.

        Raises
        ------
        StorageError
            If the history cannot be written; the next call tries again.
        """
