"""The running sessions of this process, and ended sessions from the history."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Final, Self
from weakref import WeakValueDictionary

import numpy as np

from recommender import StorageError
from stream import Clock, Feed, SessionClock
from web.security import hashed, matches
from web.sessions.ended import EndedSession
from web.sessions.events import CAPACITY
from web.sessions.identity import Identity
from web.sessions.journal import Journal
from web.sessions.live import LiveSession
from web.sessions.services import Services
from web.sessions.session import OpenedSession, RunningSession, SessionsFullError
from web.sessions.sources import Opening, Recording, RecordingClock, UploadOpening, open_source

RETRY_AFTER: Final = 30
"""Seconds after which a client may retry on a full server."""

WRITE_EVERY: Final = 1.0
"""Seconds between two writes of the history; a killed server loses at most this much."""

EXPIRE_EVERY: Final = 86_400.0
"""Seconds between two deletions of sessions past their retention."""

logger = logging.getLogger(__name__)


class LocalSessions:
    """Sessions that run in this process.

    An asynchronous context manager; on leaving it, all sessions end.

    Parameters
    ----------
    services : Services
        Shared by all sessions.
    new_clock : callable
        Creates the clocks of live sessions, and that of the history.
    write_every : float
        Seconds between two writes of the history.
    event_capacity : int
        Events of a session kept in memory.
    """

    def __init__(
        self,
        services: Services,
        new_clock: Callable[[], Clock] = SessionClock,
        write_every: float = WRITE_EVERY,
        event_capacity: int = CAPACITY,
    ) -> None:
        self._services = services
        self._new_clock = new_clock
        self._clock = new_clock()
        self._write_every = write_every
        self._event_capacity = event_capacity
        self._sessions: dict[str, LiveSession] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._chores: list[asyncio.Task[None]] = []
        self._opening = 0
        """Number of sessions whose source is being opened, which may take a minute for a URL."""
        self._writing = asyncio.Lock()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        """Start to write the history and to delete sessions past their retention."""
        self._chores = [asyncio.create_task(self._write()), asyncio.create_task(self._expire())]
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all sessions, and store their last events."""
        for session in self:
            await session.stop()
        if self._running:
            await asyncio.wait([*self._running.values()])
        async with self._writing:
            for chore in self._chores:
                chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        try:
            await self.flush()
        except StorageError as error:
            logger.warning("the last second of the history could not be written: %s", error)

    def __iter__(self) -> Iterator[LiveSession]:
        return iter([*reversed(self._sessions.values())])

    async def find(self, session_id: str) -> LiveSession | EndedSession | None:
        """Return a session of this or an earlier run of the server."""
        session = self._sessions.get(session_id)
        if session is not None and session.running:
            return session
        if session is not None:
            await self.flush()
        stored = await self._services.offload(self._services.history.session, session_id)
        if stored is None:
            return None
        return EndedSession(stored, self._journal(session_id))

    async def find_encoder(self, token: str) -> RunningSession | None:
        """Return the running session of the source ``whip`` that has this token."""
        given = hashed(token)
        for session in self:
            if session.identity.kind == "whip" and matches(given, session.token_hash):
                return session.running
        return None

    async def open(self, opening: Opening | UploadOpening) -> OpenedSession:
        """Start a session."""
        session = await self.start(opening)
        return OpenedSession(session, session.identity.token, session.identity.viewer_token)

    async def start(self, opening: Opening | UploadOpening) -> LiveSession:
        """Start a session, for a caller in this process; see :meth:`open`."""
        await self.require_capacity()
        self._opening += 1
        try:
            return await self._start(opening)
        finally:
            self._opening -= 1

    async def require_capacity(self) -> None:
        """Check that another session may be opened."""
        allowed = self._services.settings.max_sessions
        # One that has ended may still be logging, but takes no place.
        running = sum(session.running is not None for session in self._sessions.values())
        if running + self._opening >= allowed:
            raise SessionsFullError(
                f"{allowed} sessions are running, as many as this server allows",
                "server_full",
                {"sessions": allowed},
            )

    async def delete(self, session_id: str) -> None:
        """End a session and delete everything of it, including its downloads in the log."""
        live = self._sessions.get(session_id)
        if live is not None:
            await live.stop()
        # A session that has just ended may still be logging.
        if task := self._running.get(session_id):
            await asyncio.wait({task})
        async with self._writing:
            self._sessions.pop(session_id, None)
            await (live.forget() if live else self._journal(session_id).delete())

    async def flush(self) -> None:
        """Store how sessions went on since the last flush; those that have ended leave memory."""
        async with self._writing:
            unsaved = [session.progress() for session in self._sessions.values()]
            if not unsaved:
                return
            deleted = await self._services.offload(self._services.history.write, unsaved)
            for progress in unsaved:
                session = self._sessions[progress.id]
                if progress.events:
                    session.mark_saved(progress.events[-1].seq)
                if progress.state == "ended":
                    del self._sessions[progress.id]
                elif progress.id in deleted:
                    # Another program deleted it.
                    await session.forget()
                    await session.stop()

    async def _start(self, opening: Opening | UploadOpening) -> LiveSession:
        services = self._services
        clock = RecordingClock() if isinstance(opening, UploadOpening) else self._new_clock()
        source = await open_source(opening, clock, services.settings)
        try:
            session = await self._begin(opening, source, clock)
        except BaseException:
            await source.close()
            raise
        self._sessions[session.id] = session
        self._running[session.id] = task = asyncio.create_task(session.run())
        services.metrics.sessions.set(len(self._running))
        task.add_done_callback(lambda _: self._forget_task(session.id))
        return session

    async def _begin(
        self, opening: Opening | UploadOpening, source: Feed | Recording, clock: Clock
    ) -> LiveSession:
        """Return a new session that is stored, but does not run yet."""
        services = self._services
        identity = Identity.new(opening.source, clock)
        session = LiveSession(
            identity,
            opening.title,
            source,
            clock,
            partial(services.new_engine, np.random.default_rng()),
            self._journal(identity.id),
            services,
            self._event_capacity,
        )
        services.index_updater.refresh_soon()
        await services.offload(
            services.history.begin,
            session.id,
            title=session.title,
            source=identity.kind,
            token_hash=identity.token_hash,
            viewer_hash=identity.viewer_hash,
            started_at=identity.started_at,
            duration=session.media.duration,
        )
        return session

    def _journal(self, session_id: str) -> Journal:
        """Return a journal of a session, which shares its lock with other journals of it."""
        lock = self._locks.setdefault(session_id, asyncio.Lock())
        return Journal(session_id, self._services, lock)

    def _forget_task(self, session_id: str) -> None:
        self._running.pop(session_id, None)
        self._services.metrics.sessions.set(len(self._running))

    async def _write(self) -> None:
        """Write the history of all sessions at regular intervals."""
        while True:
            await self._clock.sleep_until(self._clock.now() + self._write_every)
            try:
                await self.flush()
            except StorageError as error:
                logger.warning("the history cannot be written, will retry: %s", error)

    async def _expire(self) -> None:
        """Delete sessions past their retention, now and every day."""
        days = self._services.settings.retention
        while days is not None:
            try:
                if await self._services.offload(self._services.history.expire, timedelta(days)):
                    await self._services.offload(self._services.learner.relearn)
            except StorageError as error:
                logger.warning("sessions past their retention were not deleted: %s", error)
            await self._clock.sleep_until(self._clock.now() + EXPIRE_EVERY)
