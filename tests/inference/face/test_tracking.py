import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from inference.face import tracking
from inference.face.detection import Detection, detect
from inference.face.mesh import bounding_box
from inference.face.region import Image
from inference.face.tracking import MAX_FACES, FaceTracker, TrackedFace, match_faces, visible_share
from inference.runtime import LocalRuntime, Runtime
from tests.inference.face.counting import CountingRuntime
from tests.inference.face.scene import ASTRONAUT, scene

LFW = Path(__file__).parents[3] / "../shared/data/faces/lfw.zip"
LEFT, RIGHT = (10, 60, 120), (180, 60, 120)


@pytest.fixture
def tracker(runtime: LocalRuntime) -> FaceTracker:
    return FaceTracker(runtime)


def play(tracker: FaceTracker, pictures: list[Image], start: float = 0.0) -> list[dict[int, float]]:
    """Track images at 5 per second; return the horizontal positions of the faces by id."""
    return [
        {face.id: middle(face) for face in tracker.update(start + n / 5, picture)}
        for n, picture in enumerate(pictures)
    ]


def middle(face: TrackedFace) -> float:
    left, _, right, _ = bounding_box(face.landmarks).tolist()
    return float(left + right) / 2


def test_a_moving_face_keeps_its_id(tracker: FaceTracker) -> None:
    # 15 pixels per frame are a third of the face's width.
    lefts = [40, 55, 70, 85, 100, 115, 145, 145, 130]
    seen = play(tracker, [scene((left, 60, 120)) for left in lefts])
    assert [list(faces) for faces in seen] == [[1]] * len(lefts)
    offsets = [faces[1] - left for faces, left in zip(seen, lefts, strict=True)]
    assert max(offsets) - min(offsets) < 3


