"""A session: one feed, from its source to the events its listeners see."""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np

from inference import ModelError, Mood, most_likely
from recommender import (
    Action,
    CatalogueError,
    Cue,
    CueSettings,
    EndReason,
    Feedback,
    Moment,
    Progress,
    SessionState,
    StoredEvent,
    Track,
)
from stream import Clock, Feed, SourceError, UrlSource, Windows
from web.engine import Engine, opinion
from web.events import EventLog
from web.history import SessionGoneError, read_events
from web.problem import INTERNAL_ERROR, Problem
from web.security import hashed, new_token
from web.services import Services
from web.sources import Kind, Playhead, Recording
from web.wire import (
    AnyEvent,
    CuesEvent,
    CueState,
    EndEvent,
    FeedbackEvent,
    MoodEvent,
    PlayedTrack,
    PlayingEvent,
    StatusEvent,
    cue_items,
)

LOST_AFTER: Final = 3.0
"""Seconds without media after which listeners are told so."""

END_AFTER: Final[Mapping[Kind, float]] = MappingProxyType({"browser": 10.0, "whip": 120.0})
"""Seconds without media after which a session ends; until then its sender may reconnect, which
takes an encoder longer than a page."""

CONNECT_WITHIN: Final[Mapping[Kind, float]] = MappingProxyType({"browser": 30.0, "whip": 900.0})
"""Seconds a new session waits for its first media; an encoder has to be set up by hand."""

LEFT_FOR: Final = 10.0
"""Seconds after which a session ends that its page has left: a page that is loaded anew is back by
then."""

WATCH_EVERY: Final = 1.0
"""Seconds between two looks at whether media arrive."""

OVER: Final = "the session has ended: start a new one"
"""What is said to who asks of a session what only one that runs can do."""

logger = logging.getLogger(__name__)


