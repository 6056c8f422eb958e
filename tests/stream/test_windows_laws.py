"""What holds of every ring and of all windows, whatever the media and whoever takes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream import FRAME_RATE, SAMPLE_RATE, AudioBlock, Media, VideoFrame, Window, WindowSpec
from stream.windows import MAX_JITTER, MIN_LAST, AudioRing, Windows
from tests.stream.clock import VirtualClock
from tests.stream.test_windows import IMAGE, Script

CAPACITY = 0.5
"""Seconds in the rings of these tests."""

steps = st.tuples(
    st.sampled_from([0.0, 0.05, 0.2, -0.2, -0.7]) | st.floats(-1, 1.5),  # after the previous one
    st.integers(0, int(1.2 * CAPACITY * SAMPLE_RATE)) | st.just(4_000),  # its samples
)


class Endless:
    """What a ring would be if it kept everything."""

    def __init__(self) -> None:
        self.samples = np.zeros(0, np.float32)
        self.head = 0

    def append(self, block: AudioBlock) -> None:
        start = round(block.t * SAMPLE_RATE)
        if abs(start - self.head) <= MAX_JITTER * SAMPLE_RATE:
            start = self.head
        self.head = start + len(block.samples)
        missing = max(0, self.head - len(self.samples))
        self.samples = np.concatenate([self.samples, np.zeros(missing, np.float32)])
        first = max(start, 0)
        self.samples[first : max(first, self.head)] = block.samples[first - start :]


@st.composite
def rings(draw: st.DrawFn) -> tuple[AudioRing, Endless]:
    ring, endless = AudioRing(CAPACITY), Endless()
    t, value = 0.0, 0
    for offset, size in draw(st.lists(steps, min_size=3, max_size=12)):
        t = max(0.0, t + offset)
        samples = np.arange(value + 1, value + size + 1, dtype=np.float32)
        for each in (ring, endless):
            each.append(AudioBlock(t, samples))
        t, value = t + size / SAMPLE_RATE, value + size
    return ring, endless


@given(rings(), st.just(0.0) | st.floats(0, 2), st.just(CAPACITY) | st.floats(0, 2 * CAPACITY))
def test_a_ring_gives_what_an_endless_one_would(
    both: tuple[AudioRing, Endless], back: float, seconds: float
) -> None:
    ring, endless = both
    assert ring.end == len(endless.samples) / SAMPLE_RATE
    kept = len(endless.samples) - int(CAPACITY * SAMPLE_RATE)
    t = max(0.0, ring.end - back)
    block = ring.latest(t, seconds)
    end = min(round(t * SAMPLE_RATE), len(endless.samples))
    start = max(0, kept, end - round(seconds * SAMPLE_RATE))
    assert block.samples.dtype == np.float32
    assert block.t == start / SAMPLE_RATE
    np.testing.assert_array_equal(block.samples, endless.samples[start : max(start, end)])


@given(rings(), st.floats(0, 3))
def test_silence_is_added_once_and_takes_nothing_away(
    both: tuple[AudioRing, Endless], ahead: float
) -> None:
    ring, _ = both
    before, heard = ring.end, ring.latest(ring.end, CAPACITY)
    for _ in range(2):
        ring.fill_silence(before + ahead)
        assert ring.end == pytest.approx(max(before, before + ahead), abs=1 / SAMPLE_RATE)
    ring.fill_silence(before)
    after = ring.latest(ring.end, CAPACITY)
    kept = heard.samples[len(heard.samples) - max(0, round((before - after.t) * SAMPLE_RATE)) :]
    np.testing.assert_array_equal(after.samples[: len(kept)], kept)
    assert not after.samples[len(kept) :].any()


@given(rings(), steps)
def test_what_was_given_out_stays_as_it_was(
    both: tuple[AudioRing, Endless], step: tuple[float, int]
) -> None:
    ring, _ = both
    given_out = ring.latest(ring.end, CAPACITY)
    before = given_out.samples.copy()
    ring.append(AudioBlock(max(0.0, ring.end + step[0]), np.full(step[1], -1, np.float32)))
    np.testing.assert_array_equal(given_out.samples, before)


@given(st.floats(), st.floats())
def test_a_spec_has_a_hop_within_its_length(length: float, hop: float) -> None:
    if 0 < hop <= length <= 30:
        assert WindowSpec(length, hop).hop == hop
    else:
        with pytest.raises(ValueError, match="hop"):
            WindowSpec(length, hop)


specs = st.tuples(st.sampled_from([0.25, 0.4, 0.5, 1.0, 2.0]), st.floats(0, 3)).map(
    lambda each: WindowSpec(length=each[0] + each[1], hop=each[0])
)


@st.composite
def media(draw: st.DrawFn) -> list[Media]:
    """Sound in blocks with gaps between them, and pictures of every fifth of a second or fewer."""
    items: list[Media] = []
    t = 0.0
    for gap, size in draw(
        st.lists(st.tuples(st.floats(0, 1.5) | st.just(0.0), st.integers(160, 8_000)), max_size=12)
    ):
        t += gap
        items.append(AudioBlock(t, np.ones(size, np.float32)))
        t += size / SAMPLE_RATE
    slots = draw(st.lists(st.integers(0, 30), unique=True))
    items += [VideoFrame(slot / FRAME_RATE, IMAGE) for slot in slots]
    return sorted(items, key=lambda item: item.t)


def end_of(items: Sequence[Media]) -> float:
    return max(
        (item.end if isinstance(item, AudioBlock) else item.t + 1 / FRAME_RATE for item in items),
        default=0.0,
    )


def check(window: Window, spec: WindowSpec) -> None:
    """Check what holds of every window by itself."""
    assert window.audio is not None
    assert window.frames is not None
    assert len(window.audio.samples) <= round(spec.length * SAMPLE_RATE)
    assert window.audio.end <= window.t + 1 / SAMPLE_RATE
    assert len(window.frames) <= math.ceil(FRAME_RATE * spec.hop) + 1
    assert all(frame.t < window.t for frame in window.frames)


@given(media(), specs)
def test_of_a_recording_nothing_is_lost(items: list[Media], spec: WindowSpec) -> None:
    clock = VirtualClock()
    source = Script(clock, [(item.t, item) for item in items], live=False)
    windows = Windows(source, clock, spec)

    async def main() -> list[Window]:
        return [window async for window in windows]

    cut = clock.run(main())
    end = end_of(items)
    assert (windows.due, windows.dropped) == (len(cut), 0)
    places = [window.t / spec.hop for window in cut]
    assert places[:-1] == pytest.approx(range(1, len(cut)))
    left = end - (cut[-1].t if cut else 0.0)
    assert left < min(MIN_LAST, spec.hop)
    assert left == 0 or not cut or places[-1] == pytest.approx(len(cut)), "only the last is short"
    for window in cut:
        check(window, spec)
    seen = [frame.t for window in cut for frame in window.frames or ()]
    there = [item.t for item in items if isinstance(item, VideoFrame)]
    assert seen == [t for t in there if cut and t < cut[-1].t]


@given(media(), specs, st.lists(st.floats(0, 5), min_size=1, max_size=4))
def test_a_slow_consumer_gets_fewer_windows_and_is_told_how_many(
    items: list[Media], spec: WindowSpec, pauses: list[float]
) -> None:
    clock = VirtualClock()
    # Sound arrives when it has been said.
    arriving = sorted(
        ((item.end if isinstance(item, AudioBlock) else item.t, item) for item in items),
        key=lambda each: each[0],
    )
    source = Script(clock, arriving, end=end_of(items))
    windows = Windows(source, clock, spec)
    taken: list[float] = []

    async def main() -> list[Window]:
        cut = []
        async for window in windows:
            taken.append(clock.now())
            cut.append(window)
            await clock.sleep_until(clock.now() + pauses[len(cut) % len(pauses)])
        return cut

    cut = clock.run(main())
    assert windows.due == len(cut) + windows.dropped
    assert all(one.t < other.t for one, other in pairwise(cut))
    for window, now in zip(cut, taken, strict=True):
        check(window, spec)
        assert window.t <= now + 1e-6, "no window comes before its time"
        if now < end_of(items):
            assert now - window.t < spec.hop + 1e-6, "of several, the newest comes"
