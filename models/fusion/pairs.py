"""Pairs of a voice and a face, to fit the fusion to.

No corpus has both labelled voices and labelled faces of enough people, so pairs are synthesized:
each window of a held-out speaker (:mod:`models.fusion.held_out`) is paired with a face from the
validation part of FER2013, unchanged or degraded like by a poor camera. Given the emotions, the two
are independent; those of a real person are slightly dependent.

A share of :data:`CONFLICTS` of the faces show another emotion than the voice. What the mood of such
a pair is, nobody labelled; that it is one of the two expressed emotions is certain, and nothing
speaks for either. So the truth is each of them with a probability of one half: in the loss, in the
calibration error and in the coverage of sets. A fusion can be right in half of these pairs, and
should say so. The share itself is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution
from inference.face.emotion import Grey, read_emotions
from inference.face.mesh import Pose
from inference.face.quality import measure
from inference.runtime import Runtime
from models.face_emotion.faces import LABELS, Faces, blur, dim, shrink
from models.face_emotion.faces import SIZE as INPUT_SIZE
from models.fusion.held_out import HeldOut

Values: TypeAlias = NDArray[np.float32]
Classes: TypeAlias = NDArray[np.int64]

PER_CLASS: Final = 200
"""Maximum number of faces per class."""

PER_CORPUS: Final = 12_000
"""Maximum number of windows per corpus."""

CONFLICTS: Final = 0.3
"""Share of pairs whose voice and face express different emotions."""

CLEAN: Final = "as it is"
"""Name of the faces that are not degraded."""


@dataclass(frozen=True, slots=True, eq=False)
class VoiceBatch:
    """Predictions for windows of voices.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (n, 8)
        Predicted distributions.
    speech : ndarray of float32, shape (n,)
        Amount of speech, in seconds.
    """

    probabilities: Values
    speech: Values


@dataclass(frozen=True, slots=True, eq=False)
class FaceBatch:
    """Predictions for faces, possibly degraded.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (n, 8)
        Predicted distributions.
    size, sharpness, contrast : ndarray of float32, shape (n,)
        See :class:`~inference.face.quality.Quality`.
    """

    probabilities: Values
    size: Values
    sharpness: Values
    contrast: Values

    def __getitem__(self, chosen: Classes) -> FaceBatch:
        """Return the faces at some indices."""
        return FaceBatch(*(getattr(self, field.name)[chosen] for field in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Voices paired with faces.

    Attributes
    ----------
    voices : VoiceBatch
    faces : FaceBatch
    heard, seen : ndarray of int, shape (n,)
        Emotions that voice and face express.
    weights : ndarray of float, shape (n,)
        Weights in the loss.
    """

    voices: VoiceBatch
    faces: FaceBatch
    heard: Classes
    seen: Classes
    weights: NDArray[np.float64]


def draw_voices(voices: HeldOut, random: np.random.Generator) -> HeldOut:
    """Return :data:`PER_CORPUS` random windows of each corpus, or all if there are fewer."""
    order = random.permutation(len(voices.names))
    corpora = voices.corpora[order]
    chosen = [order[corpora == corpus][:PER_CORPUS] for corpus in sorted(set(corpora.tolist()))]
    return voices[np.sort(np.concatenate(chosen))]


def draw_faces(faces: Faces, random: np.random.Generator) -> Faces:
    """Return :data:`PER_CLASS` random faces of each class, or all if there are fewer."""
    order = random.permutation(len(faces.classes))
    drawn = np.concatenate(
        [order[faces.classes[order] == n][:PER_CLASS] for n in range(len(LABELS))]
    )
    return Faces(faces.images[drawn], faces.targets[drawn])


def degradations(face: Grey, random: np.random.Generator) -> Iterator[tuple[str, Grey, int]]:
    """Yield a face unchanged and degraded: name, image, and side of the face in pixels."""
    side = len(face)
    yield CLEAN, face, side
    for size in (36, 28, 20, 14):
        yield f"{size} px", shrink(face, size), size
    for sigma in (0.7, 1.0, 1.5, 2.5):
        yield f"blurred by {sigma:g} px", blur(face, sigma), side
    for gain in (0.3, 0.15, 0.08, 0.03):
        noise = random.normal(scale=1.5, size=face.shape).astype(np.float32)
        yield f"light x {gain:g}", dim(face, gain, noise), side


