"""Emotion vocabulary: eight names, their order, and their valence and arousal."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

Emotion: TypeAlias = Literal[
    "neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"
]

EMOTIONS: Final[tuple[Emotion, ...]] = get_args(Emotion)
"""Order of RAVDESS (Livingstone & Russo 2018), used by every distribution in the project."""

Distribution: TypeAlias = NDArray[np.float32]
"""Probabilities of :data:`EMOTIONS`: float32, shape (8,), sum 1."""

VALENCE_AROUSAL: Final[dict[Emotion, tuple[float, float]]] = {
    "neutral": (0.0, 0.0),
    "calm": (0.5, -0.6),
    "happy": (0.8, 0.5),
    "sad": (-0.7, -0.5),
    "angry": (-0.6, 0.8),
    "fearful": (-0.7, 0.6),
    "disgust": (-0.7, 0.3),
    "surprised": (0.2, 0.8),
}
"""Valence and arousal of each emotion, each in [-1, 1].

After the circumplex of Russell, J. A. (1980), "A circumplex model of affect", Journal of
Personality and Social Psychology 39(6), 1161-1178, with neutral at the origin.
"""

PROBABILITY_FLOOR: Final = 1e-4
"""Smallest probability whose logarithm is taken: no single distribution rules an emotion out."""

CLEAR: Final = 0.5
"""Probability from which a mood is clear: its emotion is more likely than all others."""

_COORDINATES: Final = np.array([VALENCE_AROUSAL[e] for e in EMOTIONS], dtype=np.float32)


def uniform() -> Distribution:
    """Return the uniform distribution.

    >>> float(uniform().sum())
    1.0
    """
    return np.full(len(EMOTIONS), 1 / len(EMOTIONS), dtype=np.float32)


def most_likely(probs: Distribution) -> Emotion:
    """Return the most likely emotion.

    >>> most_likely(np.eye(8, dtype=np.float32)[2])
    'happy'
    """
    return EMOTIONS[int(np.argmax(probs))]


def log_probs(probs: Distribution) -> Distribution:
    """Return the natural logarithms of probabilities, floored at :data:`PROBABILITY_FLOOR`."""
    return np.log(np.maximum(probs, PROBABILITY_FLOOR))


def valence_arousal(probs: Distribution) -> tuple[float, float]:
    """Return the expected valence and arousal of a distribution, each in [-1, 1].

    >>> valence_arousal(np.eye(8, dtype=np.float32)[0])
    (0.0, 0.0)
    """
    valence, arousal = probs @ _COORDINATES
    return float(valence), float(arousal)


def as_mapping(probs: Distribution, digits: int = 4) -> dict[Emotion, float]:
    """Return a distribution as a mapping from emotion to probability, rounded to ``digits``."""
    return {emotion: round(float(p), digits) for emotion, p in zip(EMOTIONS, probs, strict=True)}
