"""Fit of the fusion's parameters: ``python -m models.fusion.learn fer2013.zip``.

No corpus has both labelled voices and labelled faces of enough people, so pairs are synthesized:
each window of a held-out speaker (:mod:`models.fusion.held_out`) is paired with a face from the
validation part of FER2013, unchanged or degraded like by a poor camera. Given the emotions, the two
are independent; those of a real person are slightly dependent.

A share of :data:`CONFLICTS` of the faces show another emotion than the voice. What the mood of such
a pair is, nobody labelled; that it is one of the two expressed emotions is certain, and nothing
speaks for either. So the truth is each of them with a probability of one half: in the loss, in the
calibration error and in the coverage of sets. A fusion can be right in half of these pairs, and
should say so. The share itself is an assumption.

The few numbers in :class:`Parameters` are fitted to maximize the likelihood of the emotion, with
all corpora and all emotions of a corpus weighted equally, for voices with a face, voices alone and
faces alone. The printed metrics are cross-validated: everything used for a corpus is fitted to the
other corpora and to the other half of the faces; with one corpus, to its other speakers. The
parameters printed at the end are fitted to all data; copy them by hand to :mod:`inference.fusion`,
:mod:`inference.conformal`, :mod:`inference.voice` and :mod:`inference.face.quality`.
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

from inference.conformal import fit_threshold, likelier_mass
from inference.emotion import EMOTIONS, Distribution, log_probs
from inference.face.emotion import Grey, as_emotions, read_emotions
from inference.face.mesh import Pose
from inference.face.quality import SIZE, measure
from inference.fusion import FACE_FREQUENCIES, SURE, combine, log_likelihood, softmax
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
from models.fusion.held_out import HeldOut, read_held_out
from models.voice.examples import DEGRADED, LIVE

Values: TypeAlias = NDArray[np.float32]
Classes: TypeAlias = NDArray[np.int64]

FOLDS: Final = 5
"""Folds of speakers, if there is a single corpus."""

ROUNDS: Final = 2
"""Number of passes of the coordinate search over all parameters."""

PER_CLASS: Final = 200
"""Maximum number of faces per class."""

PER_CORPUS: Final = 12_000
"""Maximum number of windows per corpus."""

CONFLICTS: Final = 0.3
"""Share of pairs whose voice and face express different emotions."""

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
        Exponent of the mean output of the face network in its prior, which is divided out.
    agreement : float
        Prior probability that voice and face express the same emotion.
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
    agreement: float = 1 - CONFLICTS
    min_speech_factor: float = 0.5
    full_speech: float = 1.5
    full_sharpness: float = 0.04
    full_contrast: float = 0.06


LEARNED: Final = Parameters(
    voice_weight=1.05,
    face_weight=1.15,
    prior=0.9,
    agreement=0.6,
    min_speech_factor=0.7,
    full_speech=1.5,
    full_sharpness=0.01,
    full_contrast=0.02,
)
"""Parameters in use: the result of the last run on all data."""

GRID: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "voice_weight": tuple(np.arange(0.3, 1.55, 0.05).round(2).tolist()),
        "face_weight": tuple(np.arange(0.3, 1.55, 0.05).round(2).tolist()),
        "prior": tuple(np.arange(0.0, 1.05, 0.1).round(2).tolist()),
        "agreement": tuple(np.arange(0.4, 0.95, 0.05).round(2).tolist()),
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

    def opinions(self, parameters: Parameters) -> Values:
        """Return the opinions that the fusion combines, shape (n, 8)."""
        speech = (MIN_SPEECH, parameters.full_speech)
        reliability = np.interp(self.speech, speech, (parameters.min_speech_factor, 1))
        evidence = parameters.voice_weight * log_probs(self.probabilities)
        return np.asarray(softmax(reliability[:, None] * evidence), np.float32)


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

    def opinions(
        self, parameters: Parameters, frequencies: Distribution = FACE_FREQUENCIES
    ) -> Values:
        """Return the opinions that the fusion combines, shape (n, 8).

        Parameters
        ----------
        parameters : Parameters
            Those to use.
        frequencies : Distribution
            Mean output of the network.
        """
        evidence = log_likelihood(self.probabilities, frequencies**parameters.prior)
        weights = parameters.face_weight * self.reliability(parameters)
        return np.asarray(softmax(weights[:, None] * evidence), np.float32)


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


def loss(pairs: Pairs, parameters: Parameters, frequencies: Distribution) -> float:
    """Return the mean cross-entropy of voice and face, voice alone, and face alone."""
    total = 0.0
    for probs, truth, share in _answers(pairs, parameters, frequencies):
        log_likelihood = np.log(probs[np.arange(len(truth)), truth])
        total -= share * float(np.average(log_likelihood, weights=pairs.weights))
    return total / 3


def fit(pairs: Pairs, frequencies: Distribution) -> Parameters:
    """Return the parameters of least loss, by coordinate search over :data:`GRID`."""
    best = Parameters()
    for _ in range(ROUNDS):
        for name, values in GRID.items():
            candidates = [replace(best, **{name: value}) for value in values]
            best = min(candidates, key=lambda candidate: loss(pairs, candidate, frequencies))
    return best


def fit_sets(pairs: Pairs, parameters: Parameters, frequencies: Distribution) -> float:
    """Return the threshold of prediction sets for voice and face, voice alone, and face alone."""
    scores, weights = [], []
    for probs, truth, share in _answers(pairs, parameters, frequencies):
        scores.append(likelier_mass(probs, truth))
        weights.append(share * pairs.weights)
    return fit_threshold(np.concatenate(scores), weights=np.concatenate(weights))


def _answers(
    pairs: Pairs, parameters: Parameters, frequencies: Distribution
) -> Iterator[tuple[NDArray[np.floating], Classes, float]]:
    """Yield distributions, the true emotions, and the share of the pair's truth that they are."""
    voice = pairs.voices.opinions(parameters)
    face = pairs.faces.opinions(parameters, frequencies)
    both = combine(voice, face, parameters.agreement).probs
    yield both, pairs.heard, 0.5
    yield both, pairs.seen, 0.5
    yield voice, pairs.heard, 1.0
    yield face, pairs.seen, 1.0


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


