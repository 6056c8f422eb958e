"""How music answers a mood: which mood a list is made for, and what a session's user has set."""

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
"""Seconds until a track that was played or downloaded may be cued again, unless set otherwise."""

LIFT_STEPS: Final = 4
"""Steps from the present mood to the chosen one."""

LIFT_STEP: Final = 60.0
"""Seconds that each step lasts."""

_BLUR: Final = 0.35
"""Distance in the circumplex over which a place is still that of an emotion."""

_POSITIONS: Final = np.array([VALENCE_AROUSAL[e] for e in EMOTIONS], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CueSettings:
    """What the user of a session asks of its cues.

    Attributes
    ----------
    mode : Mode
        How music answers the mood: ``match`` it, ``contrast`` with it, ``lift`` it step by step
        to the target, or ``split`` the list between voice and face.
    target : Emotion or None
        Where to lift to.
    mood : Emotion or None
        The mood to go by instead of the one that is seen and heard; None to follow that.
    filters : Filters
        Which tracks may be cued.
    repeat_after : float
        Seconds until a track that was played or downloaded may be cued again.

    Raises
    ------
    ValueError
        If a target is missing, or given where nothing is lifted.
    """

    mode: Mode = "match"
    target: Emotion | None = None
    mood: Emotion | None = None
    filters: Filters = field(default_factory=Filters)
    repeat_after: float = REPEAT_AFTER

    def __post_init__(self) -> None:
        if self.mode == "lift" and self.target is None:
            raise ValueError("the mode 'lift' needs a target: an emotion to lead to")
        if self.mode != "lift" and self.target is not None:
            raise ValueError("a target belongs to the mode 'lift'")


def answered(query: MoodQuery, settings: CueSettings, elapsed: float) -> list[MoodQuery]:
    """Return the moods that a list is made for, each by an equal share of it.

    Parameters
    ----------
    query : MoodQuery
        The present mood.
    settings : CueSettings
        What the user asks.
    elapsed : float
        Seconds since the user asked for it.
    """
    if settings.mood is not None:
        query = certain(settings.mood)
    if settings.mode == "contrast":
        return [MoodQuery.of_distribution(query.probs @ _OPPOSITES)]
    if settings.mode == "lift" and settings.target is not None:
        return [_lifted(query, settings.target, int(elapsed / LIFT_STEP))]
    if settings.mode == "split" and settings.mood is None:
        halves = []
        if query.voice is not None:
            halves.append(replace(certain(most_likely(query.voice)), voice=query.voice))
        if query.face is not None:
            halves.append(replace(certain(most_likely(query.face)), face=query.face))
        return halves or [query]
    return [query]


def certain(emotion: Emotion) -> MoodQuery:
    """Return the query of one emotion and nothing else."""
    probs = np.eye(len(EMOTIONS), dtype=np.float32)[EMOTIONS.index(emotion)]
    return MoodQuery(emotion, probs, *VALENCE_AROUSAL[emotion])


def _lifted(query: MoodQuery, target: Emotion, step: int) -> MoodQuery:
    """Return the mood of a step between the present one and the target.

    The first list meets the mood as it is, the last one is the target's, and those between follow
    the straight line through the circumplex: the iso principle of music therapy (Altshuler, I. M.
    (1948), "A psychiatrist's experience with music as a therapeutic agent", in Music and Medicine,
    266-281).
    """
    if step <= 0 and query.label != target:
        return query
    if step >= LIFT_STEPS or query.label == target:
        return certain(target)
    here = np.array((query.valence, query.arousal))
    there = np.array(VALENCE_AROUSAL[target])
    return MoodQuery.of_distribution(_around(here + (there - here) * step / LIFT_STEPS))


def _around(place: NDArray[np.floating]) -> Distribution:
    """Return the emotions around a place of the circumplex, as a distribution."""
    distance = ((_POSITIONS - place) ** 2).sum(axis=1)
    weights = np.exp(-distance / (2 * _BLUR**2))
    around: Distribution = (weights / weights.sum()).astype(np.float32)
    return around


_OPPOSITES: Final = np.stack([_around(-place) for place in _POSITIONS])
"""For each emotion, those on the other side of the circumplex: float32 of shape (8, 8)."""
