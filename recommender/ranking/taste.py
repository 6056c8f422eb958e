"""Taste: what a user likes beyond the mapping, as a Bayesian linear regression.

The reward of a track in a mood (1 where it was downloaded, 0 where it was passed over) is modelled
as its fit, which the mapping gives, plus a weighted sum of its features, plus what it has that no
feature tells, plus noise. All of these are 0 before anything is learned: the prior is the mapping
itself. The weight of a track's feature is linear in the valence and arousal of the mood, so that
one may like a piano when sad and drums when happy; the features of a track and a mood together
have one weight each.

How far a user's taste is from the mapping is not known beforehand, and is learned as well: one
belief holds that it is hardly so, another that it is far, and each is as probable as it foretold
the rewards well. Who agrees with the mapping is left with it, and who does not is soon found out:
of what the mapping says he will take he leaves the most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Emotion
from recommender.ranking.features import ADJECTIVES, FEATURES, TEMPI, WORDS
from recommender.ranking.index import WEIGHTS
from recommender.ranking.query import MoodQuery

NOISE: Final = 0.4
"""Standard deviation of a reward around its expectation, near that of a coin."""

MEMORY: Final = 250.0
"""Observations after which an observation counts 1/e: tastes change."""

RESHAPING: Final = 0.15
"""Width of the draws over that of the posterior.

Chapelle, O., & Li, L. (2011), "An empirical evaluation of Thompson sampling", NIPS 24, found that
narrower draws lose less and learn as much.
"""

SCALES: Final = {0.1: 0.8, 0.7: 0.2}
"""How far a taste may be from the mapping, and how likely that is: most agree with it."""

_PRIOR_WORD: Final = 0.2
_PRIOR_MOOD: Final = 0.05
_PRIOR_TEMPO: Final = 0.3
_PRIOR_PAIR: Final = 0.3
"""Standard deviations of the weights: of words, of emotions and place, of tempi, of pairs."""
_PRIOR_OWN: Final = 0.2
"""Standard deviation of what a track has that no feature tells."""
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
_NOTABLE: Final = 0.02
"""What a word must add to a track's score to be named as the reason."""
_PLAIN: Final = 0.3
"""From which value on a word says something of a track."""
_KNOWN: Final = 0.5
"""Tracks taken, of late, from which on one may say that such tracks were."""


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """What the weights are, if the taste is as far from the mapping as one of :data:`SCALES`.

    Attributes
    ----------
    probability : float
        How likely that is.
    mean : ndarray
        Expected weights: float64 of shape (W,), three for each feature of a track (by itself, by
        valence, by arousal), then one for each of a track and a mood.
    covariance : ndarray
        Float64 of shape (W, W).
    """

    probability: float
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """What has been learned up to a moment.

    Attributes
    ----------
    beliefs : tuple of Belief
        Their probabilities sum to 1.
    own : Mapping
        What is expected of tracks, by their identifiers, beyond their features.
    taken : ndarray
        How many tracks of which each word speaks were taken in each emotion, the older the less:
        float64 of shape (:data:`WORDS`, 8).
    """

    beliefs: tuple[Belief, ...]
    own: Mapping[str, float]
    taken: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Expected weights, whichever belief is true: float64 of shape (W,)."""
        return np.asarray(sum(belief.probability * belief.mean for belief in self.beliefs))

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
        chances = [belief.probability for belief in self.beliefs]
        which = rng.choice(len(chances), count, p=chances)
        drawn = np.empty((WEIGHTS, count), dtype=np.float32)
        for number, belief in enumerate(self.beliefs):
            mine = np.flatnonzero(which == number)
            if not mine.size:
                continue
            values, axes = np.linalg.eigh(projection @ belief.covariance @ projection.T)
            scale = RESHAPING * np.sqrt(np.maximum(values, 0))
            noise = (axes * scale) @ rng.standard_normal((WEIGHTS, mine.size))
            drawn[:, mine] = (projection @ belief.mean)[:, None] + noise
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
        mean = self.mean
        variance = sum(
            belief.probability * (belief.covariance[main, main] + (belief.mean - mean)[main] ** 2)
            for belief in self.beliefs
        )
        spread = np.sqrt(variance)
        words = [
            Word(
                name,
                weight=round(float(mean[place]), 4),
                deviation=round(float(deviation), 4),
                taken={e: round(n, 2) for e, n in zip(EMOTIONS, row, strict=True) if n >= _KNOWN},
            )
            for name, place, deviation, row in zip(
                WORDS, main, spread, self.taken.tolist(), strict=True
            )
            if mean[place]
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


class TasteModel:
    """Learns a taste from rewards, one at a time. For use by one thread at a time."""

    def __init__(self) -> None:
        self._filters = [_Filter(scale) for scale in SCALES]
        self._taken = np.zeros((len(WORDS), len(EMOTIONS)))

    def update(
        self,
        query: MoodQuery,
        track_id: str,
        features: NDArray[np.float32],
        *,
        fit: float,
        reward: float,
        weight: float = 1.0,
    ) -> None:
        """Take one reward; what was taken before fades.

        Parameters
        ----------
        query : MoodQuery
            The mood that the track was to answer.
        track_id : str
            The track.
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
        for belief in self._filters:
            belief.update(track_id, x, reward - fit, weight)
        self._taken *= np.exp(-weight / MEMORY)
        if reward == 1:
            self._taken[:, EMOTIONS.index(query.label)] += _words(features) >= _PLAIN

    def get(self) -> Taste:
        """Return what has been learned."""
        evidence = np.array([belief.evidence for belief in self._filters])
        likelihood = np.exp(evidence - evidence.max()) * list(SCALES.values())
        chances = (likelihood / likelihood.sum()).tolist()
        own: Counter[str] = Counter()
        for chance, belief in zip(chances, self._filters, strict=True):
            own.update({track: chance * mean for track, (mean, _) in belief.own.items()})
        return Taste(
            tuple(
                Belief(chance, belief.mean.copy(), belief.covariance.copy())
                for chance, belief in zip(chances, self._filters, strict=True)
            ),
            own,
            self._taken.copy(),
        )