def draw_conflicts(
    emotions: Classes, shown: NDArray[np.bool_], random: np.random.Generator
) -> Classes:
    """Return a different emotion for each; neutral and calm, one class of faces, do not differ."""
    others = [np.flatnonzero(~shown[row].any(axis=0)) for row in shown.T]
    return np.array([random.choice(others[emotion]) for emotion in emotions])


def expressions(
    emotions: Classes, shown: NDArray[np.bool_], random: np.random.Generator
) -> Classes:
    """Return the emotions of the faces: those of the voices, but for a share :data:`CONFLICTS`."""
    conflicts = random.random(len(emotions)) < CONFLICTS
    return np.where(conflicts, draw_conflicts(emotions, shown, random), emotions)


def pair(
    voices: HeldOut,
    faces: Mapping[str, FaceBatch],
    shown: NDArray[np.bool_],
    random: np.random.Generator,
) -> Pairs:
    """Pair each window with a face, degraded with a probability of about one half."""
    seen = expressions(voices.emotions, shown, random)
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


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutMoods:
    """Opinions and moods of held-out pairs, by what was fitted to other people and other faces.

    Attributes
    ----------
    corpora, conditions : ndarray of str, shape (n,)
        Corpus and condition of each window.
    speech : ndarray of float32, shape (n,)
        Amount of speech, in seconds.
    heard, seen : ndarray of int, shape (n,)
        Emotions of the voices, and of faces of which :data:`CONFLICTS` show another emotion.
    voice, face : ndarray of float32, shape (n, 8)
        Opinions of them; the faces are unchanged.
    voice_output, face_output : ndarray of float32, shape (n, 8)
        What the networks answered for them.
    mood : ndarray of float, shape (n, 8)
        The two opinions combined.
    agreement : ndarray of float, shape (n,)
        Probability that the two express the same emotion.
    agreeing_face, agreeing_mood : ndarray of float, shape (n, degradations, 8)
        The same with faces that show the emotion of the voice, in every degradation.
    threshold : ndarray of float, shape (n,)
        Threshold of prediction sets.
    """

    corpora: NDArray[np.str_]
    conditions: NDArray[np.str_]
    speech: Values
    heard: Classes
    seen: Classes
    voice: Values
    face: Values
    voice_output: Values
    face_output: Values
    mood: NDArray[np.float64]
    agreement: NDArray[np.float64]
    agreeing_face: Values
    agreeing_mood: NDArray[np.float64]
    threshold: NDArray[np.float64]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> HeldOutMoods:
        """Return the pairs selected by the mask ``chosen``, shape (n,)."""
        return HeldOutMoods(*(getattr(self, field.name)[chosen] for field in fields(self)))


