"""Face tracking from frame to frame, with persistent ids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.face import mesh
from inference.face.detection import SAME_FACE_IOU, Detection, detect, iou
from inference.face.region import Image, Points, Region, check_image
from inference.runtime import Runtime

MAX_FACES: Final = 4
"""Maximum number of tracked faces; those tracked first have priority."""

DETECT_EVERY: Final = 1.0
"""Seconds between two runs of the detector while faces are tracked."""

CLOSE_MARGIN: Final = 1.0
"""Margin of the second look, for faces that fill the image.

Of 325 tight crops of LFW, 98.8 % are found with it and 7.4 % without (``python -m
models.face_detection.evaluate``).
"""

CLOSE_EVERY: Final = 1.0
"""Seconds between two of these looks while no face is found."""

ID_TIMEOUT: Final = 2.0
"""Seconds for which a lost face keeps its id."""

MIN_TRACKING_IOU: Final = 0.85
"""Minimum intersection over union with the previous frame at which the mesh is reliable.

Less corresponds to a motion of about a twelfth of the face's size, where the mesh begins to lag.
"""

MIN_VISIBLE: Final = 0.5
"""Minimum share of a face's landmarks that must be inside the image."""


@dataclass(frozen=True, slots=True, eq=False)
class TrackedFace:
    """A face in the current frame.

    Attributes
    ----------
    id : int
        Counts up from 1.
    landmarks : ndarray of float32, shape (468, 3)
        In pixels of the image; depth at the same scale.
    """

    id: int
    landmarks: Points


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """Last known state of a face; landmarks as fractions of the image, whose size may change."""

    id: int
    t: float
    landmarks: Points


class FaceTracker:
    """Tracker of several faces through a sequence of frames.

    The landmarks in one frame give the region to search in the next, which avoids running the
    detector. The detector runs when no face is tracked; when a face moved so far that its mesh,
    which is biased towards the centre of its region, is unreliable; when a face is lost; and once
    per :data:`DETECT_EVERY` seconds of media time, to find new faces. If there is no face at all,
    the detector looks again for one that fills the image, at most once per :data:`CLOSE_EVERY`. A
    face is lost when neither network finds it or half of it has left the image. A face that appears
    near a lost one within :data:`ID_TIMEOUT` seconds gets its id.

    Parameters
    ----------
    runtime : Runtime
        Must have ``face_detection`` and ``face_mesh`` loaded.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._threshold: float = runtime.card(mesh.MODEL).setting("threshold")
        self._tracked: list[_Track] = []
        self._lost: list[_Track] = []
        self._last_id = 0
        self._next_detection = -math.inf
        self._next_close_look = -math.inf

    def update(self, t: float, image: Image) -> list[TrackedFace]:
        """Return the faces in the next frame.

        Parameters
        ----------
        t : float
            Time of the frame, in seconds; must increase.
        image : ndarray of uint8, shape (height, width, 3)
            RGB; its size may change.

        Raises
        ------
        ValueError
            If the image is not RGB, or is too small or too large.
        ModelError
            If a network fails.
        """
        check_image(image)
        height, width = image.shape[:2]
        # As in MediaPipe, depth has the scale of the width.
        size = np.array([width, height, width], np.float32)
        self._tracked = [track for track in self._tracked if t - track.t <= ID_TIMEOUT]
        self._lost = [track for track in self._lost if t - track.t <= ID_TIMEOUT]
        tracks = self._track(t, image, size) if t < self._next_detection else None
        if tracks is None:
            tracks = self._match(t, image, size, detect(self._runtime, image))
            if not tracks and t >= self._next_close_look:
                close = detect(self._runtime, image, CLOSE_MARGIN)
                tracks = self._match(t, image, size, close)
                self._next_close_look = t + CLOSE_EVERY
            self._next_detection = t + DETECT_EVERY if tracks else t
        present = {track.id for track in tracks}
        known = [*self._tracked, *self._lost]
        self._tracked = tracks
        self._lost = [track for track in known if track.id not in present]
        return [TrackedFace(track.id, track.landmarks * size) for track in tracks]

    def _track(self, t: float, image: Image, size: Points) -> list[_Track] | None:
        """Update all tracks without the detector; return None if any face was lost or moved far."""
        regions = [mesh.tracking_region(track.landmarks * size) for track in self._tracked]
        landmarks, valid = self._read_landmarks(image, regions, size)
        pairs = list(zip(self._tracked, landmarks, strict=True))
        if (
            not valid.all()
            or min(_iou(old.landmarks, new) for old, new in pairs) < MIN_TRACKING_IOU
        ):
            return None
        return [_Track(old.id, t, new) for old, new in pairs]

    def _match(
        self, t: float, image: Image, size: Points, detected: Sequence[Detection]
    ) -> list[_Track]:
        """Match detected faces with known ones, and read the landmarks of both."""
        known = [*self._tracked, *self._lost]
        matches = match_faces(
            [mesh.bounding_box(track.landmarks * size) for track in known],
            [face.box for face in detected],
        )
        # Known faces first: a new one never displaces a tracked one.
        candidates: list[tuple[int | None, Region]] = [
            (known[old].id, detected[new].region) for new, old in matches.items()
        ]
        candidates += [
            (track.id, mesh.tracking_region(track.landmarks * size))
            for n, track in enumerate(self._tracked)
            if n not in matches.values()
        ]
        candidates += [(None, face.region) for n, face in enumerate(detected) if n not in matches]
        if not candidates:
            return []
        ids, regions = zip(*candidates[:MAX_FACES], strict=True)
        tracks: list[_Track] = []
        for face, points, valid in zip(
            ids, *self._read_landmarks(image, regions, size), strict=True
        ):
            if valid and not any(_iou(track.landmarks, points) > SAME_FACE_IOU for track in tracks):
                tracks.append(_Track(self._new_id() if face is None else face, t, points))
        return tracks

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _read_landmarks(
        self, image: Image, regions: Sequence[Region], size: Points
    ) -> tuple[Points, NDArray[np.bool_]]:
        """Return landmarks as fractions of the image, and whether each is a visible face."""
        landmarks, presence = mesh.read_meshes(self._runtime, image, regions)
        landmarks /= size
        return landmarks, (presence >= self._threshold) & (visible_share(landmarks) >= MIN_VISIBLE)


def visible_share(landmarks: Points) -> NDArray[np.float64]:
    """Return the share of each face's landmarks that is inside the image.

    Parameters
    ----------
    landmarks : ndarray of float32, shape (n, 468, 3)
        As fractions of the image.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    flat = landmarks[..., :2]
    return np.asarray(((flat >= 0) & (flat <= 1)).all(axis=-1).mean(axis=-1))


def match_faces(known: Sequence[Points], detected: Sequence[Points]) -> dict[int, int]:
    """Match detected faces with known ones, the nearest pairs first.

    The distance must be less than the larger size, and the ratio of the sizes less than 2.

    Parameters
    ----------
    known, detected : sequence of ndarray of float32, shape (4,)
        Left, top, right, bottom, in pixels.

    Returns
    -------
    dict from int to int
        Indices in ``detected`` to indices in ``known``, each at most once.
    """
    pairs = []
    for new, box in enumerate(detected):
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


def _iou(one: Points, other: Points) -> float:
    return float(iou(mesh.bounding_box(one), mesh.bounding_box(other)[None])[0])
