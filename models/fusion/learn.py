"""Learn what a voice and a face are worth: ``python -m models.fusion.learn fer2013.zip``.

Nobody has recorded enough people with both labelled, so the material is paired: what the voice
networks of the folds said of speakers they had not heard (:mod:`models.fusion.held_out`), each
window beside a face of FER2013's validation part that shows the same emotion, as it is or spoilt as
a poor camera spoils it. Given the emotion, the two of a pair have nothing to do with each other; in
a real person they will have a little.

Learned are the few numbers of :class:`Parameters`: those that make the emotion most likely, every
emotion counting the same, of voices with a face, voices alone and faces alone. What is printed of
their worth is cross-validated: for every speaker they come from other speakers, and from the other
half of the faces. The numbers at the end come from all; they go by hand into
:mod:`inference.fusion`, :mod:`inference.voice` and :mod:`inference.face.quality`.
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
"""How often all parameters are gone through."""

PER_CLASS: Final = 200
"""Faces of each class at most."""

CLEAN: Final = "as it is"
NEUTRAL, CALM = EMOTIONS.index("neutral"), EMOTIONS.index("calm")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What is learned; the values are those from which the search starts.

    Attributes
    ----------
    voice_weight, face_weight : float
        Inverse temperatures of what is wholly reliable.
    prior : float
        Power of the frequencies that the face network learned with, which is divided out.
    least_speech : float
        Worth of a voice at :data:`~inference.voice.MIN_SPEECH`.
    much_speech : float
        Seconds of speech from which a voice is worth all.
    sharp, lit : float
        Sharpness and contrast from which a face is worth all.
    """

    voice_weight: float = 1.0
    face_weight: float = 1.0
    prior: float = 1.0
    least_speech: float = 0.5
    much_speech: float = 1.5
    sharp: float = 0.04
    lit: float = 0.06


LEARNED: Final = Parameters(
    voice_weight=1.1,
    face_weight=1.15,
    prior=0.75,
    least_speech=0.7,
    much_speech=1.5,
    sharp=0.01,
    lit=0.02,
)
"""What is live: what the last run gave for all speakers and faces."""