def folds(voices: HeldOut) -> list[NDArray[np.bool_]]:
    """Return the parts to leave out: each corpus, or groups of speakers if there is only one."""
    corpora, people = sorted(set(voices.corpora.tolist())), sorted(set(voices.people.tolist()))
    if len(corpora) > 1:
        return [voices.corpora == corpus for corpus in corpora]
    return [np.isin(voices.people, people[fold::FOLDS]) for fold in range(FOLDS)]


def cross_validate(
    voices: HeldOut,
    faces: Mapping[str, FaceBatch],
    shown: NDArray[np.bool_],
    frequencies: Distribution,
    random: np.random.Generator,
) -> HeldOutMoods:
    """Evaluate every window twice, with faces of each half, using parameters of the others."""
    half = random.permutation(len(shown)) % 2
    parts: list[HeldOutMoods] = []
    for held in folds(voices):
        for side in (0, 1):
            for_fit, for_test = (shown & (half == s)[:, None] for s in (side, 1 - side))
            pairs = pair(voices[~held], faces, for_fit, random)
            parameters = fit(pairs, frequencies)
            threshold = fit_sets(pairs, parameters, frequencies)
            test = voices[held]
            seen = expressions(test.emotions, for_test, random)
            voice = VoiceBatch(test.probabilities, test.speech).opinions(parameters)
            partner = faces[CLEAN][draw_partners(seen, for_test, random)]
            face = partner.opinions(parameters, frequencies)
            mood, agreement = combine(voice, face, parameters.agreement)
            agreeing = draw_partners(test.emotions, for_test, random)
            agreeing_face = np.stack(
                [batch[agreeing].opinions(parameters, frequencies) for batch in faces.values()], 1
            )
            agreeing_mood = combine(voice[:, None], agreeing_face, parameters.agreement).probs
            parts.append(
                HeldOutMoods(
                    corpora=test.corpora,
                    conditions=test.conditions,
                    speech=test.speech,
                    heard=test.emotions,
                    seen=seen,
                    voice=voice,
                    face=face,
                    voice_output=test.probabilities,
                    face_output=partner.probabilities,
                    mood=mood,
                    agreement=agreement,
                    agreeing_face=agreeing_face,
                    agreeing_mood=agreeing_mood,
                    threshold=np.full(len(seen), threshold),
                )
            )
    columns = ([getattr(part, field.name) for part in parts] for field in fields(HeldOutMoods))
    return HeldOutMoods(*(np.concatenate(column) for column in columns))


@dataclass(frozen=True, slots=True)
class Score:
    """Metrics of predictions; see :class:`models.evaluation.Score`."""

    accuracy: float
    uar: float
    ece: float


def score(probabilities: NDArray[np.floating], emotions: Classes) -> Score:
    """Score some predictions."""
    predicted = probabilities.argmax(axis=1)
    return Score(
        accuracy=accuracy(emotions, predicted),
        uar=unweighted_average_recall(confusion_matrix(emotions, predicted, len(EMOTIONS))),
        ece=expected_calibration_error(emotions, probabilities),
    )


