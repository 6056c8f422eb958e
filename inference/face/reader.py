"""Face reader: from the frames of a window to a reading of the main face."""

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
from inference.face.quality import measure, reliability_factors
from inference.face.region import Image, Points, Region
from inference.face.tracking import MAX_FACES, FaceTracker, TrackedFace
from inference.fusion import weighted_mean
from inference.reading import (
    LOW_RELIABILITY,
    Face,
    FaceDoubt,
    FaceReading,
    Reading,
    combine_factors,
)
from inference.runtime import Runtime
from stream.frames import FRAME_RATE
from stream.media import VideoFrame
from stream.windows import WINDOW_LENGTH

DARK: Final = 16
"""Mean brightness of an image, of 255, below which no face can be found."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A face in one frame.

    Attributes
    ----------
    t : float
        Time of the frame, in seconds.
    face : int
        Id of the face.
    box : tuple of float
        Left, top, width and height as fractions of the frame.
    mouth : float
        Gap between the lips, in eye distances.
    reliability : float
        Reliability of ``probs``, in [0, 1].
    probs : Distribution
        Emotion of the face.
    doubt : str or None
        Why the reliability is low; None if it is not.
    """

    t: float
    face: int
    box: tuple[float, float, float, float]
    mouth: float
    reliability: float
    probs: Distribution
    doubt: FaceDoubt | None = None


class FaceReader:
    """Emotion reader for the faces of one session.

    Parameters
    ----------
    runtime : Runtime
        Must have ``face_detection``, ``face_mesh`` and ``face_emotion`` loaded.
    span : float
        Time over which the emotion of a face is pooled, in seconds.
    """

    def __init__(self, runtime: Runtime, span: float = WINDOW_LENGTH) -> None:
        self._runtime = runtime
        self._span = span
        self._tracker = FaceTracker(runtime)
        self._focus = Focus()
        limit = math.ceil(span * FRAME_RATE) + 1
        self._times: deque[float] = deque(maxlen=limit)
        self._sightings: deque[Sighting] = deque(maxlen=limit * MAX_FACES)
        self._latest_image: Image | None = None

    def update(self, frames: Sequence[VideoFrame], t: float, speech: bool) -> FaceReading:
        """Process the frames since the last update and return the reading at ``t``.

        Parameters
        ----------
        frames : sequence of VideoFrame
            In order of time. Only the newest are used: as many as fit into ``span`` at
            :data:`~stream.frames.FRAME_RATE`.
        t : float
            Time of the reading, in seconds.
        speech : bool
            Whether there was speech in the last ``span`` seconds.

        Returns
        -------
        FaceReading
            Emotion of the main face over the last ``span`` seconds (uniform with reliability 0 if
            there was none), and the faces in the newest frame.

        Raises
        ------
        ValueError
            If a frame is not RGB, or is too small or too large.
        ModelError
            If a network fails.
        """
        self._process(frames)
        self._forget(t - self._span)
        if frames:
            self._latest_image = frames[-1].image
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
            doubt=explain_doubt(
                [] if main is None else by_face[main], reading.reliability, self._latest_image
            ),
            aspect=None
            if self._latest_image is None
            else self._latest_image.shape[1] / self._latest_image.shape[0],
            faces=tuple(
                Face(s.face, s.box, most_likely(readings[s.face].probs), s.face in speaking)
                for s in in_view
            ),
        )

    def _process(self, frames: Sequence[VideoFrame]) -> None:
        """Track the faces in each frame, then read the emotions of all in one batch."""
        card = self._runtime.card(emotion.MODEL)
        size, distance, line = (card.setting(k) for k in ("size", "eye_distance", "eye_line"))
        found: list[tuple[VideoFrame, TrackedFace, Region]] = []
        for frame in frames[-(self._times.maxlen or 0) :]:
            self._times.append(frame.t)
            for face in self._tracker.update(frame.t, frame.image):
                found.append((frame, face, aligned_region(face.landmarks, distance, line)))
        crops = [grey_crop(frame.image, region, size) for frame, _, region in found]
        emotions = read_emotions(self._runtime, crops)
        for (frame, face, region), crop, probs in zip(found, crops, emotions, strict=True):
            height, width = frame.image.shape[:2]
            quality = measure(crop, region.side, mesh.head_pose(face.landmarks))
            reliability, reason = combine_factors(reliability_factors(quality))
            self._sightings.append(
                Sighting(
                    t=frame.t,
                    face=face.id,
                    box=_box_fractions(mesh.bounding_box(face.landmarks), width, height),
                    mouth=mesh.mouth_opening(face.landmarks),
                    reliability=reliability,
                    probs=probs,
                    doubt=reason,
                )
            )

    def _forget(self, before: float) -> None:
        while self._times and self._times[0] <= before:
            self._times.popleft()
        oldest = self._times[0] if self._times else math.inf
        while self._sightings and self._sightings[0].t < oldest:
            self._sightings.popleft()


