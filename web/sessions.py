"""The sessions of a server: opened, found, written down, deleted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final, Self

from recommender import StorageError
from stream import Clock, SessionClock
from web.history import EndedSession, SessionGoneError
from web.problem import RefusedError
from web.services import Services
from web.session import Session
from web.sources import Opening, Playhead, UploadOpening, open_source

RETRY_AFTER: Final = 30
"""Seconds after which a full server may be asked again."""

WRITE_EVERY: Final = 1.0
"""Seconds between two writings of the history, which is what a server that is killed loses."""

EXPIRE_EVERY: Final = 86_400.0
"""Seconds between two looks for sessions that are too old."""

logger = logging.getLogger(__name__)


class SessionsFullError(RefusedError):
    """As many sessions run as may."""


class Sessions:
    """The sessions of one server: those that run, and by the history those that have ended.

    Entered as an asynchronous context, at whose end all sessions end.

    Parameters
    ----------
    services : Services
        What they share.
    new_clock : callable
        Makes the clocks of live sessions, and the one the history is kept by.
    """

    def __init__(self, services: Services, new_clock: Callable[[], Clock] = SessionClock) -> None:
        self._services = services
        self._new_clock = new_clock
        self._clock = new_clock()
        self._sessions: dict[str, Session] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._chores: list[asyncio.Task[None]] = []
        self._opening = 0
        """Sessions whose source is being opened, for which an address may take a minute."""
        self._writing = asyncio.Lock()
        self._changing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Write the history from now on, and delete from it what is too old."""
        self._chores = [asyncio.create_task(self._write()), asyncio.create_task(self._expire())]
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all sessions, and write down how they ended."""
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
            logger.warning("the end of the history was not written: %s", error)

    def __iter__(self) -> Iterator[Session]:
        return iter([*reversed(self._sessions.values())])

    async def find(self, session_id: str) -> Session | EndedSession | None:
        """Return a session that runs, or has ended in this run of the server or another.

        Raises
        ------
        StorageError
            If the history cannot be read.
        """
        session = self._sessions.get(session_id)
        if session is not None and session.state != "ended":
            return session
        if session is not None:
            await self.flush()
        stored = await self._services.stored(self._services.history.session, session_id)
        if stored is None:
            return None
        return EndedSession(stored, self._services, self._changing)

    async def open(self, opening: Opening | UploadOpening) -> Session:
        """Start a session.

        Raises
        ------
        SessionsFullError
            If as many run as the settings allow.
        SourceError
            If its source cannot be used.
        StorageError
            If it cannot be written down.
        """
        self.require_place()
        self._opening += 1
        try:
            return await self._open(opening)
        finally:
            self._opening -= 1

    def require_place(self) -> None:
        """Refuse to open a session where there is no place for it.

        Raises
        ------
        SessionsFullError
            If as many run as the settings allow.
        """
        allowed = self._services.settings.max_sessions
        if len(self._running) + self._opening >= allowed:
            raise SessionsFullError(
                f"{allowed} sessions are running, as many as this server allows",
                "server_full",
                {"sessions": allowed},
            )

    async def rename(self, session: Session | EndedSession, title: str) -> None:
        """Call a session something else.

        Raises
        ------
        SessionGoneError
            If it was deleted meanwhile.
        """
        try:
            await self._services.stored(self._services.history.rename, session.id, title)
        except LookupError as error:
            raise SessionGoneError("the session was deleted") from error
        session.title = title

    async def delete(self, session: Session | EndedSession) -> None:
        """End a session and delete everything of it, its downloads in the log included."""
        if isinstance(session, Session):
            await session.stop()
        # One that has ended may have something to store yet.
        if task := self._running.get(session.id):
            await asyncio.wait({task})
        async with self._writing:
            self._sessions.pop(session.id, None)
            await session.forget()

    async def flush(self) -> None:
        """Write to the history what it lacks; what has ended is read from there from then on.

        Raises
        ------
        StorageError
            If it cannot be written to; the next call tries again.
        """
        async with self._writing:
            news = [session.progress() for session in self._sessions.values()]
            if not news:
                return
            gone = await self._services.stored(self._services.history.write, news)
            for progress in news:
                session = self._sessions[progress.id]
                if progress.events:
                    session.events.saved(progress.events[-1].seq)
                if progress.state == "ended":
                    del self._sessions[progress.id]
                elif progress.id in gone:
                    # Another program has deleted it.
                    await session.forget()
                    await session.stop()

    async def _open(self, opening: Opening | UploadOpening) -> Session:
        clock = Playhead() if isinstance(opening, UploadOpening) else self._new_clock()
        source = await open_source(opening, clock, self._services.settings)
        session = Session(opening.source, opening.title, source, clock, self._services)
        self._services.shelf.refresh_soon()
        try:
            await self._services.stored(
                self._services.history.begin,
                session.id,
                title=session.title,
                source=session.kind,
                token_hash=session.token_hash,
                viewer_hash=session.viewer_hash,
                started_at=session.started_at,
                duration=session.duration,
            )
        except StorageError:
            await source.close()
            raise
        self._sessions[session.id] = session
        self._running[session.id] = task = asyncio.create_task(session.run())
        self._services.metrics.sessions.set(len(self._running))
        task.add_done_callback(lambda _: self._ended(session))
        return session

    def _ended(self, session: Session) -> None:
        self._running.pop(session.id, None)
        self._services.metrics.sessions.set(len(self._running))

    async def _write(self) -> None:
        """Write the history of all sessions every second."""
        while True:
            await self._clock.sleep_until(self._clock.now() + WRITE_EVERY)
            try:
                await self.flush()
            except StorageError as error:
                logger.warning("the history cannot be written, and is tried again: %s", error)

    async def _expire(self) -> None:
        """Delete what is older than the user wants, now and every day."""
        days = self._services.settings.retention
        while days is not None:
            try:
                if await self._services.stored(self._services.history.expire, timedelta(days)):
                    await self._services.stored(self._services.learner.relearn)
            except StorageError as error:
                logger.warning("what is too old was not deleted: %s", error)
            await self._clock.sleep_until(self._clock.now() + EXPIRE_EVERY)
