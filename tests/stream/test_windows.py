from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing

import numpy as np
import pytest

from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.source import SourceError
from stream.windows import AudioRing, Window, Windows, WindowSpec
from tests.stream.clock import VirtualClock

IMAGE = np.zeros((2, 2, 3), dtype=np.uint8)


class Script:
    """Source that delivers the items of a list at their arrival times."""

    dropped = 0

    def __init__(
        self,
        clock: VirtualClock,
        items: Iterable[tuple[float, Media]],
        *,
        live: bool = True,
        has_audio: bool = True,
        has_video: bool = True,
        end: float | None = None,
        failure: Exception | None = None,
    ) -> None:
        self.live = live
        self.has_audio = has_audio
        self.has_video = has_video
        self.clock = clock
        self._items = list(items)
        self._end = end
        self._failure = failure

    async def __aiter__(self) -> AsyncIterator[Media]:
        for arrival, item in self._items:
            if self.live:
                await self.clock.sleep_until(arrival)
            yield item
        if self._failure:
            raise self._failure
        if self._end is not None:
            await self.clock.sleep_until(self._end)

    async def close(self) -> None:
        pass


def sound(start: float, end: float) -> list[tuple[float, Media]]:
    """Return 100 ms blocks that arrive at their ends; each sample's value is its time."""
    blocks: list[tuple[float, Media]] = []
    for index in range(round(start * 10), round(end * 10)):
        first = index * SAMPLE_RATE // 10
        samples = np.arange(first, first + SAMPLE_RATE // 10) / SAMPLE_RATE
        block = AudioBlock(index / 10, samples.astype(np.float32))
        blocks.append((block.end, block))
    return blocks


def pictures(start: float, end: float) -> list[tuple[float, Media]]:
    return [
        (index / 5, VideoFrame(index / 5, IMAGE))
        for index in range(round(start * 5), round(end * 5))
    ]


def merged(*parts: list[tuple[float, Media]]) -> list[tuple[float, Media]]:
    return sorted((item for part in parts for item in part), key=lambda item: item[0])


def collect(
    source: Script, clock: VirtualClock, spec: WindowSpec | None = None, pause: float = 0
) -> tuple[list[Window], Windows]:
    windows = Windows(source, clock, spec or WindowSpec())

    async def main() -> list[Window]:
        cut = []
        async with aclosing(windows):
            async for window in windows:
                cut.append(window)
                await clock.sleep_until(clock.now() + pause)
        return cut

    return clock.run(main()), windows


def audio(window: Window) -> AudioBlock:
    assert window.audio is not None
    return window.audio


@pytest.mark.parametrize(
    ("length", "hop"), [(0, 1), (3, 0), (1, 2), (31, 1), (float("nan"), 1), (3, float("nan"))]
)
def test_an_invalid_spec_is_refused(length: float, hop: float) -> None:
    with pytest.raises(ValueError, match="hop"):
        WindowSpec(length, hop)


@pytest.mark.parametrize("live", [True, False])
def test_windows_hold_the_latest_audio_and_the_frames_of_the_hop(live: bool) -> None:
    clock = VirtualClock()
    items = merged(sound(0, 5), pictures(0, 5))
    cut, windows = collect(Script(clock, items, live=live), clock)
    assert [window.t for window in cut] == [1, 2, 3, 4, 5]
    assert (windows.due, windows.dropped) == (5, 0)
    for window in cut:
        block = audio(window)
        assert block.end == pytest.approx(window.t, abs=0.11)
        assert len(block.samples) == pytest.approx(min(3, window.t) * SAMPLE_RATE, abs=1_601)
        assert block.samples[-1] == pytest.approx(block.end, abs=1e-3)
        assert np.diff(block.samples) == pytest.approx(1 / SAMPLE_RATE, abs=1e-5)
    frames = [frame.t for window in cut for frame in window.frames or ()]
    assert frames == [index / 5 for index in range(25)]


def test_a_recorded_window_is_exact() -> None:
    clock = VirtualClock()
    # Blocks of 100 ms that straddle the hops.
    items = [
        (0.0, AudioBlock(b.t + 0.05, b.samples))
        for _, b in sound(0, 5)
        if isinstance(b, AudioBlock)
    ]
    cut, _ = collect(Script(clock, items, live=False, has_video=False), clock)
    for window in cut[:-1]:
        assert audio(window).end == window.t
        assert window.frames is None
    assert clock.now() == 0


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize(("end", "times"), [(2.2, [1, 2]), (2.5, [1, 2, 2.5]), (0.2, [])])
def test_the_rest_makes_a_window_if_it_is_long_enough(
    live: bool, end: float, times: list[float]
) -> None:
    clock = VirtualClock()
    cut, windows = collect(Script(clock, sound(0, end), live=live, has_video=False), clock)
    assert [window.t for window in cut] == pytest.approx(times)
    assert windows.due == len(times)


def test_windows_are_due_even_if_nothing_arrives() -> None:
    clock = VirtualClock()
    cut, _ = collect(Script(clock, [], end=4.5), clock)
    assert [window.t for window in cut] == [1, 2, 3, 4]
    for window in cut:
        assert window.frames == ()
        assert audio(window).end == window.t
        assert not audio(window).samples.any()


def test_missing_tracks_are_none() -> None:
    clock = VirtualClock()
    source = Script(clock, [], has_audio=False, has_video=False, end=1.5)
    cut, _ = collect(source, clock)
    assert [(window.audio, window.frames) for window in cut] == [(None, None)]


@pytest.mark.parametrize("live", [True, False])
def test_stalled_audio_becomes_silence(live: bool) -> None:
    clock = VirtualClock()
    items = merged(sound(0, 1.5), pictures(0, 6))
    cut, _ = collect(Script(clock, items, live=live), clock)
    at = {round(window.t): audio(window) for window in cut}
    assert at[2].end == pytest.approx(1.5)
    assert at[2].samples[-1] > 1.4
    assert at[3].end == 3
    assert not at[3].samples[-round(1.4 * SAMPLE_RATE) :].any()
    assert not at[5].samples.any()


def test_audio_after_a_gap_is_placed_by_time() -> None:
    clock = VirtualClock()
    cut, _ = collect(Script(clock, merged(sound(0, 1), sound(2.5, 4)), has_video=False), clock)
    block = audio(cut[-1])
    assert block.end == pytest.approx(4, abs=0.11)
    times = block.t + np.arange(len(block.samples)) / SAMPLE_RATE
    heard = times >= 2.5
    assert block.samples[heard] == pytest.approx(times[heard], abs=1e-3)
    assert not block.samples[(times >= 1) & ~heard].any()


def test_a_slow_consumer_gets_the_newest_window_and_drops_are_counted() -> None:
    clock = VirtualClock()
    items = merged(sound(0, 10), pictures(0, 10))
    cut, windows = collect(Script(clock, items), clock, pause=2.5)
    assert [window.t for window in cut] == [1, 3, 6, 8, 10]
    assert (windows.due, windows.dropped) == (10, 5)
    assert [frame.t for frame in cut[2].frames or ()] == [4.8, 5.0, 5.2, 5.4, 5.6, 5.8]
    assert audio(cut[2]).end == pytest.approx(6, abs=0.11)
    assert len(audio(cut[2]).samples) == 3 * SAMPLE_RATE


def test_a_consumer_that_is_late_at_the_end_gets_the_newest_window() -> None:
    clock = VirtualClock()
    cut, windows = collect(Script(clock, sound(0, 30), has_video=False), clock, pause=100)
    assert [window.t for window in cut] == [1, 30]
    assert (windows.due, windows.dropped) == (30, 28)
    assert audio(cut[1]).samples[-1] == pytest.approx(30, abs=1e-3)


def test_a_recorded_source_waits_for_a_slow_consumer() -> None:
    clock = VirtualClock()
    cut, windows = collect(Script(clock, sound(0, 5), live=False), clock, pause=10)
    assert [window.t for window in cut] == [1, 2, 3, 4, 5]
    assert windows.dropped == 0


def test_windows_before_the_start_are_not_counted() -> None:
    clock = VirtualClock()
    clock.run(clock.sleep_until(7.3))
    cut, windows = collect(Script(clock, sound(7.5, 9), has_video=False), clock)
    assert [window.t for window in cut] == [8, 9]
    assert windows.dropped == 0


def test_a_source_that_samples_too_fast_is_bounded() -> None:
    clock = VirtualClock()
    items: list[tuple[float, Media]] = [
        (index / 50, VideoFrame(index / 50, IMAGE)) for index in range(1, 101)
    ]
    cut, _ = collect(Script(clock, items, has_audio=False), clock)
    assert [len(window.frames or ()) for window in cut] == [6, 6]


def test_a_frame_that_took_long_to_convert_is_in_the_next_window() -> None:
    clock = VirtualClock()
    late = (1.05, VideoFrame(0.95, IMAGE))
    source = Script(clock, [late, *pictures(1.2, 2.2)], has_audio=False)
    cut, _ = collect(source, clock)
    assert [frame.t for frame in cut[1].frames or ()] == [0.95, 1.2, 1.4, 1.6, 1.8]


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("hop", [0.1, 0.2, 0.3, 1.0])
def test_every_frame_is_in_one_window(live: bool, hop: float) -> None:
    clock = VirtualClock()
    source = Script(clock, pictures(0, 6), live=live, has_audio=False)
    cut, windows = collect(source, clock, WindowSpec(3, hop))
    assert windows.dropped == 0
    assert [frame.t for window in cut for frame in window.frames or ()] == [
        i / 5 for i in range(30)
    ]


@pytest.mark.parametrize("live", [True, False])
def test_a_failing_source_fails_the_windows(live: bool) -> None:
    clock = VirtualClock()
    source = Script(clock, sound(0, 2.5), live=live, failure=SourceError("the disk is gone"))
    with pytest.raises(SourceError, match="disk"):
        collect(source, clock)


@pytest.mark.parametrize("how", ["close", "cancel"])
def test_nothing_is_left_running(how: str) -> None:
    clock = VirtualClock()
    windows = Windows(Script(clock, sound(0, 100)), clock, WindowSpec())

    async def take() -> None:
        async with aclosing(windows):
            async for window in windows:
                if how == "close" and window.t == 2:
                    return

    async def main() -> None:
        task = asyncio.create_task(take())
        await clock.sleep_until(5.5)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled() == (how == "cancel")
        assert asyncio.all_tasks() == {asyncio.current_task()}

    clock.run(main())


class TestAudioRing:
    def block(self, t: float, value: float, seconds: float = 0.5) -> AudioBlock:
        return AudioBlock(t, np.full(round(seconds * SAMPLE_RATE), value, dtype=np.float32))

    def test_jitter_leaves_no_gap(self) -> None:
        ring = AudioRing(4)
        for index, jitter in enumerate([0, 0.05, -0.05, 0.09]):
            ring.append(self.block(index * 0.5 + jitter, index + 1))
        assert ring.end == 2
        assert ring.latest(2, 2).samples.reshape(4, -1).min(axis=1).tolist() == [1, 2, 3, 4]
        assert ring.latest(2, 2).samples.reshape(4, -1).max(axis=1).tolist() == [1, 2, 3, 4]

    def test_drift_is_corrected(self) -> None:
        ring = AudioRing(4)
        # A sound card that runs 1 % slow.
        for index in range(200):
            ring.append(self.block(index * 0.505, 1))
            assert ring.end == pytest.approx(index * 0.505 + 0.5, abs=0.11)

    def test_late_blocks_replace_silence(self) -> None:
        ring = AudioRing(6)
        ring.append(self.block(0, 1))
        ring.fill_silence(2)
        ring.append(self.block(0.5, 2))
        ring.append(self.block(1.0, 3))
        assert ring.end == 2
        assert ring.latest(2, 2).samples[::8_000].tolist() == [1, 2, 3, 0]

    def test_the_capacity_is_fixed(self) -> None:
        ring = AudioRing(2)
        for index in range(100):
            ring.append(self.block(index * 0.5, index))
        latest = ring.latest(50, 30)
        assert (latest.t, latest.end) == (48, 50)
        assert latest.samples[::8_000].tolist() == [96, 97, 98, 99]

    def test_a_block_larger_than_the_ring_keeps_its_end(self) -> None:
        ring = AudioRing(1)
        ring.append(AudioBlock(0, np.arange(3 * SAMPLE_RATE, dtype=np.float32)))
        assert ring.latest(3, 1).samples[0] == 2 * SAMPLE_RATE

    def test_audio_before_the_session_or_the_ring_is_discarded(self) -> None:
        ring = AudioRing(1)
        ring.append(self.block(-0.25, 1))
        assert (ring.latest(9, 9).t, ring.end) == (0, 0.25)
        ring.append(self.block(10, 2))
        ring.append(self.block(3, 3))
        assert ring.end == 10.5
        assert sorted(set(ring.latest(11, 1).samples.tolist())) == [0, 2]

    def test_the_result_is_a_copy(self) -> None:
        ring = AudioRing(1)
        ring.append(self.block(0, 1))
        copy = ring.latest(0.5, 0.5)
        ring.append(self.block(0.5, 2, seconds=2))
        assert set(copy.samples.tolist()) == {1}
