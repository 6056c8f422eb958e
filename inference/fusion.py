"""Voice and face together: a logarithmic opinion pool weighed by reliability."""

from __future__ import annotations

import numpy as np

from inference.emotion import uniform
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
