"""The mood that music is ranked for, and whether voice or face supports an emotion in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol, Self, TypeAlias

import numpy as np

from inference.emotion import (
    CLEAR,
    EMOTIONS,
    VALENCE_AROUSAL,
    Distribution,
    Emotion,
    most_likely,
    valence_arousal,
)

Modality: TypeAlias = Literal["voice", "face", "mood"]


_BLUR: Final = 0.1
"""Half the width of the step from an unclear mood to a clear one, in probability."""


class SensedReading(Protocol):
    """The part of a single modality's reading that a query needs."""

    @property
    def probs(self) -> Distribution:
        """Probabilities: float32 of shape (8,), sums to 1."""

    @property
    def reliability(self) -> float:
        """Reliability in [0, 1]; 0 without speech or face."""


class SensedMood(Protocol):
    """The part of a mood that a query needs; :class:`inference.Mood` has it."""

    @property
    def label(self) -> Emotion:
        """Label of the mood."""

    @property
    def probs(self) -> Distribution:
        """Probabilities: float32 of shape (8,), sums to 1."""

    @property
    def valence(self) -> float:
        """Valence in [-1, 1]."""

    @property
    def arousal(self) -> float:
        """Arousal in [-1, 1]."""

    @property
    def voice(self) -> SensedReading | None:
        """Reading of the voice alone."""

    @property
    def face(self) -> SensedReading | None:
        """Reading of the face alone."""


@dataclass(frozen=True, slots=True, eq=False)
class MoodQuery:
    """The mood that music is ranked for.

    Attributes
    ----------
    label : Emotion
        Label of the mood.
    probs : Distribution
        Float32 of shape (8,), sums to 1.
    valence, arousal : float
        Position in the circumplex, each in [-1, 1].
    voice, face : Distribution or None
        Distributions by voice alone and by face alone; None without a reliable reading.
    """

    label: Emotion
    probs: Distribution
    valence: float
    arousal: float
    voice: Distribution | None = None
    face: Distribution | None = None

    @classmethod
    def from_mood(cls, mood: SensedMood) -> Self:
        """Return the query for a mood, without readings of reliability 0."""
        return cls(
            label=mood.label,
            probs=mood.probs,
            valence=mood.valence,
            arousal=mood.arousal,
            voice=_reliable(mood.voice),
            face=_reliable(mood.face),
        )

    @classmethod
    def from_distribution(cls, probs: Distribution) -> Self:
        """Return the query for a distribution, without voice and face."""
        return cls(most_likely(probs), probs, *valence_arousal(probs))

    @classmethod
    def from_emotion(cls, emotion: Emotion) -> Self:
        """Return the query for one emotion with probability 1."""
        probs = np.eye(len(EMOTIONS), dtype=np.float32)[EMOTIONS.index(emotion)]
        return cls(emotion, probs, *VALENCE_AROUSAL[emotion])

    @property
    def clear(self) -> bool:
        """Whether one emotion is more likely than all others."""
        return bool(self.probs.max() >= CLEAR)

    @property
    def clarity(self) -> float:
        """How clear it is, from 0 to 1; one half where it becomes :attr:`clear`."""
        return float(np.interp(self.probs.max(), (CLEAR - _BLUR, CLEAR + _BLUR), (0, 1)))

    @property
    def uncertainty(self) -> float:
        """Entropy divided by its maximum, in [0, 1]; 1 for the uniform distribution."""
        positive = self.probs[self.probs > 0]
        return float(-(positive * np.log(positive)).sum() / np.log(len(EMOTIONS)))


def _reliable(reading: SensedReading | None) -> Distribution | None:
    return reading.probs if reading is not None and reading.reliability > 0 else None


def total_variation(a: Distribution, b: Distribution) -> float:
    """Return the total variation distance: half the sum of absolute differences, in [0, 1]."""
    return float(np.abs(a - b).sum() / 2)


def supporting_modality(
    emotion: Emotion, voice: Distribution | None, face: Distribution | None
) -> Modality:
    """Return which modality supports an emotion: ``voice``, ``face``, or ``mood`` for both.

    A modality supports an emotion if it gives it more than chance, 1/8, and at least half of the
    probability that the other one gives it. The result is ``mood`` also if neither does, since the
    mood is smoothed over time.
    """
    number = EMOTIONS.index(emotion)
    by_voice = 0.0 if voice is None else float(voice[number])
    by_face = 0.0 if face is None else float(face[number])
    voice_supports = by_voice > 1 / len(EMOTIONS) and by_voice >= by_face / 2
    face_supports = by_face > 1 / len(EMOTIONS) and by_face >= by_voice / 2
    if voice_supports == face_supports:
        return "mood"
    return "voice" if voice_supports else "face"
