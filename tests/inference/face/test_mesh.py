import math

import numpy as np
import pytest

from inference.face.detection import detect
from inference.face.mesh import (
    CHIN,
    FOREHEAD,
    LEFT_EYE,
    LEVEL_PITCH,
    LOWER_LIP,
    RIGHT_EYE,
    UPPER_LIP,
    bounding_box,
    eye_distance,
    head_pose,
    mouth_opening,
    read_meshes,
    tracking_region,
)
from inference.face.region import Points, Region
from inference.runtime import LocalRuntime
from tests.inference.face.scene import ASTRONAUT, MEDIAPIPE, ORACLE


@pytest.fixture
def frontal() -> Points:
    """Return a level face that looks at the camera: eyes 60 apart, mouth open by 15."""
    tilt = math.radians(LEVEL_PITCH)
    points = np.zeros((468, 3), np.float32)
    for (outer, inner), x in ((RIGHT_EYE, -30.0), (reversed(LEFT_EYE), 30.0)):
        points[outer] = [x * 1.4, -20, 0]
        points[inner] = [x * 0.6, -20, 0]
    points[FOREHEAD] = [0, -60 * math.cos(tilt), -60 * math.sin(tilt)]
    points[CHIN] = [0, 60 * math.cos(tilt), 60 * math.sin(tilt)]
    points[UPPER_LIP] = [0, 25, 0]
    points[LOWER_LIP] = [0, 40, 0]
    return points


def turned(points: Points, axis: int, degrees: float) -> Points:
    """Rotate about x (pitch), y (yaw) or z (roll), from the second axis to the third."""
    first, second = [(1, 2), (0, 2), (0, 1)][axis]
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    result = points.copy()
    result[:, first] = points[:, first] * cos - points[:, second] * sin
    result[:, second] = points[:, first] * sin + points[:, second] * cos
    return result


def test_the_pose_of_a_frontal_face_is_zero(frontal: Points) -> None:
    pose = head_pose(frontal)
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((0, 0, 0), abs=1e-4)


@pytest.mark.parametrize("degrees", [-40.0, -10.0, 25.0])
def test_the_pose_of_a_rotated_head(frontal: Points, degrees: float) -> None:
    assert head_pose(turned(frontal, 0, degrees)).pitch == pytest.approx(degrees, abs=1e-3)
    assert head_pose(turned(frontal, 1, degrees)).yaw == pytest.approx(degrees, abs=1e-3)
    assert head_pose(turned(frontal, 2, degrees)).roll == pytest.approx(degrees, abs=1e-3)


def test_the_eye_distance_is_independent_of_the_pose(frontal: Points) -> None:
    assert eye_distance(frontal) == pytest.approx(60)
    assert eye_distance(turned(frontal, 1, 50)) == pytest.approx(60)


def test_the_mouth_opening_is_independent_of_the_size(frontal: Points) -> None:
    assert mouth_opening(frontal) == pytest.approx(0.25)
    assert mouth_opening(frontal / np.float32(7)) == pytest.approx(0.25)


def test_the_tracking_region_is_one_and_a_half_times_the_bounding_box(frontal: Points) -> None:
    tilted = turned(frontal, 2, 10) + np.array([200, 100, 0], np.float32)
    left, top, right, bottom = bounding_box(tilted)
    region = tracking_region(tilted)
    assert (region.x, region.y) == pytest.approx(((left + right) / 2, (top + bottom) / 2))
    assert region.side == pytest.approx(1.5 * (bottom - top))
    assert region.angle == pytest.approx(math.radians(10))


@pytest.mark.parametrize("name", ["whole", "cut"])
def test_landmarks_match_mediapipe(runtime: LocalRuntime, name: str) -> None:
    picture, reference = ORACLE[name], MEDIAPIPE[name]["landmarks"]
    (face,) = detect(runtime, picture)
    (landmarks,), (presence,) = read_meshes(runtime, picture, [face.region])
    places = [int(place) for place in reference]
    expected = np.array(list(reference.values())) * picture.shape[1::-1]
    errors = np.linalg.norm(landmarks[places, :2] - expected, axis=1)
    assert presence > 0.99
    assert errors.max() / eye_distance(landmarks) < 0.002


def test_a_batch_of_two_regions_equals_each_alone(runtime: LocalRuntime) -> None:
    regions = [detect(runtime, ASTRONAUT)[0].region, Region(x=400, y=400, side=150)]
    together, presence = read_meshes(runtime, ASTRONAUT, regions)
    for n, region in enumerate(regions):
        (alone,), (there,) = read_meshes(runtime, ASTRONAUT, [region])
        assert together[n] == pytest.approx(alone, abs=0.01)
        assert presence[n] == pytest.approx(there, abs=1e-4)
    assert presence[0] > 0.99
    assert presence[1] < 0.01
