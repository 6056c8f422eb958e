"""The user's taste, beyond the fixed mapping, as Bayesian linear regression.

The reward of a track in a mood (1 if it is downloaded, 0 if it is passed over) is modelled as the
fit by the mapping, plus a weighted sum of features, plus a random effect of the individual track,
plus Gaussian noise. Weights and effects have prior mean 0, so that the prior is the mapping itself.
The weight of a track feature is linear in the valence and arousal of the mood: a user may like
pianos when sad and drums when happy. Interaction features of track and mood have one weight each.

How far a taste is from the mapping is unknown, and learned as well: the prior is a mixture of
Gaussians that differ in scale (:data:`PRIOR_SCALES`), and each component is weighted by how well it
predicted the rewards. Users who agree with the mapping thus keep it, and users who do not are
recognized soon, since they pass over the tracks that the mapping predicts they will take.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Emotion
from recommender.ranking.features import ADJECTIVES, FEATURE_COUNT, TEMPI, WORDS
from recommender.ranking.index import WEIGHT_COUNT
from recommender.ranking.query import MoodQuery

REWARD_DEVIATION: Final = 0.4
"""Standard deviation of the noise of a reward, near that of a fair coin."""

MEMORY: Final = 250.0
"""Number of observations after which an observation has weight 1/e, since tastes change."""

TRACK_DEVIATION: Final = 0.2
"""Prior standard deviation of the effect of an individual track."""

DRAW_WIDTH: Final = 0.15
"""Standard deviation of draws relative to that of the posterior.

