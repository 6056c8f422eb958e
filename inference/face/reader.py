"""From the frames of a window to a reading of the face."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from inference.emotion import Distribution, most_likely, uniform
from inference.face import emotion, mesh
from inference.face.emotion import aligned_region, grey_crop, read_emotions
from inference.face.focus import Focus
from inference.face.quality import measure, worths
from inference.face.region import Image, Points, Region
from inference.face.tracking import MAX_FACES, FaceTracker, TrackedFace
from inference.fusion import weighted_mean
from inference.reading import DOUBTFUL, Face, FaceDoubt, FaceReading, Reading, judge
from inference.runtime import Runtime
from stream.media import VideoFrame

FRAME_RATE: Final = 5
"""Frames a second at most; more tell nothing new of a mood."""

DARK: Final = 16
"""Mean of a picture, of 255, below which nobody would be found in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A face in one frame.

    Attributes
    ----------
    t : float
        Time of the frame in seconds.
    face : int
        Its id.
    box : tuple of float
        Left, top, width and height as fractions of the frame.
    mouth : float
        Gap between the lips, in eye distances.
    reliability : float
        How much ``probs`` is worth, in [0, 1].
    probs : Distribution
        What it shows.
    doubt : str or None
        What makes that worth little, where it is.
    """

    t: float
    face: int
    box: tuple[float, float, float, float]
    mouth: float
    reliability: float
    probs: Distribution
    doubt: FaceDoubt | None = None


class FaceReader:
    """Reads the faces of one session.

    Parameters
    ----------
    runtime : Runtime
        Has the models ``face_detection``, ``face_mesh`` and ``face_emotion``.
    span : float
        Seconds over which what a face shows is pooled.
    """

    def __init__(self, runtime: Runtime, span: float = 3.0) -> None:
        self._runtime = runtime
        self._span = span
        self._tracker = FaceTracker(runtime)
        self._focus = Focus()
        limit = math.ceil(span * FRAME_RATE) + 1
        self._times: deque[float] = deque(maxlen=limit)
        self._sightings: deque[Sighting] = deque(maxlen=limit * MAX_FACES)
        self._newest: Image | None = None

    def update(self, frames: Sequence[VideoFrame], t: float, speech: bool) -> FaceReading:
        """Look at the frames since the last update and read the main face at ``t``.

        Parameters
        ----------
        frames : sequence of VideoFrame
            In time order. Of more than ``span`` seconds hold at 5 a second, only the newest count.
        t : float
            Time of the reading, in seconds.
        speech : bool
            Whether speech was heard in the last ``span`` seconds.

        Returns
        -------
        FaceReading
            The emotion of the main face over the last ``span`` seconds (uniform, with reliability
            0, if there was none), and the faces of the newest frame.

        Raises
        ------
        ValueError
            If a frame is not RGB, or is too small or too large.
        ModelError
            If a network cannot be run.
        """
        self._look(frames)
        self._forget(t - self._span)
        if frames:
            self._newest = frames[-1].image
        by_face: dict[int, list[Sighting]] = {}
        for sighting in self._sightings:
            by_face.setdefault(sighting.face, []).append(sighting)
        readings = {
            face: pool(sightings, len(self._times), t, self._span)
            for face, sightings in by_face.items()
        }
        speaking = {
            face for face, sightings in by_face.items() if speech and moves_mouth(sightings)
        }
        in_view = [
            sightings[-1]
            for _, sightings in sorted(by_face.items())
            if sightings[-1].t == self._times[-1]
        ]
        areas = {s.face: float(np.median([_area(o) for o in by_face[s.face]])) for s in in_view}
        self._focus.update(t, areas, speaking, by_face.keys())
        main = self._focus.get()
        reading = Reading(uniform(), 0.0) if main is None else readings[main]
        return FaceReading(
            probs=reading.probs,
            reliability=reading.reliability,
            doubt=doubt([] if main is None else by_face[main], reading.reliability, self._newest),
            aspect=None if self._newest is None else self._newest.shape[1] / self._newest.shape[0],
            faces=tuple(
                Face(s.face, s.box, most_likely(readings[s.face].probs), s.face in speaking)
                for s in in_view
            ),
        )

    def _look(self, frames: Sequence[VideoFrame]) -> None:
        """Find the faces in each frame, then what all of them show in one run."""
        card = self._runtime.card(emotion.MODEL)
        size, distance, line = (card.setting(k) for k in ("size", "eye_distance", "eye_line"))
        seen: list[tuple[VideoFrame, TrackedFace, Region]] = []
        for frame in frames[-(self._times.maxlen or 0) :]:
            self._times.append(frame.t)
            for face in self._tracker.update(frame.t, frame.image):
                seen.append((frame, face, aligned_region(face.landmarks, distance, line)))
        crops = [grey_crop(frame.image, region, size) for frame, _, region in seen]
        shown = read_emotions(self._runtime, crops)
        for (frame, face, region), crop, probs in zip(seen, crops, shown, strict=True):
            height, width = frame.image.shape[:2]
            quality = measure(crop, region.side, mesh.head_pose(face.landmarks))
            worth, weakness = judge(worths(quality))
            self._sightings.append(
                Sighting(
                    t=frame.t,
                    face=face.id,
                    box=_fractions(mesh.bounds(face.landmarks), width, height),
                    mouth=mesh.mouth_opening(face.landmarks),
                    reliability=worth,
                    probs=probs,
                    doubt=weakness,
                )
            )

    def _forget(self, before: float) -> None:
        while self._times and self._times[0] <= before:
            self._times.popleft()
        oldest = self._times[0] if self._times else math.inf
        while self._sightings and self._sightings[0].t < oldest:
            self._sightings.popleft()


def pool(sightings: Sequence[Sighting], frames: int, t: float, span: float) -> Reading:
    """Pool what a face showed lately, weighted by reliability.

    Parameters
    ----------
    sightings : sequence of Sighting
        Of one face in the last ``span`` seconds, in time order, at least one.
    frames : int
        How many frames there were in that time, with this face or without.
    t, span : float
        In seconds.

    Returns
    -------
    Reading
        Its reliability is the mean over all frames (0 for those without the face), and falls to 0
        as the last sight becomes ``span`` seconds old.
    """
    weights = np.array([s.reliability for s in sightings], np.float32)
    probs = weighted_mean([s.probs for s in sightings], weights)
    freshness = min(max(1 - (t - sightings[-1].t) / span, 0.0), 1.0)
    return Reading(probs, float(weights.sum()) / frames * freshness)


def doubt(
    sightings: Sequence[Sighting], reliability: float, newest: Image | None
) -> FaceDoubt | None:
    """Tell what makes a face worth little.

    Parameters
    ----------
    sightings : sequence of Sighting
        Of the main face; none where there is no such face.
    reliability : float
        What they are worth together.
    newest : ndarray or None
        The newest frame.

    Returns
    -------
    str or None
        What is wrong with most sightings; or that there were too few. None from
        :data:`~inference.reading.DOUBTFUL` on.
    """
    if reliability >= DOUBTFUL:
        return None
    doubts = Counter(s.doubt for s in sightings if s.doubt is not None)
    if doubts.total() > len(sightings) / 2:
        return doubts.most_common(1)[0][0]
    return "dark" if newest is not None and newest.mean() < DARK else "no_face"


def moves_mouth(sightings: Sequence[Sighting]) -> bool:
    """Tell whether the mouth of a face keeps opening and shutting, as it does in speech.

    It does if its opening changes from frame to frame, on average, by 0.01 eye distances and 15 %
    of how far it is open. At 5 frames a second, a sentence spoken in half of the time changes it
    by 0.02 to 0.04 at a mean of 0.05. A shut mouth at rest stays below 0.01; the teeth of a smile
    make the mesh less sure, hence the share.
    """
    if len(sightings) < 3:
        return False
    openings = np.array([s.mouth for s in sightings])
    return bool(np.abs(np.diff(openings)).mean() >= 0.01 + 0.15 * openings.mean())


def _area(sighting: Sighting) -> float:
    return sighting.box[2] * sighting.box[3]


def _fractions(bounds: Points, width: int, height: int) -> tuple[float, float, float, float]:
    """Return left, top, width and height of the part inside the picture, as fractions of it."""
    scaled = np.clip(bounds / np.array([width, height, width, height]), 0, 1).tolist()
    left, top, right, bottom = scaled
    return left, top, right - left, bottom - top
