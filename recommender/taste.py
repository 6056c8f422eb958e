"""Taste: what a user likes beyond the mapping, as a Bayesian linear regression.

The reward of a track in a mood (1 where it was downloaded, 0 where it was passed over) is modelled
as its fit, which the mapping gives, plus a weighted sum of its features, plus noise. All weights
are 0 before anything is learned: the prior is the mapping itself. The weight of a track's feature
is linear in the valence and arousal of the mood, so that one may like a piano when sad and drums
when happy; the features of a track and a mood together have one weight each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from inference.emotion import EMOTIONS, Emotion
from recommender.features import ADJECTIVES, FEATURES, TEMPI, WORDS
from recommender.index import WEIGHTS
from recommender.query import MoodQuery

NOISE: Final = 0.43
"""Standard deviation of a reward around its expectation, near that of a coin."""

MEMORY: Final = 400.0
"""Observations after which an observation counts 1/e: tastes change."""

RESHAPING: Final = 0.15
"""Width of the draws over that of the posterior.

Chapelle, O., & Li, L. (2011), "An empirical evaluation of Thompson sampling", NIPS 24, found that
narrower draws lose less and learn as much.
"""

SCALES: Final = (0.1, 0.4, 1.0)
"""How far tastes may be from the mapping: hardly, and up to far."""

_PRIOR_WORD: Final = 0.1
_PRIOR_MOOD: Final = 0.05
_PRIOR_TEMPO: Final = 0.3
_PRIOR_PAIR: Final = 0.3
"""Standard deviations of the weights: of words, of emotions and place, of tempi, of pairs."""
_SWAY: Final = 0.7
"""How far valence and arousal sway the weight of a feature."""

_SPREAD: Final = np.concatenate(
    (
        np.repeat(
            [
                _PRIOR_WORD,
                *[_PRIOR_MOOD] * (FEATURES - len(WORDS) - 1),
                *[_PRIOR_TEMPO] * len(TEMPI),
                *[_PRIOR_WORD] * (len(WORDS) - len(TEMPI)),
            ],
            3,
        ),
        np.full(WEIGHTS - FEATURES, _PRIOR_PAIR),
    )
)
_CALIBRATION: Final = np.isin(np.arange(len(_SPREAD)), (0, 3 * FEATURES, 3 * FEATURES + 1))
"""Weights that any user may need to put the fit right: the constant, the match, the nearness."""
_NOTABLE: Final = 0.02
"""What a word must add to a track's score to be named as the reason."""
_PLAIN: Final = 0.3
"""From which value on a word says something of a track."""
_KNOWN: Final = 0.5
"""Tracks taken, of late, from which on one may say that such tracks were."""


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """What has been learned up to a moment.

    Attributes
    ----------
    mean : ndarray
        Expected weights: float64 of shape (W,), three for each feature of a track (by itself, by
        valence, by arousal), then one for each of a track and a mood.
    covariance : ndarray
        Float64 of shape (W, W).
    taken : ndarray
        How many tracks of which each word speaks were taken in each emotion, the older the less:
        float64 of shape (:data:`WORDS`, 8).
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    taken: NDArray[np.float64]

    def expected(self, query: MoodQuery) -> NDArray[np.float32]:
        """Return the expected weights in a mood: float32 of shape (:data:`WEIGHTS`, 1)."""
        weights: NDArray[np.float32] = (_projection(query) @ self.mean).astype(np.float32)
        return weights[:, None]

    def draw(self, query: MoodQuery, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return weights in a mood, drawn from the posterior: float32 of (:data:`WEIGHTS`, count).

        Agrawal, S., & Goyal, N. (2013), "Thompson sampling for contextual bandits with linear
        payoffs", ICML 28(3), 127-135.
        """
        projection = _projection(query)
        values, axes = np.linalg.eigh(projection @ self.covariance @ projection.T)
        scale = RESHAPING * np.sqrt(np.maximum(values, 0))
        noise = (axes * scale) @ rng.standard_normal((WEIGHTS, count))
        drawn: NDArray[np.float32] = self.expected(query) + noise.astype(np.float32)
        return drawn

    def reasons(self, query: MoodQuery, features: NDArray[np.float32]) -> tuple[str, ...]:
        """Return words of a track that raise it because such tracks were taken in such a mood.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        features : ndarray
            Of the track: float32 of shape (:data:`FEATURES`,).

        Returns
        -------
        tuple of str
            An adjective, then a noun, as far as there are any.
        """
        gains = _words(self.expected(query)[:, 0]) * _words(features)
        known = self.taken[:, EMOTIONS.index(query.label)] >= _KNOWN
        gains = np.where(known & (_words(features) >= _PLAIN), gains, 0)
        kinds = np.split(np.arange(len(WORDS)), [len(ADJECTIVES)])
        best = (kind[gains[kind].argmax()] for kind in kinds)
        return tuple(WORDS[word] for word in best if gains[word] >= _NOTABLE)

    def words(self) -> list[Word]:
        """Return what is known of each word that was ever decided about, the most liked first."""
        first = 3 * (FEATURES - len(WORDS))
        main = np.arange(first, 3 * FEATURES, 3)
        spread = np.sqrt(self.covariance[main, main])
        words = [
            Word(
                name,
                weight=round(float(self.mean[place]), 4),
                deviation=round(float(deviation), 4),
                taken={e: round(n, 2) for e, n in zip(EMOTIONS, row, strict=True) if n >= _KNOWN},
            )
            for name, place, deviation, row in zip(
                WORDS, main, spread, self.taken.tolist(), strict=True
            )
            if self.mean[place]
        ]
        return sorted(words, key=lambda word: -word.weight)


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of a word.

    Attributes
    ----------
    word : str
        Such as ``slow`` or ``piano``.
    weight : float
        What it adds to the reward of a track, whatever the mood.
    deviation : float
        How far that may be off: one standard deviation.
    taken : dict
        How many such tracks were taken in each emotion, the older the less.
    """

    word: str
    weight: float
    deviation: float
    taken: dict[Emotion, float]


def table(words: Sequence[Word]) -> Table:
    """Return what was learned for people."""
    table = Table(title="Learned from what was taken and left" if words else "Nothing learned yet")
    for heading in ("word", "weight", "", "taken in"):
        table.add_column(heading, justify="right" if heading == "weight" else "left")
    for word in words:
        moods = ", ".join(f"{emotion} {count:.0f}" for emotion, count in word.taken.items())
        table.add_row(word.word, f"{word.weight:+.3f}", f"± {word.deviation:.3f}", moods)
    return table


class TasteModel:
    """Learns a taste from rewards, one at a time. For use by one thread at a time."""

    def __init__(self) -> None:
        self._precision = np.zeros((len(_SPREAD), len(_SPREAD)))
        self._moment = np.zeros(len(_SPREAD))
        self._taken = np.zeros((len(WORDS), len(EMOTIONS)))

    def update(
        self,
        query: MoodQuery,
        features: NDArray[np.float32],
        *,
        fit: float,
        reward: float,
        weight: float = 1.0,
    ) -> None:
        """Take one reward; what was taken before fades.

        Garivier, A., & Moulines, E. (2011), "On upper-confidence bound policies for switching
        bandit problems", ALT 2011, 174-188, for the discount.

        Parameters
        ----------
        query : MoodQuery
            The mood that the track was to answer.
        features : ndarray
            Of the track, then of the track and the mood: float32 of shape (:data:`WEIGHTS`,).
        fit : float
            How well the mapping takes the track to fit.
        reward : float
            What came of it, in [0, 1]; 1 where it was taken.
        weight : float
            What the observation counts, 1 for a plain yes or no.
        """
        x = features @ _projection(query)
        fading = np.exp(-weight / MEMORY)
        self._precision = fading * self._precision + weight / NOISE**2 * np.outer(x, x)
        self._moment = fading * self._moment + weight / NOISE**2 * (reward - fit) * x
        self._taken *= fading
        if reward == 1:
            self._taken[:, EMOTIONS.index(query.label)] += _words(features) >= _PLAIN

    def get(self) -> Taste:
        """Return what has been learned.

        How far this user's taste may be from the mapping is learned too: of the :data:`SCALES` of
        the prior, the one under which all that was seen is most likely (MacKay, D. J. C. (1992),
        "Bayesian interpolation", Neural Computation 4(3), 415-447). One who agrees with the
        mapping is left with it.
        """
        return max((self._under(scale) for scale in SCALES), key=lambda found: found[0])[1]

    def _under(self, scale: float) -> tuple[float, Taste]:
        """Return the logarithm of the evidence for a scale of the prior, and the taste under it."""
        spread = np.where(_CALIBRATION, _SPREAD, scale * _SPREAD)
        precision = self._precision + np.diag(1 / spread**2)
        covariance = np.asarray(np.linalg.inv(precision))
        mean = np.asarray(covariance @ self._moment)
        occam = np.linalg.slogdet(precision)[1] + 2 * np.log(spread).sum()
        return float(self._moment @ mean - occam) / 2, Taste(mean, covariance, self._taken.copy())


def _words(features: NDArray[np.float32]) -> NDArray[np.float32]:
    return features[FEATURES - len(WORDS) : FEATURES]


def _projection(query: MoodQuery) -> NDArray[np.float64]:
    """Return the matrix from all weights to those in a mood: (:data:`WEIGHTS`, W)."""
    sway = np.array([[1.0, _SWAY * query.valence, _SWAY * query.arousal]])
    projection = np.zeros((WEIGHTS, len(_SPREAD)))
    projection[:FEATURES, : 3 * FEATURES] = np.kron(np.eye(FEATURES), sway)
    projection[FEATURES:, 3 * FEATURES :] = np.eye(WEIGHTS - FEATURES)
    return projection
