"""Face landmarks with MediaPipe's Face Mesh, and measures derived from them.

Kartynnik et al. 2019, "Real-time facial surface geometry from monocular video on mobile GPUs",
arXiv 1907.06724. Pre- and postprocessing follow MediaPipe 0.10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.face.region import Image, Points, Region, line_angle, sigmoid
from inference.runtime import Runtime

MODEL: Final = "face_mesh"

INPUT_SIZE: Final = 192
"""Side of the network's input, in pixels."""

# Landmark indices in MediaPipe's mesh; right and left are the person's own.
RIGHT_EYE: Final = (33, 133)
LEFT_EYE: Final = (362, 263)
UPPER_LIP, LOWER_LIP = 13, 14
FOREHEAD, CHIN = 10, 152

LEVEL_PITCH: Final = 11.0
"""Pitch, in degrees, of the line from forehead to chin of a level face. Measured on two people."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Head pose in degrees; near 0 for a face that looks at the camera.

    Attributes
    ----------
    yaw : float
        Positive towards the right of the image.
    pitch : float
        Positive downwards.
    roll : float
        Positive clockwise in the image.
    """

    yaw: float
    pitch: float
    roll: float


def read_meshes(
    runtime: Runtime, image: Image, regions: Sequence[Region]
) -> tuple[Points, NDArray[np.float32]]:
    """Return the landmarks of the faces in regions of an image, in one batch.

    Parameters
    ----------
    runtime : Runtime
        Must have ``face_mesh`` loaded.
    image : ndarray of uint8, shape (height, width, 3)
        RGB.
    regions : sequence of Region
        n regions, at least one.

    Returns
    -------
    landmarks : ndarray of float32, shape (n, 468, 3)
        In pixels of the image; depth at the same scale, smaller is nearer.
    presence : ndarray of float32, shape (n,)
        Probability that there is a face, in [0, 1].
    """
    crops = np.stack([r.crop(image, INPUT_SIZE, cv2.BORDER_REPLICATE) for r in regions])
    batch = np.multiply(crops, np.float32(1 / 255), dtype=np.float32)
    outputs = runtime.run(MODEL, {"face": batch})
    fractions = outputs["landmarks"] / np.float32(INPUT_SIZE)
    landmarks = np.stack([r.to_image(f) for r, f in zip(regions, fractions, strict=True)])
    return landmarks, sigmoid(outputs["presence"])


def bounding_box(landmarks: Points) -> Points:
    """Return left, top, right and bottom of landmarks: float32, shape (4,)."""
    flat = landmarks[:, :2]
    return np.concatenate([flat.min(axis=0), flat.max(axis=0)])


def tracking_region(landmarks: Points) -> Region:
    """Return the region in which to find a face in the next frame.

    It is 1.5 times the bounding box of the landmarks, rotated by the outer corners of the eyes.
    """
    left, top, right, bottom = bounding_box(landmarks).tolist()
    return Region(
        x=(left + right) / 2,
        y=(top + bottom) / 2,
        side=1.5 * max(right - left, bottom - top),
        angle=line_angle(landmarks[RIGHT_EYE[0]], landmarks[LEFT_EYE[1]]),
    )


def eyes(landmarks: Points) -> tuple[Points, Points]:
    """Return the centres of the person's right and left eye: float32, shape (3,) each."""
    return landmarks[list(RIGHT_EYE)].mean(axis=0), landmarks[list(LEFT_EYE)].mean(axis=0)


def eye_distance(landmarks: Points) -> float:
    """Return the 3D distance between the eyes, in pixels; independent of the pose."""
    right, left = eyes(landmarks)
    return float(np.linalg.norm(left - right))


def mouth_opening(landmarks: Points) -> float:
    """Return the gap between the lips as a fraction of the distance between the eyes."""
    gap = np.linalg.norm(landmarks[UPPER_LIP] - landmarks[LOWER_LIP])
    return float(gap) / max(eye_distance(landmarks), 1e-6)


def head_pose(landmarks: Points) -> Pose:
    """Estimate the head pose from the directions across and down the face.

    A rough estimate: the network guesses the depth, and profiles differ between people.
    """
    right, left = eyes(landmarks)
    across = left - right
    down = landmarks[CHIN] - landmarks[FOREHEAD]
    return Pose(
        yaw=math.degrees(math.atan2(float(across[2]), math.hypot(*across[:2].tolist()))),
        pitch=math.degrees(math.atan2(float(down[2]), math.hypot(*down[:2].tolist())))
        - LEVEL_PITCH,
        roll=math.degrees(math.atan2(float(across[1]), float(across[0]))),
    )
