"""The 468 points of a face: MediaPipe's Face Mesh, and what its points tell.

Kartynnik et al. 2019, "Real-time facial surface geometry from monocular video on mobile GPUs",
arXiv 1907.06724. The steps around the network are those of MediaPipe 0.10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.face.region import Image, Points, Region, sigmoid, turn_between
from inference.runtime import Runtime

MODEL: Final = "face_mesh"

INPUT_SIZE: Final = 192
"""Pixels a side of the network's input."""

# Places of MediaPipe's mesh; right and left are the person's own.
RIGHT_EYE: Final = (33, 133)
LEFT_EYE: Final = (362, 263)
UPPER_LIP, LOWER_LIP = 13, 14
FOREHEAD, CHIN = 10, 152

LEVEL_PITCH: Final = 11.0
"""Pitch from forehead to chin of a level face, in degrees, as measured on two people."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How a head is turned, in degrees; all are near 0 for a face that looks at the camera.

    Attributes
    ----------
    yaw : float
        To the right of the picture is positive.
    pitch : float
        Down is positive.
    roll : float
        Clockwise in the picture is positive.
    """

    yaw: float
    pitch: float
    roll: float


def read_meshes(
    runtime: Runtime, image: Image, regions: Sequence[Region]
) -> tuple[Points, NDArray[np.float32]]:
    """Find the points of the faces in some regions of a picture, in one run.

    Parameters
    ----------
    runtime : Runtime
        Has the model ``face_mesh``.
    image : ndarray of uint8, shape (height, width, 3)
        RGB.
    regions : sequence of Region
        At least one.

    Returns
    -------
    landmarks : ndarray of float32, shape (n, 468, 3)
        In pixels of the picture; depth in the same scale, smaller is nearer.
    presence : ndarray of float32, shape (n,)
        How sure the network is that there is a face, in [0, 1].
    """
    crops = np.stack([r.crop(image, INPUT_SIZE, cv2.BORDER_REPLICATE) for r in regions])
    batch = np.multiply(crops, np.float32(1 / 255), dtype=np.float32)
    outputs = runtime.run(MODEL, {"face": batch})
    fractions = outputs["landmarks"] / np.float32(INPUT_SIZE)
    landmarks = np.stack([r.to_image(f) for r, f in zip(regions, fractions, strict=True)])
    return landmarks, sigmoid(outputs["presence"])


def bounds(landmarks: Points) -> Points:
    """Return left, top, right and bottom of the points, float32 of shape (4,)."""
    flat = landmarks[:, :2]
    return np.concatenate([flat.min(axis=0), flat.max(axis=0)])


def following_region(landmarks: Points) -> Region:
    """Return where to look for a face in the next picture: where it was in the last.

    One and a half times the bounds of the mesh, turned by the outer corners of the eyes.
    """
    left, top, right, bottom = bounds(landmarks).tolist()
    return Region(
        x=(left + right) / 2,
        y=(top + bottom) / 2,
        side=1.5 * max(right - left, bottom - top),
        angle=turn_between(landmarks[RIGHT_EYE[0]], landmarks[LEFT_EYE[1]]),
    )


def eyes(landmarks: Points) -> tuple[Points, Points]:
    """Return the centres of the person's right and left eye, float32 of shape (3,) each."""
    return landmarks[list(RIGHT_EYE)].mean(axis=0), landmarks[list(LEFT_EYE)].mean(axis=0)


def eye_distance(landmarks: Points) -> float:
    """Return the distance of the eyes in space, in pixels: turning the head leaves it as it is."""
    right, left = eyes(landmarks)
    return float(np.linalg.norm(left - right))


def mouth_opening(landmarks: Points) -> float:
    """Return the gap between the lips as a fraction of the distance of the eyes."""
    gap = np.linalg.norm(landmarks[UPPER_LIP] - landmarks[LOWER_LIP])
    return float(gap) / max(eye_distance(landmarks), 1e-6)


def head_pose(landmarks: Points) -> Pose:
    """Estimate how the head is turned, from the directions across and down the face.

    Rough: the depth of the mesh is a guess of the network, and every face has its own profile.
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
