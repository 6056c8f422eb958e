from dataclasses import replace

import cv2
import numpy as np
import pytest

from inference.face.mesh import Pose
from inference.face.quality import Quality, measure, reliability, reliability_factors
from inference.reading import combine_factors
from tests.inference.face.scene import PORTRAIT

FRONTAL = Pose(yaw=0, pitch=0, roll=0)
GOOD = Quality(size=100, sharpness=0.17, contrast=0.2, turn=0)
FACE = np.asarray(cv2.cvtColor(PORTRAIT[40:170, 50:180], cv2.COLOR_RGB2GRAY), np.uint8)


def test_a_good_portrait_is_fully_reliable() -> None:
    assert reliability(GOOD) == 1


@pytest.mark.parametrize(
    ("name", "worst", "best"),
    [("size", 0, 100), ("sharpness", 0, 0.2), ("contrast", 0, 0.3), ("turn", 90, 0)],
)
def test_reliability_increases_with_quality(name: str, worst: float, best: float) -> None:
    values = np.linspace(worst, best, 50).tolist()
    results = [reliability(replace(GOOD, **{name: value})) for value in values]
    assert results[0] == 0
    assert results[-1] == 1
    assert results == sorted(results)


@pytest.mark.parametrize(
    ("name", "value", "doubt"),
    [
        ("size", 20, "small"),
        ("sharpness", 0, "blurred"),
        ("contrast", 0, "dark"),
        ("turn", 80, "turned"),
    ],
)
def test_the_worst_factor_is_the_doubt(name: str, value: float, doubt: str) -> None:
    assert combine_factors(reliability_factors(replace(GOOD, **{name: value})))[1] == doubt


def test_a_small_face_is_less_reliable() -> None:
    assert 0 < reliability(replace(GOOD, size=24)) < 0.5


def test_reliability_is_in_0_to_1() -> None:
    assert reliability(Quality(size=1e6, sharpness=1e6, contrast=1e6, turn=0)) == 1
    assert reliability(Quality(size=-1, sharpness=float("nan"), contrast=-1, turn=1e6)) == 0


def test_blur_and_darkness_are_measured() -> None:
    sharp = measure(FACE, 130, FRONTAL)
    blurred = measure(np.asarray(cv2.GaussianBlur(FACE, (0, 0), 4), np.uint8), 130, FRONTAL)
    dark = measure(FACE // 10, 130, FRONTAL)
    assert blurred.sharpness < sharp.sharpness / 4
    assert blurred.contrast == pytest.approx(sharp.contrast, rel=0.3)
    assert dark.contrast < sharp.contrast / 8


def test_sharpness_is_independent_of_brightness() -> None:
    assert measure(FACE // 2, 130, FRONTAL).sharpness == pytest.approx(
        measure(FACE, 130, FRONTAL).sharpness, rel=0.1
    )


def test_a_uniform_crop_is_unreliable() -> None:
    flat = measure(np.full((64, 64), 128, np.uint8), 130, FRONTAL)
    assert (flat.sharpness, flat.contrast) == (0, 0)
    assert reliability(flat) == 0


def test_turn_is_the_larger_of_yaw_and_pitch() -> None:
    assert measure(FACE, 130, Pose(yaw=-30, pitch=10, roll=80)).turn == 30
    assert measure(FACE, 130, Pose(yaw=5, pitch=20, roll=0)).turn == 20