def pool(sightings: Sequence[Sighting], frames: int, t: float, span: float) -> Reading:
    """Pool the recent emotion of a face, weighted by reliability.

    Parameters
    ----------
    sightings : sequence of Sighting
        Sightings of one face in the last ``span`` seconds, in order of time, at least one.
    frames : int
        Number of frames in that time, with and without this face.
    t, span : float
        Current time and duration, in seconds.

    Returns
    -------
    Reading
        Its reliability is the mean over all frames (0 for those without the face), and decreases to
        0 as the last sighting becomes ``span`` seconds old.
    """
    weights = np.array([s.reliability for s in sightings], np.float32)
    probs = weighted_mean([s.probs for s in sightings], weights)
    freshness = min(max(1 - (t - sightings[-1].t) / span, 0.0), 1.0)
    return Reading(probs, float(weights.sum()) / frames * freshness)


def explain_doubt(
    sightings: Sequence[Sighting], reliability: float, latest_image: Image | None
) -> FaceDoubt | None:
    """Return why the reliability of the main face is low.

    Parameters
    ----------
    sightings : sequence of Sighting
        Sightings of the main face; empty if there is none.
    reliability : float
        Their pooled reliability.
    latest_image : ndarray or None
        The newest frame.

    Returns
    -------
    str or None
        The problem of most sightings, or else that there are too few. None if the reliability is at
        least :data:`~inference.reading.LOW_RELIABILITY`.
    """
    if reliability >= LOW_RELIABILITY:
        return None
    doubts = Counter(s.doubt for s in sightings if s.doubt is not None)
    if doubts.total() > len(sightings) / 2:
        return doubts.most_common(1)[0][0]
    return "dark" if latest_image is not None and latest_image.mean() < DARK else "no_face"


def moves_mouth(sightings: Sequence[Sighting]) -> bool:
    """Return whether the mouth opens and closes as in speech.

    The criterion is a mean change of its opening from frame to frame of at least 0.01 eye distances
    plus 15 % of the mean opening. At 5 frames per second, a sentence that takes half of the time
    changes the opening by 0.02 to 0.04 at a mean of 0.05. A closed mouth stays below 0.01; the
    visible teeth of a smile make the mesh noisier, hence the 15 %.
    """
    if len(sightings) < 3:
        return False
    openings = np.array([s.mouth for s in sightings])
    return bool(np.abs(np.diff(openings)).mean() >= 0.01 + 0.15 * openings.mean())


def _area(sighting: Sighting) -> float:
    return sighting.box[2] * sighting.box[3]


def _box_fractions(bounds: Points, width: int, height: int) -> tuple[float, float, float, float]:
    """Return left, top, width and height of a box clipped to the image, as fractions of it."""
    scaled = np.clip(bounds / np.array([width, height, width, height]), 0, 1).tolist()
    left, top, right, bottom = scaled
    return left, top, right - left, bottom - top
