"""The running sessions of a server, in virtual time with a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import NoneType
from typing import Any

import pytest

from recommender import Feedback, History, StorageError
from tests.stream.clock import VirtualClock
from web.sessions.ended import EndedSession
from web.sessions.live import LiveSession
from web.sessions.liveness import CONNECT_WITHIN
from web.sessions.registry import EXPIRE_EVERY, LocalSessions
from web.sessions.services import Services
from web.sessions.session import SessionGoneError
from web.sessions.sources import BrowserOpening
from web.settings import Settings

TRACK = "immich-happy-acoustic-1"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


OPENING = BrowserOpening(source="browser", consent=True)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = Services.open(Settings(data_dir=Path(tmp_path_factory.mktemp("data"))))
    yield services
    services.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def services(shared: Services, clock: VirtualClock) -> Services:
    """Services whose history uses the virtual clock."""
    history = History(shared.catalogue.engine, lambda: NOON + timedelta(seconds=clock.now()))
    return replace(shared, history=history)


def run_with_sessions(
    clock: VirtualClock, services: Services, scenario: Any, **options: Any
) -> Any:
    """Run a coroutine with the sessions of a server in virtual time, and return its result."""

    async def run() -> Any:
        async with LocalSessions(services, lambda: clock, **options) as sessions:
            return await scenario(sessions)

    main: Coroutine[Any, Any, Any] = run()
    return clock.run(main)


def test_the_history_follows_by_a_second_at_most(clock: VirtualClock, services: Services) -> None:
    async def scenario(sessions: LocalSessions) -> None:
        session = await sessions.start(OPENING)
        states = []
        for second in range(1, 6):
            await clock.sleep_until(second + 0.5)
            stored = services.history.session(session.id)
            assert stored is not None
            states.append((stored.t, stored.state))
        assert states == [(second, "waiting") for second in range(1, 6)]
        await clock.sleep_until(CONNECT_WITHIN["browser"] + 2)
        assert list(sessions) == []
        ended = await sessions.find(session.id)
        assert isinstance(ended, EndedSession)
        info = await ended.info()
        assert (info.state, info.reason) == ("ended", "lost")
        assert info.t == CONNECT_WITHIN["browser"]

    run_with_sessions(clock, services, scenario)


def test_a_listener_who_comes_back_late_gets_all_from_the_history(
    clock: VirtualClock, services: Services
) -> None:
    async def scenario(sessions: LocalSessions) -> None:
        session = await sessions.start(OPENING)
        for second in range(1, 11):
            await session.add_note("Here")
            await session.play(None)
            await clock.sleep_until(second + 0.5)
        await session.play(None)
        listening = session.follow(3)
        received = [await anext(listening) for _ in range(18)]
        assert [event.seq for event in received] == list(range(4, 22))
        await session.stop()
        assert [event.seq async for event in listening] == [22]

    run_with_sessions(clock, services, scenario, event_capacity=4)


def test_what_could_not_be_written_is_written_later(
    clock: VirtualClock, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, refused = History.write, list[Any]()

    def fail(self: History, news: Any) -> set[str]:
        if len(refused) < 5:
            refused.append(news)
            raise StorageError("The disk is full: make room and try again.")
        return write(self, news)

    async def scenario(sessions: LocalSessions) -> str:
        session = await sessions.start(OPENING)
        monkeypatch.setattr(History, "write", fail)
        await clock.sleep_until(8)
        return session.id

    session_id = run_with_sessions(clock, services, scenario)
    assert len(refused) == 5
    stored = services.history.session(session_id)
    assert stored is not None
    assert (stored.state, stored.reason, stored.t) == ("ended", "stopped", 8)
    (end,) = services.history.events(session_id)
    assert json.loads(end.body)["reason"] == "stopped"


def test_a_session_that_another_program_deletes_ends(
    clock: VirtualClock, services: Services
) -> None:
    async def scenario(sessions: LocalSessions) -> LiveSession:
        session = await sessions.start(OPENING)
        await clock.sleep_until(2.5)
        services.history.delete(session.id)
        await clock.sleep_until(4.5)
        assert list(sessions) == []
        return session

    session = run_with_sessions(clock, services, scenario)
    assert session.media.reason == "stopped"
    assert services.history.events(session.id) == []


def test_what_is_done_at_the_moment_of_the_deletion_leaves_nothing(
    clock: VirtualClock, services: Services
) -> None:
    async def scenario(sessions: LocalSessions) -> None:
        session = await sessions.start(OPENING)
        await session.stop()
        await clock.sleep_until(2)
        ended = await sessions.find(session.id)
        assert isinstance(ended, EndedSession)
        downloads = [ended.download(TRACK, part=part) for part in (False, True, True)]
        await asyncio.gather(*downloads)
        assert len(services.feedback.for_session(ended.id)) == 1, "parts belong to one download"
        done = await asyncio.gather(
            *(ended.record(TRACK, "liked") for _ in range(3)),
            sessions.delete(ended.id),
            *(ended.record(TRACK, "liked") for _ in range(3)),
            return_exceptions=True,
        )
        assert {type(each) for each in done} <= {Feedback, NoneType, SessionGoneError}
        assert services.feedback.for_session(ended.id) == []
        with pytest.raises(SessionGoneError):
            await ended.record(TRACK, "liked")
        with pytest.raises(SessionGoneError):
            await ended.add_note("Late")
        with pytest.raises(SessionGoneError):
            await ended.rename("Late")

    run_with_sessions(clock, services, scenario)


def test_what_is_too_old_is_deleted_at_the_start_and_every_day(
    clock: VirtualClock, services: Services
) -> None:
    def keep(session_id: str, hours: float) -> None:
        """Write a session that ended some hours ago."""
        then = NOON - timedelta(hours=hours)
        history = History(services.catalogue.engine, lambda: then)
        history.begin(
            session_id,
            title="",
            source="browser",
            token_hash="",
            viewer_hash="",
            started_at=then,
            duration=None,
        )

    keep("old", 49)
    keep("older tomorrow", 47)
    keep("older the day after", 1)
    kept = replace(services, settings=services.settings.model_copy(update={"retention": 2.0}))
    names = {"old", "older tomorrow", "older the day after"}

    def left() -> set[str]:
        return names & {session.id for session in services.history.page()}

    async def scenario(sessions: LocalSessions) -> None:
        for days, remaining in (
            (0.5, {"older tomorrow", "older the day after"}),
            (1.5, {"older the day after"}),
            (2.5, set()),
        ):
            await clock.sleep_until(days * EXPIRE_EVERY)
            assert left() == remaining

    assert left() == names
    run_with_sessions(clock, kept, scenario, write_every=EXPIRE_EVERY / 8)
