import numpy as np
import pytest

from inference.face.detection import anchors, decode, detect, iou, suppress
from inference.runtime import LocalRuntime
from tests.inference.face.scene import MEDIAPIPE, ORACLE, scene


def test_anchors_are_the_centres_of_48_by_48_cells_row_by_row() -> None:
    centres = anchors()
    assert centres.shape == (2304, 2)
    assert centres[[0, 1, 48, -1]] * 48 == pytest.approx(
        np.array([[0.5, 0.5], [1.5, 0.5], [0.5, 1.5], [47.5, 47.5]])
    )


def test_decoding_adds_the_anchor_to_a_box_around_its_centre() -> None:
    boxes = np.zeros((2304, 16), np.float32)
    scores = np.full(2304, -1e4, np.float32)
    # Anchor 49 is at (1.5, 1.5) / 48; the box is 19.2 x 38.4 pixels of 192, 19.2 to the right.
    boxes[49] = [19.2, 0, 19.2, 38.4, *[9.6, -9.6] * 6]
    scores[49] = 1e4

    points, probabilities = decode(boxes, scores, 0.6)

    anchor = 1.5 / 48
    assert probabilities.tolist() == [1.0]
    assert points[0, 0] == pytest.approx([anchor + 0.05, anchor - 0.1])
    assert points[0, 1] == pytest.approx([anchor + 0.15, anchor + 0.1])
    assert points[0, 2:] == pytest.approx(np.tile([anchor + 0.05, anchor - 0.05], (6, 1)))


def test_decoding_discards_low_scores() -> None:
    scores = np.zeros(2304, np.float32)  # probability 0.5
    assert len(decode(np.zeros((2304, 16), np.float32), scores, 0.5)[1]) == 2304
    assert len(decode(np.zeros((2304, 16), np.float32), scores, 0.6)[1]) == 0


def candidate(left: float, top: float, side: float) -> list[list[float]]:
    return [[left, top], [left + side, top + side], *[[left, top]] * 6]


def test_candidates_of_one_face_are_averaged_by_score() -> None:
    points = np.array([candidate(0.02, 0, 0.2), candidate(0, 0, 0.2)], np.float32)
    merged, scores = suppress(points, np.array([0.6, 0.9], np.float32))
    assert scores == pytest.approx([0.9])
    assert merged[0] == pytest.approx(np.array(candidate(0.02 * 0.6 / 1.5, 0, 0.2)))


def test_candidates_of_two_faces_are_kept_in_order_of_score() -> None:
    points = np.array([candidate(0, 0, 0.2), candidate(0.5, 0.5, 0.2)], np.float32)
    merged, scores = suppress(points, np.array([0.6, 0.9], np.float32))
    assert scores == pytest.approx([0.9, 0.6])
    assert merged == pytest.approx(points[::-1])


def test_no_candidates() -> None:
    merged, scores = suppress(np.empty((0, 8, 2), np.float32), np.empty(0, np.float32))
    assert merged.shape == (0, 8, 2)
    assert scores.shape == (0,)


def test_candidates_without_area_terminate() -> None:
    points = np.zeros((3, 8, 2), np.float32)
    assert len(suppress(points, np.ones(3, np.float32))[1]) == 3


def test_overlap_is_intersection_over_union() -> None:
    box = np.array([0, 0, 2, 2], np.float32)
    others = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [2, 0, 4, 2], [1, 1, 1, 1]], np.float32)
    assert iou(box, others) == pytest.approx([1, 1 / 3, 0, 0])


@pytest.mark.parametrize("name", ["whole", "cut"])
def test_detections_match_mediapipe(runtime: LocalRuntime, name: str) -> None:
    picture, reference = ORACLE[name], MEDIAPIPE[name]
    height, width = picture.shape[:2]
    (face,) = detect(runtime, picture)
    left, top, across, down = reference["box"]
    box = np.array([left * width, top * height, (left + across) * width, (top + down) * height])
    assert iou(face.box, box[None].astype(np.float32))[0] > 0.99
    assert face.score == pytest.approx(reference["score"], abs=1e-3)
    assert face.keypoints == pytest.approx(
        np.array(reference["keypoints"]) * [width, height], abs=0.01 * down * height
    )


def test_the_same_face_is_found_in_a_wide_and_in_a_tall_picture(runtime: LocalRuntime) -> None:
    # 48 pixels of face in 320: the letterboxing must be undone.
    for width, height in ((320, 180), (180, 320)):
        (face,) = detect(runtime, scene((40, 30, 120), width=width, height=height))
        centre = (face.box[:2] + face.box[2:]) / 2
        assert centre == pytest.approx([40 + 60, 30 + 60], abs=8)


def test_nothing_is_found_in_the_dark(runtime: LocalRuntime) -> None:
    assert detect(runtime, np.zeros((240, 320, 3), np.uint8)) == []
