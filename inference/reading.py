"""Typed results: readings of voice and face, and the mood."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution, Emotion

VoiceDoubt: TypeAlias = Literal["no_speech", "little_speech", "quiet", "clipped"]
FaceDoubt: TypeAlias = Literal["no_face", "small", "blurred", "dark", "turned"]
Doubt = TypeVar("Doubt", VoiceDoubt, FaceDoubt)

LOW_RELIABILITY: Final = 0.3
"""Readings below this reliability state the reason (``doubt``)."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Emotion distribution of one modality at one moment.

    Attributes
    ----------
    probs : Distribution
        Float32 of shape (8,), sums to 1.
    reliability : float
        Reliability of the distribution, in [0, 1]; 0 without speech or without a face.
    """

    probs: Distribution
    reliability: float


@dataclass(frozen=True, slots=True, eq=False)
class VoiceReading(Reading):
    """Reading of the voice.

    Attributes
    ----------
    speech : bool
        Whether there is speech at the end of the window.
    doubt : str or None
        Why the reliability is below :data:`LOW_RELIABILITY`; None if it is not.
    embedding : ndarray of float32, shape (dimensions,), or None
        What the network computed the distribution from, for :mod:`inference.people`; None without
        speech, or if the network has no such output.
    """

    speech: bool
    doubt: VoiceDoubt | None = None
    embedding: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Face:
    """A face in the newest frame.

    Attributes
    ----------
    id : int
        Stable while the face is tracked; counts up from 1 in a session.
    box : tuple of float
        Left, top, width and height as fractions of the frame.
    label : Emotion
        The most likely emotion of this face.
    speaking : bool
        Whether the mouth moves while there is speech.
    """

    id: int
    box: tuple[float, float, float, float]
    label: Emotion
    speaking: bool


@dataclass(frozen=True, slots=True, eq=False)
class FaceReading(Reading):
    """Reading of the main face, and every face in view.

    Attributes
    ----------
    faces : tuple of Face
        Faces in the newest frame.
    doubt : str or None
        Why the reliability is below :data:`LOW_RELIABILITY`; None if it is not.
    aspect : float or None
        Aspect ratio (width over height) of the newest frame; None before the first frame.
    """

    faces: tuple[Face, ...] = field(default=())
    doubt: FaceDoubt | None = None
    aspect: float | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the mood would be without some of the evidence.

    Attributes
    ----------
    label : Emotion
        The likeliest emotion.
    confidence : float
        Its smoothed probability.
    """

    label: Emotion
    confidence: float


@dataclass(frozen=True, slots=True)
class Without:
    """What the mood would be without one of the modalities, by the same fusion and smoothing.

    Attributes
    ----------
    voice : Alternative
        Without the voice: the mood by the face alone.
    face : Alternative
        Without the face: the mood by the voice alone.
    """

    voice: Alternative
    face: Alternative


@dataclass(frozen=True, slots=True, eq=False)
class Mood:
    """Mood at time ``t``: voice and face, fused and smoothed.

    Attributes
    ----------
    t : float
        Seconds since the session began.
    label : Emotion
        Current mood; changes with hysteresis.
    confidence : float
        Smoothed probability of ``label``.
    probs : Distribution
        Smoothed distribution.
    valence, arousal : float
        Expected position in the circumplex, each in [-1, 1].
    voice, face : reading or None
        The readings it is based on; None if the source has no such track.
    set : tuple of Emotion
        The smallest set of emotions that holds the true one with a probability of 90 %, likeliest
        first; see :mod:`inference.conformal`.
    without : Without or None
        What the mood would be without voice or face; None unless the source has both tracks.
    conflict : bool
        Whether voice and face more probably express different emotions than the same one.
    """

    t: float
    label: Emotion
    confidence: float
    probs: Distribution
    valence: float
    arousal: float
    voice: VoiceReading | None
    face: FaceReading | None
    set: tuple[Emotion, ...] = EMOTIONS
    without: Without | None = None
    conflict: bool = False


def combine_factors(factors: Mapping[Doubt, float]) -> tuple[float, Doubt | None]:
    """Return the reliability of a reading, and the reason if below :data:`LOW_RELIABILITY`.

    Parameters
    ----------
    factors : mapping of str to float
        Reliability factors in [0, 1], by the doubt that a low factor means.

    Examples
    --------
    >>> combine_factors({"quiet": 1.0, "clipped": 0.75})
    (0.75, None)
    >>> combine_factors({"quiet": 0.25, "clipped": 0.5})
    (0.125, 'quiet')
    """
    reliability = math.prod(factors.values())
    weakest = min(factors, key=factors.__getitem__)
    return reliability, weakest if reliability < LOW_RELIABILITY else None
