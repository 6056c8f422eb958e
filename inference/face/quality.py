"""Reliability of a facial emotion, from the size, sharpness, contrast and pose of the face."""

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
"""Sizes of a face at which its reliability factor is 0 and 1, in pixels."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Image quality of an aligned face.

    Attributes
    ----------
    size : float
        Side of the aligned square in the image, in pixels, before scaling.
    sharpness : float
        Variance of the Laplacian over the variance of the aligned face, which makes it independent
        of brightness; about 0.17 for a good portrait.
    contrast : float
        Standard deviation of the aligned face, as a fraction of white.
    turn : float
        Larger of the absolute yaw and pitch, in degrees.
    """

    size: float
    sharpness: float
    contrast: float
    turn: float


def measure(crop: Grey, size: float, pose: Pose) -> Quality:
    """Measure the quality of an aligned face.

    Parameters
    ----------
    crop : ndarray of uint8, shape (n, n)
        The aligned face in grey.
    size : float
        Its side in the image, in pixels.
    pose : Pose
        Head pose.
    """
    _, deviation = cv2.meanStdDev(crop)
    _, edges = cv2.meanStdDev(cv2.Laplacian(crop, cv2.CV_16S))
    contrast = float(deviation[0, 0])
    # A contrast below one grey level is only rounding noise.
    sharpness = (float(edges[0, 0]) / contrast) ** 2 if contrast > 1 else 0.0
    return Quality(size, sharpness, contrast / 255, max(abs(pose.yaw), abs(pose.pitch)))


def reliability_factors(quality: Quality) -> dict[FaceDoubt, float]:
    """Return the four factors of the reliability of a face, each in [0, 1].

    The reliability is their product, so that one bad quality suffices to lower it:

    ========= ========== ========== ============================================================
    quality   factor 0   factor 1   reason
    ========= ========== ========== ============================================================
    size      16 px      48 px      trained on 48 px; smaller faces are aligned less accurately
    sharpness 0          0.01       fitted: above, the network's own uncertainty is calibrated
    contrast  0          0.02       fitted, likewise
    turn      60 degrees 25 degrees beyond, half of the face is hidden
    ========= ========== ========== ============================================================

    :mod:`models.fusion.learn` fitted sharpness and contrast, and the weight that is applied in
    addition.
    """
    return {
        "small": _ramp(quality.size, *SIZE),
        "dark": _ramp(quality.contrast, 0, 0.02),
        "blurred": _ramp(quality.sharpness, 0, 0.01),
        "turned": _ramp(-quality.turn, -60, -25),
    }


def reliability(quality: Quality) -> float:
    """Return the reliability of a face's emotion, in [0, 1]; see :func:`reliability_factors`."""
    return math.prod(reliability_factors(quality).values())


def _ramp(value: float, low: float, high: float) -> float:
    """Map ``low`` to 0 and ``high`` to 1 linearly, clipped to [0, 1]; NaN gives 0."""
    share = (value - low) / (high - low)
    return float(np.clip(np.nan_to_num(share), 0, 1))