GRID: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "voice_weight": tuple(np.arange(0.5, 1.55, 0.05).round(2).tolist()),
        "face_weight": tuple(np.arange(0.5, 1.55, 0.05).round(2).tolist()),
        "prior": (0.0, 0.25, 0.5, 0.75, 1.0),
        "least_speech": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        "much_speech": (1.0, 1.5, 2.0),
        "sharp": (0.01, 0.02, 0.04, 0.08),
        "lit": (0.02, 0.03, 0.06),
    }
)
"""The values that are tried for each parameter."""


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """Windows of voices.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (n, 8)
    speech : ndarray of float32, shape (n,)
        In seconds.
    """

    probabilities: Values
    speech: Values

    def __getitem__(self, chosen: Classes) -> Voices:
        """Return the windows at some places."""
        return Voices(self.probabilities[chosen], self.speech[chosen])

    def evidence(self, parameters: Parameters) -> Values:
        """Return the logarithms that a fusion adds, shape (n, 8)."""
        speech = (MIN_SPEECH, parameters.much_speech)
        worth = np.interp(self.speech, speech, (parameters.least_speech, 1))
        evidence = parameters.voice_weight * log_probs(self.probabilities)
        return np.asarray(worth[:, None] * evidence, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Looks at faces, which may have been spoilt.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (n, 8)
    size, sharpness, contrast : ndarray of float32, shape (n,)
        As in :class:`~inference.face.quality.Quality`.
    """

    probabilities: Values
    size: Values
    sharpness: Values
    contrast: Values

    def __getitem__(self, chosen: Classes) -> Looks:
        """Return the looks at some places."""
        return Looks(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def reliability(self, parameters: Parameters) -> Values:
        """Return what they are worth, in [0, 1], shape (n,)."""
        p = parameters
        small, large = SIZE
        worth = (
            np.clip((self.size - small) / (large - small), 0, 1)
            * np.minimum(self.sharpness / p.sharp, 1)
            * np.minimum(self.contrast / p.lit, 1)
        )
        return np.asarray(worth, np.float32)

    def evidence(self, parameters: Parameters) -> Values:
        """Return the logarithms that a fusion adds, shape (n, 8)."""
        evidence = log_probs(self.probabilities)
        evidence -= parameters.prior * np.log(FACE_FREQUENCIES)
        worth = parameters.face_weight * self.reliability(parameters)
        return np.asarray(worth[:, None] * evidence, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Voices beside looks at faces that show the same emotion.

    Attributes
    ----------
    voices : Voices
    looks : Looks
    emotions : ndarray of int, shape (n,)
    """

    voices: Voices
    looks: Looks
    emotions: Classes


def loss(pairs: Pairs, parameters: Parameters) -> float:
    """Return the mean cross-entropy of voice and face together, of each alone, over emotions."""
    voice, face = pairs.voices.evidence(parameters), pairs.looks.evidence(parameters)
    counts = np.bincount(pairs.emotions, minlength=len(EMOTIONS))
    weights = 1 / counts[pairs.emotions]
    places = np.arange(len(pairs.emotions))
    total = 0.0
    for evidence in (voice + face, voice, face):
        likely = np.log(softmax(evidence)[places, pairs.emotions])
        total -= float(np.average(likely, weights=weights))
    return total / 3


def fit(pairs: Pairs) -> Parameters:
    """Return the parameters of least loss: one after the other, over and over."""
    best = Parameters()
    for _ in range(ROUNDS):
        for name, values in GRID.items():
            candidates = [replace(best, **{name: value}) for value in values]
            best = min(candidates, key=lambda candidate: loss(pairs, candidate))
    return best


def spoil(face: Grey, random: np.random.Generator) -> Iterator[tuple[str, Grey, int]]:
    """Yield a face as it is and as poor cameras show it: how, the picture, and its side there."""
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
    """Return :data:`PER_CLASS` faces of each class, or all where there are fewer."""
    places = random.permutation(len(faces.classes))
    drawn = np.concatenate(
        [places[faces.classes[places] == n][:PER_CLASS] for n in range(len(LABELS))]
    )
    return Faces(faces.pictures[drawn], faces.targets[drawn])


def look(runtime: Runtime, faces: Faces, random: np.random.Generator) -> dict[str, Looks]:
    """Return what the network makes of the faces, spoilt in each way."""
    seen: dict[str, list[Looks]] = {}
    for face in faces.pictures:
        names, pictures, sides = zip(*spoil(face, random), strict=True)
        crops = [np.asarray(cv2.resize(p, (INPUT_SIZE, INPUT_SIZE)), np.uint8) for p in pictures]
        for name, crop, side, probs in zip(
            names, crops, sides, read_emotions(runtime, crops), strict=True
        ):
            q = measure(crop, side, Pose(0, 0, 0))
            row = (np.array([value], np.float32) for value in (q.size, q.sharpness, q.contrast))
            seen.setdefault(name, []).append(Looks(probs[None], *row))
    return {name: _together(looks) for name, looks in seen.items()}


def _together(looks: Sequence[Looks]) -> Looks:
    columns = ([getattr(one, field.name) for one in looks] for field in fields(Looks))
    return Looks(*(np.concatenate(column) for column in columns))


def partners(emotions: Classes, shown: NDArray[np.bool_], random: np.random.Generator) -> Classes:
    """Return for each emotion the place of a face that shows it.

    Parameters
    ----------
    emotions : ndarray of int, shape (n,)
    shown : ndarray of bool, shape (faces, 8)
        What each face shows; for a neutral one, neutral and calm.
    """
    choices = [np.flatnonzero(column) for column in shown.T]
    return np.array([random.choice(choices[emotion]) for emotion in emotions])


def mix(
    voices: HeldOut,
    looks: Mapping[str, Looks],
    shown: NDArray[np.bool_],
    random: np.random.Generator,
) -> Pairs:
    """Pair each window with a face, about every second of them spoilt."""
    chosen = partners(voices.emotions, shown, random)
    names = list(looks)
    size = len(chosen)
    which = np.where(random.random(size) < 0.5, 0, random.integers(len(names), size=size))
    columns = {
        field.name: np.stack([getattr(looks[name], field.name) for name in names])[which, chosen]
        for field in fields(Looks)
    }
    return Pairs(Voices(voices.probabilities, voices.speech), Looks(**columns), voices.emotions)


@dataclass(frozen=True, slots=True)
class Score:
    """How well emotions were told; see :class:`models.evaluation.Score`."""

    n: int
    accuracy: float
    uar: float
    ece: float


def score(evidence: Values, emotions: Classes) -> Score:
    """Score what comes of some evidence."""
    probabilities = softmax(evidence)
    predicted = probabilities.argmax(axis=1)
    return Score(
        n=len(emotions),
        accuracy=accuracy(emotions, predicted),
        uar=unweighted_average_recall(confusion_matrix(emotions, predicted, len(EMOTIONS))),
        ece=expected_calibration_error(emotions, probabilities),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Evidence about held-out pairs, by parameters learned from other speakers and other faces.

    Attributes
    ----------
    emotions : ndarray of int, shape (n,)
    voice : ndarray of float32, shape (n, 8)
    face : dict from str to ndarray of float32, shape (n, 8)
        By how the face was spoilt.
    speech : ndarray of float32, shape (n,)
    conditions : ndarray of str, shape (n,)
    """

    emotions: Classes
    voice: Values
    face: dict[str, Values]
    speech: Values
    conditions: NDArray[np.str_]


def cross_validate(
    voices: HeldOut,
    looks: Mapping[str, Looks],
    shown: NDArray[np.bool_],
    random: np.random.Generator,
) -> Judged:
    """Judge every window twice, beside a face of either half, by what the others taught."""
    speakers, half = sorted(set(voices.speakers.tolist())), random.permutation(len(shown)) % 2
    parts: list[Judged] = []
    for fold in range(FOLDS):
        held = np.isin(voices.speakers, speakers[fold::FOLDS])
        for side in (0, 1):
            theirs, ours = (shown & (half == s)[:, None] for s in (side, 1 - side))
            parameters = fit(mix(voices[~held], looks, theirs, random))
            test = voices[held]
            chosen = partners(test.emotions, ours, random)
            parts.append(
                Judged(
                    emotions=test.emotions,
                    voice=Voices(test.probabilities, test.speech).evidence(parameters),
                    face={name: seen[chosen].evidence(parameters) for name, seen in looks.items()},
                    speech=test.speech,
                    conditions=test.conditions,
                )
            )
    return Judged(
        emotions=np.concatenate([part.emotions for part in parts]),
        voice=np.concatenate([part.voice for part in parts]),
        face={name: np.concatenate([part.face[name] for part in parts]) for name in looks},
        speech=np.concatenate([part.speech for part in parts]),
        conditions=np.concatenate([part.conditions for part in parts]),
    )


def report(judged: Judged) -> str:
    """Return the figures as Markdown."""
    live = judged.conditions == LIVE
    rows = [
        "| 3 s windows, faces as they are | n | accuracy | UAR | ECE |",
        "|---|---|---|---|---|",
    ]
    clean = judged.face[CLEAN]
    for name, evidence in (
        ("voice", judged.voice),
        ("face", clean),
        ("both", judged.voice + clean),
    ):
        s = score(evidence[live], judged.emotions[live])
        rows.append(f"| {name} | {s.n} | {s.accuracy:.1%} | {s.uar:.1%} | {s.ece:.3f} |")
    rows += ["", "| UAR, face | voice | face | both |", "|---|---|---|---|"]
    rows += [_row(name, judged.voice, face, judged, live) for name, face in judged.face.items()]
    rows += ["", "| UAR, voice | voice | face | both |", "|---|---|---|---|"]
    for name, chosen in (
        ("0.5 to 1 s of speech", live & (judged.speech < 1)),
        ("1 to 1.5 s of speech", live & (judged.speech >= 1) & (judged.speech < 1.5)),
        ("more speech", live & (judged.speech >= 1.5)),
        (DEGRADED, judged.conditions == DEGRADED),
    ):
        rows.append(_row(name, judged.voice, clean, judged, chosen))
    return "\n".join([*rows, "", *_neutral_and_calm(judged, live)])


def _row(name: str, voice: Values, face: Values, judged: Judged, chosen: NDArray[np.bool_]) -> str:
    uars = [
        score(evidence[chosen], judged.emotions[chosen]).uar
        for evidence in (voice, face, voice + face)
    ]
    return f"| {name} | {' | '.join(f'{uar:.1%}' for uar in uars)} |"


def _neutral_and_calm(judged: Judged, live: NDArray[np.bool_]) -> Iterator[str]:
    """Say who tells neutral from calm, and who tells either from the rest."""
    pair = live & np.isin(judged.emotions, (NEUTRAL, CALM))
    truth, face = judged.emotions[live], judged.face[CLEAN]
    yield "| neutral and calm | voice | face | both |"
    yield "|---|---|---|---|"
    told, either = [], []
    for evidence in (judged.voice, face, judged.voice + face):
        difference = evidence[pair][:, CALM] - evidence[pair][:, NEUTRAL]
        calm = np.where(difference == 0, 0.5, difference > 0)
        told.append(np.mean(np.where(judged.emotions[pair] == CALM, calm, 1 - calm)))
        predicted = np.where((p := evidence[live].argmax(axis=1)) == CALM, NEUTRAL, p)
        merged = np.where(truth == CALM, NEUTRAL, truth)
        either.append(recall(confusion_matrix(merged, predicted, len(EMOTIONS)))[NEUTRAL])
    yield "| one told from the other | " + " | ".join(f"{value:.1%}" for value in told) + " |"
    yield "| found to be one of them | " + " | ".join(f"{value:.1%}" for value in either) + " |"


def main(
    archive: Annotated[Path, typer.Argument(help="fer2013.zip.")],
    seed: Annotated[int, typer.Option(help="Of the pairs.")] = 0,
) -> None:
    """Learn what voice and face are worth, and print what comes of it."""
    random = np.random.default_rng(seed)
    held_out = read_held_out()
    voices = held_out[np.isin(held_out.conditions, (LIVE, DEGRADED))]
    faces = draw(read_fer2013(archive, "validation"), random)
    runtime = LocalRuntime([Path(__file__).parents[1]], ["face_emotion"], workers=1)
    looks = look(runtime, faces, random)
    runtime.close()
    shown = as_emotions(faces.targets, LABELS) > 0
    print(report(cross_validate(voices, looks, shown, random)))
    print()
    for name, value in asdict(fit(mix(voices, looks, shown, random))).items():
        print(f"{name} = {value:g}")


if __name__ == "__main__":
    typer.run(main)
