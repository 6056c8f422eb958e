"""A session that runs in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, nullcontext
from functools import partial
from typing import Final

from recommender import Action, Feedback, Progress, StoredEvent
from stream import BrowserSource, Clock, DeviceSource, Feed, Level
from web.sessions.attendance import Attendance
from web.sessions.engine import Engine
from web.sessions.events import CAPACITY, EventLog
from web.sessions.identity import Identity
from web.sessions.journal import Journal
from web.sessions.media import MediaRun
from web.sessions.services import Services
from web.sessions.session import (
    CueSettingsError,
    NoSuchTrackError,
    RunningSession,
    WrongSourceError,
)
from web.sessions.sources import Recording
from web.wire import (
    CueState,
    FeedbackEvent,
    NoteEvent,
    PlayedTrack,
    PlayingEvent,
    SessionInfo,
)

LEVEL_EVERY: Final = 0.1
"""Seconds between two readings of the level meter."""


class LiveSession:
    """Combines a media run, an event log and a journal.

    Parameters
    ----------
    identity : Identity
        Id, tokens and start time.
    title : str
        Title.
    source : Feed or Recording
        Open; closed by :meth:`run`.
    clock : Clock
        The session clock.
    new_engine : callable
        Makes what turns windows into moods and cues.
    journal : Journal
        Stores the data of the session.
    services : Services
        Shared by all sessions.
    event_capacity : int
        Events kept in memory.

    Attributes
    ----------
    identity : Identity
        Id, tokens and start time.
    title : str
        Title.
    media : MediaRun
        The source, and the current mood and cues.
    """

    def __init__(
        self,
        identity: Identity,
        title: str,
        source: Feed | Recording,
        clock: Clock,
        new_engine: Callable[[], Engine],
        journal: Journal,
        services: Services,
        event_capacity: int = CAPACITY,
    ) -> None:
        self.identity = identity
        self.title = title
        self._services = services
        self._journal = journal
        self._events = EventLog(journal.events, event_capacity)
        self.media = MediaRun(identity, source, clock, new_engine, self._events, journal, services)
        self._attendance = Attendance(clock, self.stop)
        self._playing = asyncio.Lock()

    @property
    def id(self) -> str:
        """Public id."""
        return self.identity.id

    @property
    def token_hash(self) -> str:
        """SHA-256 of the token that allows everything."""
        return self.identity.token_hash

    @property
    def viewer_hash(self) -> str:
        """SHA-256 of the token that allows watching only."""
        return self.identity.viewer_hash

    @property
    def running(self) -> RunningSession | None:
        """The session itself; None once it has ended."""
        return None if self.media.ended else self

    async def info(self) -> SessionInfo:
        """Describe the session."""
        media = self.media
        return SessionInfo(
            id=self.id,
            title=self.title,
            source=self.identity.kind,
            state=media.state,
            reason=media.reason,
            started_at=self.identity.started_at,
            t=media.t,
            duration=media.duration,
            moods=media.moods,
            cues=CueState.of(media.cue_settings),
        )

    def progress(self) -> Progress:
        """Return the current state, with the events that are not in the history yet."""
        media = self.media
        return Progress(
            id=self.id,
            state=media.state,
            reason=media.reason,
            t=media.t,
            duration=media.duration,
            moods=media.moods,
            events=self._events.unsaved(),
        )

    def mark_saved(self, seq: int) -> None:
        """Note that the history has the events up to ``seq``."""
        self._events.mark_saved(seq)

    async def run(self) -> None:
        """Run to the end of the source, then wait for the background writes."""
        try:
            await self.media.run()
        finally:
            self._attendance.cancel()
            async with self._playing:
                await self._services.offload(self._services.now_playing.put, self.id, None)
            await self._journal.settle()

    async def stop(self) -> None:
        """End the session, unless it is already ending."""
        await self.media.stop()

    async def leave(self) -> None:
        """End the session soon, unless an owner reconnects by then; recordings continue."""
        if self.media.source.live and not self.media.ended:
            self._attendance.leave()

    async def rename(self, title: str) -> None:
        """Change the title."""
        await self._journal.rename(title)
        self.title = title

    async def forget(self) -> None:
        """Delete everything stored for the session, and store nothing from now on."""
        await self._journal.delete()

    async def follow(self, seq: int, *, attend: bool = False) -> AsyncGenerator[StoredEvent, None]:
        """Yield each event newer than ``seq``, then each new one until the session ends."""
        with self._attendance.attend() if attend else nullcontext():
            async with aclosing(self._events.follow(seq)) as events:
                async for event in events:
                    yield event

    async def answer(self, offer: str) -> str:
        """Return the SDP answer to an SDP offer."""
        source = self.media.source
        if not isinstance(source, BrowserSource):
            raise WrongSourceError("this session does not receive its media by WebRTC")
        return await source.answer(offer)

    async def levels(self) -> AsyncGenerator[Level, None]:
        """Yield the input level of a studio feed ten times a second."""
        source = self.media.source
        while isinstance(source, DeviceSource) and not self.media.ended:
            yield source.level
            await asyncio.sleep(LEVEL_EVERY)

    async def set_cues(self, changes: CueState) -> CueState:
        """Change the given cue settings, and publish the new list."""
        try:
            settings = changes.over(self.media.cue_settings)
        except ValueError as error:
            raise CueSettingsError(str(error)) from error
        await self.media.set_cues(settings)
        return CueState.of(settings)

    async def play(self, track_id: str | None) -> None:
        """Publish which track plays from now on."""
        services, track = self._services, None
        if track_id is not None:
            track = await services.offload(services.catalogue.track, track_id)
            if track is None:
                raise NoSuchTrackError(track_id)
        t, played = self.media.t, None if track is None else PlayedTrack.of(track)
        # The now-playing file must change in the order of the events.
        async with self._playing:
            self.media.publish(lambda seq: PlayingEvent(seq=seq, t=t, track=played))
            await services.offload(services.now_playing.put, self.id, track)

    async def add_note(self, text: str, t: float | None = None) -> NoteEvent:
        """Add a note."""
        at = self._at(t)

        def note(seq: int) -> NoteEvent:
            return NoteEvent(seq=seq, t=at, id=seq, text=text)

        return note(self.media.publish(note))

    async def erase_note(self, note_id: int) -> None:
        """Delete the text of a note, and tell the listeners."""
        note = await self._journal.note(note_id)
        self.media.publish(lambda seq: note.model_copy(update={"seq": seq, "text": None}))
        await self._journal.blank_note(note)

    async def record(
        self, track_id: str, action: Action, t: float | None = None, seconds: float | None = None
    ) -> Feedback:
        """Log a user's action on a track in the current mood, and tell the listeners."""
        circumstances = partial(self.media.circumstances, track_id)
        feedback = await self._journal.record(track_id, action, self._at(t), circumstances, seconds)
        await self._react(feedback)
        return feedback

    async def download(self, track_id: str, *, part: bool) -> None:
        """Log a download."""
        circumstances = partial(self.media.circumstances, track_id)
        feedback = await self._journal.download(track_id, self.media.t, circumstances, part=part)
        if feedback is not None:
            await self._react(feedback)

    async def _react(self, feedback: Feedback) -> None:
        track_id, action, media = feedback.track_id, feedback.action, self.media
        if action != "liked":
            await media.rest_track(track_id, feedback.t)
        if not media.ended:
            t = media.t
            media.publish(lambda seq: FeedbackEvent(seq=seq, t=t, action=action, track_id=track_id))

    def _at(self, t: float | None) -> float:
        return self.media.t if t is None else min(t, self.media.t)
