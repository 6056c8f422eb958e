"""A session that runs in this process."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Self

from inference import ModelError, Mood, most_likely
from recommender import (
    Action,
    Cue,
    CueSettings,
    EndReason,
    Feedback,
    Moment,
    MoodQuery,
    Progress,
    SessionState,
    StorageError,
    StoredEvent,
)
from recommender.vocabulary import SourceKind
from stream import AddressSource, BrowserSource, Clock, DeviceSource, Feed, Level, SourceError
from web.problem import INTERNAL_ERROR, NO_PROBLEM, Problem
from web.security import hashed, new_token
from web.sessions.attendance import Attendance
from web.sessions.engine import Engine
from web.sessions.events import CAPACITY, EventLog
from web.sessions.journal import Circumstances, Journal
from web.sessions.pipeline import analyse_windows, watch_feed
from web.sessions.services import Services
from web.sessions.session import (
    NoSuchTrackError,
    RunningSession,
    SessionEndedError,
    WrongSourceError,
)
from web.sessions.sources import Recording, RecordingClock
from web.sessions.tally import MoodTally
from web.wire import (
    AnyEvent,
    CuesEvent,
    CueState,
    EndEvent,
    FeedbackEvent,
    MoodEvent,
    NoteEvent,
    PlayedTrack,
    PlayingEvent,
    SessionInfo,
    StatusEvent,
    cue_items,
)

LEVEL_EVERY: Final = 0.1
"""Seconds between two readings of the level meter."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a session is known by; fixed when it is opened.

    Attributes
    ----------
    kind : SourceKind
        Where its media come from.
    started_at : datetime
        When its clock read 0, in UTC.
    id : str
        Public name.
    token, viewer_token : str
        Secrets that allow everything, and watching only.
    """

    kind: SourceKind
    started_at: datetime
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    token: str = field(default_factory=new_token)
    viewer_token: str = field(default_factory=new_token)

    @classmethod
    def new(cls, kind: SourceKind, clock: Clock) -> Self:
        """Return a new identity for a session whose clock may run already."""
        return cls(kind, datetime.now(UTC) - timedelta(seconds=clock.now()))


@dataclass(frozen=True, slots=True)
class Ending:
    """When and why a session ended."""

    t: float
    reason: EndReason


class LiveSession:
    """Runs one source until it ends, is stopped, or is lost.

    Parameters
    ----------
    identity : Identity
        What it is known by.
    title : str
        What its user calls it.
    source : Feed or Recording
        Open; closed by :meth:`run`.
    clock : Clock
        The session clock.
    engine : Engine
        Turns windows into moods and cues.
    journal : Journal
        Stores what belongs to it.
    services : Services
        What all sessions share.
    event_capacity : int
        Events kept in memory.

    Attributes
    ----------
    identity : Identity
        What it is known by.
    title : str
        What its user calls it.
    source : Feed or Recording
        Its input.
    state : SessionState
        ``waiting`` for the first media, ``live``, ``lost`` while none arrive, ``ended``.
    problem : Problem
        Why nothing arrives, or what made it fail; empty if all is well.
    mood : Mood or None
        The latest.
    cues : list of Cue
        The current list.
    """

    def __init__(
        self,
        identity: Identity,
        title: str,
        source: Feed | Recording,
        clock: Clock,
        engine: Engine,
        journal: Journal,
        services: Services,
        event_capacity: int = CAPACITY,
    ) -> None:
        self.identity = identity
        self.title = title
        self.source = source
        self.state: SessionState = "waiting"
        self.problem = NO_PROBLEM
        self.mood: Mood | None = None
        self.cues: list[Cue] = []
        self._cue_settings = CueSettings()
        self._clock = clock
        self._engine: Engine | None = engine
        self._services = services
        self._journal = journal
        self._events = EventLog(journal.events, event_capacity)
        self._tally = MoodTally(services.settings.window)
        self._attendance = Attendance(clock, self.stop)
        self._playing = asyncio.Lock()
        self._reason: EndReason = "finished"
        self._ending: Ending | None = None

    @property
    def id(self) -> str:
        """Public name."""
        return self.identity.id

    @property
    def token_hash(self) -> str:
        """SHA-256 of the token that allows everything."""
        return hashed(self.identity.token)

    @property
    def viewer_hash(self) -> str:
        """SHA-256 of the token that allows watching only."""
        return hashed(self.identity.viewer_token)

    @property
    def running(self) -> RunningSession | None:
        """Itself, until it has ended."""
        return self if self._ending is None else None

    @property
    def kind(self) -> SourceKind:
        """Where its media come from."""
        return self.identity.kind

    @property
    def t(self) -> float:
        """Seconds since the session began; constant once it has ended."""
        return self._now() if self._ending is None else self._ending.t

    @property
    def reason(self) -> EndReason | None:
        """Why it ended; None while it runs."""
        return None if self._ending is None else self._ending.reason

    @property
    def duration(self) -> float | None:
        """Length of the source in seconds, if it has an end and tells."""
        source = self.source
        return source.duration if isinstance(source, Recording | AddressSource) else None

    async def info(self) -> SessionInfo:
        """Describe the session."""
        return SessionInfo(
            id=self.id,
            title=self.title,
            source=self.kind,
            state=self.state,
            reason=self.reason,
            started_at=self.identity.started_at,
            t=self.t,
            duration=self.duration,
            moods=self._tally.get(),
            cues=CueState.of(self._cue_settings),
        )

    def progress(self) -> Progress:
        """Return how far it has come, with the events that the history lacks."""
        return Progress(
            id=self.id,
            state=self.state,
            reason=self.reason,
            t=self.t,
            duration=self.duration,
            moods=self._tally.get(),
            events=self._events.unsaved(),
        )

    def mark_saved(self, seq: int) -> None:
        """Note that the history has the events up to ``seq``."""
        self._events.mark_saved(seq)

    async def run(self) -> None:
        """Analyse the source to its end, and publish how it ended."""
        problem = NO_PROBLEM
        watching = asyncio.create_task(self._watch())
        try:
            await self._analyse()
        except (SourceError, ModelError, StorageError) as error:
            self._reason, problem = "failed", Problem.of(error)
        except Exception:
            self._reason, problem = "failed", INTERNAL_ERROR
            logger.exception("session %s failed", self.id)
        finally:
            watching.cancel()
            try:
                await self.source.close()
            finally:
                await self._end(problem)

    async def stop(self, reason: EndReason = "stopped") -> None:
        """End the session, unless it is ending already."""
        if self._ending is None and self._reason == "finished":
            self._reason = reason
            await self.source.close()

    async def leave(self) -> None:
        """End the session soon, unless an owner listens by then; recordings go on."""
        if self.source.live and self._ending is None:
            self._attendance.leave()

    async def rename(self, title: str) -> None:
        """Change the title."""
        await self._journal.rename(title)
        self.title = title

    async def delete(self) -> None:
        """Delete everything of it that is stored, and store nothing from now on."""
        await self._journal.delete()

    async def follow(self, seq: int, *, attend: bool = False) -> AsyncIterator[StoredEvent]:
        """Yield each event newer than ``seq``, then each new one until the session ends."""
        with self._attendance.attend() if attend else nullcontext():
            async for event in self._events.follow(seq):
                yield event

    async def answer(self, offer: str) -> str:
        """Return the SDP answer to an SDP offer."""
        if not isinstance(self.source, BrowserSource):
            raise WrongSourceError("this session does not take its media from a browser")
        return await self.source.answer(offer)

    async def levels(self) -> AsyncIterator[Level]:
        """Yield the input level of a studio feed ten times a second."""
        while isinstance(self.source, DeviceSource) and self._ending is None:
            yield self.source.level
            await asyncio.sleep(LEVEL_EVERY)

    async def set_cues(self, changes: CueState) -> CueState:
        """Change what was given of the cue settings, and publish the new list."""
        if self._engine is None:
            raise SessionEndedError
        settings = changes.over(self._cue_settings)
        self._cue_settings = settings
        t = self._now()
        cues = await asyncio.to_thread(self._engine.set, settings, t)
        if cues is not None and self._ending is None:
            self._show(cues, t)
        return CueState.of(settings)

    async def play(self, track_id: str | None) -> None:
        """Publish which track plays from now on."""
        services, track = self._services, None
        if track_id is not None:
            track = await services.offload(services.catalogue.track, track_id)
            if track is None:
                raise NoSuchTrackError(track_id)
        t, played = self._now(), None if track is None else PlayedTrack.of(track)
        async with self._playing:
            self._publish(lambda seq: PlayingEvent(seq=seq, t=t, track=played))
            await services.offload(services.now_playing.put, self.id, track)

    async def add_note(self, text: str, t: float | None = None) -> NoteEvent:
        """Add a note."""
        at = self.t if t is None else min(t, self.t)
        seq = self._publish(lambda seq: NoteEvent(seq=seq, t=at, id=seq, text=text))
        return NoteEvent(seq=seq, t=at, id=seq, text=text)

    async def erase_note(self, note_id: int) -> None:
        """Delete the text of a note, and tell the listeners."""
        note = await self._journal.note(note_id)
        self._publish(lambda seq: note.model_copy(update={"seq": seq, "text": None}))
        await self._journal.blank_note(note)

    async def record(
        self, track_id: str, action: Action, t: float | None = None, seconds: float | None = None
    ) -> Feedback:
        """Log what was done with a track in the current mood, and tell the listeners."""
        at = self.t if t is None else min(t, self.t)
        feedback = await self._journal.record(
            track_id, action, at, self._circumstances(track_id), seconds
        )
        await self._react(feedback)
        return feedback

    async def download(self, track_id: str, *, part: bool) -> None:
        """Log a download."""
        feedback = await self._journal.download(
            track_id, self.t, self._circumstances(track_id), part=part
        )
        if feedback is not None:
            await self._react(feedback)

    async def _analyse(self) -> None:
        engine, services = self._engine, self._services
        assert engine is not None
        dropped = 0
        steps = analyse_windows(
            self.source,
            self._clock,
            services.settings.windows,
            engine.update,
            services.analysis_threads,
        )
        async with aclosing(steps):
            async for step in steps:
                mood, cues = step.result
                self._check_length(mood.t)
                services.metrics.dropped.inc(step.dropped - dropped)
                dropped = step.dropped
                self._publish_mood(mood, dropped)
                if cues is not None:
                    self._show(cues, round(mood.t, 3))

    def _check_length(self, t: float) -> None:
        limit = self._services.settings.max_length
        if t > limit and not self.source.live:
            hours = limit / 3600
            raise SourceError(
                f"only the first {hours:g} hours were analysed: MOODCUE_MAX_LENGTH allows no more",
                "recording_too_long",
                {"hours": hours},
            )

    def _publish_mood(self, mood: Mood, dropped: int) -> None:
        if isinstance(self._clock, RecordingClock):
            self._clock.advance(mood.t)
        latency = self._clock.now() - mood.t
        self._services.metrics.windows.inc()
        self._services.metrics.latency.observe(latency)
        self._tally.update(mood)
        self.mood = mood
        self._publish(lambda seq: MoodEvent.of(mood, seq=seq, latency=latency, dropped=dropped))

    def _show(self, cues: list[Cue], t: float) -> None:
        """Publish a list, and log that it was shown."""
        self.cues = cues
        settings = CueState.of(self._cue_settings)
        items = cue_items(cues, session=self.id)
        self._publish(lambda seq: CuesEvent(seq=seq, t=t, items=items, settings=settings))
        self._journal.show_soon(self._moment(t), self._cue_settings, cues)

    async def _react(self, feedback: Feedback) -> None:
        """Do not cue a used track again for a while, and tell the listeners what was done."""
        track_id, action = feedback.track_id, feedback.action
        if self._engine is not None and action != "liked":
            await asyncio.to_thread(self._engine.played, track_id, feedback.t)
        if self._ending is None:
            t = self._now()
            self._publish(lambda seq: FeedbackEvent(seq=seq, t=t, action=action, track_id=track_id))

    def _moment(self, t: float) -> Moment:
        if self.mood is None:
            return Moment(self.id, t)
        query = MoodQuery.of(self.mood)
        voice, face = query.voice, query.face
        return Moment(
            session_id=self.id,
            t=t,
            mood=query.label,
            confidence=self.mood.confidence,
            voice=None if voice is None else most_likely(voice),
            face=None if face is None else most_likely(face),
        )

    def _circumstances(self, track_id: str) -> Circumstances:
        moment = self._moment(self.t)
        cue = next((cue for cue in self.cues if cue.track.id == track_id), None)
        return Circumstances(
            mood=moment.mood,
            confidence=moment.confidence,
            voice=moment.voice,
            face=moment.face,
            rank=cue.rank if cue else None,
            score=cue.score if cue else None,
            list_id=self._journal.list_of(track_id),
            mode=self._cue_settings.mode if self.cues else None,
        )

    async def _watch(self) -> None:
        """Publish whether media arrive, and end the session when they have stopped for good."""
        if isinstance(self.source, Recording):
            self._set_state("live")
            return
        async for status in watch_feed(self.source, self.kind, self._clock):
            problem = status.problem
            self._set_state(status.state, NO_PROBLEM if problem is None else Problem.of(problem))
        await self.stop("lost")

    def _set_state(self, state: Literal["live", "lost"], problem: Problem = NO_PROBLEM) -> None:
        if (state, problem) != (self.state, self.problem):
            self.state, self.problem = state, problem
            t = self._now()
            self._publish(lambda seq: StatusEvent(seq=seq, t=t, state=state, **dict(problem)))

    async def _end(self, problem: Problem) -> None:
        t, reason = self._now(), self._reason
        self.state, self.problem, self._ending = "ended", problem, Ending(t, reason)
        self._events.append(lambda seq: EndEvent(seq=seq, t=t, reason=reason, **dict(problem)))
        self._events.close()
        self._engine = None
        self._attendance.cancel()
        async with self._playing:
            await self._services.offload(self._services.now_playing.put, self.id, None)
        await self._journal.settle()

    def _publish(self, make: Callable[[int], AnyEvent]) -> int:
        if self._ending is not None:
            raise SessionEndedError
        return self._events.append(make)

    def _now(self) -> float:
        return round(self._clock.now(), 3)
