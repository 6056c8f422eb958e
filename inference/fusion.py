"""Opinions together, weighed by reliability: of one modality over time, of voice and face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inference.emotion import Distribution, uniform
from inference.reading import Reading

FLOOR = 1e-4
"""No modality may rule an emotion out: probabilities are held above this before the logarithm."""


def fuse(*readings: Reading | None) -> Reading:
    """Combine what there is into one reading.

    The result is the logarithmic opinion pool, the product of the distributions each raised to the
    power of its reliability (Genest, C. & Zidek, J. V. (1986), "Combining probability
    distributions", Statistical Science 1(1), 114-135). A reading of reliability 0 has no say, one
    of low reliability spreads the distribution, and two that agree outweigh either alone.

    Parameters
    ----------
    *readings : Reading or None
        One for each modality; None where there is no such track.

    Returns
    -------
    Reading
        Its reliability is that of at least one modality being right, were they independent.
        Without any evidence: uniform, reliability 0.
    """
    logits = np.zeros_like(uniform())
    doubt = 1.0
    for reading in readings:
        if reading is not None:
            logits += reading.reliability * np.log(np.maximum(reading.probs, FLOOR))
            doubt *= 1 - reading.reliability
    probs = np.exp(logits - logits.max())
    return Reading(probs / probs.sum(), 1 - doubt)


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
