"""Map descriptions of music to emotions: from words, tempo or position in the circumplex.

Catalogues describe music by words of feeling ("Somber", "Bouncy") and tempo, not by emotions.
:data:`FEELS` gives, for each word, a position in the circumplex and evidence for or against
emotions. The table is our own judgement, based on the meaning of the words, on which words occur
together in the built-in catalogue, and on the known effect of tempo: fast music is perceived as
happy, angry or fearful, slow music as sad or tender (Juslin, P. N., & Laukka, P. (2003),
"Communication of emotions in vocal expression and music performance: Different channels, same
code?", Psychological Bulletin 129(5), 770-814).

No word names three of the emotions. They are defined by the role of the music: neutral is music
that takes no side and stays in the background (a groove); surprised is wonder, wit and sudden
grandeur (mystical, humorous, epic); disgust is the repulsive and the grotesque (unnerving, or dark
and humorous).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, VALENCE_AROUSAL, Distribution, Emotion


@dataclass(frozen=True, slots=True)
class Feel:
    """Mood of music that is described by one word.

    Attributes
    ----------
    valence, arousal : float
        Position in the circumplex, each in [-1, 1].
    evidence : mapping
        Log-likelihood of emotions: 3 names the emotion, 2 suggests it, 1 allows it, -1 makes it
        unlikely, -2 excludes it.
    """

    valence: float
    arousal: float
    evidence: Mapping[Emotion, float] = field(default_factory=dict)


FEELS: Final[Mapping[str, Feel]] = MappingProxyType(
    {
        # Pleasant and quiet.
        "Calm": Feel(0.4, -0.6, {"calm": 3, "neutral": 1, "angry": -2, "fearful": -1}),
        "Calming": Feel(0.4, -0.7, {"calm": 3, "angry": -2, "fearful": -1, "disgust": -1}),
        "Relaxed": Feel(0.4, -0.5, {"calm": 2, "neutral": 1, "angry": -2, "fearful": -1}),
        "Tender": Feel(0.5, -0.4, {"calm": 3, "neutral": 1, "happy": 1, "sad": 1, "angry": -2}),
        # Pleasant and lively.
        "Bouncy": Feel(0.7, 0.5, {"happy": 2, "surprised": 1, "sad": -2, "calm": -1}),
        "Bright": Feel(0.7, 0.3, {"happy": 2, "sad": -1, "angry": -1, "fearful": -1}),
        "Happy": Feel(0.8, 0.5, {"happy": 3, "surprised": 1, "sad": -2}),
        "Ren Faire": Feel(0.6, 0.4, {"happy": 2, "surprised": 1}),
        "Uplifting": Feel(0.8, 0.4, {"happy": 3, "surprised": 1, "angry": -1, "sad": -1}),
        # Taking no side.
        "Grooving": Feel(0.2, 0.1, {"neutral": 3, "happy": 1, "sad": -1, "fearful": -1}),
        "Medieval": Feel(0.1, 0.0, {"neutral": 2}),
        # Wonder, wit and grandeur.
        "Epic": Feel(0.2, 0.7, {"surprised": 3, "angry": 1, "calm": -1, "neutral": -1}),
        "Humorous": Feel(0.6, 0.5, {"surprised": 3, "happy": 1, "disgust": 1, "sad": -2}),
        "Mystical": Feel(0.2, 0.0, {"surprised": 2, "calm": 1, "angry": -1}),
        # Force.
        "Action": Feel(-0.1, 0.8, {"angry": 2, "surprised": 2, "calm": -2, "sad": -1}),
        "Aggressive": Feel(-0.6, 0.9, {"angry": 3, "disgust": 1, "calm": -2, "happy": -1}),
        "Driving": Feel(0.0, 0.7, {"angry": 1, "surprised": 1, "calm": -2, "sad": -1}),
        "Energetic": Feel(
            0.1, 0.8, {"surprised": 2, "angry": 2, "happy": 1, "fearful": 1, "calm": -2}
        ),
        "Intense": Feel(-0.4, 0.8, {"angry": 2, "fearful": 1, "calm": -2, "neutral": -1}),
        # Threat.
        "Eerie": Feel(-0.6, 0.4, {"fearful": 2, "disgust": 1, "happy": -2, "neutral": -1}),
        "Mysterious": Feel(-0.3, 0.3, {"fearful": 1, "surprised": 1, "happy": -1}),
        "Suspenseful": Feel(-0.5, 0.6, {"fearful": 3, "surprised": 1, "calm": -1}),
        "Unnerving": Feel(-0.7, 0.3, {"disgust": 3, "fearful": 1, "happy": -2, "calm": -1}),
        # Weight.
        "Dark": Feel(
            -0.6,
            0.0,
            {"sad": 1, "angry": 1, "fearful": 1, "disgust": 1, "happy": -2, "surprised": -1},
        ),
        "Nostalgic": Feel(-0.3, -0.5, {"sad": 3, "calm": 1, "angry": -2}),
        "Somber": Feel(-0.7, -0.5, {"sad": 3, "happy": -2, "surprised": -1, "neutral": -1}),
    }
)
"""Every word of the built-in catalogue, spelled as it is there."""

_FAST: Final[Mapping[Emotion, float]] = MappingProxyType(
    {"happy": 0.5, "angry": 0.5, "fearful": 0.5, "surprised": 0.5, "sad": -0.5, "calm": -0.5}
)
_MIDDLE_TEMPO: Final = 100.0
"""Beats per minute that are no evidence, near the median of the built-in catalogue (104)."""
_TEMPO_SPAN: Final = 50.0
"""Difference from the middle tempo, in beats per minute, that is clearly fast or slow."""
_TEMPO_AROUSAL: Final = 0.25
"""Change of arousal for a clearly fast or slow tempo."""
_EMOTION_RADIUS: Final = 0.4
"""Standard deviation of an emotion's likelihood around its position in the circumplex."""
_NAME_EVIDENCE: Final = 3.0
"""Evidence for an emotion that is named, as in :class:`Feel`."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The moods that a piece of music fits.

    Attributes
    ----------
    emotions : Distribution
        How well it fits each emotion: float32 of shape (8,), sums to 1.
    valence, arousal : float
        Position in the circumplex, each in [-1, 1].
    """

    emotions: Distribution
    valence: float
    arousal: float


