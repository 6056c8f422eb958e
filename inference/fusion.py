"""Fusion of readings: of one modality over time, and of voice and face, by reliability.

The parameters were fitted by ``python -m models.fusion.learn`` to held-out predictions: voices from
the folds in which they were not trained on, and faces outside the face network's training set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution, log_probs, uniform
from inference.reading import Reading

VOICE_WEIGHT: Final = 1.1
FACE_WEIGHT: Final = 1.1
"""Exponents of the distributions of voice and face at reliability 1: inverse temperatures that
calibrate them, together and alone."""

FACE_FREQUENCIES: Final[Distribution] = np.array(
    [0.1248, 0.1248, 0.2389, 0.1463, 0.1129, 0.0895, 0.0316, 0.1313], np.float32
)
"""Mean output of the face network for faces as frequent as in the validation part of FER2013."""

PRIOR_WEIGHT: Final = 0.7
"""Exponent of the frequencies in the network's prior."""

FACE_PRIOR: Final[Distribution] = FACE_FREQUENCIES**PRIOR_WEIGHT / np.sum(
    FACE_FREQUENCIES**PRIOR_WEIGHT
)
"""Prior implicit in the face network's output. Dividing by it leaves the likelihood: it corrects
for rare training classes such as disgust, and for neutral and calm sharing one class."""

AGREEMENT: Final = 0.6
"""Prior probability that voice and face express the same emotion."""

SURE: Final = 0.5
"""Probability from which an opinion is sure: its emotion is more likely than all others."""

_TIE: Final = 1 - 1e-5
"""Share of the largest probability from which another is equal to it."""


class Combination(NamedTuple):
    """The result of :func:`combine`.

    Attributes
    ----------
    probs : ndarray, shape (..., 8)
        Distributions of the mood.
    agreement : ndarray, shape (...)
        Probability that both express the same emotion.
    """

    probs: NDArray[np.float64]
    agreement: NDArray[np.float64]


def fuse(voice: Reading | None, face: Reading | None) -> Reading:
    """Combine voice and face into one reading: :func:`combine` with their opinions.

    A reading of reliability 0 has no effect, and one of low reliability flattens the distribution.
    Between neutral and calm, which the face network does not separate, the voice decides.

    Parameters
    ----------
    voice, face : Reading or None
        None if there is no such track.

    Returns
    -------
    Reading
        Its reliability is one minus the product of both unreliabilities. Without evidence: uniform,
        reliability 0.
    """
    probs, _ = combine(voice_opinion(voice), face_opinion(face))
    one, other = (0.0 if reading is None else reading.reliability for reading in (voice, face))
    return Reading(probs.astype(np.float32), 1 - (1 - one) * (1 - other))


def voice_opinion(voice: Reading | None) -> Distribution:
    """Return the emotion that a voice expresses, given a uniform prior.

    The network's distribution is raised to the power of reliability times :data:`VOICE_WEIGHT`.
    Uniform without a reading.
    """
    if voice is None:
        return uniform()
    return softmax(voice.reliability * VOICE_WEIGHT * log_probs(voice.probs)).astype(np.float32)


def face_opinion(face: Reading | None) -> Distribution:
    """Return the emotion that a face expresses, given a uniform prior.

    The network's likelihoods are raised to the power of reliability times :data:`FACE_WEIGHT`.
    Uniform without a reading.
    """
    if face is None:
        return uniform()
    evidence = log_likelihood(face.probs, FACE_PRIOR)
    return softmax(face.reliability * FACE_WEIGHT * evidence).astype(np.float32)


