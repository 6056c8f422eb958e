"""Metrics of a classifier, from true classes and predictions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution, Emotion

Classes = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Score:
    """Metrics of emotion predictions.

    Attributes
    ----------
    n : int
        Number of predictions.
    accuracy, uar : float
        Share of correct predictions, and mean recall over the emotions that occur.
    per_class : dict from Emotion to float
        Recall of each emotion that occurs.
    confusion : list of list of int
        8 x 8 in the order of :data:`EMOTIONS`, true emotions in rows. Unanswered predictions are in
        no column, so the sum is ``n - unanswered``.
    ece : float
        Expected calibration error.
    unanswered : int
        Number of predictions that favour no emotion.
    """

    n: int
    accuracy: float
    uar: float
    per_class: dict[Emotion, float]
    confusion: list[list[int]]
    ece: float
    unanswered: int


def score(
    truth: Sequence[Emotion],
    answers: Sequence[Distribution],
    among: Collection[Emotion] | None = None,
) -> Score:
    """Score one prediction per recording.

    Predictions are restricted to the emotions in ``among``, so that a corpus with fewer emotions is
    not penalized for the missing ones. If ``among`` has only one of neutral and calm, the labels do
    not separate the two, and the probability of the other is added to it. A prediction that is
    uniform over all eight, or has no probability left, is unanswered and counts as an error.

    Parameters
    ----------
    truth : sequence of Emotion
        True emotions, at least one.
    answers : sequence of ndarray of float32, shape (8,)
        Predicted distributions.
    among : collection of Emotion, optional
        Emotions to choose from; by default as in :func:`occurring`.
    """
    if among is None:
        among = occurring(truth)
    true = np.array([EMOTIONS.index(emotion) for emotion in truth])
    predictions = np.stack(answers)
    probabilities = _restrict(predictions, set(among))
    unanswered = (np.ptp(predictions, axis=1) == 0) | (probabilities.sum(axis=1) == 0)
    no_class = len(EMOTIONS)
    predicted = np.where(unanswered, no_class, probabilities.argmax(axis=1))
    confusion = confusion_matrix(true, predicted, no_class + 1)[:no_class]
    return Score(
        n=len(true),
        accuracy=accuracy(true, predicted),
        uar=unweighted_average_recall(confusion),
        per_class={
            emotion: float(value)
            for emotion, value in zip(EMOTIONS, recall(confusion), strict=True)
            if not np.isnan(value)
        },
        confusion=confusion[:, :no_class].tolist(),
        # An unanswered prediction is wrong, even if argmax would give the true emotion.
        ece=expected_calibration_error(np.where(unanswered, no_class, true), probabilities),
        unanswered=int(unanswered.sum()),
    )


def occurring(truth: Sequence[Emotion]) -> Collection[Emotion]:
    """Return the emotions to choose from: those that occur, or all eight if only one does.

    With a single emotion to choose from, every prediction would be correct.

    >>> sorted(occurring(["sad", "happy", "sad"]))
    ['happy', 'sad']
    >>> len(occurring(["sad", "sad"]))
    8
    """
    present = set(truth)
    return present if len(present) > 1 else EMOTIONS


def score_groups(
    groups: Sequence[str], truth: Sequence[Emotion], answers: Sequence[Distribution]
) -> dict[str, Score]:
    """Score each group separately, among the emotions that occur in all groups together.

    Parameters
    ----------
    groups : sequence of str
        Group of each prediction, such as a speaker or a gender.
    truth, answers : sequence
        See :func:`score`.

    Examples
    --------
    >>> sad = np.eye(8, dtype=np.float32)[3]
    >>> scores = score_groups(["Ann", "Bob", "Ann"], ["sad", "sad", "happy"], [sad, sad, sad])
    >>> {group: score.accuracy for group, score in scores.items()}
    {'Ann': 0.5, 'Bob': 1.0}
    """
    among = occurring(truth)
    return {
        group: score(
            [emotion for emotion, of in zip(truth, groups, strict=True) if of == group],
            [answer for answer, of in zip(answers, groups, strict=True) if of == group],
            among,
        )
        for group in sorted(set(groups))
    }


def _restrict(probabilities: NDArray[np.float32], among: set[Emotion]) -> NDArray[np.float32]:
    """Restrict distributions to some emotions and renormalize; rows without probability are 0."""
    pair: set[Emotion] = {"neutral", "calm"}
    restricted = probabilities.copy()
    if len(pair & among) == 1:
        (kept,) = (EMOTIONS.index(emotion) for emotion in pair & among)
        (other,) = (EMOTIONS.index(emotion) for emotion in pair - among)
        restricted[:, kept] += restricted[:, other]
    restricted[:, [emotion not in among for emotion in EMOTIONS]] = 0
    totals = restricted.sum(axis=1, keepdims=True)
    np.divide(restricted, totals, out=restricted, where=totals > 0)
    return restricted


def accuracy(truth: Classes, predicted: Classes) -> float:
    """Return the share of correct predictions.

    >>> accuracy(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    0.75
    """
    return float(np.mean(truth == predicted))


def confusion_matrix(truth: Classes, predicted: Classes, classes: int) -> NDArray[np.int64]:
    """Return the counts of true classes (rows) by predicted classes (columns).

    >>> confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), 2).tolist()
    [[1, 1], [0, 2]]
    """
    matrix = np.zeros((classes, classes), np.int64)
    np.add.at(matrix, (truth, predicted), 1)
    return matrix


def recall(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the recall of each class; NaN for classes that do not occur.

    >>> recall(np.array([[1, 1], [0, 2]])).tolist()
    [0.5, 1.0]
    """
    counts = confusion.sum(axis=1)
    recalls = np.full(len(counts), np.nan)
    np.divide(confusion.diagonal(), counts, out=recalls, where=counts > 0)
    return recalls


