import asyncio
import json

import pytest

from web.events import EventLog
from web.wire import StatusEvent


def say(log: EventLog, count: int = 1) -> None:
    for _ in range(count):
        log.append(lambda seq: StatusEvent(seq=seq, t=float(seq), state="live"))


async def heard(log: EventLog, after: int) -> list[int]:
    return [json.loads(text)["seq"] async for text in log.follow(after)]


async def test_events_count_up_by_one_from_one() -> None:
    log = EventLog()
    say(log, 3)
    log.close()
    assert await heard(log, 0) == [1, 2, 3]


async def test_a_listener_who_comes_back_misses_nothing_and_hears_nothing_twice() -> None:
    log = EventLog()
    say(log, 3)
    back = asyncio.create_task(heard(log, 2))
    await asyncio.sleep(0)
    say(log, 2)
    log.close()
    assert await back == [3, 4, 5]


async def test_a_listener_who_is_late_goes_on_with_the_oldest_that_is_left() -> None:
    log = EventLog(capacity=2)
    say(log, 5)
    log.close()
    assert await heard(log, 0) == [4, 5]
    assert await heard(log, 4) == [5]
    assert [json.loads(text)["seq"] for text in log.kept("status")] == [4, 5]
    assert log.kept("mood") == []


async def test_a_listener_ahead_of_the_log_waits() -> None:
    log = EventLog()
    say(log, 1)
    ahead = asyncio.create_task(heard(log, 2))
    await asyncio.sleep(0)
    say(log, 2)
    log.close()
    assert await ahead == [3]


async def test_many_listeners_hear_the_same() -> None:
    log = EventLog()
    listeners = [asyncio.create_task(heard(log, 0)) for _ in range(50)]
    for _ in range(3):
        await asyncio.sleep(0)
        say(log)
    log.close()
    assert await asyncio.gather(*listeners) == [[1, 2, 3]] * 50


def test_a_closed_log_takes_no_more() -> None:
    log = EventLog()
    log.close()
    with pytest.raises(RuntimeError, match="closed"):
        say(log)
