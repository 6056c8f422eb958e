"""Where the faces are: MediaPipe's full-range BlazeFace, from picture to boxes.

Bazarevsky et al. 2019, "BlazeFace: sub-millisecond neural face detection on mobile GPUs",
arXiv 1907.05047. The steps around the network are those of MediaPipe 0.10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.face.region import Image, Points, Region, sigmoid, turn_between
from inference.runtime import Runtime

MODEL: Final = "face_detection"

INPUT_SIZE: Final = 192
"""Pixels a side of the network's input."""

GRID: Final = 48
"""Anchors a side; one anchor for each cell."""

SAME_FACE: Final = 0.3
"""Boxes that overlap by more than this (intersection over union) show one face."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A face that was found.

    Attributes
    ----------
    box : ndarray of float32, shape (4,)
        Left, top, right and bottom, in pixels of the picture.
    keypoints : ndarray of float32, shape (6, 2)
        Right eye, left eye (the person's own), nose tip, mouth, right ear, left ear, in pixels.
    score : float
        How sure the network is, in [0, 1].
    """

    box: Points
    keypoints: Points
    score: float

    @property
    def region(self) -> Region:
        """What the face mesh looks at: one and a half times the box, turned by the eyes."""
        left, top, right, bottom = self.box.tolist()
        return Region(
            x=(left + right) / 2,
            y=(top + bottom) / 2,
            side=1.5 * max(right - left, bottom - top),
            angle=turn_between(self.keypoints[0], self.keypoints[1]),
        )


def detect(runtime: Runtime, image: Image) -> list[Detection]:
    """Find the faces in a picture, the surest first.

    Parameters
    ----------
    runtime : Runtime
        Has the model ``face_detection``.
    image : ndarray of uint8, shape (height, width, 3)
        RGB.
    """
    height, width = image.shape[:2]
    whole = Region(width / 2, height / 2, max(width, height))
    crop = whole.crop(image, INPUT_SIZE, cv2.BORDER_CONSTANT)
    batch = np.multiply(crop[None], np.float32(1 / 127.5), dtype=np.float32)
    batch -= 1
    outputs = runtime.run(MODEL, {"image": batch})
    threshold = runtime.card(MODEL).setting("threshold")
    points, scores = decode(outputs["boxes"][0], outputs["scores"][0], threshold)
    points, scores = suppress(points, scores)
    return [
        Detection(corners[:2].reshape(4), corners[2:], float(score))
        for corners, score in zip(whole.to_image(points), scores, strict=True)
    ]


def anchors() -> Points:
    """Return the centres of the anchors, float32 of shape (2304, 2), as fractions of the input."""
    steps = (np.arange(GRID, dtype=np.float32) + 0.5) / GRID
    y, x = np.meshgrid(steps, steps, indexing="ij")
    return np.stack([x.ravel(), y.ravel()], axis=1)


_ANCHORS: Final = anchors()


def decode(
    boxes: NDArray[np.float32], scores: NDArray[np.float32], threshold: float
) -> tuple[Points, NDArray[np.float32]]:
    """Turn the network's outputs into the candidates that score at least ``threshold``.

    Parameters
    ----------
    boxes : ndarray of float32, shape (2304, 16)
        Centre, width and height, then six keypoints, in pixels of the input from the anchor.
    scores : ndarray of float32, shape (2304,)
        Logits.
    threshold : float
        In [0, 1].

    Returns
    -------
    points : ndarray of float32, shape (n, 8, 2)
        Upper left and lower right corner, then the keypoints, as fractions of the input.
    scores : ndarray of float32, shape (n,)
        In [0, 1].
    """
    probabilities = sigmoid(scores)
    found = np.flatnonzero(probabilities >= threshold)
    raw = boxes[found].reshape(-1, 8, 2) / INPUT_SIZE
    centre = raw[:, 0] + _ANCHORS[found]
    half = raw[:, 1] / 2
    points = np.asarray(raw + _ANCHORS[found, None], np.float32)
    points[:, 0] = centre - half
    points[:, 1] = centre + half
    return points, probabilities[found]


def suppress(points: Points, scores: NDArray[np.float32]) -> tuple[Points, NDArray[np.float32]]:
    """Merge the candidates of each face into one: weighted non-maximum suppression.

    The surest candidate and all that overlap it are averaged, weighted by their scores; the
    result has the score of the surest.

    Parameters
    ----------
    points : ndarray of float32, shape (n, 8, 2)
        Upper left and lower right corner, then keypoints.
    scores : ndarray of float32, shape (n,)

    Returns
    -------
    points : ndarray of float32, shape (m, 8, 2)
    scores : ndarray of float32, shape (m,)
        Falling.
    """
    order = np.argsort(-scores, kind="stable")
    merged, kept = [], []
    while len(order):
        boxes = points[order, :2].reshape(-1, 4)
        same = overlap(boxes[0], boxes) > SAME_FACE
        # A box without area overlaps nothing, not even itself.
        same[0] = True
        weights = scores[order[same]]
        merged.append(np.average(points[order[same]], axis=0, weights=weights))
        kept.append(weights[0])
        order = order[~same]
    return (
        np.array(merged, np.float32).reshape(-1, *points.shape[1:]),
        np.array(kept, np.float32),
    )


def overlap(box: Points, boxes: Points) -> NDArray[np.float32]:
    """Return the intersection over union of a box with others.

    Parameters
    ----------
    box : ndarray of float32, shape (4,)
        Left, top, right, bottom.
    boxes : ndarray of float32, shape (n, 4)

    Returns
    -------
    ndarray of float32, shape (n,)
        0 where a box has no area.
    """
    inner = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.maximum(inner, 0), axis=1)
    area = np.prod(np.maximum(box[2:] - box[:2], 0))
    areas = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    union = area + areas - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))