Chapelle, O., & Li, L. (2011), "An empirical evaluation of Thompson sampling", NIPS 24: narrower
draws have less regret and learn as much.
"""

PRIOR_SCALES: Final = {0.1: 0.8, 0.7: 0.2}
"""Scales of the prior with their prior probabilities; most tastes are near the mapping."""

_WORD_DEVIATION: Final = 0.2
_MOOD_DEVIATION: Final = 0.05
_TEMPO_DEVIATION: Final = 0.3
_INTERACTION_DEVIATION: Final = 0.3
"""Prior standard deviations of weights, at scale 1."""
_MOOD_INFLUENCE: Final = 0.7
"""Factor of valence and arousal in the weight of a feature."""

_PRIOR_DEVIATIONS: Final = np.concatenate(
    (
        np.repeat(
            [
                _WORD_DEVIATION,
                *[_MOOD_DEVIATION] * (FEATURE_COUNT - len(WORDS) - 1),
                *[_TEMPO_DEVIATION] * len(TEMPI),
                *[_WORD_DEVIATION] * (len(WORDS) - len(TEMPI)),
            ],
            3,
        ),
        np.full(WEIGHT_COUNT - FEATURE_COUNT, _INTERACTION_DEVIATION),
    )
)
_MIN_GAIN: Final = 0.02
"""Minimum contribution of a word to the score for it to be given as a reason."""
_MIN_WORD_VALUE: Final = 0.3
"""Minimum value of a word feature for the word to describe a track."""
_MIN_ACCEPTED: Final = 0.5
"""Minimum discounted number of accepted tracks for a word to be given as a reason."""


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """Posterior of the weights under one of :data:`PRIOR_SCALES`: a Gaussian.

    Attributes
    ----------
    probability : float
        Posterior probability of the scale.
    mean : ndarray
        Float64 of shape (W,): three weights for each track feature (constant, times valence, times
        arousal), then one for each interaction feature.
    covariance : ndarray
        Float64 of shape (W, W).
    """

    probability: float
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """Posterior of a user's taste.

    Attributes
    ----------
    components : tuple of Component
        Mixture components; their probabilities sum to 1.
    track_effects : Mapping
        Expected effects of individual tracks, by identifier.
    accepted : ndarray
        Discounted number of accepted tracks by word that describes them and by emotion: float64 of
        shape (words, 8).
    """

    components: tuple[Component, ...]
    track_effects: Mapping[str, float]
    accepted: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Posterior mean of the weights: float64 of shape (W,)."""
        return np.asarray(sum(each.probability * each.mean for each in self.components))

    def expected(self, query: MoodQuery) -> NDArray[np.float32]:
        """Return the expected weights in a mood: float32 of shape (:data:`WEIGHT_COUNT`, 1)."""
        weights: NDArray[np.float32] = (_projection(query) @ self.mean).astype(np.float32)
        return weights[:, None]

    def draw(self, query: MoodQuery, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw weights in a mood from the posterior, for Thompson sampling.

        Agrawal, S., & Goyal, N. (2013), "Thompson sampling for contextual bandits with linear
        payoffs", ICML 28(3), 127-135. The draws are narrowed by :data:`DRAW_WIDTH`.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        count : int
            Number of draws.
        rng : Generator
            Random generator.

        Returns
        -------
        ndarray
            Float32 of shape (:data:`WEIGHT_COUNT`, count).
        """
        projection = _projection(query)
        probabilities = [each.probability for each in self.components]
        component_of_draw = rng.choice(len(probabilities), count, p=probabilities)
        drawn = np.empty((WEIGHT_COUNT, count), dtype=np.float32)
        for number, component in enumerate(self.components):
            draws = np.flatnonzero(component_of_draw == number)
            if not draws.size:
                continue
            values, axes = np.linalg.eigh(projection @ component.covariance @ projection.T)
            scale = DRAW_WIDTH * np.sqrt(np.maximum(values, 0))
            noise = (axes * scale) @ rng.standard_normal((WEIGHT_COUNT, draws.size))
            drawn[:, draws] = (projection @ component.mean)[:, None] + noise
        return drawn

    def reasons(self, query: MoodQuery, features: NDArray[np.float32]) -> tuple[str, ...]:
        """Return words that raise a track because similar tracks were accepted in such a mood.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        features : ndarray
            Features of the track: float32 of shape (:data:`FEATURE_COUNT`,).

        Returns
        -------
        tuple of str
            An adjective and a noun; either may be absent.
        """
        gains = _word_features(self.expected(query)[:, 0]) * _word_features(features)
        known = self.accepted[:, EMOTIONS.index(query.label)] >= _MIN_ACCEPTED
        gains = np.where(known & (_word_features(features) >= _MIN_WORD_VALUE), gains, 0)
        kinds = np.split(np.arange(len(WORDS)), [len(ADJECTIVES)])
        best = (kind[gains[kind].argmax()] for kind in kinds)
        return tuple(WORDS[word] for word in best if gains[word] >= _MIN_GAIN)

    def words(self) -> list[LearnedWord]:
        """Return what was learned about words, the most liked word first."""
        first = 3 * (FEATURE_COUNT - len(WORDS))
        constant = np.arange(first, 3 * FEATURE_COUNT, 3)
        mean = self.mean
        variance = sum(
            each.probability
            * (each.covariance[constant, constant] + (each.mean - mean)[constant] ** 2)
            for each in self.components
        )
        words = [
            LearnedWord(
                name,
                weight=round(float(mean[place]), 4),
                deviation=round(float(deviation), 4),
                taken={
                    e: round(n, 2) for e, n in zip(EMOTIONS, row, strict=True) if n >= _MIN_ACCEPTED
                },
            )
            for name, place, deviation, row in zip(
                WORDS, constant, np.sqrt(variance), self.accepted.tolist(), strict=True
            )
            if mean[place]
        ]
        return sorted(words, key=lambda word: -word.weight)


@dataclass(frozen=True, slots=True)
class LearnedWord:
    """What was learned about a word.

    Attributes
    ----------
    word : str
        The word, such as ``slow`` or ``piano``.
    weight : float
        Posterior mean of its contribution to the reward of a track, at valence and arousal 0.
    deviation : float
        Posterior standard deviation of that contribution.
    taken : dict
        Discounted number of accepted tracks that the word describes, by emotion.
    """

    word: str
    weight: float
    deviation: float
    taken: dict[Emotion, float]


class TasteModel:
    """Learns a taste online from rewards. Not thread-safe.

    Parameters
    ----------
    memory : float
        See :data:`MEMORY`; infinity for no discounting.
    track_deviation : float
        See :data:`TRACK_DEVIATION`.
    """

    def __init__(self, *, memory: float = MEMORY, track_deviation: float = TRACK_DEVIATION) -> None:
        self._memory = memory
        self._filters = [_KalmanFilter(scale, memory, track_deviation) for scale in PRIOR_SCALES]
        self._accepted = np.zeros((len(WORDS), len(EMOTIONS)))

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
        """Update with one reward, after discounting earlier ones.

        Parameters
        ----------
        query : MoodQuery
            The mood that the track was cued for.
        track_id : str
            The track.
        features : ndarray
            All features of the track in the mood: float32 of shape (:data:`WEIGHT_COUNT`,).
        fit : float
            Fit of the track to the mood by the mapping, in [0, 1].
        reward : float
            The reward, in [0, 1]; 1 if the track was accepted.
        weight : float
            Weight of the observation; 1 for an explicit decision.
        """
        x = features @ _projection(query)
        for each in self._filters:
            each.update(track_id, x, reward - fit, weight)
        self._accepted *= np.exp(-weight / self._memory)
        if reward == 1:
            described = _word_features(features) >= _MIN_WORD_VALUE
            self._accepted[:, EMOTIONS.index(query.label)] += described

    def get(self) -> Taste:
        """Return the posterior."""
        evidence = np.array([each.log_evidence for each in self._filters])
        likelihood = np.exp(evidence - evidence.max()) * list(PRIOR_SCALES.values())
        probabilities = (likelihood / likelihood.sum()).tolist()
        track_effects: Counter[str] = Counter()
        for probability, each in zip(probabilities, self._filters, strict=True):
            track_effects.update(
                {track: probability * mean for track, (mean, _) in each.track_effects.items()}
            )
        return Taste(
            tuple(
                Component(probability, each.mean.copy(), each.covariance.copy())
                for probability, each in zip(probabilities, self._filters, strict=True)
            ),
            track_effects,
            self._accepted.copy(),
        )


class _KalmanFilter:
    """Kalman filter of weights that decay towards the prior with every observation.

    Covariances between effects of individual tracks and anything else are neglected. The log
    evidence for the scale of the prior is the discounted sum of log predictive densities: dynamic
    model averaging (Raftery, A. E., Kárný, M., & Ettler, P. (2010), "Online prediction under model
    uncertainty via dynamic model averaging", Technometrics 52(1), 52-66).

    Parameters
    ----------
    scale : float
        Scale of the prior standard deviations.
    memory, track_deviation : float
        See :class:`TasteModel`.
    """

    def __init__(self, scale: float, memory: float, track_deviation: float) -> None:
        self._prior = (scale * _PRIOR_DEVIATIONS) ** 2
        self._memory = memory
        self._track_variance = track_deviation**2
        self.mean = np.zeros(len(_PRIOR_DEVIATIONS))
        self.covariance = np.diag(self._prior)
        self.track_effects: dict[str, tuple[float, float]] = {}
        """Mean and variance by track."""
        self.log_evidence = 0.0

    def update(self, track_id: str, x: NDArray[np.float64], target: float, weight: float) -> None:
        decay = np.exp(-weight / self._memory)
        self.mean *= decay
        self.covariance *= decay**2
        np.einsum("ii->i", self.covariance)[:] += (1 - decay**2) * self._prior
        effect, effect_variance = self.track_effects.get(track_id, (0.0, self._track_variance))
        gain = self.covariance @ x
        variance = float(x @ gain) + effect_variance + REWARD_DEVIATION**2 / weight
        error = target - float(x @ self.mean) - effect
        self.mean += gain * (error / variance)
        self.covariance -= np.outer(gain, gain / variance)
        self.track_effects[track_id] = (
            effect + effect_variance * error / variance,
            effect_variance - effect_variance**2 / variance,
        )
        self.log_evidence = decay * self.log_evidence - (np.log(variance) + error**2 / variance) / 2


def _word_features(features: NDArray[np.float32]) -> NDArray[np.float32]:
    return features[FEATURE_COUNT - len(WORDS) : FEATURE_COUNT]


def _projection(query: MoodQuery) -> NDArray[np.float64]:
    """Return the matrix from all weights to those in a mood: shape (WEIGHT_COUNT, W)."""
    modulation = np.array([[1.0, _MOOD_INFLUENCE * query.valence, _MOOD_INFLUENCE * query.arousal]])
    projection = np.zeros((WEIGHT_COUNT, len(_PRIOR_DEVIATIONS)))
    projection[:FEATURE_COUNT, : 3 * FEATURE_COUNT] = np.kron(np.eye(FEATURE_COUNT), modulation)
    projection[FEATURE_COUNT:, 3 * FEATURE_COUNT :] = np.eye(WEIGHT_COUNT - FEATURE_COUNT)
    return projection
