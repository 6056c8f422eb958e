"""Which face is which: follows faces from picture to picture and gives each an id that lasts."""

from __future__ import annotations

import math
from collections.abc import Sequence
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

STAYED: Final = 0.85
"""Intersection over union of a face with where it was, from which its mesh can be trusted.

Less is a move of about a twelfth of its size, where the mesh begins to lag behind.
"""

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


class FaceTracker:
    """Follows several faces through a stream of pictures.

    The mesh of a face in one picture says where to look in the next, which saves the detector. The
    detector runs when nothing is followed; when a face moved so far that its mesh, which leans
    towards the middle of where it looked, cannot be trusted; when one is lost; and once a second
    (of the pictures' time) to find who is new. A face is lost when neither sees it, or half of it
    has left the picture; if one appears near there within two seconds, it has the old id.

    Parameters
    ----------
    runtime : Runtime
        Has the models ``face_detection`` and ``face_mesh``.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._threshold: float = runtime.card(mesh.MODEL).setting("threshold")
        self._followed: list[_Track] = []
        self._lost: list[_Track] = []
        self._last_id = 0
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
        self._followed = [track for track in self._followed if t - track.t <= REMEMBER]
        self._lost = [track for track in self._lost if t - track.t <= REMEMBER]
        tracks = self._follow(t, image, size) if t < self._next_detection else None
        if tracks is None:
            tracks = self._search(t, image, size)
            self._next_detection = t + DETECT_EVERY if tracks else t
        present = {track.id for track in tracks}
        known = [*self._followed, *self._lost]
        self._followed = tracks
        self._lost = [track for track in known if track.id not in present]
        return [TrackedFace(track.id, track.landmarks * size) for track in tracks]

    def _follow(self, t: float, image: Image, size: Points) -> list[_Track] | None:
        """Look where the faces were; None unless all of them are still about there."""
        regions = [mesh.following_region(track.landmarks * size) for track in self._followed]
        landmarks, there = self._read(image, regions, size)
        pairs = list(zip(self._followed, landmarks, strict=True))
        if not there.all() or min(_overlap(old.landmarks, new) for old, new in pairs) < STAYED:
            return None
        return [_Track(old.id, t, new) for old, new in pairs]

    def _search(self, t: float, image: Image, size: Points) -> list[_Track]:
        """Find all faces anew, and which of them are known."""
        known = [*self._followed, *self._lost]
        found = detect(self._runtime, image)
        matches = match(
            [mesh.bounds(track.landmarks * size) for track in known], [face.box for face in found]
        )
        # Known faces come first: a new one never takes the place of one that is followed.
        candidates: list[tuple[int | None, Region]] = [
            (known[old].id, found[new].region) for new, old in matches.items()
        ]
        candidates += [
            (track.id, mesh.following_region(track.landmarks * size))
            for n, track in enumerate(self._followed)
            if n not in matches.values()
        ]
        candidates += [(None, face.region) for n, face in enumerate(found) if n not in matches]
        if not candidates:
            return []
        ids, regions = zip(*candidates[:MAX_FACES], strict=True)
        tracks: list[_Track] = []
        for face, points, there in zip(ids, *self._read(image, regions, size), strict=True):
            if there and not any(_overlap(track.landmarks, points) > SAME_FACE for track in tracks):
                tracks.append(_Track(self._new_id() if face is None else face, t, points))
        return tracks

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _read(
        self, image: Image, regions: Sequence[Region], size: Points
    ) -> tuple[Points, NDArray[np.bool_]]:
        """Return the landmarks as fractions of the picture, and whether each is a face in it."""
        landmarks, presence = mesh.read_meshes(self._runtime, image, regions)
        landmarks /= size
        return landmarks, (presence >= self._threshold) & (share_inside(landmarks) >= MIN_INSIDE)


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


def match(known: Sequence[Points], found: Sequence[Points]) -> dict[int, int]:
    """Say which of the faces found are known ones, the nearest pairs first.

    A face may have moved by less than its size, and its size may have changed by less than half.

    Parameters
    ----------
    known, found : sequence of ndarray of float32, shape (4,)
        Left, top, right, bottom, in pixels.

    Returns
    -------
    dict from int to int
        Place in ``found`` to place in ``known``, each at most once.
    """
    pairs = []
    for new, box in enumerate(found):
        for old, other in enumerate(known):
            distance = float(np.linalg.norm(box[:2] + box[2:] - other[:2] - other[2:])) / 2
            smaller, larger = sorted([_size(box), _size(other)])
            if distance < larger < 2 * smaller:
                pairs.append((distance, new, old))
    matches: dict[int, int] = {}
    for _, new, old in sorted(pairs):
        if new not in matches and old not in matches.values():
            matches[new] = old
    return matches


def _size(box: Points) -> float:
    return float(max(box[2] - box[0], box[3] - box[1]))


def _overlap(one: Points, other: Points) -> float:
    return float(overlap(mesh.bounds(one), mesh.bounds(other)[None])[0])
