"""Which face is which: follows faces from picture to picture and gives each an id that lasts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.face import mesh
from inference.face.detection import SAME_FACE, detect, overlap
from inference.face.region import Image, Points, Region, check_image
from inference.runtime import Runtime

MAX_FACES: Final = 4
"""Faces followed at once; who came first stays."""

DETECT_EVERY: Final = 1.0
"""Seconds between two looks for new faces while faces are followed."""

REMEMBER: Final = 2.0
"""Seconds for which a face that is out of sight keeps its id."""

MIN_INSIDE: Final = 0.5
"""Share of its landmarks by which a face must be in the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class TrackedFace:
    """A face in the picture at hand.

    Attributes
    ----------
    id : int
        Counts up from 1.
    landmarks : ndarray of float32, shape (468, 3)
        In pixels of the picture; depth in the same scale.
    """

    id: int
    landmarks: Points


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """A face as it was last seen: landmarks as fractions of the picture, whatever its size."""

    id: int
    t: float
    landmarks: Points

    @property
    def box(self) -> Points:
        return mesh.bounds(self.landmarks)


class FaceTracker:
    """Follows several faces through a stream of pictures.

    The mesh of a face in one picture says where to look in the next, which saves the detector. It
    runs when nothing is followed, in the picture after a face was lost, and once a second (of the
    pictures' time) to find who is new. A face is lost when the mesh no longer sees one, or half of
    it has left the picture; if one appears near there within two seconds, it has the old id.

    Parameters
    ----------
    runtime : Runtime
        Has the models ``face_detection`` and ``face_mesh``.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._threshold: float = runtime.card(mesh.MODEL).settings["threshold"]
        self._followed: list[_Track] = []
        self._lost: list[_Track] = []
        self._next_id = 1
        self._next_detection = -math.inf

    def update(self, t: float, image: Image) -> list[TrackedFace]:
        """Return the faces in the next picture.

        Parameters
        ----------
        t : float
            Time of the picture in seconds, later than the last one's.
        image : ndarray of uint8, shape (height, width, 3)
            RGB; the size may differ from the last one's.

        Raises
        ------
        ValueError
            If the picture is not RGB, or is too small or too large.
        """
        check_image(image)
        height, width = image.shape[:2]
        # Depth has the scale of the width, as in MediaPipe.
        size = np.array([width, height, width], np.float32)
        followed = self._followed
        regions = [mesh.following_region(track.landmarks * size) for track in followed]
        if not followed or t >= self._next_detection:
            regions += self._newcomers(image, size)[: MAX_FACES - len(regions)]
            self._next_detection = t + DETECT_EVERY
        if not regions:
            return []

        landmarks, presence = mesh.read_meshes(self._runtime, image, regions)
        landmarks /= size
        there = (presence >= self._threshold) & (share_inside(landmarks) >= MIN_INSIDE)
        self._followed = []
        self._lost = [track for track in self._lost if t - track.t <= REMEMBER]
        # Of two tracks that end up on one face, it belongs to the one that moved less to get there.
        for n in sorted(range(len(followed)), key=lambda n: -_overlap(followed[n], landmarks[n])):
            if there[n] and not self._is_followed(landmarks[n]):
                self._followed.append(_Track(followed[n].id, t, landmarks[n]))
            else:
                self._lost.append(followed[n])
                self._next_detection = t
        for n in range(len(followed), len(regions)):
            if there[n] and not self._is_followed(landmarks[n]):
                self._followed.append(_Track(self._id_for(landmarks[n]), t, landmarks[n]))
        return [TrackedFace(track.id, track.landmarks * size) for track in self._followed]

    def _newcomers(self, image: Image, size: Points) -> list[Region]:
        """Find faces that are not followed yet."""
        known = np.array([track.box for track in self._followed], np.float32).reshape(-1, 4)
        return [
            face.region
            for face in detect(self._runtime, image)
            if not (overlap(face.box / size[[0, 1, 0, 1]], known) > SAME_FACE).any()
        ]

    def _is_followed(self, landmarks: Points) -> bool:
        return any(_overlap(track, landmarks) > SAME_FACE for track in self._followed)

    def _id_for(self, landmarks: Points) -> int:
        """Return the id of the face lost nearest to here, or a new one."""
        box = mesh.bounds(landmarks)
        near = [track for track in self._lost if is_near(track.box, box)]
        if near:
            old = min(near, key=lambda track: _distance(track.box, box))
            self._lost.remove(old)
            return old.id
        self._next_id += 1
        return self._next_id - 1


def share_inside(landmarks: Points) -> NDArray[np.float64]:
    """Return which share of the points of each face lies in the picture.

    Parameters
    ----------
    landmarks : ndarray of float32, shape (n, 468, 3)
        As fractions of the picture.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    flat = landmarks[..., :2]
    return np.asarray(((flat >= 0) & (flat <= 1)).all(axis=-1).mean(axis=-1))


def is_near(old: Points, new: Points) -> bool:
    """Tell whether a face could have gone from one box to the other while it was out of sight.

    Its centre moved by less than its size, and its size changed by less than half.

    Parameters
    ----------
    old, new : ndarray of float32, shape (4,)
        Left, top, right, bottom.
    """
    smaller, larger = sorted([_size(old), _size(new)])
    return _distance(old, new) < larger and larger < 2 * smaller


def _size(box: Points) -> float:
    return float(max(box[2] - box[0], box[3] - box[1]))


def _distance(one: Points, other: Points) -> float:
    return float(np.linalg.norm(one[:2] + one[2:] - other[:2] - other[2:])) / 2


def _overlap(track: _Track, landmarks: Points) -> float:
    return float(overlap(track.box, mesh.bounds(landmarks)[None])[0])
