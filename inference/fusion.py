"""Opinions together: of one modality over time, and of voice and face, each by what it is worth.

The weights were learned, by ``python -m models.fusion.learn``, from what the networks of the folds
made of voices they had never heard, beside faces that the face network was not trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import Distribution, uniform
from inference.reading import Reading

FLOOR: Final = 1e-4
"""No modality may rule an emotion out: probabilities are held above this before the logarithm."""

VOICE_WEIGHT: Final = 1.1
FACE_WEIGHT: Final = 1.15
"""Powers to which the distributions of voice and face are raised where they are wholly reliable:
inverse temperatures at which what they say, together and alone, is as often right as it claims."""

FACE_FREQUENCIES: Final[Distribution] = np.array(
    [2482.5, 2482.5, 7215, 4830, 3995, 4097, 436, 3171], np.float32
) / np.float32(28_709)
"""How often the face network met each emotion in training: the 28,709 faces of FER2013, half of the
neutral ones for calm."""

PRIOR_WEIGHT: Final = 0.75
"""How much of that, as a power, is in what the network says; smoothed labels took the rest out."""

FACE_PRIOR: Final[Distribution] = FACE_FREQUENCIES**PRIOR_WEIGHT / np.sum(
    FACE_FREQUENCIES**PRIOR_WEIGHT
)
"""What the face network says of nothing. Divided out, what is left is what a face says: who has
seen few faces in disgust says disgust too seldom, and neutral and calm are not rare for sharing a
class."""


def fuse(voice: Reading | None, face: Reading | None) -> Reading:
    """Combine voice and face into one reading.

    The result is the logarithmic opinion pool, the product of the distributions each raised to the
    power of its reliability and its weight (Genest, C. & Zidek, J. V. (1986), "Combining
    probability distributions", Statistical Science 1(1), 114-135), with every emotion as likely
    beforehand. A reading of reliability 0 has no say, one of low reliability spreads the
    distribution, and two that agree outweigh either alone. A face that cannot tell neutral from
    calm leaves that to the voice.

    Parameters
    ----------
    voice, face : Reading or None
        None where there is no such track.

    Returns
    -------
    Reading
        Its reliability is that of at least one modality being right, were they independent.
        Without any evidence: uniform, reliability 0.
    """
    logits = np.zeros_like(uniform())
    doubt = 1.0
    if voice is not None:
        logits += voice.reliability * VOICE_WEIGHT * _log(voice.probs)
        doubt *= 1 - voice.reliability
    if face is not None:
        logits += face.reliability * FACE_WEIGHT * (_log(face.probs) - _log(FACE_PRIOR))
        doubt *= 1 - face.reliability
    probs = np.exp(logits - logits.max())
    return Reading(probs / probs.sum(), 1 - doubt)


def _log(probs: Distribution) -> Distribution:
    return np.log(np.maximum(probs, FLOOR))


def weighted_mean(probs: Sequence[Distribution], weights: NDArray[np.float32]) -> Distribution:
    """Return the mean of what one modality said at several moments, weighed by reliability.

    Parameters
    ----------
    probs : sequence of Distribution
        At least one.
    weights : ndarray of float32, shape (n,)
        The reliability of each, in [0, 1].

    Returns
    -------
    Distribution
        Uniform where no weight is above 0.
    """
    total = float(weights.sum())
    return uniform() if total == 0 else weights @ np.stack(probs) / np.float32(total)
