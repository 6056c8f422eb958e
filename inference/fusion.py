"""Fusion of readings: of one modality over time, and of voice and face, by reliability.

The weights were fitted by ``python -m models.fusion.learn`` to held-out predictions: voices from
the folds in which they were not trained on, and faces outside the face network's training set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import Distribution, log_probs, uniform
from inference.reading import Reading

VOICE_WEIGHT: Final = 1.1
FACE_WEIGHT: Final = 1.15
"""Exponents of the distributions of voice and face at reliability 1: inverse temperatures that
calibrate them, together and alone."""

FACE_FREQUENCIES: Final[Distribution] = np.array(
    [2482.5, 2482.5, 7215, 4830, 3995, 4097, 436, 3171], np.float32
) / np.float32(28_709)
"""Class frequencies in the training set of the face network: the 28,709 faces of FER2013, with the
neutral ones split evenly between neutral and calm."""

PRIOR_WEIGHT: Final = 0.75
"""Exponent of the frequencies in the network's prior; label smoothing removed the rest."""

FACE_PRIOR: Final[Distribution] = FACE_FREQUENCIES**PRIOR_WEIGHT / np.sum(
    FACE_FREQUENCIES**PRIOR_WEIGHT
)
"""Prior implicit in the face network's output. Dividing by it leaves the likelihood: it corrects
for rare training classes such as disgust, and for neutral and calm sharing one class."""


def fuse(voice: Reading | None, face: Reading | None) -> Reading:
    """Combine voice and face into one reading.

    The result is the logarithmic opinion pool: the product of the distributions, each with its
    reliability times its weight as the exponent (Genest, C. & Zidek, J. V. (1986), "Combining
    probability distributions", Statistical Science 1(1), 114-135), with a uniform prior. A reading
    of reliability 0 has no effect, one of low reliability flattens the distribution, and two that
    agree are more certain than either alone. Between neutral and calm, which the face network does
    not separate, the voice decides.

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
    logits = np.zeros_like(uniform())
    unreliability = 1.0
    if voice is not None:
        logits += voice.reliability * VOICE_WEIGHT * log_probs(voice.probs)
        unreliability *= 1 - voice.reliability
    if face is not None:
        logits += face.reliability * FACE_WEIGHT * (log_probs(face.probs) - log_probs(FACE_PRIOR))
        unreliability *= 1 - face.reliability
    probs = np.exp(logits - logits.max())
    return Reading(probs / probs.sum(), 1 - unreliability)


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
