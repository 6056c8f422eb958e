"""What the modalities read and what the engine concludes, as typed values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, TypeVar

from inference.emotion import Distribution, Emotion

VoiceDoubt: TypeAlias = Literal["no_speech", "little_speech", "quiet", "clipped"]
FaceDoubt: TypeAlias = Literal["no_face", "small", "blurred", "dark", "turned"]
Doubt = TypeVar("Doubt", VoiceDoubt, FaceDoubt)

DOUBTFUL: Final = 0.3
"""A reading that is worth less comes with what makes it so."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One modality's opinion at one moment.

    Attributes
    ----------
    probs : Distribution
        Float32 of shape (8,), sums to 1.
    reliability : float
        How much the opinion is worth, in [0, 1]; 0 where there is no speech or no face.
    """

    probs: Distribution
    reliability: float


@dataclass(frozen=True, slots=True, eq=False)
class VoiceReading(Reading):
    """A reading of the voice.

    Attributes
    ----------
    speech : bool
        Whether anyone spoke lately.
    doubt : str or None
        What makes it worth less than :data:`DOUBTFUL`, where it is.
    """

    speech: bool
    doubt: VoiceDoubt | None = None


@dataclass(frozen=True, slots=True)
class Face:
    """A face as it was last seen.

    Attributes
    ----------
    id : int
        Stays with the face for as long as it can be followed; counts up from 1 in a session.
    box : tuple of float
        Left, top, width and height as fractions of the frame.
    label : Emotion
        The most likely emotion of this face.
    speaking : bool
        Whether the mouth moves while speech is heard.
    """

    id: int
    box: tuple[float, float, float, float]
    label: Emotion
    speaking: bool


@dataclass(frozen=True, slots=True, eq=False)
class FaceReading(Reading):
    """A reading of the main face, and every face in view.

    Attributes
    ----------
    faces : tuple of Face
        Those in the newest frame.
    doubt : str or None
        What makes it worth less than :data:`DOUBTFUL`, where it is.
    aspect : float or None
        Width by height of the newest frame, to draw the boxes to scale; None before the first.
    """

    faces: tuple[Face, ...] = field(default=())
    doubt: FaceDoubt | None = None
    aspect: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Mood:
    """What the engine concludes at time ``t``: voice and face, fused and smoothed.

    Attributes
    ----------
    t : float
        Seconds since the session began.
    label : Emotion
        The present mood; it changes only when another one leads clearly.
    confidence : float
        The smoothed probability of ``label``.
    probs : Distribution
        The smoothed distribution.
    valence, arousal : float
        Expected position in the circumplex, each in [-1, 1].
    voice, face : reading or None
        What it was made from; None where the source has no such track.
    """

    t: float
    label: Emotion
    confidence: float
    probs: Distribution
    valence: float
    arousal: float
    voice: VoiceReading | None
    face: FaceReading | None


def judge(worths: Mapping[Doubt, float]) -> tuple[float, Doubt | None]:
    """Return what a reading is worth, and the reason where that is less than :data:`DOUBTFUL`.

    Parameters
    ----------
    worths : mapping of str to float
        How good each quality is, in [0, 1], under the name of the doubt when it is not.

    Examples
    --------
    >>> judge({"quiet": 1.0, "clipped": 0.75})
    (0.75, None)
    >>> judge({"quiet": 0.25, "clipped": 0.5})
    (0.125, 'quiet')
    """
    worth = math.prod(worths.values())
    weakest = min(worths, key=worths.__getitem__)
    return worth, weakest if worth < DOUBTFUL else None
