"""Fit of the fusion's parameters: ``python -m models.fusion.learn fer2013.zip``.

No corpus has both labelled voices and labelled faces of enough people, so pairs are synthesized:
each window of a held-out speaker (:mod:`models.fusion.held_out`) is paired with a face from the
validation part of FER2013 that shows the same emotion, unchanged or degraded like by a poor camera.
Given the emotion, the two are independent; those of a real person are slightly dependent.

The few numbers in :class:`Parameters` are fitted to maximize the likelihood of the emotion, with
all emotions weighted equally, for voices with a face, voices alone and faces alone. The printed
metrics are cross-validated: parameters for each speaker are fitted to other speakers and to the
other half of the faces. The parameters printed at the end are fitted to all data; copy them by hand
to :mod:`inference.fusion`, :mod:`inference.voice` and :mod:`inference.face.quality`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, log_probs
from inference.face.emotion import Grey, as_emotions, read_emotions
from inference.face.mesh import Pose
from inference.face.quality import SIZE, measure
from inference.fusion import FACE_FREQUENCIES
from inference.runtime import LocalRuntime, Runtime
from inference.voice import MIN_SPEECH
from models.evaluation import (
    accuracy,
    confusion_matrix,
    expected_calibration_error,
    recall,
    unweighted_average_recall,
)
from models.face_emotion.faces import LABELS, Faces, blur, dim, read_fer2013, shrink
from models.face_emotion.faces import SIZE as INPUT_SIZE
from models.fusion.held_out import HeldOut, read_held_out, softmax
from models.voice.examples import DEGRADED, LIVE

Values: TypeAlias = NDArray[np.float32]
Classes: TypeAlias = NDArray[np.int64]

FOLDS: Final = 5
ROUNDS: Final = 2
"""Number of passes of the coordinate search over all parameters."""

PER_CLASS: Final = 200
"""Maximum number of faces per class."""

CLEAN: Final = "as it is"
NEUTRAL, CALM = EMOTIONS.index("neutral"), EMOTIONS.index("calm")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters to fit; the defaults are the start of the search.

    Attributes
    ----------
    voice_weight, face_weight : float
        Inverse temperatures at reliability 1.
    prior : float
        Exponent of the training class frequencies in the face network's prior, which is divided
        out.
    min_speech_factor : float
        Reliability factor of a voice at :data:`~inference.voice.MIN_SPEECH`.
    full_speech : float
        Amount of speech at which the factor is 1, in seconds.
    full_sharpness, full_contrast : float
        Sharpness and contrast at which the factors of a face are 1.
    """

    voice_weight: float = 1.0
    face_weight: float = 1.0
    prior: float = 1.0
    min_speech_factor: float = 0.5
    full_speech: float = 1.5
    full_sharpness: float = 0.04
    full_contrast: float = 0.06


LEARNED: Final = Parameters(
    voice_weight=1.1,
    face_weight=1.15,
    prior=0.75,
    min_speech_factor=0.7,
    full_speech=1.5,
    full_sharpness=0.01,
    full_contrast=0.02,
)
"""Parameters in use: the result of the last run on all data."""

