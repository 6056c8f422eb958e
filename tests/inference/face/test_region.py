import math

import cv2
import numpy as np
import pytest

from inference.face.region import MAX_SIDE, Region, check_image, line_angle, sigmoid


def test_the_corners_of_an_upright_square() -> None:
    corners = Region(x=100, y=50, side=40).to_image(np.array([[0, 0], [1, 1]], np.float32))
    assert corners.tolist() == [[80, 30], [120, 70]]


def test_a_clockwise_quarter_turn_moves_the_top_to_the_right() -> None:
    region = Region(x=100, y=50, side=40, angle=math.pi / 2)
    (top,) = region.to_image(np.array([[0.5, 0]], np.float32))
    assert top == pytest.approx([120, 50])


def test_depth_is_scaled_but_not_shifted() -> None:
    region = Region(x=100, y=50, side=40, angle=1.0)
    (point,) = region.to_image(np.array([[0.5, 0.5, 0.25]], np.float32))
    assert point == pytest.approx([100, 50, 10])


@pytest.mark.parametrize("angle", [-2.0, -0.3, 0.0, 0.7, 3.0])
def test_points_of_the_crop_map_to_the_image(angle: float) -> None:
    region = Region(x=150, y=120, side=100, angle=angle)
    place = np.array([[0.7, 0.3]], np.float32)
    ((x, y),) = region.to_image(place)
    picture = np.zeros((240, 320, 3), np.uint8)
    cv2.circle(picture, (round(float(x)), round(float(y))), 4, (255, 255, 255), -1)

    crop = region.crop(picture, 100, cv2.BORDER_CONSTANT)[..., 0].astype(float)

    rows, columns = np.indices(crop.shape)
    centre = (np.average(columns, weights=crop), np.average(rows, weights=crop))
    assert centre == pytest.approx((70, 30), abs=1)


def test_the_border_is_black_or_replicated() -> None:
    picture = np.full((20, 20, 3), 200, np.uint8)
    region = Region(x=0, y=0, side=20)
    assert region.crop(picture, 20, cv2.BORDER_CONSTANT)[0, 0].tolist() == [0, 0, 0]
    assert region.crop(picture, 20, cv2.BORDER_REPLICATE)[0, 0].tolist() == [200, 200, 200]


def test_a_line_that_falls_to_the_right_has_a_clockwise_angle() -> None:
    left, right = np.array([[0, 0], [10, 10]], np.float32)
    assert line_angle(left, right) == pytest.approx(math.pi / 4)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((240, 320), np.uint8), "RGB"),
        (np.zeros((240, 320, 4), np.uint8), "RGB"),
        (np.zeros((240, 320, 3), np.float32), "uint8"),
        (np.zeros((15, 320, 3), np.uint8), "16 to 8192 pixels per side, not 320 x 15"),
        (np.zeros((16, MAX_SIDE + 1, 3), np.uint8), "16 to 8192 pixels per side"),
    ],
)
def test_an_invalid_image_is_refused(image: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_image(image)


def test_the_sigmoid_does_not_overflow() -> None:
    logits = np.array([-1e4, -1, 0, 1, 1e4], np.float32)
    assert sigmoid(logits) == pytest.approx([0, 0.26894, 0.5, 0.73106, 1], abs=1e-5)
