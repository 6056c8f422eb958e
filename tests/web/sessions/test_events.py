import asyncio

import pytest

from recommender import StoredEvent
from web.sessions.events import EventLog, as_stored, with_token
from web.wire import StatusEvent


def status(seq: int) -> StatusEvent:
    return StatusEvent(seq=seq, t=float(seq), state="live")


def append(log: EventLog, count: int = 1) -> None:
    for _ in range(count):
        log.append(status)


class StoredEvents:
    """A history that lacks the last events, and returns two at a time."""

    def __init__(self, last: int = 0) -> None:
        self.last = last

    async def __call__(self, after: int) -> list[StoredEvent]:
        await asyncio.sleep(0)
        numbers = range(after + 1, min(after + 2, self.last) + 1)
        return [as_stored(status(seq)) for seq in numbers]


async def received(log: EventLog, after: int) -> list[int]:
    return [event.seq async for event in log.follow(after)]


async def test_events_count_up_by_one_from_one() -> None:
    log = EventLog(StoredEvents())
    append(log, 3)
    log.close()
    assert await received(log, 0) == [1, 2, 3]


async def test_a_listener_who_comes_back_misses_nothing_and_hears_nothing_twice() -> None:
    log = EventLog(StoredEvents())
    append(log, 3)
    back = asyncio.create_task(received(log, 2))
    await asyncio.sleep(0)
    append(log, 2)
    log.close()
    assert await back == [3, 4, 5]


async def test_what_the_log_has_dropped_is_read_from_the_history() -> None:
    log = EventLog(StoredEvents(7), capacity=2)
    append(log, 8)
    log.close()
    assert await received(log, 0) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert await received(log, 6) == [7, 8]


async def test_a_listener_who_falls_behind_the_log_misses_nothing() -> None:
    kept = StoredEvents()
    log = EventLog(kept, capacity=2)
    append(log, 1)
    listening = log.follow(0)
    assert (await anext(listening)).seq == 1
    append(log, 9)
    kept.last = 8
    log.close()
    assert [event.seq async for event in listening] == [2, 3, 4, 5, 6, 7, 8, 9, 10]


async def test_what_nobody_has_any_more_is_left_out() -> None:
    log = EventLog(StoredEvents(3), capacity=2)
    append(log, 8)
    log.close()
    assert await received(log, 0) == [1, 2, 3, 7, 8]


async def test_a_listener_ahead_of_the_log_waits() -> None:
    log = EventLog(StoredEvents())
    append(log, 1)
    ahead = asyncio.create_task(received(log, 2))
    await asyncio.sleep(0)
    append(log, 2)
    log.close()
    assert await ahead == [3]


async def test_many_listeners_hear_the_same() -> None:
    log = EventLog(StoredEvents())
    listeners = [asyncio.create_task(received(log, 0)) for _ in range(50)]
    for _ in range(3):
        await asyncio.sleep(0)
        append(log)
    log.close()
    assert await asyncio.gather(*listeners) == [[1, 2, 3]] * 50


async def test_a_closed_log_takes_no_more() -> None:
    log = EventLog(StoredEvents())
    log.close()
    with pytest.raises(RuntimeError, match="closed"):
        append(log)


def test_what_is_not_saved_yet_is_known() -> None:
    log = EventLog(StoredEvents(), capacity=3)
    append(log, 2)
    assert [event.seq for event in log.unsaved()] == [1, 2]
    log.mark_saved(2)
    append(log, 4)
    assert [event.seq for event in log.unsaved()] == [4, 5, 6], "3 was dropped"


def test_a_token_is_told_where_a_download_needs_it_and_nowhere_else() -> None:
    body = '{"type":"cues","items":[{"title":"é","download":"/api/tracks/a/download?session=s"}]}'
    assert with_token(StoredEvent(1, 1.0, "cues", body), "a/b") == body.replace(
        "session=s", "session=s&token=a/b"
    )
    assert with_token(StoredEvent(1, 1.0, "note", "{}"), "secret") == "{}"
