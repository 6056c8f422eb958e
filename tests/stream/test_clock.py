from __future__ import annotations

import asyncio
import time

import pytest

from stream.clock import SessionClock
from tests.stream.clock import VirtualClock


async def test_the_session_clock_begins_at_zero_and_never_goes_back() -> None:
    before = time.monotonic()
    clock = SessionClock()
    times = [clock.now() for _ in range(100)]
    assert 0 <= times[0] <= time.monotonic() - before
    assert times == sorted(times)


async def test_the_session_clock_sleeps_until_a_time() -> None:
    clock = SessionClock()
    await clock.sleep_until(0.02)
    assert clock.now() >= 0.02 - time.get_clock_info("monotonic").resolution - 1e-3
    await clock.sleep_until(-1)


def test_the_virtual_clock_jumps_when_every_task_waits() -> None:
    clock = VirtualClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, *times: float) -> None:
        for t in times:
            await clock.sleep_until(t)
            woken.append((name, clock.now()))

    async def main() -> None:
        await asyncio.gather(sleeper("a", 1, 50), sleeper("b", 2, 1.5, 3))

    clock.run(main())
    assert woken == [("a", 1), ("b", 2), ("b", 2), ("b", 3), ("a", 50)]


def test_the_virtual_clock_waits_for_threads() -> None:
    clock = VirtualClock()

    async def work() -> float:
        await asyncio.to_thread(time.sleep, 0.02)
        return clock.now()

    async def main() -> None:
        worked, _ = await asyncio.gather(work(), clock.sleep_until(1000))
        assert worked == 0
        assert clock.now() == 1000

    clock.run(main())


def test_the_virtual_clock_detects_a_deadlock() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="deadlock"):
        VirtualClock().run(main())
