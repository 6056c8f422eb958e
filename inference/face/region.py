"""Turned squares in a picture: what a network looks at, and the way back to the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8]
Points: TypeAlias = NDArray[np.float32]

MIN_SIDE: Final = 16
"""Smallest width or height of a picture, in pixels; a face in less shows nothing."""

MAX_SIDE: Final = 8192
"""Largest width or height of a picture, in pixels."""


def check_image(image: Image) -> None:
    """Raise ValueError unless ``image`` is RGB of a size that can be looked at.

    Raises
    ------
    ValueError
        If it is not uint8 of shape (height, width, 3) with 16 to 8192 pixels a side.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(
            "a picture must be RGB, uint8 of shape (height, width, 3), "
            f"not {image.dtype} of shape {image.shape}"
        )
    if min(image.shape[:2]) < MIN_SIDE or max(image.shape[:2]) > MAX_SIDE:
        raise ValueError(
            f"a picture must have {MIN_SIDE} to {MAX_SIDE} pixels a side, "
            f"not {image.shape[1]} x {image.shape[0]}"
        )


@dataclass(frozen=True, slots=True)
class Region:
    """A turned square in a picture.

    Attributes
    ----------
    x, y : float
        Its centre, in pixels.
    side : float
        Its size, in pixels.
    angle : float
        By how much it is turned clockwise, in radians.
    """

    x: float
    y: float
    side: float
    angle: float = 0.0

    def crop(self, image: Image, size: int, border: int) -> Image:
        """Cut the square out, upright and scaled to ``size`` x ``size`` pixels.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
        size : int
            Pixels a side of the result.
        border : int
            What lies outside the picture: ``cv2.BORDER_CONSTANT`` (black) or
            ``cv2.BORDER_REPLICATE``.

        Returns
        -------
        ndarray of uint8, shape (size, size, 3)
        """
        corners = self.to_image(np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32))
        square = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
        # MediaPipe samples by warpPerspective; warpAffine rounds its steps and moves landmarks.
        transform = cv2.getPerspectiveTransform(corners, square)
        crop = cv2.warpPerspective(image, transform, (size, size), borderMode=border)
        return np.asarray(crop, np.uint8)

    def to_image(self, points: Points) -> Points:
        """Move points from fractions of the square to pixels of the picture.

        Parameters
        ----------
        points : ndarray of float32, shape (..., 2) or (..., 3)
            Horizontal, vertical and, if there is a third, depth.

        Returns
        -------
        ndarray of float32, same shape
            Depth is scaled with the rest, not moved.
        """
        cos, sin = math.cos(self.angle) * self.side, math.sin(self.angle) * self.side
        moved = np.empty_like(points)
        x, y = points[..., 0] - 0.5, points[..., 1] - 0.5
        moved[..., 0] = self.x + x * cos - y * sin
        moved[..., 1] = self.y + x * sin + y * cos
        moved[..., 2:] = points[..., 2:] * self.side
        return moved


def turn_between(left: Points, right: Points) -> float:
    """Return by how much the line from ``left`` to ``right`` is turned clockwise, in radians."""
    return math.atan2(float(right[1] - left[1]), float(right[0] - left[0]))


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities of logits, by way of tanh, which does not overflow."""
    return np.asarray((1 + np.tanh(logits / 2)) / 2, np.float32)