def combine(
    one: NDArray[np.floating], other: NDArray[np.floating], agreement: float = AGREEMENT
) -> Combination:
    """Combine two opinions about one mood, which may express different emotions.

    Two hypotheses are averaged by their posterior probability, like the common and the separate
    causes of two senses in Körding, K. P. et al. (2007), "Causal inference in multisensory
    perception", PLoS ONE 2(9), e943:

    - Both express the same emotion, and err independently of each other: the mood is the product of
      the opinions, as in a logarithmic opinion pool (Genest, C. & Zidek, J. V. (1986), "Combining
      probability distributions", Statistical Science 1(1), 114-135).
    - They express different emotions, any two with equal probability: the mood is either of them,
      with equal probability if both opinions are sure (:data:`SURE`), else in proportion to how
      sure each is.

    The more the opinions overlap, the more probable is the first hypothesis. Two that are sure of
    different emotions overlap in what both find less likely, too, but a mood that neither of them
    names is not credible. So where the likeliest emotions differ, the others count in the product
    only as far as the opinions are not sure.

    The order of the opinions does not matter, and a uniform one has no effect.

    Parameters
    ----------
    one, other : ndarray of float, shape (..., 8)
        Opinions: distributions of the emotion expressed, given a uniform prior.
    agreement : float
        Prior probability of the first hypothesis, in (0, 1).

    Returns
    -------
    Combination
        The mood, and the posterior probability of the first hypothesis.

    Examples
    --------
    >>> angry, neutral = np.full((2, 8), 0.02)
    >>> angry[EMOTIONS.index("angry")] = neutral[EMOTIONS.index("neutral")] = 0.86
    >>> mood, agreement = combine(angry, neutral)
    >>> mood[EMOTIONS.index("angry")].round(2), mood[EMOTIONS.index("neutral")].round(2)
    (np.float64(0.46), np.float64(0.46))
    >>> agreement.round(2)
    np.float64(0.27)
    """
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)
    sure_a, sure_b = _sureness(a), _sureness(b)
    firsts_a, firsts_b = _firsts(a), _firsts(b)
    differ = ~np.any(firsts_a & firsts_b, axis=-1, keepdims=True)
    third = differ & ~firsts_a & ~firsts_b
    product = a * b * np.where(third, 1 - sure_a * sure_b, 1)
    total = sure_a + sure_b
    share = np.divide(sure_a, total, out=np.full_like(total, 0.5), where=total > 0)
    either = share * a * (1 - b) + (1 - share) * b * (1 - a)
    # Joint probabilities, relative to those of two unrelated opinions.
    n = len(EMOTIONS)
    same = agreement * n * product
    different = (1 - agreement) * n / (n - 1) * either
    evidence = (same + different).sum(axis=-1)
    return Combination((same + different) / evidence[..., None], same.sum(axis=-1) / evidence)


def disagree(one: Distribution, other: Distribution) -> bool:
    """Return whether two opinions more probably express different emotions than the same one.

    Examples
    --------
    >>> angry, neutral = np.full((2, 8), 0.02, np.float32)
    >>> angry[EMOTIONS.index("angry")] = neutral[EMOTIONS.index("neutral")] = 0.86
    >>> disagree(angry, neutral), disagree(angry, angry), disagree(angry, uniform())
    (True, False, False)
    """
    differ = not bool(np.any(_firsts(one) & _firsts(other)))
    return differ and bool(combine(one, other).agreement < 0.5)


def log_likelihood(probs: NDArray[np.float32], prior: Distribution) -> NDArray[np.float32]:
    """Return the log-likelihoods behind distributions: they are divided by the prior.

    A rare class, such as disgust, gains by the division. An emotion that a distribution is sure of
    (:data:`SURE`) remains the likeliest, though perhaps not alone.

    Parameters
    ----------
    probs : ndarray of float32, shape (..., 8)
        Distributions.
    prior : Distribution
        The prior in them.
    """
    evidence = log_probs(probs) - log_probs(prior)
    firsts = _firsts(probs)
    sure = np.sum(probs * firsts, axis=-1, keepdims=True) >= SURE
    most = np.max(evidence, axis=-1, keepdims=True, where=firsts | ~sure, initial=-np.inf)
    return np.asarray(np.minimum(evidence, most), np.float32)


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the distributions of logits along the last axis."""
    powers = np.exp(np.asarray(logits, np.float64) - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _firsts(opinion: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which emotions are the likeliest of an opinion: one, or several that are equal."""
    return np.asarray(opinion >= _TIE * opinion.max(axis=-1, keepdims=True))


def _sureness(opinion: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how sure opinions are, shape (..., 1): from 0, no surer than chance, to 1, sure."""
    firsts = _firsts(opinion)
    chance = firsts.mean(axis=-1, keepdims=True)
    probability = (opinion * firsts).sum(axis=-1, keepdims=True)
    sureness = (probability - chance) / np.maximum(SURE - chance, 1e-6)
    return np.asarray(np.clip(sureness, 0, 1))


def weighted_mean(probs: Sequence[Distribution], weights: NDArray[np.float32]) -> Distribution:
    """Return the mean of one modality's distributions over time, weighted by reliability.

    Parameters
    ----------
    probs : sequence of Distribution
        n distributions, at least one.
    weights : ndarray of float32, shape (n,)
        Their reliabilities, in [0, 1].

    Returns
    -------
    Distribution
        Uniform if all weights are 0.
    """
    total = float(weights.sum())
    return uniform() if total == 0 else weights @ np.stack(probs) / np.float32(total)