def third_emotions(
    one: NDArray[np.floating], other: NDArray[np.floating], mood: NDArray[np.floating]
) -> tuple[int, float]:
    """Return how many pairs are sure of different emotions, and in which share the mood is a third.

    An opinion is sure of an emotion with a probability of at least one half. Neutral and calm count
    as one emotion, because faces do not separate them.

    Parameters
    ----------
    one, other, mood : ndarray of float, shape (n, 8)
        The opinions, and their combinations.
    """
    merged = [np.delete(probs, CALM, axis=1) for probs in (one, other, mood)]
    for probs, kept in zip((one, other), merged, strict=False):
        kept[:, NEUTRAL] += probs[:, CALM]
    a, b = (kept.argmax(axis=1) for kept in merged[:2])
    sure = np.minimum(merged[0].max(axis=1), merged[1].max(axis=1)) >= SURE
    different = sure & (a != b)
    label = mood.argmax(axis=1)
    label = np.where(label == CALM, NEUTRAL, label)
    label -= label > CALM
    third = (label != a) & (label != b)
    count = int(np.count_nonzero(different))
    return count, float(np.mean(third[different])) if count else 0.0


def report(moods: HeldOutMoods, degraded: Sequence[str]) -> str:
    """Return the metrics as Markdown.

    Parameters
    ----------
    moods : HeldOutMoods
        The result of :func:`cross_validate`.
    degraded : sequence of str
        Names of the degradations.
    """
    live = moods[moods.conditions == LIVE]
    clean = list(degraded).index(CLEAN)
    together = softmax(np.log(live.voice) + np.log(live.agreeing_face[:, clean]))
    rows = [
        "| 3 s windows, faces as they are | n | accuracy | UAR | ECE |",
        "|---|---|---|---|---|",
    ]
    for name, probs in (
        ("voice", live.voice),
        ("face", live.agreeing_face[:, clean]),
        ("both", live.agreeing_mood[:, clean]),
        ("both, as a product", together),
    ):
        s = score(probs, live.heard)
        rows.append(f"| {name} | {len(probs)} | {s.accuracy:.1%} | {s.uar:.1%} | {s.ece:.3f} |")
    rows += ["", "| UAR, face | voice | face | both |", "|---|---|---|---|"]
    rows += [_row(name, live, number) for number, name in enumerate(degraded)]
    rows += ["", "| UAR, voice | voice | face | both |", "|---|---|---|---|"]
    for name, chosen in (
        ("0.5 to 1 s of speech", live[live.speech < 1]),
        ("1 to 1.5 s of speech", live[(live.speech >= 1) & (live.speech < 1.5)]),
        ("more speech", live[live.speech >= 1.5]),
        (DEGRADED, moods[moods.conditions == DEGRADED]),
    ):
        rows.append(_row(name, chosen, clean))
    parts = (_neutral_and_calm(live, clean), _conflicts(live), _sets(live, clean))
    return "\n".join([*rows, *(line for part in parts for line in ("", *part))])


def _row(name: str, moods: HeldOutMoods, number: int) -> str:
    faces = moods.agreeing_face[:, number], moods.agreeing_mood[:, number]
    uars = [score(probs, moods.heard).uar for probs in (moods.voice, *faces)]
    return f"| {name} | {' | '.join(f'{uar:.1%}' for uar in uars)} |"


def _neutral_and_calm(live: HeldOutMoods, clean: int) -> Iterator[str]:
    """Yield a table of how well neutral and calm are separated, and found among the others."""
    pair = np.isin(live.heard, (NEUTRAL, CALM))
    yield "| neutral and calm | voice | face | both |"
    yield "|---|---|---|---|"
    separated, found = [], []
    for probs in (live.voice, live.agreeing_face[:, clean], live.agreeing_mood[:, clean]):
        difference = probs[pair][:, CALM] - probs[pair][:, NEUTRAL]
        calm = np.where(difference == 0, 0.5, difference > 0)
        separated.append(np.mean(np.where(live.heard[pair] == CALM, calm, 1 - calm)))
        predicted = np.where((p := probs.argmax(axis=1)) == CALM, NEUTRAL, p)
        merged = np.where(live.heard == CALM, NEUTRAL, live.heard)
        found.append(recall(confusion_matrix(merged, predicted, len(EMOTIONS)))[NEUTRAL])
    yield "| one told from the other | " + " | ".join(f"{value:.1%}" for value in separated) + " |"
    yield "| found to be one of them | " + " | ".join(f"{value:.1%}" for value in found) + " |"