def test_a_face_that_changes_size_keeps_its_id(tracker: FaceTracker) -> None:
    sides = [120, 140, 170, 200, 170, 140, 120, 100, 80, 65]
    seen = play(tracker, [scene((160 - side // 2, 20, side)) for side in sides])
    assert [list(faces) for faces in seen] == [[1]] * len(sides)


def test_two_faces_keep_their_ids_side_by_side(tracker: FaceTracker) -> None:
    pictures = [scene((10 + 3 * n, 60, 120), (180 - 3 * n, 60, 120)) for n in range(10)]
    seen = play(tracker, pictures)
    left, right = sorted(seen[0], key=lambda face: seen[0][face])
    for faces in seen:
        assert set(faces) == {1, 2}
        assert faces[left] < faces[right]


def test_a_new_face_is_found_within_a_second(tracker: FaceTracker) -> None:
    play(tracker, [scene(LEFT)] * 5)
    seen = play(tracker, [scene(LEFT, RIGHT)] * 5, start=1.0)
    assert set(seen[-1]) == {1, 2}


def test_a_face_that_leaves_does_not_affect_the_other(tracker: FaceTracker) -> None:
    play(tracker, [scene(LEFT, RIGHT)] * 3)
    (before,) = play(tracker, [scene(LEFT, RIGHT)], start=0.6)
    stays = min(before, key=lambda face: before[face])
    assert play(tracker, [scene(LEFT)] * 3, start=0.8)[-1].keys() == {stays}


def test_a_face_that_leaves_the_image_is_lost(tracker: FaceTracker) -> None:
    seen = play(tracker, [scene((left, 60, 120)) for left in range(40, -110, -25)])
    assert list(seen[0]) == [1]
    assert list(seen[-1]) == []


def test_a_face_less_than_half_visible_is_lost(tracker: FaceTracker) -> None:
    seen = play(tracker, [scene((left, 0, 240)) for left in range(-60, -160, -4)])
    middles = [faces[1] for faces in seen if faces]
    assert len(middles) > 10
    assert min(middles) > 0
    assert seen[-8:] == [{}] * 8


def test_a_face_detected_twice_is_tracked_once(
    tracker: FaceTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def detect_twice(runtime: Runtime, image: Image) -> list[Detection]:
        (face,) = detect(runtime, image)
        beside = np.array([20, 0], np.float32)
        ghost = Detection(face.box + np.tile(beside, 2), face.keypoints + beside, face.score)
        return [face, ghost]

    monkeypatch.setattr(tracking, "detect", detect_twice)
    assert play(tracker, [scene(LEFT)] * 7) == [{1: pytest.approx(70, abs=3)}] * 7


def test_a_face_after_a_long_gap_gets_a_new_id(tracker: FaceTracker) -> None:
    play(tracker, [scene(LEFT)] * 3)
    assert list(play(tracker, [scene(LEFT)], start=2.5)[0]) == [2]


def test_a_face_that_returns_within_two_seconds_keeps_its_id(tracker: FaceTracker) -> None:
    play(tracker, [scene(LEFT)] * 3)
    assert play(tracker, [scene()] * 8, start=0.6)[-1] == {}
    assert list(play(tracker, [scene((20, 55, 120))], start=2.3)[0]) == [1]


def test_a_face_that_returns_later_gets_a_new_id(tracker: FaceTracker) -> None:
    play(tracker, [scene(LEFT)] * 3)
    play(tracker, [scene()] * 8, start=0.6)
    assert list(play(tracker, [scene(LEFT)], start=2.5)[0]) == [2]


def test_a_face_that_appears_elsewhere_gets_a_new_id(tracker: FaceTracker) -> None:
    play(tracker, [scene(LEFT)] * 3)
    play(tracker, [scene()], start=0.6)
    assert list(play(tracker, [scene(RIGHT)], start=0.8)[0]) == [2]


def test_images_may_change_size(tracker: FaceTracker) -> None:
    small = play(tracker, [scene((40, 60, 120))] * 2)
    large = play(tracker, [scene((80, 120, 240), width=640, height=480)] * 2, start=0.4)
    assert [list(faces) for faces in small + large] == [[1]] * 4
    assert large[-1][1] == pytest.approx(2 * small[-1][1], abs=4)


def test_a_non_face_is_not_tracked(tracker: FaceTracker) -> None:
    play(tracker, [scene(LEFT)] * 2)
    noise = np.random.default_rng(0).integers(0, 256, (240, 320, 3)).astype(np.uint8)
    dark = np.zeros((240, 320, 3), np.uint8)
    assert play(tracker, [noise, dark, noise, dark], start=0.4) == [{}] * 4


def test_the_detector_is_idle_while_a_face_is_still(runtime: LocalRuntime) -> None:
    counting = CountingRuntime(runtime)
    play(FaceTracker(counting), [scene(LEFT)] * 15)
    assert counting.batches == {"face_detection": [1] * 3, "face_mesh": [1] * 15}


def close_up(scale: float) -> Image:
    """Return a square around the astronaut's face, ``scale`` times as wide as the face is high."""
    side = int(110 * scale)
    left, top = 226 - side // 2, 122 - side // 2
    return np.ascontiguousarray(ASTRONAUT[max(top, 0) : top + side, left : left + side])


def round_crop(image: Image) -> Image:
    """Return the image with black corners, like a round facecam."""
    height, width = image.shape[:2]
    y, x = np.ogrid[:height, :width]
    inside = (2 * x / width - 1) ** 2 + (2 * y / height - 1) ** 2 <= 1
    return np.where(inside[..., None], image, np.uint8(0))


@pytest.mark.parametrize("shape", [np.asarray, round_crop], ids=["square", "round"])
@pytest.mark.parametrize("scale", [0.9, 1.0, 1.2, 1.5, 2.0])
def test_a_face_that_fills_the_image_is_found(
    tracker: FaceTracker, scale: float, shape: Callable[[Image], Image]
) -> None:
    image = shape(close_up(scale))
    ((face,),) = [tracker.update(0.0, image)]
    left, top, right, bottom = bounding_box(face.landmarks).tolist()
    assert (left + right) / 2 == pytest.approx(image.shape[1] / 2, abs=12)
    assert bottom - top == pytest.approx(105, abs=15)


@pytest.mark.skipif(not LFW.is_file(), reason="needs faces/lfw.zip in ../shared/data")
def test_tight_crops_of_strangers_are_found(runtime: LocalRuntime) -> None:
    with zipfile.ZipFile(LFW) as members:
        names = [name for name in sorted(members.namelist()) if name.endswith(".jpg")][::80]
        crops = [
            cv2.imdecode(np.frombuffer(members.read(name), np.uint8), cv2.IMREAD_COLOR_RGB)
            for name in names
        ]
    found = [len(FaceTracker(runtime).update(0.0, np.asarray(crop, np.uint8))) for crop in crops]
    assert len(found) > 40
    assert set(found) <= {0, 1}
    assert np.mean(found) >= 0.95


@pytest.mark.parametrize("name", ["brick", "chelsea", "coffee", "coins", "grass", "moon", "text"])
def test_the_margin_adds_no_false_face(tracker: FaceTracker, name: str) -> None:
    image = getattr(skimage.data, name)()
    image = image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
    assert tracker.update(0.0, image) == []
    middle = np.ascontiguousarray(image[:, image.shape[1] // 4 : 3 * image.shape[1] // 4])
    assert tracker.update(5.0, middle) == []


def test_a_face_that_comes_close_is_found_within_a_second(tracker: FaceTracker) -> None:
    play(tracker, [scene()] * 7)
    near = np.asarray(cv2.resize(close_up(1.0), (240, 240)), np.uint8)
    assert any(play(tracker, [near] * 5, start=1.4))


def test_the_second_look_costs_nothing_while_there_is_a_face(runtime: LocalRuntime) -> None:
    counting = CountingRuntime(runtime)
    play(FaceTracker(counting), [scene(LEFT)] * 6)
    assert counting.batches["face_detection"] == [1] * 2


def test_the_second_look_is_taken_once_a_second_without_a_face(runtime: LocalRuntime) -> None:
    counting = CountingRuntime(runtime)
    play(FaceTracker(counting), [scene()] * 15)
    assert counting.batches == {"face_detection": [1] * (15 + 3)}


def test_all_faces_of_an_image_are_one_batch(runtime: LocalRuntime) -> None:
    counting = CountingRuntime(runtime)
    (seen,) = play(FaceTracker(counting), [scene(LEFT, RIGHT)])
    assert len(seen) == 2
    assert counting.batches == {"face_detection": [1], "face_mesh": [2]}


def test_the_number_of_faces_is_limited(tracker: FaceTracker) -> None:
    crowd = [(120 * n, 110 * row, 120) for n in range(3) for row in range(2)]
    pictures = [scene(*crowd, width=360, height=240)] * 7
    seen = play(tracker, pictures)
    assert len(seen[0]) == MAX_FACES
    assert all(faces.keys() == seen[0].keys() for faces in seen)


def test_an_invalid_image_is_refused(tracker: FaceTracker) -> None:
    with pytest.raises(ValueError, match="an image must be RGB"):
        tracker.update(0, np.zeros((240, 320), np.uint8))


def box(x: float, y: float, side: float = 10) -> np.ndarray:
    return np.array([x, y, x + side, y + side], np.float32)


def test_the_nearest_pairs_match_first() -> None:
    assert match_faces([box(0, 0), box(8, 0)], [box(6, 0), box(1, 0)]) == {0: 1, 1: 0}


def test_each_face_matches_once() -> None:
    assert match_faces([box(0, 0)], [box(2, 0), box(1, 0)]) == {1: 0}


def test_distant_or_differently_sized_faces_do_not_match() -> None:
    assert match_faces([box(0, 0)], [box(11, 0), box(0, 0, 21)]) == {}


def test_visible_share() -> None:
    points = np.array([[[0.5, 0.5, 9], [1.5, 0.5, 0], [0.5, -0.1, 0], [1, 1, -9]]], np.float32)
    assert visible_share(points) == pytest.approx([0.5])
