"""Join consecutive moods into mood segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from inference import Emotion
from web.wire import MoodEvent

MIN_CONFIDENCE: Final = 0.35
"""Confidence from which a mood is named, the same as on the page."""

MAX_GAP: Final = 3.0
"""Seconds of low confidence that do not split a segment: one window, so a pause in speech does
not."""

MAX_SPAN: Final = 10.0
"""Seconds that a mood may last without a following one; windows are never further apart."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A period with one mood.

    Attributes
    ----------
    start, end : float
        Seconds since the session began.
    label : Emotion
        The mood.
    confidence : float
        Mean confidence of the moods joined, in [0, 1].
    count : int
        Number of moods joined.
    conflict : float
        Share of them in which voice and face disagree, in [0, 1].
    """

    start: float
    end: float
    label: Emotion
    confidence: float
    count: int = 1
    conflict: float = 0.0

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.end - self.start


def segments(moods: Iterable[MoodEvent], end: float) -> list[Segment]:
    """Join consecutive moods of one label; moods with low confidence are left out.

    Parameters
    ----------
    moods : iterable of MoodEvent
        In order of time.
    end : float
        End of the session in seconds.
    """
    joined: list[Segment] = []
    for run in runs(moods):
        for mood, until in spans(run, end):
            if mood.confidence < MIN_CONFIDENCE:
                continue
            last = joined[-1] if joined else None
            if last and last.label == mood.label and mood.t - last.end <= MAX_GAP:
                joined[-1] = _extended(last, mood, until)
            else:
                conflict = float(mood.conflict)
                joined.append(Segment(mood.t, until, mood.label, mood.confidence, 1, conflict))
    return joined


def runs(moods: Iterable[MoodEvent]) -> Iterator[list[MoodEvent]]:
    """Split moods into runs that are more than :data:`MAX_SPAN` apart."""
    run: list[MoodEvent] = []
    for mood in moods:
        if run and mood.t - run[-1].t > MAX_SPAN:
            yield run
            run = []
        run.append(mood)
    if run:
        yield run


def spans(run: Sequence[MoodEvent], end: float) -> Iterator[tuple[MoodEvent, float]]:
    """Yield each mood of a run and its end: the next mood, or the end of the session if near."""
    last = run[-1].t
    until = end if last < end <= last + MAX_SPAN else last
    return zip(run, [*(mood.t for mood in run[1:]), until], strict=True)


def _extended(segment: Segment, mood: MoodEvent, until: float) -> Segment:
    count = segment.count + 1
    confidence = segment.confidence + (mood.confidence - segment.confidence) / count
    conflict = segment.conflict + (mood.conflict - segment.conflict) / count
    return replace(segment, end=until, confidence=confidence, count=count, conflict=conflict)
