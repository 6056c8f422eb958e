"""How much can be told from a face: its size, sharpness, contrast and pose, as one number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from inference.face.emotion import Grey
from inference.face.mesh import Pose
from inference.reading import FaceDoubt

SIZE: Final = (16.0, 48.0)
"""Pixels a side of a face that is worth nothing, and of one that is worth all."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What decides how much the emotion of a face is worth.

    Attributes
    ----------
    size : float
        Side of the aligned square in the picture, in pixels, before it is scaled.
    sharpness : float
        Variance of the Laplacian over the variance of the aligned face, so that light does not
        matter; about 0.17 for a good portrait.
    contrast : float
        Standard deviation of the aligned face, as a fraction of white.
    turn : float
        How far the face looks away from the camera, sideways or up and down, in degrees.
    """

    size: float
    sharpness: float
    contrast: float
    turn: float


def measure(crop: Grey, size: float, pose: Pose) -> Quality:
    """Measure an aligned face.

    Parameters
    ----------
    crop : ndarray of uint8, shape (n, n)
    size : float
        Its side in the picture, in pixels.
    pose : Pose
    """
    _, deviation = cv2.meanStdDev(crop)
    _, edges = cv2.meanStdDev(cv2.Laplacian(crop, cv2.CV_16S))
    contrast = float(deviation[0, 0])
    # Below one grey level there is nothing but rounding.
    sharpness = (float(edges[0, 0]) / contrast) ** 2 if contrast > 1 else 0.0
    return Quality(size, sharpness, contrast / 255, max(abs(pose.yaw), abs(pose.pitch)))


def worths(quality: Quality) -> dict[FaceDoubt, float]:
    """Return how good each quality is, in [0, 1].

    The reliability of a face is the product of these four ramps, so that one thing that is bad
    enough is enough:

    ========= ============= ========== =======================================================
    quality   worth nothing worth all  because
    ========= ============= ========== =======================================================
    size      16 px         48 px      it was learned from 48; smaller ones are aligned worse
    sharpness 0             0.01       learned: the network becomes unsure of its own accord, and
    contrast  0             0.02       is right as often as it claims until here
    turn      60 degrees    25 degrees half of a face that is turned further is hidden
    ========= ============= ========== =======================================================

    :mod:`models.fusion.learn` found sharpness and contrast, and the weight that comes on top.
    """
    return {
        "small": _ramp(quality.size, *SIZE),
        "dark": _ramp(quality.contrast, 0, 0.02),
        "blurred": _ramp(quality.sharpness, 0, 0.01),
        "turned": _ramp(-quality.turn, -60, -25),
    }


def reliability(quality: Quality) -> float:
    """Return how much the emotion of a face is worth, in [0, 1]; see :func:`worths`."""
    return math.prod(worths(quality).values())


def _ramp(value: float, low: float, high: float) -> float:
    """Rise in a straight line from 0 at ``low`` to 1 at ``high``; NaN is 0."""
    share = (value - low) / (high - low)
    return float(np.clip(np.nan_to_num(share), 0, 1))
