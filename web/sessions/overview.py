"""Reduce a session of any length to a limited number of points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np

from inference import EMOTIONS, Emotion, FaceDoubt, VoiceDoubt
from web.wire import CuesEvent, Face, Fraction, Message, MoodEvent, Probabilities, Voice

MAX_POINTS: Final = 14_400
"""Four hours at one mood per second."""

MAX_LISTS: Final = 2_000
"""More than a screen can show side by side."""

Item = TypeVar("Item")


class Folded(Generic[Item]):
    """Items in order of time, at most one per time step.

    The step doubles whenever there would be too many items, so that memory is bounded.

    Parameters
    ----------
    join : callable
        Joins two items in the same step, the earlier one first.
    limit : int
        Maximum number of items.

    Examples
    --------
    >>> sums = Folded[int](lambda a, b: a + b, limit=3)
    >>> for second in range(5):
    ...     sums.update(second, 1)
    >>> sums.step, sums.get()
    (2.0, [2, 2, 1])
    """

    def __init__(self, join: Callable[[Item, Item], Item], limit: int) -> None:
        self.step = 1.0
        """Seconds per item."""
        self._join = join
        self._limit = limit
        self._items: dict[int, Item] = {}

    def update(self, t: float, item: Item) -> None:
        """Add an item at ``t`` seconds."""
        self._put(self._items, int(t // self.step), item)
        while len(self._items) > self._limit:
            self.step *= 2
            halved: dict[int, Item] = {}
            for place, each in self._items.items():
                self._put(halved, place // 2, each)
            self._items = halved

    def get(self) -> list[Item]:
        """Return the items."""
        return [*self._items.values()]

    def _put(self, items: dict[int, Item], place: int, item: Item) -> None:
        items[place] = self._join(items[place], item) if place in items else item


class Opinion(Message):
    """The reading of a voice or a face: likeliest emotion, reliability, and reason for doubt."""

    label: Emotion
    reliability: Fraction
    doubt: VoiceDoubt | FaceDoubt | None


class Point(Message):
    """The mean of the moods in one step.

    Attributes
    ----------
    t : float
        Time of the first mood, in seconds since the session began.
    count : int
        Number of moods.
    label : Emotion
        The label of a single mood; the likeliest emotion of the mean of several.
    voice, face : Opinion or None
        The most reliable reading of each.
    """

    t: float
    count: int
    label: Emotion
    confidence: Fraction
    probs: Probabilities
    valence: float
    arousal: float
    voice: Opinion | None
    face: Opinion | None


class ListAt(Message):
    """The time at which a list of cues was shown, and its first title."""

    t: float
    title: str


@dataclass(frozen=True, slots=True)
class _Sum:
    """Consecutive moods; ``values`` are sums of confidence, valence, arousal and ``probs``."""

    t: float
    count: int
    label: Emotion
    values: np.ndarray[tuple[int], np.dtype[np.float64]]
    voice: Opinion | None
    face: Opinion | None

    @classmethod
    def of(cls, mood: MoodEvent) -> _Sum:
        probs = (mood.probs[emotion] for emotion in EMOTIONS)
        values = np.array([mood.confidence, mood.valence, mood.arousal, *probs])
        return cls(mood.t, 1, mood.label, values, _opinion(mood.voice), _opinion(mood.face))

    def joined(self, later: _Sum) -> _Sum:
        values = self.values + later.values
        return _Sum(
            self.t,
            self.count + later.count,
            EMOTIONS[int(values[3:].argmax())],
            values,
            _more_reliable(self.voice, later.voice),
            _more_reliable(self.face, later.face),
        )

    def point(self) -> Point:
        confidence, valence, arousal, *probs = (self.values / self.count).round(4).tolist()
        return Point(
            t=self.t,
            count=self.count,
            label=self.label,
            confidence=confidence,
            probs=dict(zip(EMOTIONS, probs, strict=True)),
            valence=valence,
            arousal=arousal,
            voice=self.voice,
            face=self.face,
        )


def _opinion(reading: Voice | Face | None) -> Opinion | None:
    if reading is None:
        return None
    label = max(EMOTIONS, key=lambda emotion: reading.probs[emotion])
    return Opinion(label=label, reliability=reading.reliability, doubt=reading.doubt)


def _more_reliable(one: Opinion | None, other: Opinion | None) -> Opinion | None:
    opinions = [opinion for opinion in (one, other) if opinion is not None]
    return max(opinions, key=lambda opinion: opinion.reliability, default=None)


class Overview:
    """Folds the moods and lists of cues of a session.

    Parameters
    ----------
    points, lists : int
        Maximum number of each.
    """

    def __init__(self, points: int = MAX_POINTS, lists: int = MAX_LISTS) -> None:
        self._moods = Folded[_Sum](_Sum.joined, points)
        self._lists = Folded[ListAt](lambda first, later: first, lists)

    @property
    def step(self) -> float:
        """Seconds that one point covers."""
        return self._moods.step

    def update(self, event: MoodEvent | CuesEvent) -> None:
        """Add the next event."""
        if isinstance(event, MoodEvent):
            self._moods.update(event.t, _Sum.of(event))
        elif event.items:
            self._lists.update(event.t, ListAt(t=event.t, title=event.items[0].title))

    def points(self) -> list[Point]:
        """Return the moods."""
        return [each.point() for each in self._moods.get()]

    def lists(self) -> list[ListAt]:
        """Return the lists of cues; of several in one step, the first."""
        return self._lists.get()