def fit(feels: Sequence[str], bpm: float | None) -> Fit:
    """Return the moods that music with a description and a tempo fits.

    The evidence of words and tempo is summed and divided by the square root of the number of words,
    since words of one description overlap in meaning; the emotions are its softmax. The position is
    the mean over the words, with the arousal shifted by the tempo.

    Parameters
    ----------
    feels : sequence of str
        Words of :data:`FEELS`; may be empty.
    bpm : float or None
        Beats per minute; None if unknown.

    Raises
    ------
    KeyError
        If a word is not in :data:`FEELS`.
    """
    words = [FEELS[feel] for feel in feels]
    tempo = 0.0 if bpm is None else min(1.0, max(-1.0, (bpm - _MIDDLE_TEMPO) / _TEMPO_SPAN))
    evidence = np.array(
        [
            sum(word.evidence.get(emotion, 0.0) for word in words) + tempo * _FAST.get(emotion, 0.0)
            for emotion in EMOTIONS
        ]
    )
    count = max(1, len(words))
    valence = sum(word.valence for word in words) / count
    arousal = sum(word.arousal for word in words) / count + _TEMPO_AROUSAL * tempo
    return Fit(
        emotions=_softmax(evidence / np.sqrt(count)),
        valence=valence,
        arousal=min(1.0, max(-1.0, arousal)),
    )


def fit_position(valence: float, arousal: float) -> Fit:
    """Return the moods that music at a position in the circumplex fits.

    The evidence for an emotion falls with the squared distance from its position.

    Parameters
    ----------
    valence, arousal : float
        Each in [-1, 1].

    Raises
    ------
    ValueError
        If one is out of range.
    """
    if not (-1 <= valence <= 1 and -1 <= arousal <= 1):
        raise ValueError("valence and arousal must each be from -1 to 1")
    return Fit(_softmax(_proximity_evidence(valence, arousal)), valence, arousal)


def fit_emotion(emotion: Emotion) -> Fit:
    """Return the moods that music labelled with one emotion fits.

    The label is evidence for the emotion and, by distance in the circumplex, for similar ones.
    """
    valence, arousal = VALENCE_AROUSAL[emotion]
    evidence = _proximity_evidence(valence, arousal)
    evidence[EMOTIONS.index(emotion)] += _NAME_EVIDENCE
    return Fit(_softmax(evidence), valence, arousal)


def _proximity_evidence(valence: float, arousal: float) -> NDArray[np.float64]:
    positions = np.array([VALENCE_AROUSAL[emotion] for emotion in EMOTIONS])
    squared_distance = np.sum((positions - (valence, arousal)) ** 2, axis=1)
    evidence: NDArray[np.float64] = -squared_distance / (2 * _EMOTION_RADIUS**2)
    return evidence


def _softmax(evidence: NDArray[np.float64]) -> Distribution:
    likelihood = np.exp(evidence - evidence.max())
    return np.asarray(likelihood / likelihood.sum(), dtype=np.float32)