class Session:
    """Watches one source until it ends, is stopped, or is lost.

    Attributes
    ----------
    id, token, viewer_token : str
        Its public name, the secret that lets one listen, stop and download, and another that lets
        one watch and no more.
    token_hash, viewer_hash : str
        What is kept of the two secrets.
    title : str
        What its user calls it.
    kind : str
        Where its media come from.
    started_at : datetime
        When its clock read 0, in UTC.
    source : Feed or Recording
        Its input.
    cue_settings : CueSettings
        What its user asks of its cues.
    events : EventLog
        What listeners are told.
    state : SessionState
        ``waiting`` for the first media, ``live``, ``lost`` while none arrive, ``ended``.
    mood : Mood or None
        The latest.
    cues : list of Cue
        The present list.
    problem : Problem or None
        Why nothing arrives, while that is so; once it has ended, what it failed for.
    """

    def __init__(
        self,
        kind: Kind,
        title: str,
        source: Feed | Recording,
        clock: Clock,
        services: Services,
    ) -> None:
        self.id = secrets.token_hex(8)
        self.token, self.viewer_token = new_token(), new_token()
        self.token_hash, self.viewer_hash = hashed(self.token), hashed(self.viewer_token)
        self.title = title
        self.kind = kind
        # Some sources take seconds to open, on a clock that runs already.
        self.started_at = datetime.now(UTC) - timedelta(seconds=clock.now())
        self.source = source
        self.events = EventLog(partial(read_events, services, self.id))
        self.state: SessionState = "waiting"
        self.mood: Mood | None = None
        self._clock = clock
        self._services = services
        self._reason: EndReason = "finished"
        self.problem: Problem | None = None
        self.cues: list[Cue] = []
        self.cue_settings = CueSettings()
        self._engine: Engine | None = None
        self._moods: defaultdict[str, float] = defaultdict(float)
        self._playing = asyncio.Lock()
        self._shown_in: dict[str, int] = {}
        self._storing: set[asyncio.Task[None]] = set()
        self._dropped = 0
        self._logging = asyncio.Lock()
        self._downloading = asyncio.Lock()
        self._downloaded: set[str] = set()
        self._forgotten = False
        self._ended_at: float | None = None
        self._attending = 0
        self._leaving: asyncio.Task[None] | None = None

    @property
    def t(self) -> float:
        """Seconds since the session began; stands still once it has ended."""
        return self._now() if self._ended_at is None else self._ended_at

    @property
    def duration(self) -> float | None:
        """Seconds the source lasts, where it has an end and tells."""
        source = self.source
        return source.duration if isinstance(source, Recording | UrlSource) else None

    @property
    def reason(self) -> EndReason | None:
        """Why it ended; None while it runs."""
        return self._reason if self.state == "ended" else None

    @property
    def moods(self) -> dict[str, float]:
        """For each mood how long it lasted in all, in seconds."""
        return {label: round(seconds, 3) for label, seconds in self._moods.items()}

    def progress(self) -> Progress:
        """Return how far it has come, with the events that are not in the history yet."""
        return Progress(
            id=self.id,
            state=self.state,
            reason=self.reason,
            t=self.t,
            duration=self.duration,
            moods=self.moods,
            events=self.events.unsaved(),
        )

    def follow(self, seq: int) -> AsyncIterator[StoredEvent]:
        """Yield each event newer than ``seq``, then each new one until it ends."""
        return self.events.follow(seq)

    async def run(self) -> None:
        """Analyse the source to its end, and say how it ended."""
        problem = None
        watching = asyncio.create_task(self._watch())
        try:
            await self._analyse()
        except (SourceError, ModelError, CatalogueError) as error:
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
        if self.state != "ended" and self._reason == "finished":
            self._reason = reason
            await self.source.close()

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Count somebody who owns the session and listens, for as long as they do."""
        self._attending += 1
        try:
            yield
        finally:
            self._attending -= 1

    def leave(self) -> None:
        """End the session soon, unless an owner listens by then. A recording goes on to its end."""
        if self.source.live and self.state != "ended":
            if self._leaving is not None:
                self._leaving.cancel()
            self._leaving = asyncio.create_task(self._leave())

    async def direct(self, settings: CueSettings) -> None:
        """Take what the user asks of the cues, and publish the list that follows from it.

        Raises
        ------
        SessionGoneError
            If the session has ended.
        """
        if self._engine is None:
            raise SessionGoneError(OVER)
        self.cue_settings = settings
        t = self._now()
        cues = await asyncio.to_thread(self._engine.set, settings, t)
        if cues is not None and self.state != "ended":
            self._show(cues, t)

    async def tell(self, make: Callable[[int], AnyEvent]) -> int:
        """Add the event that ``make`` returns for its number, and return the number.

        Raises
        ------
        SessionGoneError
            If the session has ended.
        """
        if self.state == "ended":
            raise SessionGoneError(OVER)
        return self.events.append(make)

    async def play(self, track: Track | None) -> None:
        """Tell the listeners what plays from now on, and the file that says what plays.

        Raises
        ------
        SessionGoneError
            If the session has ended.
        """
        t, played = self._now(), None if track is None else PlayedTrack.of(track)
        async with self._playing:
            await self.tell(lambda seq: PlayingEvent(seq=seq, t=t, track=played))
            await self._services.stored(self._services.now_playing.put, self.id, track)

    async def record(
        self,
        track_id: str,
        action: Action,
        t: float | None = None,
        seconds: float | None = None,
    ) -> Feedback:
        """Log what was done with a track, in the mood of the moment, and tell the listeners.

        Parameters
        ----------
        track_id : str
            The track.
        action : Action
            What was done with it.
        t : float, optional
            When, in seconds since the session began; now by default, and at the latest.
        seconds : float, optional
            How long it was listened to.

        Raises
        ------
        ValueError
            If there is no such track.
        CatalogueError
            If it cannot be stored.
        SessionGoneError
            If the session was deleted meanwhile.
        """
        now = self.t
        cue = next((cue for cue in self.cues if cue.track.id == track_id), None)
        async with self._logging:
            if self._forgotten:
                raise SessionGoneError("the session was deleted: nothing is logged of it any more")
            feedback = await self._services.stored(
                self._services.feedback.record,
                **asdict(self._moment(now if t is None else min(t, now))),
                track_id=track_id,
                action=action,
                rank=cue.rank if cue else None,
                score=cue.score if cue else None,
                list_id=self._shown_in.get(track_id, max(self._shown_in.values(), default=None)),
                mode=self.cue_settings.mode if self.cues else None,
                seconds=seconds,
            )
        self._store(self._services.stored(self._services.learner.catch_up))
        if action == "downloaded":
            self._services.downloaded.announce()
        if self._engine and action != "liked":
            await asyncio.to_thread(self._engine.played, track_id, feedback.t)
        if self.state != "ended":
            t = self._now()
            self.events.append(
                lambda seq: FeedbackEvent(seq=seq, t=t, action=action, track_id=track_id)
            )
        return feedback

    async def download(self, track_id: str, *, part: bool) -> None:
        """Log a download; see :meth:`record`.

        Parameters
        ----------
        track_id : str
            The track.
        part : bool
            Whether only a part of it was asked for: then it belongs to the download before.
        """
        async with self._downloading:
            if not part or track_id not in self._downloaded:
                await self.record(track_id, "downloaded")
                self._downloaded.add(track_id)

    async def forget(self) -> None:
        """Delete all that was logged of it, and log nothing from now on.

        Raises
        ------
        CatalogueError
            If it cannot be deleted.
        """
        async with self._logging:
            self._forgotten = True
            await self._services.stored(self._services.history.delete, self.id)
        await self._services.stored(self._services.learner.relearn)

    async def _end(self, problem: Problem | None) -> None:
        self.state = "ended"
        t, reason = self._now(), self._reason
        self._ended_at = t
        self.problem = problem
        said = dict(problem or Problem())
        self.events.append(lambda seq: EndEvent(seq=seq, t=t, reason=reason, **said))
        self.events.close()
        self._engine = None
        if self._leaving is not None:
            self._leaving.cancel()
        async with self._playing:
            await self._services.stored(self._services.now_playing.put, self.id, None)
        await asyncio.gather(*self._storing)

    async def _leave(self) -> None:
        await self._clock.sleep_until(self._clock.now() + LEFT_FOR)
        self._leaving = None
        if self._attending == 0:
            await self.stop()

    async def _analyse(self) -> None:
        settings, loop = self._services.settings, asyncio.get_running_loop()
        rng = np.random.default_rng()
        engine = Engine(self._services.runtime, self._services.ranker, settings, rng)
        self._engine = engine
        async with aclosing(Windows(self.source, self._clock, settings.windows)) as windows:
            async for window in windows:
                if window.audio is None and window.frames is None:
                    continue
                if window.t > settings.max_length and not self.source.live:
                    hours = settings.max_length / 3600
                    raise SourceError(
                        f"only the first {hours:g} hours were analysed: MOODCUE_MAX_LENGTH allows "
                        "no more",
                        "recording_too_long",
                        {"hours": hours},
                    )
                mood, cues = await loop.run_in_executor(
                    self._services.analysts, engine.update, window
                )
                self._publish(mood, cues, windows.dropped)

    def _publish(self, mood: Mood, cues: list[Cue] | None, dropped: int) -> None:
        if isinstance(self._clock, Playhead):
            self._clock.t = mood.t
        latency = self._clock.now() - mood.t
        metrics = self._services.metrics
        metrics.windows.inc()
        metrics.dropped.inc(dropped - self._dropped)
        metrics.latency.observe(latency)
        self._dropped = dropped
        # A mood speaks for the time since the one before, at most for its window.
        before = 0.0 if self.mood is None else self.mood.t
        self._moods[mood.label] += min(mood.t - before, self._services.settings.window)
        self.mood = mood
        self.events.append(
            lambda seq: MoodEvent.of(mood, seq=seq, latency=latency, dropped=dropped)
        )
        if cues is not None:
            self._show(cues, round(mood.t, 3))

    def _show(self, cues: list[Cue], t: float) -> None:
        """Publish a list, and log that it was shown."""
        self.cues = cues
        settings = CueState.of(self.cue_settings)
        items = cue_items(cues, session=self.id)
        self.events.append(lambda seq: CuesEvent(seq=seq, t=t, items=items, settings=settings))
        self._store(self._log_shown(self._moment(t), self.cue_settings, cues))

    def _moment(self, t: float) -> Moment:
        mood = self.mood
        if mood is None:
            return Moment(self.id, t)
        voice, face = opinion(mood.voice), opinion(mood.face)
        return Moment(
            self.id,
            t,
            mood.label,
            mood.confidence,
            None if voice is None else most_likely(voice),
            None if face is None else most_likely(face),
        )

    async def _log_shown(self, moment: Moment, settings: CueSettings, cues: list[Cue]) -> None:
        async with self._logging:
            if cues and not self._forgotten:
                record = self._services.shown.record
                self._shown_in = await self._services.stored(record, moment, settings, cues)

    def _store(self, storing: Coroutine[Any, Any, object]) -> None:
        """Let the log take its time: neither the cues nor a download wait for it."""

        async def store() -> None:
            try:
                await storing
            except CatalogueError as error:
                logger.warning("session %s: %s", self.id, error)

        task = asyncio.create_task(store())
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    async def _watch(self) -> None:
        """Follow whether media arrive, and end the session when they have stopped for good."""
        if isinstance(self.source, Recording):
            self._become("live")
            return
        opened = self.source.last_media_at
        while True:
            idle = self._clock.now() - self.source.last_media_at
            patience = CONNECT_WITHIN if self.state == "waiting" else END_AFTER
            if idle >= patience.get(self.kind, math.inf):
                await self.stop("lost")
                return
            connected, problem = self.source.last_media_at != opened, self.source.problem
            if problem or (connected and idle >= LOST_AFTER):
                self._become("lost", Problem.of(problem) if problem else None)
            elif connected:
                self._become("live")
            await self._clock.sleep_until(self._clock.now() + WATCH_EVERY)

    def _become(self, state: Literal["live", "lost"], problem: Problem | None = None) -> None:
        if (state, problem) != (self.state, self.problem):
            self.state, self.problem = state, problem
            t, said = self._now(), dict(problem or Problem())
            self.events.append(lambda seq: StatusEvent(seq=seq, t=t, state=state, **said))

    def _now(self) -> float:
        return round(self._clock.now(), 3)
