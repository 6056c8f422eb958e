"""Store the data of one session: events, shown lists, feedback and downloads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from inference import Emotion
from recommender import (
    Action,
    Cue,
    CueSettings,
    Feedback,
    Mode,
    Moment,
    StorageError,
    StoredEvent,
)
from web.sessions.events import as_stored, notes_of
from web.sessions.services import Services
from web.sessions.session import NoSuchNoteError, NoSuchTrackError, SessionGoneError
from web.wire import AnyEvent, NoteEvent

READ_AT_ONCE: Final = 1000
"""Events read in one query."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The mood and the list at the time of a feedback; see :class:`recommender.Feedback`."""

    mood: Emotion | None = None
    confidence: float | None = None
    voice: Emotion | None = None
    face: Emotion | None = None
    rank: int | None = None
    score: float | None = None
    list_id: int | None = None
    mode: Mode | None = None

    @classmethod
    def of(cls, feedback: Feedback) -> Self:
        """Return the circumstances of an earlier feedback."""
        return cls(**{name: getattr(feedback, name) for name in cls.__dataclass_fields__})


class Journal:
    """Stores the data of one session in order, and nothing more once it is deleted.

    Parameters
    ----------
    session_id : str
        The session.
    services : Services
        The database, and the learner of the user's taste.
    lock : asyncio.Lock
        Held while data is logged or deleted; shared by all journals of a session.
    """

    def __init__(self, session_id: str, services: Services, lock: asyncio.Lock) -> None:
        self._id = session_id
        self._services = services
        self._lock = lock
        self._deleted = False
        self._list_of: dict[str, int] = {}
        self._pending: set[asyncio.Task[None]] = set()

    async def events(self, after: int) -> list[StoredEvent]:
        """Return some stored events newer than ``after``, oldest first.

        Raises
        ------
        StorageError
            If the history cannot be read.
        """
        read = self._services.history.events
        return await self._services.offload(read, self._id, after=after, limit=READ_AT_ONCE)

    async def rename(self, title: str) -> None:
        """Store a new title.

        Raises
        ------
        SessionGoneError
            If the session was deleted.
        """
        try:
            await self._services.offload(self._services.history.rename, self._id, title)
        except LookupError as error:
            raise SessionGoneError("the session was deleted") from error

    async def append(self, make: Callable[[int], AnyEvent]) -> int:
        """Add an event to a session that has ended; ``make`` gets its number and returns it.

        Returns
        -------
        int
            The number.

        Raises
        ------
        SessionGoneError
            If the session was deleted.
        """
        append = self._services.history.append
        try:
            stored = await self._services.offload(
                append, self._id, lambda seq: as_stored(make(seq))
            )
        except LookupError as error:
            raise SessionGoneError("the session was deleted") from error
        return stored.seq

    async def note(self, note_id: int) -> NoteEvent:
        """Return a stored note.

        Raises
        ------
        NoSuchNoteError
            If the note does not exist.
        """
        stored = await self._services.offload(self._services.history.events, self._id, ("note",))
        for note in notes_of(stored):
            if note.id == note_id:
                return note
        raise NoSuchNoteError(note_id)

    async def blank_note(self, note: NoteEvent) -> None:
        """Delete the text of a stored note."""
        blank = as_stored(note.model_copy(update={"seq": note.id, "text": None}))
        await self._services.offload(self._services.history.replace, self._id, blank)

    def latest_list(self, track_id: str) -> int | None:
        """Return the id of the latest list that contained a track, else of the latest list."""
        return self._list_of.get(track_id, max(self._list_of.values(), default=None))

    def show_soon(self, moment: Moment, settings: CueSettings, cues: Sequence[Cue]) -> None:
        """Log a list of cues in the background, so that showing it does not wait."""
        if cues:
            self._start(self._show(moment, settings, cues))

    async def record(
        self,
        track_id: str,
        action: Action,
        t: float,
        circumstances: Callable[[], Circumstances] | None = None,
        seconds: float | None = None,
    ) -> Feedback:
        """Log a user's action on a track.

        Parameters
        ----------
        track_id : str
            The track.
        action : Action
            What the user did.
        t : float
            Seconds since the session began.
        circumstances : callable, optional
            Returns the mood and the list at that time; by default those with which the track was
            last shown.
        seconds : float, optional
            How long the track was played.

        Raises
        ------
        NoSuchTrackError
            If the track does not exist.
        SessionGoneError
            If the session was deleted.
        StorageError
            If the feedback cannot be stored.
        """
        async with self._lock:
            return await self._record(track_id, action, t, circumstances, seconds)

    async def download(
        self,
        track_id: str,
        t: float,
        circumstances: Callable[[], Circumstances] | None = None,
        *,
        part: bool,
    ) -> Feedback | None:
        """Log a download, unless it is a further byte range of a logged one.

        Clients fetch a file in several ranges and resume; that counts as one download.

        Returns
        -------
        Feedback or None
            The logged download; None for a further range.
        """
        latest = self._services.feedback.latest
        async with self._lock:
            if part:
                before = await self._services.offload(latest, self._id, track_id, "downloaded")
                if before is not None:
                    return None
            return await self._record(track_id, "downloaded", t, circumstances)

    async def delete(self) -> None:
        """Delete everything stored for the session, and store nothing from now on.

        Raises
        ------
        StorageError
            If it cannot be deleted.
        """
        async with self._lock:
            self._deleted = True
            await self._services.offload(self._services.history.delete, self._id)
        await self._services.offload(self._services.learner.relearn)

    async def settle(self) -> None:
        """Wait for the background writes."""
        await asyncio.gather(*self._pending)

    async def _record(
        self,
        track_id: str,
        action: Action,
        t: float,
        circumstances: Callable[[], Circumstances] | None = None,
        seconds: float | None = None,
    ) -> Feedback:
        services = self._services
        # Another program may have deleted the session.
        if self._deleted or await services.offload(services.history.session, self._id) is None:
            raise SessionGoneError("the session was deleted: nothing more is logged")
        # Under the lock, the list shown just before has been logged.
        during = circumstances() if circumstances else await self._last_shown(track_id)
        try:
            feedback = await services.offload(
                services.feedback.record,
                session_id=self._id,
                t=t,
                track_id=track_id,
                action=action,
                seconds=seconds,
                **asdict(during),
            )
        except ValueError as error:
            raise NoSuchTrackError(track_id) from error
        self._start(services.offload(services.learner.catch_up))
        if action == "downloaded":
            services.downloaded.announce()
        return feedback

    async def _last_shown(self, track_id: str) -> Circumstances:
        latest = self._services.feedback.latest
        shown = await self._services.offload(latest, self._id, track_id, "shown")
        return Circumstances() if shown is None else Circumstances.of(shown)

    async def _show(self, moment: Moment, settings: CueSettings, cues: Sequence[Cue]) -> None:
        async with self._lock:
            if not self._deleted:
                record = self._services.shown.record
                self._list_of = await self._services.offload(record, moment, settings, cues)

    def _start(self, storing: Coroutine[Any, Any, object]) -> None:
        async def store() -> None:
            try:
                await storing
            except StorageError as error:
                logger.warning("session %s: %s", self._id, error)

        task = asyncio.create_task(store())
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
