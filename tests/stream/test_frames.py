from __future__ import annotations

import av
import numpy as np
import pytest

from stream.frames import FrameSampler, to_rgb


@pytest.mark.parametrize("fps", [5, 10, 15, 24, 29.97, 30, 60])
def test_five_frames_per_second_are_picked_evenly(fps: float) -> None:
    sampler = FrameSampler()
    times = np.arange(round(10 * fps)) / fps
    picked = np.array([t for t in times if sampler.due(float(t))])
    assert len(picked) == pytest.approx(50, abs=1)
    assert np.abs(picked - np.arange(len(picked)) / 5).max() <= 1 / fps + 1e-3


def test_slower_frames_are_all_picked() -> None:
    sampler = FrameSampler()
    assert all(sampler.due(t / 3) for t in range(30))


def test_rounding_errors_lose_no_frame() -> None:
    sampler = FrameSampler()
    start = 1.4
    assert all(sampler.due((start + n / 5) - start) for n in range(150))


def test_a_frame_that_goes_back_in_time_is_not_picked() -> None:
    sampler = FrameSampler()
    assert sampler.due(7.0)
    assert not sampler.due(3.0)
    assert not FrameSampler().due(-0.5)


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((320, 240), (240, 320, 3)),
        ((640, 360), (360, 640, 3)),
        ((1920, 1080), (360, 640, 3)),
        ((1080, 1920), (640, 360, 3)),
        ((10_000, 2), (16, 640, 3)),
        ((8, 6), (16, 16, 3)),
    ],
)
@pytest.mark.parametrize("pixels", ["yuv420p", "rgb24", "gray", "yuv444p10le"])
def test_frames_become_rgb_of_16_to_640_pixels(
    size: tuple[int, int], shape: tuple[int, int, int], pixels: str
) -> None:
    picture = np.full((size[1], size[0], 3), 120, dtype=np.uint8)
    frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pixels)
    image = to_rgb(frame)
    assert image.shape == shape
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert float(image.mean()) == pytest.approx(120, abs=2)
