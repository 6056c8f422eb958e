from __future__ import annotations

import numpy as np
import pytest

from stream.arrival import ArrivalTimeline

BLOCK = 0.02


def test_blocks_are_spaced_by_the_senders_time() -> None:
    timeline = ArrivalTimeline()
    jitter = np.random.default_rng(0).uniform(0, 0.05, 500)
    jitter[0] = 0
    placed = [timeline.place(n * BLOCK, 7 + n * BLOCK + jitter[n]) for n in range(500)]
    assert placed == pytest.approx(7 + np.arange(500) * BLOCK, abs=0.02)


def test_the_fastest_blocks_set_the_offset() -> None:
    timeline = ArrivalTimeline()
    assert timeline.place(0, 1.4) == 1.4
    assert timeline.place(BLOCK, 1.1) == 1.1
    assert timeline.place(2 * BLOCK, 1.5) == pytest.approx(1.12, abs=1e-3)


@pytest.mark.parametrize("stall", [0.8, 3.0])
def test_a_burst_gets_its_proper_times(stall: float) -> None:
    timeline = ArrivalTimeline()
    for n in range(500):
        capture = n * BLOCK
        arrival = max(capture, 4 + stall) if capture > 4 else capture
        assert timeline.place(capture, arrival) == pytest.approx(capture, abs=0.1)


def test_isolated_late_blocks_do_not_add_up() -> None:
    timeline = ArrivalTimeline()
    for n in range(500):
        late = 1.5 if n in {100, 300} else 0.0
        assert timeline.place(n * BLOCK, n * BLOCK + late) == pytest.approx(n * BLOCK, abs=0.01)


def test_the_offset_is_reset_after_the_sender_slept() -> None:
    timeline = ArrivalTimeline()
    for n in range(100):
        timeline.place(n * BLOCK, n * BLOCK)
    placed = [timeline.place(n * BLOCK, n * BLOCK + 60) for n in range(100, 200)]
    assert placed[-1] == pytest.approx(199 * BLOCK + 60)


def test_drift_is_tracked() -> None:
    timeline = ArrivalTimeline()
    for n in range(50_000):
        arrival = n * BLOCK * 1.0003
        placed = timeline.place(n * BLOCK, arrival)
    assert placed == pytest.approx(arrival, abs=0.01)