def _conflicts(live: HeldOutMoods) -> Iterator[str]:
    """Yield tables of what becomes of pairs that disagree."""
    product = softmax(np.log(live.voice) + np.log(live.face))
    yield f"| {CONFLICTS:.0%} conflicts | as a product | as it is |"
    yield "|---|---|---|"
    twice = np.concatenate([live.heard, live.seen])
    eces = [score(np.concatenate([p, p]), twice).ece for p in (product, live.mood)]
    yield f"| ECE | {eces[0]:.3f} | {eces[1]:.3f} |"
    for name, opinions in (
        ("opinions", (live.voice, live.face)),
        ("networks", (live.voice_output, live.face_output)),
    ):
        (n, before), (_, now) = (third_emotions(*opinions, p) for p in (product, live.mood))
        yield f"| a third emotion, {name} sure of different ones ({n}) | {before:.2%} | {now:.2%} |"
    conflict = live.heard != live.seen
    for name, chosen in (("agree", ~conflict), ("disagree", conflict)):
        means = (p[chosen].max(axis=1).mean() for p in (product, live.mood))
        yield f"| mean confidence, pairs that {name} | {' | '.join(f'{p:.1%}' for p in means)} |"
        taken = np.mean(live.agreement[chosen] < 0.5)
        yield f"| taken for a conflict, pairs that {name} | 0.0% | {taken:.1%} |"


def _sets(live: HeldOutMoods, clean: int) -> Iterator[str]:
    """Yield a table of coverage and size of prediction sets, by corpus."""
    yield "| sets: coverage, mean size | voice | face | both | both, with conflicts |"
    yield "|---|---|---|---|---|"
    for corpus in sorted(set(live.corpora.tolist())):
        own = live[live.corpora == corpus]
        cells = [
            _coverage(own, own.voice, own.heard),
            _coverage(own, own.agreeing_face[:, clean], own.heard),
            _coverage(own, own.agreeing_mood[:, clean], own.heard),
            _coverage(own, own.mood, own.heard, own.seen),
        ]
        yield f"| {corpus} | {' | '.join(cells)} |"


def _coverage(moods: HeldOutMoods, probs: NDArray[np.floating], *truths: Classes) -> str:
    covered = np.mean([likelier_mass(probs, truth) <= moods.threshold for truth in truths])
    every = [np.full(len(probs), n) for n in range(len(EMOTIONS))]
    sizes = np.sum([likelier_mass(probs, one) <= moods.threshold for one in every], axis=0)
    return f"{covered:.3f}, {sizes.mean():.2f}"


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


def main(
    archive: Annotated[Path, typer.Argument(help="fer2013.zip.")],
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
) -> None:
    """Cross-validate and fit the parameters, and print metrics and parameters."""
    random = np.random.default_rng(seed)
    held_out = read_held_out()
    voices = thinned(held_out[np.isin(held_out.conditions, (LIVE, DEGRADED))], random)
    validation = read_fer2013(archive, "validation")
    faces = draw(validation, random)
    runtime = LocalRuntime([Path(__file__).parents[1]], ["face_emotion"], workers=1)
    predictions = predict_faces(runtime, faces, random)
    runtime.close()
    frequencies = mean_output(predictions[CLEAN], faces, validation.targets.mean(axis=0))
    shown = as_emotions(faces.targets, LABELS) > 0
    print(report(cross_validate(voices, predictions, shown, frequencies, random), [*predictions]))
    print()
    pairs = pair(voices, predictions, shown, random)
    parameters = fit(pairs, frequencies)
    for name, value in asdict(parameters).items():
        print(f"{name} = {value:g}")
    print(f"frequencies = {[float(f'{p:.4f}') for p in frequencies]}")
    print(f"threshold = {fit_sets(pairs, parameters, frequencies):.3f}")


def thinned(voices: HeldOut, random: np.random.Generator) -> HeldOut:
    """Return :data:`PER_CORPUS` random windows of each corpus, or all if there are fewer."""
    order = random.permutation(len(voices.names))
    corpora = voices.corpora[order]
    chosen = [order[corpora == corpus][:PER_CORPUS] for corpus in sorted(set(corpora.tolist()))]
    return voices[np.sort(np.concatenate(chosen))]


if __name__ == "__main__":
    typer.run(main)
