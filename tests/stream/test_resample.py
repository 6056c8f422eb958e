from __future__ import annotations

import itertools
from collections.abc import Iterator

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from stream.media import SAMPLE_RATE, AudioBlock
from stream.resample import Resampler


def frames(
    samples: NDArray[np.float64], rate: int, layout: str, sample_format: str, size: int
) -> Iterator[tuple[av.AudioFrame, float]]:
    """Cut a signal in [-1, 1] into frames with their times."""
    channels = {"mono": 1, "stereo": 2}[layout]
    for start in range(0, len(samples), size):
        part = np.repeat(samples[start : start + size, None], channels, axis=1)
        if sample_format == "s16":
            data = np.ascontiguousarray((part * 32_767).astype(np.int16).reshape(1, -1))
        else:
            data = np.ascontiguousarray(part.T.astype(np.float32))
        frame = av.AudioFrame.from_ndarray(data, sample_format, layout)
        frame.sample_rate = rate
        yield frame, start / rate


def sine(seconds: float, rate: int, hz: float = 1_000) -> NDArray[np.float64]:
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def run(resampler: Resampler, parts: Iterator[tuple[av.AudioFrame, float]]) -> list[AudioBlock]:
    return [block for frame, t in parts for block in resampler.push(frame, t)]


def joined(blocks: list[AudioBlock]) -> NDArray[np.float32]:
    return np.concatenate([block.samples for block in blocks])


@pytest.mark.parametrize("layout", ["mono", "stereo"])
@pytest.mark.parametrize("sample_format", ["s16", "fltp"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_a_sine_in_small_frames_stays_a_sine(layout: str, sample_format: str, rate: int) -> None:
    signal = sine(2, rate)
    resampler = Resampler()
    blocks = run(resampler, frames(signal, rate, layout, sample_format, rate // 50))
    blocks += resampler.flush()
    samples = joined(blocks)
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(2 * SAMPLE_RATE, abs=20)

    once = Resampler()
    at_once = run(once, frames(signal, rate, layout, sample_format, len(signal)))
    at_once += once.flush()
    assert samples == pytest.approx(joined(at_once), abs=1e-6)

    # A click has a broad spectrum: everything but the line must be 70 dB below it.
    steady = samples[4_000:28_000]
    spectrum = np.abs(np.fft.rfft(steady * np.blackman(len(steady))))
    line = 1_000 * len(steady) // SAMPLE_RATE
    assert spectrum.argmax() == line
    rest = np.delete(spectrum, np.arange(line - 4, line + 5))
    assert rest.max() < spectrum[line] * 10 ** (-70 / 20)
    assert np.abs(steady).max() == pytest.approx(0.5, abs=0.01)


def test_frequencies_above_nyquist_are_removed() -> None:
    blocks = run(Resampler(), frames(sine(1, 48_000, hz=12_000), 48_000, "stereo", "s16", 960))
    assert np.abs(joined(blocks)[1_000:]).max() < 0.5 * 10 ** (-60 / 20)


def test_times_match_the_audio() -> None:
    # Every click, one per 100 ms, must be at its time.
    signal = np.zeros(48_000)
    signal[4_800::4_800] = 1
    resampler = Resampler()
    blocks = run(resampler, frames(signal, 48_000, "mono", "fltp", 960))
    found = [
        block.t + int(block.samples.argmax()) / SAMPLE_RATE
        for block in blocks
        if block.samples.max() > 0.15
    ]
    assert found == pytest.approx(np.arange(1, 10) / 10, abs=2 / SAMPLE_RATE)
    for previous, block in itertools.pairwise(blocks):
        assert block.t == pytest.approx(previous.end, abs=1e-6)


def test_a_jump_in_time_is_kept() -> None:
    resampler = Resampler()
    run(resampler, frames(sine(0.1, 48_000), 48_000, "mono", "s16", 960))
    (frame, _) = next(frames(sine(0.02, 48_000), 48_000, "mono", "s16", 960))
    (block,) = resampler.push(frame, 5.0)
    assert block.t == pytest.approx(5.0, abs=2e-3)


def test_the_format_may_change_at_any_frame() -> None:
    resampler = Resampler()
    first = run(resampler, frames(sine(0.5, 48_000), 48_000, "stereo", "s16", 960))
    second = [
        block
        for frame, t in frames(sine(0.5, 44_100), 44_100, "mono", "fltp", 882)
        for block in resampler.push(frame, 0.5 + t)
    ]
    blocks = first + second + resampler.flush()
    assert len(joined(blocks)) == pytest.approx(SAMPLE_RATE, abs=20)
    assert blocks[-1].end == pytest.approx(1.0, abs=1e-3)
    for previous, block in itertools.pairwise(blocks):
        assert block.t == pytest.approx(previous.end, abs=1e-3)


def test_flushing_twice_or_first_returns_nothing() -> None:
    resampler = Resampler()
    assert resampler.flush() == []
    run(resampler, frames(sine(0.1, 48_000), 48_000, "mono", "s16", 960))
    assert resampler.flush()
    assert resampler.flush() == []