def fit_temperature(logits: NDArray[np.float32], targets: NDArray[np.float32]) -> float:
    """Return the temperature that maximizes the likelihood of the targets.

    Guo et al. 2017, "On calibration of modern neural networks", arXiv 1706.04599.

    Parameters
    ----------
    logits, targets : ndarray of float32, shape (n, classes)
        Outputs of a network, and the true class probabilities.

    Examples
    --------
    Correct three times out of four, with equal confidence:

    >>> logits = np.array([[9, 0], [9, 0], [9, 0], [9, 0]], np.float32)
    >>> targets = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], np.float32)
    >>> temperature = fit_temperature(logits, targets)
    >>> round(float(1 / (1 + np.exp(-9 / temperature))), 2)
    0.75
    """

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        total = np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(((total - scaled) * targets).sum())

    return float(min(np.logspace(-1, 1, 401), key=loss))


def unweighted_average_recall(confusion: NDArray[np.int64]) -> float:
    """Return the unweighted mean recall over the classes that occur.

    >>> unweighted_average_recall(np.array([[1, 1], [0, 2]]))
    0.75
    """
    return float(np.nanmean(recall(confusion)))


def expected_calibration_error(
    truth: Classes, probabilities: NDArray[np.floating], bins: int = 15
) -> float:
    """Return the mean absolute difference between confidence and accuracy.

    The predictions are grouped into bins of equal width by the probability of their most likely
    class (Guo et al. 2017, "On calibration of modern neural networks", arXiv 1706.04599).

    Parameters
    ----------
    truth : ndarray of int, shape (n,)
        True classes.
    probabilities : ndarray of float, shape (n, classes)
        Predicted distributions.
    bins : int
        Number of bins.

    Returns
    -------
    float
        In [0, 1]; 0 is perfect.

    Examples
    --------
    >>> expected_calibration_error(np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    0.5
    """
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == truth
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=correct - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(truth))
