"""What the modalities read and what the engine concludes, as typed values."""

from __future__ import annotations

from dataclasses import dataclass, field

from inference.emotion import Distribution, Emotion


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
    """A reading of the voice; ``speech`` says whether anyone spoke lately."""

    speech: bool


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
    """A reading of the main face, and every face in view."""

    faces: tuple[Face, ...] = field(default=())


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
