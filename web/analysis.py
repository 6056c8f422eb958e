"""Analyse a whole recording as fast as the machine allows."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

from inference import Emotion, Mood, Reading, analyse_windows, as_mapping, most_likely, overall
from recommender import Cue
from stream import FileSource, SessionClock, UrlSource, WindowSpec
from web.sessions.engine import Engine
from web.sessions.record import Record
from web.wire import CueItem, CuesEvent, CueState, Message, MoodEvent, Probabilities


class Verdict(Message):
    """A distribution over a whole recording."""

    label: Emotion
    probs: Probabilities
    reliability: float

    @classmethod
    def of(cls, reading: Reading) -> Verdict:
        """Convert a reading."""
        return cls(
            label=most_likely(reading.probs),
            probs=as_mapping(reading.probs),
            reliability=round(reading.reliability, 3),
        )


class OverallVerdict(Verdict):
    """The verdict on a whole recording; voice or face is None if it has no such track.

    ``set`` and ``conflict`` are those of :class:`web.wire.MoodEvent`.
    """

    voice: Verdict | None
    face: Verdict | None
    set: list[Emotion]
    conflict: bool


class TimedCue(CueItem):
    """A track suggested at the time ``t``, in seconds."""

    t: float


class Analysis(Message):
    """What ``moodcue analyze`` prints."""

    overall: OverallVerdict
    timeline: list[MoodEvent]
    cues: list[TimedCue]

    def record(self, title: str, duration: float | None) -> Record:
        """Return the analysis as a session that started now.

        Parameters
        ----------
        title : str
            Title of the session.
        duration : float, optional
            Length of the recording in seconds; by default the length that was analysed.
        """
        lists = groupby(self.cues, attrgetter("t"))
        return Record(
            id=secrets.token_hex(8),
            title=title,
            source="file",
            started_at=datetime.now(UTC),
            duration=duration or (self.timeline[-1].t if self.timeline else 0.0),
            moods=tuple(self.timeline),
            cues=tuple(
                CuesEvent(seq=seq, t=t, items=list(items), settings=CueState())
                for seq, (t, items) in enumerate(lists, start=1)
            ),
        )


async def analyse(
    source: FileSource | UrlSource,
    engine: Engine,
    windows: WindowSpec,
    progress: Callable[[float], None],
    max_length: float = math.inf,
) -> Analysis:
    """Analyse a recording until it ends or is closed, then close it.

    Parameters
    ----------
    source : FileSource or UrlSource
        Not live, and open.
    engine : Engine
        Turns windows into moods and cues.
    windows : WindowSpec
        Length and hop of the windows.
    progress : callable
        Called after each window with the seconds analysed.
    max_length : float
        Seconds after which the analysis of an endless stream stops.

    Raises
    ------
    SourceError
        If nothing can be decoded.
    ModelError
        If a network cannot be run.
    """
    moods: list[Mood] = []
    cues: list[TimedCue] = []
    endless = isinstance(source, UrlSource) and source.endless
    try:
        steps = analyse_windows(source, SessionClock(), windows, engine.update)
        async with aclosing(steps):
            async for step in steps:
                mood, changed = step.result
                moods.append(mood)
                cues.extend(_timed(cue, mood.t) for cue in changed or ())
                progress(mood.t)
                if endless and mood.t >= max_length:
                    break
    finally:
        await source.close()
    whole = overall(moods)
    return Analysis(
        overall=OverallVerdict(
            **Verdict.of(whole.mood).model_dump(),
            voice=None if whole.voice is None else Verdict.of(whole.voice),
            face=None if whole.face is None else Verdict.of(whole.face),
            set=list(whole.set),
            conflict=whole.conflict,
        ),
        timeline=[MoodEvent.of(mood, seq=seq) for seq, mood in enumerate(moods, start=1)],
        cues=cues,
    )


def _timed(cue: Cue, t: float) -> TimedCue:
    location = str(cue.track.path or cue.track.audio or cue.track.search)
    return TimedCue.of(cue, audio=location, download=location, t=round(t, 3))
