"""Stretches of time in one mood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from inference import Emotion
from web.wire import MoodEvent

SURE: Final = 0.35
"""Below this confidence a mood is not named, as on the page."""

BRIDGED: Final = 3.0
"""Seconds of doubt that do not part two stretches of one mood: as long as a window, so that a pause
in speech does not."""

AWAY: Final = 10.0
"""Seconds without a mood after which nothing is said of that time; windows come at least that
often."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which one mood held.

    Attributes
    ----------
    start, end : float
        From when and until when, in seconds since the session began.
    label : Emotion
        The mood.
    confidence : float
        Its mean over the moods that named it, in [0, 1].
    count : int
        How many these were.
    """

    start: float
    end: float
    label: Emotion
    confidence: float
    count: int = 1

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


def stretches(moods: Iterable[MoodEvent], end: float) -> list[Stretch]:
    """Join moods of one label that follow each other; leave out those that are in doubt.

    Parameters
    ----------
    moods : iterable of MoodEvent
        In the order of time.
    end : float
        When the session ends, in seconds.
    """
    joined: list[Stretch] = []
    for run in runs(moods):
        for mood, until in spans(run, end):
            if mood.confidence < SURE:
                continue
            last = joined[-1] if joined else None
            if last and last.label == mood.label and mood.t - last.end <= BRIDGED:
                joined[-1] = _longer(last, mood, until)
            else:
                joined.append(Stretch(mood.t, until, mood.label, mood.confidence))
    return joined


def runs(moods: Iterable[MoodEvent]) -> Iterator[list[MoodEvent]]:
    """Yield the moods between two times without any."""
    run: list[MoodEvent] = []
    for mood in moods:
        if run and mood.t - run[-1].t > AWAY:
            yield run
            run = []
        run.append(mood)
    if run:
        yield run


def spans(run: Sequence[MoodEvent], end: float) -> Iterator[tuple[MoodEvent, float]]:
    """Yield each mood of a run and until when it holds: the next, or the end where that is near."""
    last = run[-1].t
    until = end if last < end <= last + AWAY else last
    return zip(run, [*(mood.t for mood in run[1:]), until], strict=True)


def _longer(stretch: Stretch, mood: MoodEvent, until: float) -> Stretch:
    count = stretch.count + 1
    confidence = stretch.confidence + (mood.confidence - stretch.confidence) / count
    return replace(stretch, end=until, confidence=confidence, count=count)
