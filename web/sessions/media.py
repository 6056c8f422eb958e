"""Run the media of one session through the engine, and publish the results."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from typing import Literal

from inference import Emotion, ModelError, Mood, analyse_windows, most_likely
from recommender import (
    Cue,
    CueSettings,
    EndReason,
    Moment,
    MoodQuery,
    SessionState,
    StorageError,
)
from stream import Clock, Feed, SourceError, UrlSource, Window
from web.problem import INTERNAL_ERROR, NO_PROBLEM, Problem
from web.sessions.engine import Engine
from web.sessions.events import EventLog
from web.sessions.identity import Identity
from web.sessions.journal import Circumstances, Journal
from web.sessions.liveness import watch_feed
from web.sessions.services import Services
from web.sessions.session import SessionEndedError
from web.sessions.sources import Recording, RecordingClock
from web.sessions.tally import MoodTally
from web.wire import (
    AnyEvent,
    CuesEvent,
    CueState,
    EndEvent,
    MoodEvent,
    StatusEvent,
    cue_items,
)

logger = logging.getLogger(__name__)


class MediaRun:
    """Runs one source until it ends, is stopped, or is lost.

    Parameters
    ----------
    identity : Identity
        Id, tokens and start time of the session.
    source : Feed or Recording
        Open; closed by :meth:`run`.
    clock : Clock
        The session clock.
    new_engine : callable
        Makes what turns windows into moods and cues.
    events : EventLog
        Where events are published.
    journal : Journal
        Stores the lists that are shown.
    services : Services
        Shared by all sessions.

    Attributes
    ----------
    source : Feed or Recording
        The source.
    state : SessionState
        ``waiting`` for the first media, ``live``, ``lost`` while none arrive, ``ended``.
    problem : Problem
        Why no media arrive, or why the session failed; empty if nothing is wrong.
    mood : Mood or None
        The latest mood.
    cues : list of Cue
        The current list.
    cue_settings : CueSettings
        How cues are chosen.
    """

    def __init__(
        self,
        identity: Identity,
        source: Feed | Recording,
        clock: Clock,
        new_engine: Callable[[], Engine],
        events: EventLog,
        journal: Journal,
        services: Services,
    ) -> None:
        self.source = source
        self.state: SessionState = "waiting"
        self.problem = NO_PROBLEM
        self.mood: Mood | None = None
        self.cues: list[Cue] = []
        self.cue_settings = CueSettings()
        self._identity = identity
        self._clock = clock
        self._new_engine = new_engine
        self._engine: Engine | None = None
        self._events = events
        self._journal = journal
        self._services = services
        self._tally = MoodTally(services.settings.window)
        self._reason: EndReason = "finished"
        self._ended_at: float | None = None

    @property
    def t(self) -> float:
        """Seconds since the session began; constant once it has ended."""
        return self._now() if self._ended_at is None else self._ended_at

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._ended_at is not None

    @property
    def reason(self) -> EndReason | None:
        """Why it ended; None while it runs."""
        return self._reason if self.ended else None

    @property
    def duration(self) -> float | None:
        """Length of the source in seconds, if known."""
        source = self.source
        return source.duration if isinstance(source, Recording | UrlSource) else None

    @property
    def moods(self) -> dict[Emotion, float]:
        """Seconds of each mood so far."""
        return self._tally.get()

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
            logger.exception("session %s failed", self._identity.id)
        finally:
            watching.cancel()
            try:
                await self.source.close()
            finally:
                self._end(problem)

    async def stop(self, reason: EndReason = "stopped") -> None:
        """End the run, unless it is already ending."""
        if not self.ended and self._reason == "finished":
            self._reason = reason
            await self.source.close()

    def publish(self, make: Callable[[int], AnyEvent]) -> int:
        """Publish an event; ``make`` gets its number and returns it. Return the number.

        Raises
        ------
        SessionEndedError
            If the session has ended.
        """
        if self.ended:
            raise SessionEndedError
        return self._events.append(make)

    async def set_cues(self, settings: CueSettings) -> None:
        """Change how cues are chosen, and publish the new list.

        Raises
        ------
        SessionEndedError
            If the session has ended.
        """
        if self._engine is None:
            raise SessionEndedError
        self.cue_settings = settings
        t = self._now()
        cues = await asyncio.to_thread(self._engine.set, settings, t)
        if cues is not None and not self.ended:
            self._show(cues, t)

    async def rest_track(self, track_id: str, t: float) -> None:
        """Leave a track that was used at time ``t`` out of the cues for a while."""
        if self._engine is not None:
            await asyncio.to_thread(self._engine.played, track_id, t)

    def circumstances(self, track_id: str) -> Circumstances:
        """Return the current mood, and the place of a track among the cues."""
        moment = self._moment(self.t)
        cue = next((cue for cue in self.cues if cue.track.id == track_id), None)
        return Circumstances(
            mood=moment.mood,
            confidence=moment.confidence,
            voice=moment.voice,
            face=moment.face,
            rank=cue.rank if cue else None,
            score=cue.score if cue else None,
            list_id=self._journal.latest_list(track_id),
            mode=self.cue_settings.mode if self.cues else None,
        )

    async def _analyse(self) -> None:
        services, dropped = self._services, 0
        engine = self._engine = self._new_engine()

        def analyse(window: Window) -> tuple[Mood, list[Cue] | None]:
            self._check_length(window.t)
            return engine.update(window)

        steps = analyse_windows(
            self.source,
            self._clock,
            services.settings.windows,
            analyse,
            services.analysis_threads,
        )
        async with aclosing(steps):
            async for step in steps:
                mood, cues = step.result
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
                f"only the first {hours:g} hours were analysed: MOODCUE_MAX_LENGTH is the limit",
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
        self.publish(lambda seq: MoodEvent.of(mood, seq=seq, latency=latency, dropped=dropped))

    def _show(self, cues: list[Cue], t: float) -> None:
        """Publish a list, and log that it was shown."""
        self.cues = cues
        settings = CueState.of(self.cue_settings)
        items = cue_items(cues, session=self._identity.id)
        self.publish(lambda seq: CuesEvent(seq=seq, t=t, items=items, settings=settings))
        self._journal.show_soon(self._moment(t), self.cue_settings, cues)

    def _moment(self, t: float) -> Moment:
        if self.mood is None:
            return Moment(self._identity.id, t)
        query = MoodQuery.from_mood(self.mood)
        return Moment(
            session_id=self._identity.id,
            t=t,
            mood=query.label,
            confidence=self.mood.confidence,
            voice=None if query.voice is None else most_likely(query.voice),
            face=None if query.face is None else most_likely(query.face),
        )

    async def _watch(self) -> None:
        """Publish whether media arrive, and end the run when the feed is given up."""
        if isinstance(self.source, Recording):
            self._set_state("live", NO_PROBLEM)
            return
        async for status in watch_feed(self.source, self._identity.kind, self._clock):
            problem = status.problem
            self._set_state(status.state, Problem.of(problem) if problem else NO_PROBLEM)
        await self.stop("lost")

    def _set_state(self, state: Literal["live", "lost"], problem: Problem) -> None:
        if (state, problem) != (self.state, self.problem):
            self.state, self.problem = state, problem
            t = self._now()
            self.publish(lambda seq: StatusEvent(seq=seq, t=t, state=state, **dict(problem)))

    def _end(self, problem: Problem) -> None:
        t, reason = self._now(), self._reason
        self.publish(lambda seq: EndEvent(seq=seq, t=t, reason=reason, **dict(problem)))
        self.state, self.problem, self._ended_at = "ended", problem, t
        self._events.close()
        self._engine = None

    def _now(self) -> float:
        return round(self._clock.now(), 3)