class _Filter:
    """A Kalman filter of weights that drift: from observation to observation towards the prior.

    Of what a track has of its own, the covariance with anything else is left out. The logarithm of
    the probability of all that was seen, the older the less, is the evidence for the scale of the
    prior: dynamic model averaging (Raftery, A. E., Kárný, M., & Ettler, P. (2010), "Online
    prediction under model uncertainty via dynamic model averaging", Technometrics 52(1), 52-66).
    """

    def __init__(self, scale: float) -> None:
        self._prior = (scale * _SPREAD) ** 2
        self.mean = np.zeros(len(_SPREAD))
        self.covariance = np.diag(self._prior)
        self.own: dict[str, tuple[float, float]] = {}
        self.evidence = 0.0

    def update(self, track_id: str, x: NDArray[np.float64], surplus: float, weight: float) -> None:
        fading = np.exp(-weight / MEMORY)
        self.mean *= fading
        self.covariance *= fading**2
        np.einsum("ii->i", self.covariance)[:] += (1 - fading**2) * self._prior
        own, doubt = self.own.get(track_id, (0.0, _PRIOR_OWN**2))
        gain = self.covariance @ x
        variance = float(x @ gain) + doubt + NOISE**2 / weight
        error = surplus - float(x @ self.mean) - own
        self.mean += gain * (error / variance)
        self.covariance -= np.outer(gain, gain / variance)
        self.own[track_id] = own + doubt * error / variance, doubt - doubt**2 / variance
        self.evidence = fading * self.evidence - (np.log(variance) + error**2 / variance) / 2


def _words(features: NDArray[np.float32]) -> NDArray[np.float32]:
    return features[FEATURES - len(WORDS) : FEATURES]


def _projection(query: MoodQuery) -> NDArray[np.float64]:
    """Return the matrix from all weights to those in a mood: (:data:`WEIGHTS`, W)."""
    sway = np.array([[1.0, _SWAY * query.valence, _SWAY * query.arousal]])
    projection = np.zeros((WEIGHTS, len(_SPREAD)))
    projection[:FEATURES, : 3 * FEATURES] = np.kron(np.eye(FEATURES), sway)
    projection[FEATURES:, 3 * FEATURES :] = np.eye(WEIGHTS - FEATURES)
    return projection
