"""Face detection with MediaPipe's full-range BlazeFace.

Bazarevsky et al. 2019, "BlazeFace: sub-millisecond neural face detection on mobile GPUs",
arXiv 1907.05047. Pre- and postprocessing follow MediaPipe 0.10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.face.region import Image, Points, Region, line_angle, sigmoid
from inference.runtime import Runtime

MODEL: Final = "face_detection"

INPUT_SIZE: Final = 192
"""Side of the network's input, in pixels."""

GRID: Final = 48
"""Number of anchors per side; one per grid cell."""

SAME_FACE_IOU: Final = 0.3
"""Intersection over union above which two boxes show the same face."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A detected face.

    Attributes
    ----------
    box : ndarray of float32, shape (4,)
        Left, top, right and bottom, in pixels of the image.
    keypoints : ndarray of float32, shape (6, 2)
        Right eye, left eye (the person's own), nose tip, mouth, right ear, left ear, in pixels.
    score : float
        Confidence of the network, in [0, 1].
    """

    box: Points
    keypoints: Points
    score: float

    @property
    def region(self) -> Region:
        """Input region for the face mesh: 1.5 times the box, rotated to level the eyes."""
        left, top, right, bottom = self.box.tolist()
        return Region(
            x=(left + right) / 2,
            y=(top + bottom) / 2,
            side=1.5 * max(right - left, bottom - top),
            angle=line_angle(self.keypoints[0], self.keypoints[1]),
        )


def detect(runtime: Runtime, image: Image, margin: float = 0.0) -> list[Detection]:
    """Detect the faces in an image, in order of decreasing score.

    The network knows no face that is wider than about 0.7 of its input. A margin makes room for it.

    Parameters
    ----------
    runtime : Runtime
        Must have ``face_detection`` loaded.
    image : ndarray of uint8, shape (height, width, 3)
        RGB.
    margin : float
        Width of a black margin on each side, as a fraction of the longer side.
    """
    height, width = image.shape[:2]
    frame = Region(width / 2, height / 2, max(width, height) * (1 + 2 * margin))
    crop = frame.crop(image, INPUT_SIZE, cv2.BORDER_CONSTANT)
    batch = np.multiply(crop[None], np.float32(1 / 127.5), dtype=np.float32)
    batch -= 1
    outputs = runtime.run(MODEL, {"image": batch})
    threshold = runtime.card(MODEL).setting("threshold")
    points, scores = decode(outputs["boxes"][0], outputs["scores"][0], threshold)
    points, scores = suppress(points, scores)
    return [
        Detection(corners[:2].reshape(4), corners[2:], float(score))
        for corners, score in zip(frame.to_image(points), scores, strict=True)
    ]


def anchors() -> Points:
    """Return the anchor centres: float32, shape (2304, 2), as fractions of the input."""
    steps = (np.arange(GRID, dtype=np.float32) + 0.5) / GRID
    y, x = np.meshgrid(steps, steps, indexing="ij")
    return np.stack([x.ravel(), y.ravel()], axis=1)


_ANCHORS: Final = anchors()


def decode(
    boxes: NDArray[np.float32], scores: NDArray[np.float32], threshold: float
) -> tuple[Points, NDArray[np.float32]]:
    """Decode the network's outputs; keep candidates with a score of at least ``threshold``.

    Parameters
    ----------
    boxes : ndarray of float32, shape (2304, 16)
        Centre, width and height, then six keypoints, in pixels of the input relative to the anchor.
    scores : ndarray of float32, shape (2304,)
        Logits.
    threshold : float
        Minimum score, in [0, 1].

    Returns
    -------
    points : ndarray of float32, shape (n, 8, 2)
        Upper left and lower right corner, then the keypoints, as fractions of the input.
    scores : ndarray of float32, shape (n,)
        Scores in [0, 1].
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
    """Merge the candidates of each face by weighted non-maximum suppression.

    The best candidate and all that overlap it are averaged, weighted by score; the result has the
    score of the best.

    Parameters
    ----------
    points : ndarray of float32, shape (n, 8, 2)
        Upper left and lower right corner, then keypoints.
    scores : ndarray of float32, shape (n,)

    Returns
    -------
    points : ndarray of float32, shape (m, 8, 2)
    scores : ndarray of float32, shape (m,)
        In decreasing order.
    """
    order = np.argsort(-scores, kind="stable")
    merged, kept = [], []
    while len(order):
        boxes = points[order, :2].reshape(-1, 4)
        same = iou(boxes[0], boxes) > SAME_FACE_IOU
        # The overlap of a box without area is 0, even with itself.
        same[0] = True
        weights = scores[order[same]]
        merged.append(np.average(points[order[same]], axis=0, weights=weights))
        kept.append(weights[0])
        order = order[~same]
    return (
        np.array(merged, np.float32).reshape(-1, *points.shape[1:]),
        np.array(kept, np.float32),
    )


def iou(box: Points, boxes: Points) -> NDArray[np.float32]:
    """Return the intersection over union of a box with other boxes.

    Parameters
    ----------
    box : ndarray of float32, shape (4,)
        Left, top, right, bottom.
    boxes : ndarray of float32, shape (n, 4)

    Returns
    -------
    ndarray of float32, shape (n,)
        0 for boxes without area.
    """
    inner = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.maximum(inner, 0), axis=1)
    area = np.prod(np.maximum(box[2:] - box[:2], 0))
    areas = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    union = area + areas - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))
