from pathlib import Path

import cv2
import numpy as np
import pytest

from inference import EMOTIONS

pytest.importorskip("matplotlib", reason="plots need the extra train")

from models.plots import Epoch, draw_confusion, draw_curves

LEARNING = [Epoch(2 * 0.9**n, 1 - 0.9**n, 2 * 0.95**n, 0.6 - 0.5 * 0.9**n) for n in range(30)]
CONFUSION = np.random.default_rng(0).integers(0, 99, (len(EMOTIONS), len(EMOTIONS)))


def test_curves_are_small_light_images_and_reproducible(tmp_path: Path) -> None:
    for name in ("first.png", "second.png"):
        draw_curves(LEARNING, tmp_path / name, "One fold")
    assert_small_and_light(tmp_path / "first.png")
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()


def test_a_single_epoch_is_visible(tmp_path: Path) -> None:
    draw_curves(LEARNING[:1], tmp_path / "one.png", "")
    draw_curves([Epoch(9, -9, 9, -9)], tmp_path / "outside.png", "")
    assert (tmp_path / "one.png").read_bytes() != (tmp_path / "outside.png").read_bytes()


def test_a_confusion_matrix_is_a_small_light_image_and_reproducible(tmp_path: Path) -> None:
    for name in ("first.png", "second.png"):
        draw_confusion(CONFUSION, EMOTIONS, tmp_path / name, "3 s windows")
    assert_small_and_light(tmp_path / "first.png")
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()
    draw_confusion(CONFUSION.T, EMOTIONS, tmp_path / "other.png", "3 s windows")
    assert (tmp_path / "first.png").read_bytes() != (tmp_path / "other.png").read_bytes()


def test_a_class_that_never_occurs_is_drawn_without_a_recall(tmp_path: Path) -> None:
    draw_confusion(np.array([[3, 1], [0, 0]]), ("here", "absent"), tmp_path / "two.png", "")
    assert_small_and_light(tmp_path / "two.png")


def test_invalid_input_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no epochs"):
        draw_curves([], tmp_path / "none.png", "")
    with pytest.raises(ValueError, match="8 classes need a matrix of 8 x 8"):
        draw_confusion(CONFUSION[:2], EMOTIONS, tmp_path / "part.png", "")


def assert_small_and_light(path: Path) -> None:
    assert path.stat().st_size < 60_000
    image = cv2.imread(str(path))
    assert image is not None
    assert min(image.shape[:2]) >= 200
    assert np.median(image) > 200
    assert image.min() < 50