GRID: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "voice_weight": tuple(np.arange(0.5, 1.55, 0.05).round(2).tolist()),
        "face_weight": tuple(np.arange(0.5, 1.55, 0.05).round(2).tolist()),
        "prior": (0.0, 0.25, 0.5, 0.75, 1.0),
        "min_speech_factor": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        "full_speech": (1.0, 1.5, 2.0),
        "full_sharpness": (0.01, 0.02, 0.04, 0.08),
        "full_contrast": (0.02, 0.03, 0.06),
    }
)
"""Candidate values of each parameter."""


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

    def __getitem__(self, chosen: Classes) -> VoiceBatch:
        """Return the windows at some indices."""
        return VoiceBatch(self.probabilities[chosen], self.speech[chosen])

    def evidence(self, parameters: Parameters) -> Values:
        """Return the weighted log-likelihoods that the fusion sums, shape (n, 8)."""
        speech = (MIN_SPEECH, parameters.full_speech)
        reliability = np.interp(self.speech, speech, (parameters.min_speech_factor, 1))
        evidence = parameters.voice_weight * log_probs(self.probabilities)
        return np.asarray(reliability[:, None] * evidence, np.float32)


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

    def reliability(self, parameters: Parameters) -> Values:
        """Return the reliabilities, in [0, 1], shape (n,)."""
        p = parameters
        small, large = SIZE
        reliability = (
            np.clip((self.size - small) / (large - small), 0, 1)
            * np.minimum(self.sharpness / p.full_sharpness, 1)
            * np.minimum(self.contrast / p.full_contrast, 1)
        )
        return np.asarray(reliability, np.float32)

    def evidence(self, parameters: Parameters) -> Values:
        """Return the weighted log-likelihoods that the fusion sums, shape (n, 8)."""
        evidence = log_probs(self.probabilities)
        evidence -= parameters.prior * np.log(FACE_FREQUENCIES)
        weights = parameters.face_weight * self.reliability(parameters)
        return np.asarray(weights[:, None] * evidence, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Voices paired with faces that show the same emotion.

    Attributes
    ----------
    voices : VoiceBatch
    faces : FaceBatch
    emotions : ndarray of int, shape (n,)
        True emotions.
    """

    voices: VoiceBatch
    faces: FaceBatch
    emotions: Classes


def loss(pairs: Pairs, parameters: Parameters) -> float:
    """Return the mean cross-entropy of voice and face, voice alone, and face alone."""
    voice, face = pairs.voices.evidence(parameters), pairs.faces.evidence(parameters)
    counts = np.bincount(pairs.emotions, minlength=len(EMOTIONS))
    weights = 1 / counts[pairs.emotions]
    indices = np.arange(len(pairs.emotions))
    total = 0.0
    for evidence in (voice + face, voice, face):
        log_likelihood = np.log(softmax(evidence)[indices, pairs.emotions])
        total -= float(np.average(log_likelihood, weights=weights))
    return total / 3


def fit(pairs: Pairs) -> Parameters:
    """Return the parameters of least loss, by coordinate search over :data:`GRID`."""
    best = Parameters()
    for _ in range(ROUNDS):
        for name, values in GRID.items():
            candidates = [replace(best, **{name: value}) for value in values]
            best = min(candidates, key=lambda candidate: loss(pairs, candidate))
    return best


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


def draw(faces: Faces, random: np.random.Generator) -> Faces:
    """Return :data:`PER_CLASS` random faces of each class, or all if there are fewer."""
    order = random.permutation(len(faces.classes))
    drawn = np.concatenate(
        [order[faces.classes[order] == n][:PER_CLASS] for n in range(len(LABELS))]
    )
    return Faces(faces.images[drawn], faces.targets[drawn])


def predict_faces(
    runtime: Runtime, faces: Faces, random: np.random.Generator
) -> dict[str, FaceBatch]:
    """Return the network's predictions for the faces, by degradation."""
    predictions: dict[str, list[FaceBatch]] = {}
    for face in faces.images:
        names, images, sides = zip(*degradations(face, random), strict=True)
        crops = [
            np.asarray(cv2.resize(image, (INPUT_SIZE, INPUT_SIZE)), np.uint8) for image in images
        ]
        for name, crop, side, probs in zip(
            names, crops, sides, read_emotions(runtime, crops), strict=True
        ):
            q = measure(crop, side, Pose(0, 0, 0))
            row = (np.array([value], np.float32) for value in (q.size, q.sharpness, q.contrast))
            predictions.setdefault(name, []).append(FaceBatch(probs[None], *row))
    return {name: _concatenate(batches) for name, batches in predictions.items()}


def _concatenate(batches: Sequence[FaceBatch]) -> FaceBatch:
    columns = ([getattr(batch, field.name) for batch in batches] for field in fields(FaceBatch))
    return FaceBatch(*(np.concatenate(column) for column in columns))


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


def pair(
    voices: HeldOut,
    faces: Mapping[str, FaceBatch],
    shown: NDArray[np.bool_],
    random: np.random.Generator,
) -> Pairs:
    """Pair each window with a face, degraded with a probability of about one half."""
    chosen = draw_partners(voices.emotions, shown, random)
    names = list(faces)
    size = len(chosen)
    which = np.where(random.random(size) < 0.5, 0, random.integers(len(names), size=size))
    columns = {
        field.name: np.stack([getattr(faces[name], field.name) for name in names])[which, chosen]
        for field in fields(FaceBatch)
    }
    return Pairs(
        VoiceBatch(voices.probabilities, voices.speech), FaceBatch(**columns), voices.emotions
    )


@dataclass(frozen=True, slots=True)
class Score:
    """Metrics of predictions; see :class:`models.evaluation.Score`."""

    n: int
    accuracy: float
    uar: float
    ece: float


def score(evidence: Values, emotions: Classes) -> Score:
    """Score the predictions that follow from evidence."""
    probabilities = softmax(evidence)
    predicted = probabilities.argmax(axis=1)
    return Score(
        n=len(emotions),
        accuracy=accuracy(emotions, predicted),
        uar=unweighted_average_recall(confusion_matrix(emotions, predicted, len(EMOTIONS))),
        ece=expected_calibration_error(emotions, probabilities),
    )


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutEvidence:
    """Evidence of held-out pairs, with parameters fitted to other speakers and other faces.

    Attributes
    ----------
    emotions : ndarray of int, shape (n,)
        True emotions.
    voice : ndarray of float32, shape (n, 8)
        Evidence of the voice.
    face : dict from str to ndarray of float32, shape (n, 8)
        Evidence of the face, by degradation.
    speech : ndarray of float32, shape (n,)
        Amount of speech, in seconds.
    conditions : ndarray of str, shape (n,)
        Condition of the window.
    """

    emotions: Classes
    voice: Values
    face: dict[str, Values]
    speech: Values
    conditions: NDArray[np.str_]


def cross_validate(
    voices: HeldOut,
    faces: Mapping[str, FaceBatch],
    shown: NDArray[np.bool_],
    random: np.random.Generator,
) -> HeldOutEvidence:
    """Evaluate every window twice, with a face of each half, using parameters of the others."""
    speakers, half = sorted(set(voices.speakers.tolist())), random.permutation(len(shown)) % 2
    parts: list[HeldOutEvidence] = []
    for fold in range(FOLDS):
        held = np.isin(voices.speakers, speakers[fold::FOLDS])
        for side in (0, 1):
            for_fit, for_test = (shown & (half == s)[:, None] for s in (side, 1 - side))
            parameters = fit(pair(voices[~held], faces, for_fit, random))
            test = voices[held]
            chosen = draw_partners(test.emotions, for_test, random)
            parts.append(
                HeldOutEvidence(
                    emotions=test.emotions,
                    voice=VoiceBatch(test.probabilities, test.speech).evidence(parameters),
                    face={
                        name: batch[chosen].evidence(parameters) for name, batch in faces.items()
                    },
                    speech=test.speech,
                    conditions=test.conditions,
                )
            )
    return HeldOutEvidence(
        emotions=np.concatenate([part.emotions for part in parts]),
        voice=np.concatenate([part.voice for part in parts]),
        face={name: np.concatenate([part.face[name] for part in parts]) for name in faces},
        speech=np.concatenate([part.speech for part in parts]),
        conditions=np.concatenate([part.conditions for part in parts]),
    )


def report(held_out: HeldOutEvidence) -> str:
    """Return the metrics as Markdown."""
    live = held_out.conditions == LIVE
    rows = [
        "| 3 s windows, faces as they are | n | accuracy | UAR | ECE |",
        "|---|---|---|---|---|",
    ]
    clean = held_out.face[CLEAN]
    for name, evidence in (
        ("voice", held_out.voice),
        ("face", clean),
        ("both", held_out.voice + clean),
    ):
        s = score(evidence[live], held_out.emotions[live])
        rows.append(f"| {name} | {s.n} | {s.accuracy:.1%} | {s.uar:.1%} | {s.ece:.3f} |")
    rows += ["", "| UAR, face | voice | face | both |", "|---|---|---|---|"]
    rows += [
        _row(name, held_out.voice, face, held_out, live) for name, face in held_out.face.items()
    ]
    rows += ["", "| UAR, voice | voice | face | both |", "|---|---|---|---|"]
    for name, chosen in (
        ("0.5 to 1 s of speech", live & (held_out.speech < 1)),
        ("1 to 1.5 s of speech", live & (held_out.speech >= 1) & (held_out.speech < 1.5)),
        ("more speech", live & (held_out.speech >= 1.5)),
        (DEGRADED, held_out.conditions == DEGRADED),
    ):
        rows.append(_row(name, held_out.voice, clean, held_out, chosen))
    return "\n".join([*rows, "", *_neutral_and_calm(held_out, live)])


def _row(
    name: str, voice: Values, face: Values, held_out: HeldOutEvidence, chosen: NDArray[np.bool_]
) -> str:
    uars = [
        score(evidence[chosen], held_out.emotions[chosen]).uar
        for evidence in (voice, face, voice + face)
    ]
    return f"| {name} | {' | '.join(f'{uar:.1%}' for uar in uars)} |"


def _neutral_and_calm(held_out: HeldOutEvidence, live: NDArray[np.bool_]) -> Iterator[str]:
    """Yield a table of how well neutral and calm are separated, and found among the others."""
    pair = live & np.isin(held_out.emotions, (NEUTRAL, CALM))
    truth, face = held_out.emotions[live], held_out.face[CLEAN]
    yield "| neutral and calm | voice | face | both |"
    yield "|---|---|---|---|"
    separated, found = [], []
    for evidence in (held_out.voice, face, held_out.voice + face):
        difference = evidence[pair][:, CALM] - evidence[pair][:, NEUTRAL]
        calm = np.where(difference == 0, 0.5, difference > 0)
        separated.append(np.mean(np.where(held_out.emotions[pair] == CALM, calm, 1 - calm)))
        predicted = np.where((p := evidence[live].argmax(axis=1)) == CALM, NEUTRAL, p)
        merged = np.where(truth == CALM, NEUTRAL, truth)
        found.append(recall(confusion_matrix(merged, predicted, len(EMOTIONS)))[NEUTRAL])
    yield "| one told from the other | " + " | ".join(f"{value:.1%}" for value in separated) + " |"
    yield "| found to be one of them | " + " | ".join(f"{value:.1%}" for value in found) + " |"


def main(
    archive: Annotated[Path, typer.Argument(help="fer2013.zip.")],
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
) -> None:
    """Cross-validate and fit the parameters, and print metrics and parameters."""
    random = np.random.default_rng(seed)
    held_out = read_held_out()
    voices = held_out[np.isin(held_out.conditions, (LIVE, DEGRADED))]
    faces = draw(read_fer2013(archive, "validation"), random)
    runtime = LocalRuntime([Path(__file__).parents[1]], ["face_emotion"], workers=1)
    predictions = predict_faces(runtime, faces, random)
    runtime.close()
    shown = as_emotions(faces.targets, LABELS) > 0
    print(report(cross_validate(voices, predictions, shown, random)))
    print()
    for name, value in asdict(fit(pair(voices, predictions, shown, random))).items():
        print(f"{name} = {value:g}")


if __name__ == "__main__":
    typer.run(main)
