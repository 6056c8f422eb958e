"""Rotated square regions of an image, as inputs for networks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from stream.frames import MIN_SIDE

Image: TypeAlias = NDArray[np.uint8]
Points: TypeAlias = NDArray[np.float32]

MAX_SIDE: Final = 8192
"""Largest width or height of an image, in pixels."""


def check_image(image: Image) -> None:
    """Raise ValueError unless ``image`` is RGB and of a supported size.

    Raises
    ------
    ValueError
        If it is not uint8 of shape (height, width, 3) with 16 to 8192 pixels per side.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(
            "an image must be RGB, uint8 of shape (height, width, 3), "
            f"not {image.dtype} of shape {image.shape}"
        )
    if min(image.shape[:2]) < MIN_SIDE or max(image.shape[:2]) > MAX_SIDE:
        raise ValueError(
            f"an image must have {MIN_SIDE} to {MAX_SIDE} pixels per side, "
            f"not {image.shape[1]} x {image.shape[0]}"
        )


@dataclass(frozen=True, slots=True)
class Region:
    """A rotated square in an image.

    Attributes
    ----------
    x, y : float
        Centre, in pixels.
    side : float
        Side length, in pixels.
    angle : float
        Clockwise rotation, in radians.
    """

    x: float
    y: float
    side: float
    angle: float = 0.0

    def crop(self, image: Image, size: int, border: int) -> Image:
        """Return the square as an upright crop of ``size`` x ``size`` pixels.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
        size : int
            Side of the crop, in pixels.
        border : int
            Fill outside the image: ``cv2.BORDER_CONSTANT`` (black) or ``cv2.BORDER_REPLICATE``.

        Returns
        -------
        ndarray of uint8, shape (size, size, 3)
        """
        corners = self.to_image(np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32))
        square = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
        # As MediaPipe does; warpAffine rounds its coordinates, which shifts landmarks.
        transform = cv2.getPerspectiveTransform(corners, square)
        crop = cv2.warpPerspective(image, transform, (size, size), borderMode=border)
        return np.asarray(crop, np.uint8)

    def to_image(self, points: Points) -> Points:
        """Transform points from fractions of the square to pixels of the image.

        Parameters
        ----------
        points : ndarray of float32, shape (..., 2) or (..., 3)
            Horizontal, vertical and optionally depth.

        Returns
        -------
        ndarray of float32, same shape
            Depth is scaled but not shifted.
        """
        cos, sin = math.cos(self.angle) * self.side, math.sin(self.angle) * self.side
        result = np.empty_like(points)
        x, y = points[..., 0] - 0.5, points[..., 1] - 0.5
        result[..., 0] = self.x + x * cos - y * sin
        result[..., 1] = self.y + x * sin + y * cos
        result[..., 2:] = points[..., 2:] * self.side
        return result


def line_angle(left: Points, right: Points) -> float:
    """Return the clockwise angle of the line from ``left`` to ``right``, in radians."""
    return math.atan2(float(right[1] - left[1]), float(right[0] - left[0]))


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities of logits; uses tanh, which does not overflow."""
    return np.asarray((1 + np.tanh(logits / 2)) / 2, np.float32)
