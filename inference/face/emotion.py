"""What a face shows: an upright grey crop, aligned by the eyes, and eight probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution
from inference.face.mesh import eye_distance, eyes
from inference.face.region import Image, Points, Region, turn_between
from inference.runtime import Runtime

MODEL: Final = "face_emotion"

Grey: TypeAlias = NDArray[np.uint8]
"""A face in grey: uint8, shape (size, size)."""

SHARES: Final[Mapping[str, Mapping[str, float]]] = {
    "fear": {"fearful": 1.0},
    "surprise": {"surprised": 1.0},
    "neutral": {"neutral": 0.5, "calm": 0.5},
}
"""How a class of the network is shared among our emotions; other classes go by the same name.

Pictures of seven classes do not tell a calm face from a neutral one: each gets half.
"""


def as_emotions(probabilities: NDArray[np.float32], labels: Sequence[str]) -> NDArray[np.float32]:
    """Share the probabilities of the network's classes among the eight emotions.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n, classes)
    labels : sequence of str
        The classes, as the model's card lists them.

    Returns
    -------
    ndarray of float32, shape (n, 8)
        Each row sums to 1.

    Raises
    ------
    ValueError
        If a class is none of ours and :data:`SHARES` does not say where it goes.
    """
    shares = np.zeros((len(labels), len(EMOTIONS)), np.float32)
    for row, label in zip(shares, labels, strict=True):
        for emotion, share in SHARES.get(label, {label: 1.0}).items():
            if emotion not in EMOTIONS:
                raise ValueError(f"{label!r} is no emotion, nor does SHARES say which it is")
            row[EMOTIONS.index(emotion)] = share
    emotions = probabilities @ shares
    return np.asarray(emotions / emotions.sum(axis=1, keepdims=True), np.float32)


def aligned_region(landmarks: Points, distance: float, line: float) -> Region:
    """Return the square around a face in which the eyes lie where the network expects them.

    Parameters
    ----------
    landmarks : ndarray of float32, shape (468, 3)
        In pixels of the picture.
    distance, line : float
        Distance of the eyes and their height from above, as fractions of the square.
    """
    right, left = eyes(landmarks)
    side = max(eye_distance(landmarks) / distance, 1.0)
    angle = turn_between(right, left)
    x, y = ((right + left) / 2)[:2].tolist()
    drop = (0.5 - line) * side
    return Region(x - drop * float(np.sin(angle)), y + drop * float(np.cos(angle)), side, angle)


def grey_crop(image: Image, region: Region, size: int) -> Grey:
    """Cut a region out in grey, without aliasing where it is larger than ``size`` pixels."""
    # Beyond four samples a side nothing is gained, and a face that fills the picture costs most.
    oversampling = min(max(round(region.side / size), 1), 4)
    crop = region.crop(image, size * oversampling, cv2.BORDER_REPLICATE)
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def read_emotions(runtime: Runtime, crops: Sequence[Grey]) -> list[Distribution]:
    """Return what each face shows, in one run.

    Parameters
    ----------
    runtime : Runtime
        Has the model ``face_emotion``.
    crops : sequence of ndarray of uint8, shape (size, size)
        Aligned faces; none is fine.
    """
    if not crops:
        return []
    batch = np.multiply(np.stack(crops)[..., None], np.float32(1 / 127.5), dtype=np.float32)
    batch -= 1
    outputs = runtime.run(MODEL, {"face": batch})
    return list(as_emotions(outputs["probabilities"], runtime.card(MODEL).setting("labels")))
