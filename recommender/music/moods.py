"""From the words and the tempo of a track, or its place in the circumplex, to the emotions it fits.

Whoever describes music uses words of feeling ("Somber", "Bouncy") and a tempo, not emotions. The
table below says, word by word, where the music lies in the circumplex and for or against which
emotions it speaks. It is a judgement of ours, made from the meaning of the words, from which words
occur together in the built-in catalogue, and from what is known of tempo: quick music is heard as
happy, angry or fearful, slow music as sad or tender (Juslin, P. N., & Laukka, P. (2003),
"Communication of emotions in vocal expression and music performance: Different channels, same
code?", Psychological Bulletin 129(5), 770-814).

Three emotions have no word of their own and are understood as what music does for them: neutral is
music that takes no side and stays in the background (a groove); surprised is wonder, wit and sudden
grandeur (mystical, humorous, epic); disgust is the repulsive and the grotesque (unnerving, or
darkness with humour).
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
    """What one word says about the music it describes.

    Attributes
    ----------
    valence, arousal : float
        Position in the circumplex, each in [-1, 1].
    evidence : mapping
        Emotions the word speaks for (above 0) or against (below 0): 3 names the emotion,
        2 suggests it, 1 allows it, -1 makes it unlikely, -2 excludes it.
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
"""Every word of the built-in catalogue, in the spelling it has there."""

_FAST: Final[Mapping[Emotion, float]] = MappingProxyType(
    {"happy": 0.5, "angry": 0.5, "fearful": 0.5, "surprised": 0.5, "sad": -0.5, "calm": -0.5}
)
_MIDDLE_TEMPO: Final = 100.0
"""Beats per minute that say nothing, near the median of the built-in catalogue (104)."""
_TEMPO_SPAN: Final = 50.0
"""Beats per minute from the middle to plainly fast or slow."""
_TEMPO_AROUSAL: Final = 0.25
"""How far plainly fast or slow moves the arousal."""
_REACH: Final = 0.4
"""Distance in the circumplex over which an emotion's hold on music fades (standard deviation)."""
_NAMED: Final = 3.0
"""Evidence of a name, as in :class:`Feel`."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Which moments a piece of music fits.

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
    """Return which moments music described by ``feels`` and its tempo fits.

    The evidence of the words and of the tempo is added up and divided by the square root of the
    number of words, since words of one description overlap in meaning; its softmax gives the
    emotions. The position is the mean of the words', with the arousal moved by the tempo.

    Parameters
    ----------
    feels : sequence of str
        Words of :data:`FEELS`; none at all leaves the tempo alone to speak.
    bpm : float or None
        Beats per minute; None where unknown.

    Raises
    ------
    KeyError
        If a word is not in the table.
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


def fit_place(valence: float, arousal: float) -> Fit:
    """Return which moments music at a place in the circumplex fits.

    The evidence for an emotion falls with the square of the distance from its own place.

    Parameters
    ----------
    valence, arousal : float
        Each in [-1, 1].

    Raises
    ------
    ValueError
        If one is outside.
    """
    if not (-1 <= valence <= 1 and -1 <= arousal <= 1):
        raise ValueError("valence and arousal must each be from -1 to 1")
    return Fit(_softmax(_nearness(valence, arousal)), valence, arousal)


def fit_emotion(emotion: Emotion) -> Fit:
    """Return which moments music fits that is said to be of one emotion.

    The name speaks for the emotion, and for others as far as they are near.
    """
    valence, arousal = VALENCE_AROUSAL[emotion]
    evidence = _nearness(valence, arousal)
    evidence[EMOTIONS.index(emotion)] += _NAMED
    return Fit(_softmax(evidence), valence, arousal)


def _nearness(valence: float, arousal: float) -> NDArray[np.float64]:
    places = np.array([VALENCE_AROUSAL[emotion] for emotion in EMOTIONS])
    distance = np.sum((places - (valence, arousal)) ** 2, axis=1)
    nearness: NDArray[np.float64] = -distance / (2 * _REACH**2)
    return nearness


def _softmax(evidence: NDArray[np.float64]) -> Distribution:
    likelihood = np.exp(evidence - evidence.max())
    return np.asarray(likelihood / likelihood.sum(), dtype=np.float32)
