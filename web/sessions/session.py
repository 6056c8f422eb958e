"""The interface between the routes and sessions.

Besides references to sessions, arguments and results are plain data, so that a session may run in
another process.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
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
        super().__init__(f"there is no note {note_id}: it may have been deleted")


class CueSettingsError(ValueError):
    """The cue settings contradict each other."""


class WrongSourceError(Exception):
    """The session has another source than the call needs."""


class SessionsFullError(RefusedError):
    """The maximum number of sessions is running."""


class Session(Protocol):
    """A session that is running or has ended."""

    @property
    def id(self) -> str:
        """Public id."""

    @property
    def token_hash(self) -> str:
        """SHA-256 of the token that allows everything."""

    @property
    def viewer_hash(self) -> str:
        """SHA-256 of the token that allows watching only."""

    @property
    def running(self) -> RunningSession | None:
        """The session with the calls for running sessions; None once it has ended."""

    async def info(self) -> SessionInfo:
        """Describe the session."""

    async def rename(self, title: str) -> None:
        """Change the title.

        Raises
        ------
        SessionGoneError
            If it was deleted meanwhile.
        """

    def follow(self, seq: int, *, attend: bool = False) -> AsyncGenerator[StoredEvent, None]:
        """Yield each event newer than ``seq``, then each new one until the session ends.

        Parameters
        ----------
        seq : int
            Number of the last event already received; 0 for none.
        attend : bool
            Whether the listener keeps a session running that its page has left.
        """

    async def add_note(self, text: str, t: float | None = None) -> NoteEvent:
        """Add a note at ``t`` seconds, by default and at the latest now.

        Raises
        ------
        SessionEndedError
            If it has ended since it was found; find it again.
        SessionGoneError
            If it was deleted meanwhile.
        """

    async def erase_note(self, note_id: int) -> None:
        """Delete the text of a note, and tell the listeners.

        Raises
        ------
        NoSuchNoteError
            If the note does not exist.
        SessionEndedError
            If the session has ended since it was found; find it again.
        SessionGoneError
            If the session was deleted meanwhile.
        """

    async def record(
        self, track_id: str, action: Action, t: float | None = None, seconds: float | None = None
    ) -> Feedback:
        """Log a user's action on a track.

        Parameters
        ----------
        track_id : str
            The track.
        action : Action
            What the user did.
        t : float, optional
            Seconds since the session began; by default and at the latest now, or the end of the
            session.
        seconds : float, optional
            How long the track was played.

        Raises
        ------
        NoSuchTrackError
            If the track does not exist.
        SessionGoneError
            If the session was deleted meanwhile.
        StorageError
            If the feedback cannot be stored.
        """

    async def download(self, track_id: str, *, part: bool) -> None:
        """Log a download; see :meth:`record`.

        Parameters
        ----------
        track_id : str
            The track.
        part : bool
            Whether only a byte range was requested; it then belongs to the previous download.
        """

    async def stop(self) -> None:
        """End the session if it is running."""

    async def leave(self) -> None:
        """End the session soon, unless an owner reconnects by then; recordings continue."""


class RunningSession(Session, Protocol):
    """A running session, which may end at any moment."""

    async def answer(self, offer: str) -> str:
        """Return the SDP answer to an SDP offer.

        Raises
        ------
        WrongSourceError
            If the session does not receive its media by WebRTC.
        SourceError
            If the offer cannot be answered.
        """

    async def set_cues(self, changes: CueState) -> CueState:
        """Change the given cue settings, and publish the new list.

        Raises
        ------
        CueSettingsError
            If the settings contradict each other.
        SessionEndedError
            If the session has ended.
        """

    async def play(self, track_id: str | None) -> None:
        """Publish which track plays from now on.

        Raises
        ------
        NoSuchTrackError
            If the track does not exist.
        SessionEndedError
            If the session has ended.
        """

    def levels(self) -> AsyncGenerator[Level, None]:
        """Yield the input level of a studio feed ten times a second; nothing for other sources."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session just opened.

    Attributes
    ----------
    session : RunningSession
        The session.
    token : str
        Secret of the owner, who may do everything.
    viewer_token : str
        Secret of viewers, who may only watch.
    """

    session: RunningSession
    token: str = field(repr=False)
    viewer_token: str = field(repr=False)


class Sessions(Protocol):
    """All sessions, running and ended."""

    async def open(self, opening: Opening | UploadOpening) -> OpenedSession:
        """Start a session.

        Raises
        ------
        SessionsFullError
            If the maximum number of sessions is running.
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
            If the maximum number of sessions is running.
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
        """End a session and delete everything of it, including its downloads in the log."""

    async def flush(self) -> None:
        """Store the events of running sessions that are not in the history yet.

        Raises
        ------
        StorageError
            If the history cannot be written; the next call tries again.
        """
