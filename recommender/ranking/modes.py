"""Cue settings, and the moods that lists are made for in each mode."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, VALENCE_AROUSAL, Distribution, Emotion, most_likely
from recommender.ranking.filters import Filters
from recommender.ranking.query import MoodQuery
from recommender.vocabulary import Mode

REPEAT_AFTER: Final = 600.0
"""Default for :attr:`CueSettings.repeat_after`, in seconds."""

LIFT_STEPS: Final = 4
"""Number of steps from the current mood to the target."""

LIFT_STEP_SECONDS: Final = 60.0
"""Duration of a step, in seconds."""

_EMOTION_RADIUS: Final = 0.35
"""Standard deviation, in the circumplex, of an emotion's weight around its position."""

_POSITIONS: Final = np.array([VALENCE_AROUSAL[e] for e in EMOTIONS], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CueSettings:
    """How the cues of a session are chosen.

    Attributes
    ----------
    mode : Mode
        Relation of the music to the mood: ``match`` it, ``contrast`` with it, ``lift`` it in steps
        to the target, or ``split`` the list between voice and face.
    target : Emotion or None
        Target of the mode ``lift``.
    mood : Emotion or None
        Mood to use instead of the sensed one; None to follow the sensed mood.
    filters : Filters
        Which tracks may be cued.
    repeat_after : float
        Seconds before a track that was used may be cued again.

    Raises
    ------
    ValueError
        If the mode ``lift`` has no target, or another mode has one.
    """

    mode: Mode = "match"
    target: Emotion | None = None
    mood: Emotion | None = None
    filters: Filters = field(default_factory=Filters)
    repeat_after: float = REPEAT_AFTER

    def __post_init__(self) -> None:
        if self.mode == "lift" and self.target is None:
            raise ValueError("the mode 'lift' needs a target emotion")
        if self.mode != "lift" and self.target is not None:
            raise ValueError("only the mode 'lift' takes a target")


def queries_for(mood: MoodQuery, settings: CueSettings, elapsed: float) -> list[MoodQuery]:
    """Return the moods that a list is made for; each gets an equal part of the list.

    Parameters
    ----------
    mood : MoodQuery
        The current mood.
    settings : CueSettings
        The settings of the session.
    elapsed : float
        Seconds since the settings were changed.
    """
    if settings.mood is not None:
        mood = MoodQuery.from_emotion(settings.mood)
    if settings.mode == "contrast":
        return [MoodQuery.from_distribution(mood.probs @ _OPPOSITES)]
    if settings.mode == "lift" and settings.target is not None:
        return [_lift(mood, settings.target, int(elapsed / LIFT_STEP_SECONDS))]
    if settings.mode == "split" and settings.mood is None:
        halves = []
        if mood.voice is not None:
            by_voice = MoodQuery.from_emotion(most_likely(mood.voice))
            halves.append(replace(by_voice, voice=mood.voice))
        if mood.face is not None:
            by_face = MoodQuery.from_emotion(most_likely(mood.face))
            halves.append(replace(by_face, face=mood.face))
        return halves or [mood]
    return [mood]


def _lift(mood: MoodQuery, target: Emotion, step: int) -> MoodQuery:
    """Return the mood of one step from the current mood to the target.

    The first list matches the current mood, the last one the target, and the ones between follow
    the straight line through the circumplex. This is the iso principle of music therapy (Altshuler,
    I. M. (1948), "A psychiatrist's experience with music as a therapeutic agent", in Music and
    Medicine, 266-281).
    """
    if step <= 0 and mood.label != target:
        return mood
    if step >= LIFT_STEPS or mood.label == target:
        return MoodQuery.from_emotion(target)
    start = np.array((mood.valence, mood.arousal))
    end = np.array(VALENCE_AROUSAL[target])
    return MoodQuery.from_distribution(_emotions_near(start + (end - start) * step / LIFT_STEPS))


def _emotions_near(position: NDArray[np.floating]) -> Distribution:
    """Return the distribution over emotions by distance from a position in the circumplex."""
    squared_distance = ((_POSITIONS - position) ** 2).sum(axis=1)
    weights = np.exp(-squared_distance / (2 * _EMOTION_RADIUS**2))
    probs: Distribution = (weights / weights.sum()).astype(np.float32)
    return probs


_OPPOSITES: Final = np.stack([_emotions_near(-position) for position in _POSITIONS])
"""For each emotion, the distribution at its mirrored position: float32 of shape (8, 8)."""
