"""The mood to find music for, and who asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, Self, TypeAlias

import numpy as np

from inference.emotion import EMOTIONS, Distribution, Emotion, most_likely, valence_arousal

Modality: TypeAlias = Literal["voice", "face", "mood"]


class SensedReading(Protocol):
    """The part of a reading of one modality that a query uses."""

    @property
    def probs(self) -> Distribution:
        """Float32 of shape (8,), sums to 1."""

    @property
    def reliability(self) -> float:
        """In [0, 1]; 0 without speech or face."""


class SensedMood(Protocol):
    """The part of a mood that a query uses; :class:`inference.Mood` has it."""

    @property
    def label(self) -> Emotion:
        """The present mood."""

    @property
    def probs(self) -> Distribution:
        """Float32 of shape (8,), sums to 1."""

    @property
    def valence(self) -> float:
        """In [-1, 1]."""

    @property
    def arousal(self) -> float:
        """In [-1, 1]."""

    @property
    def voice(self) -> SensedReading | None:
        """The voice alone."""

    @property
    def face(self) -> SensedReading | None:
        """The face alone."""


@dataclass(frozen=True, slots=True, eq=False)
class MoodQuery:
    """The mood to find music for.

    Attributes
    ----------
    label : Emotion
        The present mood.
    probs : Distribution
        Float32 of shape (8,), sums to 1.
    valence, arousal : float
        Position in the circumplex, each in [-1, 1].
    voice, face : Distribution or None
        What each says by itself; None where there is nothing to read.
    """

    label: Emotion
    probs: Distribution
    valence: float
    arousal: float
    voice: Distribution | None = None
    face: Distribution | None = None

    @classmethod
    def of(cls, mood: SensedMood) -> Self:
        """Return the query for a mood; a modality without reliability does not count."""
        return cls(
            label=mood.label,
            probs=mood.probs,
            valence=mood.valence,
            arousal=mood.arousal,
            voice=_reliable(mood.voice),
            face=_reliable(mood.face),
        )

    @classmethod
    def of_distribution(cls, probs: Distribution) -> Self:
        """Return the query for a distribution that neither voice nor face gave."""
        return cls(most_likely(probs), probs, *valence_arousal(probs))

    @property
    def doubt(self) -> float:
        """Entropy over that of the uniform distribution: 0 is certain, 1 knows nothing."""
        present = self.probs[self.probs > 0]
        return float(-(present * np.log(present)).sum() / np.log(len(EMOTIONS)))


def _reliable(reading: SensedReading | None) -> Distribution | None:
    return reading.probs if reading is not None and reading.reliability > 0 else None


def total_variation(a: Distribution, b: Distribution) -> float:
    """Return half the sum of absolute differences, in [0, 1]."""
    return float(np.abs(a - b).sum() / 2)


def asked_by(emotion: Emotion, voice: Distribution | None, face: Distribution | None) -> Modality:
    """Return who asks for an emotion: the voice, the face, or the mood they make together.

    One of them asks when it gives the emotion more than chance, 1/8, and at least half of what the
    other gives it. When both ask, or neither (the mood remembers more than this moment), it is
    the mood.
    """
    number = EMOTIONS.index(emotion)
    by_voice = 0.0 if voice is None else float(voice[number])
    by_face = 0.0 if face is None else float(face[number])
    voice_asks = by_voice > 1 / len(EMOTIONS) and by_voice >= by_face / 2
    face_asks = by_face > 1 / len(EMOTIONS) and by_face >= by_voice / 2
    if voice_asks == face_asks:
        return "mood"
    return "voice" if voice_asks else "face"
