"""Replace the networks that cannot be used on the feeds of the benchmark."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference import LocalRuntime, ModelCard
from inference.emotion import Distribution
from inference.face.detection import GRID
from inference.face.detection import INPUT_SIZE as DETECTION_SIZE
from inference.face.mesh import CHIN, FOREHEAD, LEFT_EYE, LEVEL_PITCH, RIGHT_EYE
from inference.face.mesh import INPUT_SIZE as MESH_SIZE
from inference.runtime import Tensors
from models.fusion.held_out import HeldOut
from moodcue.bench.mood.feeds import Feed

MAX_DISTANCE: Final = 1.0
"""Seconds by which start and end of two similar windows may differ in total."""

# One box in the middle of the picture, half as wide, from the anchor right below the centre.
BOXES: Final = np.zeros((1, GRID * GRID, 16), np.float32)
SCORES: Final = np.full((1, GRID * GRID), -10, np.float32)
_MIDDLE: Final = GRID // 2 * (GRID + 1)
_HALF_CELL: Final = DETECTION_SIZE / GRID / 2
BOXES[0, _MIDDLE, :4] = -_HALF_CELL, -_HALF_CELL, DETECTION_SIZE / 2, DETECTION_SIZE / 2
SCORES[0, _MIDDLE] = 10


class HeldOutRuntime:
    """Runs the networks, except voice, face detection and face mesh.

    Parameters
    ----------
    runtime : LocalRuntime
        Has :data:`~inference.MODELS`.
    answers : mapping from str to HeldOut
        Outputs of the cross-validation networks for each clip.
    feed : Feed
        The feed that is played.

    Attributes
    ----------
    audio_span : (float, float)
        Start and end of the sound of the current window, in seconds of the feed.
    """

    def __init__(self, runtime: LocalRuntime, answers: Mapping[str, HeldOut], feed: Feed) -> None:
        self._runtime = runtime
        self._answers = answers
        self._feed = feed
        self._landmarks = landmarks(runtime.card("face_emotion"))
        self.audio_span = (0.0, 0.0)

    def card(self, model: str) -> ModelCard:
        """Return the card of a model."""
        return self._runtime.card(model)

    def run(self, model: str, inputs: Tensors) -> Tensors:
        """Return the outputs of a model."""
        if model == "voice":
            return {"probabilities": nearest(self._answers, self._feed, *self.audio_span)[None]}
        if model == "face_detection":
            visible = inputs["image"].max() > -1
            return {"boxes": BOXES, "scores": SCORES if visible else SCORES - 20}
        if model == "face_mesh":
            visible = inputs["face"].max(axis=(1, 2, 3)) > 0
            return {
                "landmarks": np.repeat(self._landmarks[None], len(visible), axis=0),
                "presence": np.where(visible, 10, -10).astype(np.float32),
            }
        return self._runtime.run(model, inputs)


def nearest(answers: Mapping[str, HeldOut], feed: Feed, begin: float, end: float) -> Distribution:
    """Return the held-out answer for the window of a clip that is nearest to a time span.

    If the span contains two clips, the one with more speech in it is used.
    """
    candidates: list[tuple[bool, float, Distribution]] = []
    for utterance in feed.utterances():
        first, last = max(begin, utterance.start), min(end, utterance.end)
        if first < last:
            rows = answers[utterance.clip]
            begins, ends = np.maximum(rows.begins, 0) + utterance.start, rows.ends + utterance.start
            distances = abs(begins - first) + abs(ends - last)
            row = int(distances.argmin())
            near = bool(distances[row] <= MAX_DISTANCE)
            candidates.append((near, float(rows.speech[row]), rows.probabilities[row]))
    return max(candidates, key=lambda candidate: candidate[:2])[2]


def landmarks(card: ModelCard) -> NDArray[np.float32]:
    """Return a mesh whose aligned face is the crop in the middle of :meth:`Feed.picture`.

    The input of the mesh is one and a half times the crop; landmarks are in its pixels.
    """
    low, high = MESH_SIZE / 6, MESH_SIZE * 5 / 6
    middle, side = MESH_SIZE / 2, high - low
    points = np.full((468, 3), (middle, middle, 0), np.float32)
    points[0], points[1] = (low, low, 0), (high, high, 0)
    half, eyes = card.setting("eye_distance") * side / 2, low + card.setting("eye_line") * side
    points[list(RIGHT_EYE)] = middle - half, eyes, 0
    points[list(LEFT_EYE)] = middle + half, eyes, 0
    points[FOREHEAD] = middle, low, 0
    points[CHIN] = middle, high, side * math.tan(math.radians(LEVEL_PITCH))
    return points
