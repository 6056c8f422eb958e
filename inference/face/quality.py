"""How much can be told from a face: its size, sharpness, contrast and pose, as one number."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inference.face.emotion import Grey
from inference.face.mesh import Pose


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


def reliability(quality: Quality) -> float:
    """Return how much the emotion of a face is worth, in [0, 1].

    The product of four ramps, so that one thing that is bad enough is enough:

    ========= ============= ========== =======================================================
    quality   worth nothing worth all  because, in points of accuracy (models/face_emotion)
    ========= ============= ========== =======================================================
    size      16 px         64 px      16 px cost 10, 24 px 4
    sharpness 0.015         0.08       0.008 costs 15, 0.025 costs 3
    contrast  0.02          0.06       0.02 costs 21 in a camera's noise, 0.05 costs 3
    turn      60 degrees    25 degrees half of a face that is turned further is hidden
    ========= ============= ========== =======================================================
    """
    return (
        _ramp(quality.size, 16, 64)
        * _ramp(quality.sharpness, 0.015, 0.08)
        * _ramp(quality.contrast, 0.02, 0.06)
        * _ramp(-quality.turn, -60, -25)
    )


def _ramp(value: float, low: float, high: float) -> float:
    """Rise in a straight line from 0 at ``low`` to 1 at ``high``; NaN is 0."""
    share = (value - low) / (high - low)
    return float(np.clip(np.nan_to_num(share), 0, 1))
