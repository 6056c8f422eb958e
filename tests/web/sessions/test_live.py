"""Live sessions whose page has gone, in virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from recommender import StoredEvent
from recommender.vocabulary import SourceKind
from stream import BrowserSource
from tests.stream.clock import VirtualClock
from web.sessions.attendance import LEAVE_AFTER
from web.sessions.identity import Identity
from web.sessions.journal import Journal
from web.sessions.live import LiveSession
from web.sessions.liveness import CONNECT_WITHIN, END_AFTER, LOST_AFTER
from web.sessions.services import Services
from web.settings import Settings
from web.wire import EndEvent


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = Services.open(Settings(data_dir=Path(tmp_path_factory.mktemp("data"))))
    yield services
    services.close()


def new_session(
    kind: SourceKind, source: BrowserSource, clock: VirtualClock, services: Services
) -> LiveSession:
    identity = Identity.new(kind, clock)
    journal = Journal(identity.id, services, asyncio.Lock())
    return LiveSession(identity, "", source, clock, services.new_engine, journal, services)


Scenario = Callable[[VirtualClock, BrowserSource], Awaitable[None]]


def source_events(services: Services, scenario: Scenario) -> list[tuple[float, str]]:
    """Run a scenario; return the times and states of the status and end events."""
    clock = VirtualClock()

    async def run() -> list[StoredEvent]:
        source = BrowserSource(clock)
        session = new_session("browser", source, clock, services)
        running = asyncio.create_task(session.run())
        await scenario(clock, source)
        await running
        return [event async for event in session.follow(0)]

    events = [json.loads(event.body) for event in clock.run(run())]
    return [(event["t"], event.get("state") or event["reason"]) for event in events]


async def send(clock: VirtualClock, source: BrowserSource, start: int, end: int) -> None:
    for tenth in range(start * 10, end * 10 + 1):
        await clock.sleep_until(tenth / 10)
        source.last_media_at = clock.now()


def test_a_session_nobody_connects_to_ends(services: Services) -> None:
    async def nothing(clock: VirtualClock, source: BrowserSource) -> None:
        pass

    assert source_events(services, nothing) == [(CONNECT_WITHIN["browser"], "lost")]


def test_a_tab_that_disappears_ends_the_session_within_15_seconds(services: Services) -> None:
    async def gone(clock: VirtualClock, source: BrowserSource) -> None:
        await send(clock, source, 1, 20)

    (live_at, live), (lost_at, lost), (end_at, end) = source_events(services, gone)
    assert (live, lost, end) == ("live", "lost", "lost")
    assert 1 <= live_at <= 2
    assert LOST_AFTER <= lost_at - 20 <= LOST_AFTER + 1
    assert END_AFTER["browser"] <= end_at - 20 <= 15


def test_a_tab_that_returns_in_time_goes_on(services: Services) -> None:
    async def returning(clock: VirtualClock, source: BrowserSource) -> None:
        await send(clock, source, 1, 10)
        await send(clock, source, 17, 30)
        await source.close()

    assert [state for _, state in source_events(services, returning)] == [
        "live",
        "lost",
        "live",
        "finished",
    ]


def test_a_session_that_is_stopped_says_so(services: Services) -> None:
    clock = VirtualClock()

    async def run() -> StoredEvent:
        session = new_session("browser", BrowserSource(clock), clock, services)
        running = asyncio.create_task(session.run())
        await clock.sleep_until(5)
        await session.stop()
        await session.media.stop("lost")
        await running
        await clock.sleep_until(9)
        assert session.media.t == 5
        (end,) = [event async for event in session.follow(0)]
        return end

    assert EndEvent.model_validate_json(clock.run(run()).body) == EndEvent(
        seq=1, t=5, reason="stopped"
    )


def test_a_session_that_its_page_has_left_waits_for_it_to_be_loaded_anew(
    services: Services,
) -> None:
    clock = VirtualClock()

    async def run() -> float:
        session = new_session("whip", BrowserSource(clock), clock, services)
        running = asyncio.create_task(session.run())
        await session.leave()
        await clock.sleep_until(LEAVE_AFTER - 1)
        await session.leave()
        await clock.sleep_until(LEAVE_AFTER + 1)
        listening = session.follow(0, attend=True)
        waiting = asyncio.ensure_future(anext(listening))
        await clock.sleep_until(100)
        waiting.cancel()
        assert session.media.state == "waiting"
        await session.leave()
        await running
        assert session.media.reason == "stopped"
        return session.media.t

    assert clock.run(run()) == 100 + LEAVE_AFTER
