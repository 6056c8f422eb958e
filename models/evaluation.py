"""How good a classifier is: figures from true classes and what was predicted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.table import Table

from inference.emotion import EMOTIONS, Distribution, Emotion

Classes = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Score:
    """How well emotions were told.

    Attributes
    ----------
    n : int
        Answers that were scored.
    accuracy, uar : float
        Share of right answers, and mean recall over the emotions that occur.
    per_class : dict from Emotion to float
        The recall of each emotion that occurs.
    confusion : list of list of int
        8 x 8 in the order of :data:`EMOTIONS`, true ones in rows. Answers that name no emotion are
        in no column: by them the sum falls short of ``n``.
    ece : float
        The expected calibration error.
    unanswered : int
        Answers that name no emotion.
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
    """Score one answer for each recording.

    Every answer is cut to the emotions it is scored among, so that a corpus with fewer is not
    charged for those it does not have. Where these hold only one of neutral and calm, whoever
    labelled it did not tell them apart, and the answers' other one counts for it. An answer that
    was uniform over all eight, or leaves none of these, names no emotion: it counts as an error.

    Parameters
    ----------
    truth : sequence of Emotion
        At least one.
    answers : sequence of ndarray of float32, shape (8,)
    among : collection of Emotion, optional
        By default those that occur in ``truth``, or all eight where it holds no more than one,
        since any answer would then be right.
    """
    if among is None:
        among = occurring(truth)
    true = np.array([EMOTIONS.index(emotion) for emotion in truth])
    given = np.stack(answers)
    probabilities = _cut(given, set(among))
    unanswered = (np.ptp(given, axis=1) == 0) | (probabilities.sum(axis=1) == 0)
    nothing = len(EMOTIONS)
    predicted = np.where(unanswered, nothing, probabilities.argmax(axis=1))
    confusion = confusion_matrix(true, predicted, nothing + 1)[:nothing]
    return Score(
        n=len(true),
        accuracy=accuracy(true, predicted),
        uar=unweighted_average_recall(confusion),
        per_class={
            emotion: float(value)
            for emotion, value in zip(EMOTIONS, recall(confusion), strict=True)
            if not np.isnan(value)
        },
        confusion=confusion[:, :nothing].tolist(),
        # No answer is no answer, even where the first emotion would have been right.
        ece=expected_calibration_error(np.where(unanswered, nothing, true), probabilities),
        unanswered=int(unanswered.sum()),
    )


def occurring(truth: Sequence[Emotion]) -> Collection[Emotion]:
    """Return the emotions to score among: those that occur, or all eight where only one does.

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
    """Score each group by itself, among the emotions that occur in all of them together.

    Parameters
    ----------
    groups : sequence of str
        What each answer belongs to, such as a speaker or a gender.
    truth, answers : sequence
        As :func:`score` takes them.

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


def table(score: Score) -> Table:
    """Return the figures and the confusion matrix for a terminal."""
    table = Table(
        title=f"n {score.n}, accuracy {score.accuracy:.3f}, UAR {score.uar:.3f}, "
        f"calibration error {score.ece:.3f}",
        caption=f"Without an answer, and counted as errors: {score.unanswered}",
        box=box.SIMPLE_HEAD,
        padding=0,
        pad_edge=False,
    )
    for heading in ("true", *EMOTIONS, "recall"):
        table.add_column(heading, justify="left" if heading == "true" else "right")
    for emotion, row in zip(EMOTIONS, score.confusion, strict=True):
        if emotion in score.per_class:
            table.add_row(emotion, *map(str, row), f"{score.per_class[emotion]:.2f}")
    return table


def _cut(probabilities: NDArray[np.float32], among: set[Emotion]) -> NDArray[np.float32]:
    """Return the probabilities among these emotions: of sum 1, or 0 where nothing is left."""
    pair: set[Emotion] = {"neutral", "calm"}
    cut = probabilities.copy()
    if len(pair & among) == 1:
        (kept,) = (EMOTIONS.index(emotion) for emotion in pair & among)
        (other,) = (EMOTIONS.index(emotion) for emotion in pair - among)
        cut[:, kept] += cut[:, other]
    cut[:, [emotion not in among for emotion in EMOTIONS]] = 0
    totals = cut.sum(axis=1, keepdims=True)
    np.divide(cut, totals, out=cut, where=totals > 0)
    return cut


def accuracy(truth: Classes, predicted: Classes) -> float:
    """Return the share of predictions that are right.

    >>> accuracy(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    0.75
    """
    return float(np.mean(truth == predicted))


def confusion_matrix(truth: Classes, predicted: Classes, classes: int) -> NDArray[np.int64]:
    """Return how often each class (row) was taken for each class (column).

    >>> confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), 2).tolist()
    [[1, 1], [0, 2]]
    """
    matrix = np.zeros((classes, classes), np.int64)
    np.add.at(matrix, (truth, predicted), 1)
    return matrix


def recall(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the recall of each class, NaN where it never occurs.

    >>> recall(np.array([[1, 1], [0, 2]])).tolist()
    [0.5, 1.0]
    """
    counts = confusion.sum(axis=1)
    recalls = np.full(len(counts), np.nan)
    np.divide(confusion.diagonal(), counts, out=recalls, where=counts > 0)
    return recalls


def fit_temperature(logits: NDArray[np.float32], targets: NDArray[np.float32]) -> float:
    """Return the temperature that makes the targets most likely.

    Guo et al. 2017, "On calibration of modern neural networks", arXiv 1706.04599.

    Parameters
    ----------
    logits, targets : ndarray of float32, shape (n, classes)
        What a network says, and how likely each class truly is.

    Examples
    --------
    Right three times in four, and as sure of the fourth:

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
    """Return the mean recall over the classes that occur, each counting the same.

    >>> unweighted_average_recall(np.array([[1, 1], [0, 2]]))
    0.75
    """
    return float(np.nanmean(recall(confusion)))


def expected_calibration_error(
    truth: Classes, probabilities: NDArray[np.floating], bins: int = 15
) -> float:
    """Return by how much confidence and accuracy differ on average.

    The predictions are grouped into bins of equal width by the probability of their most likely
    class (Guo et al. 2017, "On calibration of modern neural networks", arXiv 1706.04599).

    Parameters
    ----------
    truth : ndarray of int, shape (n,)
    probabilities : ndarray of float, shape (n, classes)
    bins : int

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
    right = probabilities.argmax(axis=1) == truth
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(truth))
