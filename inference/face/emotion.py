"""Facial emotion recognition on upright grey crops, aligned by the eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution
from inference.face.mesh import eye_distance, eyes
from inference.face.region import Image, Points, Region, line_angle
from inference.runtime import Runtime

MODEL: Final = "face_emotion"

Grey: TypeAlias = NDArray[np.uint8]
"""Aligned face in grey: uint8, shape (size, size)."""

SHARES: Final[Mapping[str, Mapping[str, float]]] = {
    "fear": {"fearful": 1.0},
    "surprise": {"surprised": 1.0},
    "neutral": {"neutral": 0.5, "calm": 0.5},
}
"""Mapping from the network's classes to emotions, for classes whose names differ.

The seven classes of the training data do not separate calm from neutral: each gets half.
"""


def as_emotions(probabilities: NDArray[np.float32], labels: Sequence[str]) -> NDArray[np.float32]:
    """Map the probabilities of the network's classes to the eight emotions.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n, classes)
        Class probabilities.
    labels : sequence of str
        Names of the classes, from the model's card.

    Returns
    -------
    ndarray of float32, shape (n, 8)
        Each row sums to 1.

    Raises
    ------
    ValueError
        If a class is neither an emotion nor in :data:`SHARES`.
    """
    shares = np.zeros((len(labels), len(EMOTIONS)), np.float32)
    for row, label in zip(shares, labels, strict=True):
        for emotion, share in SHARES.get(label, {label: 1.0}).items():
            if emotion not in EMOTIONS:
                raise ValueError(f"class {label!r} is neither an emotion nor in SHARES")
            row[EMOTIONS.index(emotion)] = share
    emotions = probabilities @ shares
    return np.asarray(emotions / emotions.sum(axis=1, keepdims=True), np.float32)


def aligned_region(landmarks: Points, distance: float, line: float) -> Region:
    """Return the square around a face that places the eyes where the network expects them.

    Parameters
    ----------
    landmarks : ndarray of float32, shape (468, 3)
        Landmarks in pixels of the image.
    distance, line : float
        Distance between the eyes, and their distance from the top, as fractions of the square.
    """
    right, left = eyes(landmarks)
    side = max(eye_distance(landmarks) / distance, 1.0)
    angle = line_angle(right, left)
    x, y = ((right + left) / 2)[:2].tolist()
    drop = (0.5 - line) * side
    return Region(x - drop * float(np.sin(angle)), y + drop * float(np.cos(angle)), side, angle)


def grey_crop(image: Image, region: Region, size: int) -> Grey:
    """Return a region as a grey crop of ``size`` x ``size`` pixels, without aliasing."""
    # More than 4x oversampling gains nothing, and large faces would be the most expensive.
    oversampling = min(max(round(region.side / size), 1), 4)
    crop = region.crop(image, size * oversampling, cv2.BORDER_REPLICATE)
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def read_emotions(runtime: Runtime, crops: Sequence[Grey]) -> list[Distribution]:
    """Return the emotion distribution of each face, in one batch.

    Parameters
    ----------
    runtime : Runtime
        Must have ``face_emotion`` loaded.
    crops : sequence of ndarray of uint8, shape (size, size)
        Aligned faces; may be empty.
    """
    if not crops:
        return []
    batch = np.multiply(np.stack(crops)[..., None], np.float32(1 / 127.5), dtype=np.float32)
    batch -= 1
    outputs = runtime.run(MODEL, {"face": batch})
    return list(as_emotions(outputs["probabilities"], runtime.card(MODEL).setting("labels")))