def predict_faces(
    runtime: Runtime, faces: Faces, random: np.random.Generator
) -> dict[str, FaceBatch]:
    """Return the network's predictions for the faces, by degradation."""
    names: tuple[str, ...] = ()
    probabilities, qualities = [], []
    for face in faces.images:
        names, images, sides = zip(*degradations(face, random), strict=True)
        crops = [
            np.asarray(cv2.resize(image, (INPUT_SIZE, INPUT_SIZE)), np.uint8) for image in images
        ]
        measured = (
            measure(crop, side, Pose(0, 0, 0)) for crop, side in zip(crops, sides, strict=True)
        )
        probabilities.append(read_emotions(runtime, crops))
        qualities.append([(q.size, q.sharpness, q.contrast) for q in measured])
    columns = np.array(qualities, np.float32).transpose(1, 2, 0)
    rows = zip(names, np.stack(probabilities, axis=1), columns, strict=True)
    return {name: FaceBatch(probs, *quality) for name, probs, quality in rows}


def mean_output(predictions: FaceBatch, faces: Faces, shares: NDArray[np.floating]) -> Distribution:
    """Return the mean output of the face network for faces as frequent as in its training.

    Parameters
    ----------
    predictions : FaceBatch
        Predictions for the faces.
    faces : Faces
        Drawn by class.
    shares : ndarray of float, shape (classes,)
        Frequencies of the classes.
    """
    weights = shares[faces.classes] / np.bincount(faces.classes)[faces.classes]
    return np.asarray(weights @ predictions.probabilities / weights.sum(), np.float32)


def draw_partners(
    emotions: Classes, shown: NDArray[np.bool_], random: np.random.Generator
) -> Classes:
    """Return for each emotion the index of a random face that shows it.

    Parameters
    ----------
    emotions : ndarray of int, shape (n,)
        Emotions to match.
    shown : ndarray of bool, shape (faces, 8)
        Emotions of each face; for a neutral one, neutral and calm.
    random : numpy.random.Generator
        Source of randomness.
    """
    choices = [np.flatnonzero(column) for column in shown.T]
    return np.array([random.choice(choices[emotion]) for emotion in emotions])


def draw_conflicts(
    emotions: Classes, shown: NDArray[np.bool_], random: np.random.Generator
) -> Classes:
    """Return a different emotion for each; neutral and calm, one class of faces, do not differ."""
    others = [np.flatnonzero(~shown[row].any(axis=0)) for row in shown.T]
    return np.array([random.choice(others[emotion]) for emotion in emotions])


def draw_expressions(
    emotions: Classes, shown: NDArray[np.bool_], random: np.random.Generator
) -> Classes:
    """Return the emotions of the faces: those of the voices, but for a share :data:`CONFLICTS`."""
    conflicts = random.random(len(emotions)) < CONFLICTS
    return np.where(conflicts, draw_conflicts(emotions, shown, random), emotions)


def balance(corpora: NDArray[np.str_], emotions: Classes) -> NDArray[np.float64]:
    """Return weights, shape (n,), by which corpora, and the emotions of each, count equally.

    >>> balance(np.array(["a", "a", "a", "b"]), np.array([0, 0, 1, 1])).tolist()
    [0.25, 0.25, 0.5, 1.0]
    """
    weights = np.zeros(len(emotions))
    for corpus in set(corpora.tolist()):
        own = corpora == corpus
        counts = np.bincount(emotions[own], minlength=len(EMOTIONS))
        weights[own] = 1 / counts[emotions[own]] / np.count_nonzero(counts)
    return weights


def pair(
    voices: HeldOut,
    faces: Mapping[str, FaceBatch],
    shown: NDArray[np.bool_],
    random: np.random.Generator,
) -> Pairs:
    """Pair each window with a face, degraded with a probability of about one half."""
    seen = draw_expressions(voices.emotions, shown, random)
    chosen = draw_partners(seen, shown, random)
    names = list(faces)
    size = len(chosen)
    which = np.where(random.random(size) < 0.5, 0, random.integers(len(names), size=size))
    columns = {
        field.name: np.stack([getattr(faces[name], field.name) for name in names])[which, chosen]
        for field in fields(FaceBatch)
    }
    return Pairs(
        VoiceBatch(voices.probabilities, voices.speech),
        FaceBatch(**columns),
        voices.emotions,
        seen,
        balance(voices.corpora, voices.emotions),
    )
