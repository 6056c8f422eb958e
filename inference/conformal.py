"""Prediction sets: the smallest set of emotions that holds the true one with a given probability.

Split conformal prediction (Vovk, V., Gammerman, A. & Shafer, G. (2005), "Algorithmic learning in a
random world") with the adaptive sets of Romano, Y., Sesia, M. & Candès, E. (2020), "Classification
with valid and adaptive coverage", NeurIPS 33, without their randomization: a set takes in emotions
in order of probability, and how far it goes was learned on predictions for people held out, not
taken from the probabilities' word.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution, Emotion

COVERAGE: Final = 0.9
"""Probability with which a set holds the true emotion."""

THRESHOLD: Final = 0.866
"""Threshold of :func:`prediction_set` for :data:`COVERAGE`, fitted by ``models.fusion.learn``."""

STEP: Final = 0.02
"""Default step of :class:`AdaptiveThreshold`."""


def likelier_mass(probs: NDArray[np.floating], classes: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the probability of all emotions that are likelier than the true one.

    This is the conformity score: 0 if the true emotion is the likeliest, and close to 1 if it is
    the least likely. A set holds the true emotion if its threshold is at least the score.

    Parameters
    ----------
    probs : ndarray of float, shape (n, 8)
        Distributions.
    classes : ndarray of int, shape (n,)
        True emotions, as indices in :data:`~inference.emotion.EMOTIONS`.
    """
    own = np.take_along_axis(probs, classes[:, None], axis=1)
    return np.asarray(np.where(probs > own, probs, 0).sum(axis=1, dtype=np.float64))


def prediction_set(probs: Distribution, threshold: float = THRESHOLD) -> tuple[Emotion, ...]:
    """Return the prediction set of a distribution, likeliest emotion first.

    An emotion is in the set if all likelier ones together have at most the probability
    ``threshold``; so the set has at least one emotion.

    Parameters
    ----------
    probs : Distribution
        Float32 of shape (8,), sums to 1.
    threshold : float
        In [0, 1].

    Examples
    --------
    >>> probs = np.array([0.02, 0.02, 0.6, 0.02, 0.02, 0.02, 0.02, 0.28], np.float32)
    >>> prediction_set(probs, threshold=0.8)
    ('happy', 'surprised')
    >>> prediction_set(probs, threshold=0.5)
    ('happy',)
    """
    scores = likelier_mass(np.broadcast_to(probs, (len(EMOTIONS), len(EMOTIONS))), _CLASSES)
    order = np.argsort(-probs, kind="stable")
    return tuple(EMOTIONS[n] for n in order if scores[n] <= threshold)


def fit_threshold(
    scores: NDArray[np.floating],
    coverage: float = COVERAGE,
    weights: NDArray[np.floating] | None = None,
) -> float:
    """Return the smallest threshold at which sets hold the true emotion with a probability.

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
        :func:`likelier_mass` of predictions that are not used otherwise.
    coverage : float
        The probability, in (0, 1).
    weights : ndarray of float, shape (n,), optional
        Weight of each score; equal by default. The next prediction, whose score is unknown, counts
        with their mean (Tibshirani, R. et al. (2019), "Conformal prediction under covariate
        shift", NeurIPS 32).

    Returns
    -------
    float
        1, the set of all emotions, if there are too few scores.

    Examples
    --------
    >>> fit_threshold(np.arange(99) / 100, coverage=0.9)
    0.89
    >>> fit_threshold(np.array([0.1, 0.2]), coverage=0.9)
    1.0
    """
    shares = np.ones(len(scores)) if weights is None else weights / weights.mean()
    order = np.argsort(scores)
    reached = np.cumsum(shares[order]) / (len(scores) + 1)
    place = int(np.searchsorted(reached, coverage - 1e-9))
    return float(scores[order][place]) if place < len(scores) else 1.0


class AdaptiveThreshold:
    """Threshold that follows corrections, so that sets keep their coverage on any person.

    Adaptive conformal inference (Gibbs, I. & Candès, E. (2021), "Adaptive conformal inference under
    distribution shift", NeurIPS 34) on the threshold itself: each miss raises it by ``step`` times
    the coverage, each hit lowers it by ``step`` times the rest. Whatever the sequence, the share of
    misses in n corrections is at most ``1 - coverage + (1 + step) / (step * n)``.

    No event of a session corrects a mood yet, so sessions use the fixed :data:`THRESHOLD`.

    Parameters
    ----------
    threshold : float
        The first threshold, in [0, 1].
    coverage : float
        The coverage to keep.
    step : float
        Size of a correction: more adapts faster and less steadily.

    Examples
    --------
    >>> threshold = AdaptiveThreshold(0.8, coverage=0.9, step=0.1)
    >>> threshold.update(held=False)
    >>> round(threshold.get(), 2)
    0.89
    >>> threshold.update(held=True)
    >>> round(threshold.get(), 2)
    0.88
    """

    def __init__(
        self, threshold: float = THRESHOLD, coverage: float = COVERAGE, step: float = STEP
    ) -> None:
        self._threshold = threshold
        self._coverage = coverage
        self._step = step

    def update(self, held: bool) -> None:
        """Update with whether the last set held the emotion that the user named."""
        change = self._coverage - 1 if held else self._coverage
        self._threshold = max(self._threshold + self._step * change, 0.0)

    def get(self) -> float:
        """Return the threshold, at least 0; from 1 on, sets have all emotions."""
        return self._threshold


_CLASSES: Final = np.arange(len(EMOTIONS))
