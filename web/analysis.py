"""The analysis of a whole recording, as fast as the machine can."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

from inference import Emotion, Mood, Reading, as_mapping, most_likely, overall
from recommender import Cue
from stream import FileSource, SessionClock, UrlSource, Windows
from web.engine import Engine
from web.record import Record
from web.services import Services
from web.wire import CueItem, CuesEvent, CueState, Message, MoodEvent, Probabilities


class Verdict(Message):
    """A distribution over a whole recording."""

    label: Emotion
    probs: Probabilities
    reliability: float

    @classmethod
    def of(cls, reading: Reading) -> Verdict:
        """Put a reading into words."""
        return cls(
            label=most_likely(reading.probs),
            probs=as_mapping(reading.probs),
            reliability=round(reading.reliability, 3),
        )


class OverallVerdict(Verdict):
    """The whole recording; voice or face is None where it has no such track."""

    voice: Verdict | None
    face: Verdict | None


class TimedCue(CueItem):
    """A track suggested at the time ``t``, in seconds."""

    t: float


class Analysis(Message):
    """What ``moodcue analyze`` prints."""

    overall: OverallVerdict
    timeline: list[MoodEvent]
    cues: list[TimedCue]

    def record(self, title: str, duration: float | None) -> Record:
        """Return it as a session that nobody watched, begun now.

        Parameters
        ----------
        title : str
            What to call it.
        duration : float, optional
            How long the recording lasts, in seconds; as far as it was analysed by default.
        """
        shown = groupby(self.cues, attrgetter("t"))
        return Record(
            id=secrets.token_hex(8),
            title=title,
            source="file",
            started_at=datetime.now(UTC),
            duration=duration or (self.timeline[-1].t if self.timeline else 0.0),
            moods=tuple(self.timeline),
            cues=tuple(
                CuesEvent(seq=seq, t=t, items=list(items), settings=CueState())
                for seq, (t, items) in enumerate(shown, start=1)
            ),
        )


async def analyse(
    source: FileSource | UrlSource, services: Services, progress: Callable[[float], None]
) -> Analysis:
    """Analyse a recording to its end, or until it is closed; and close it.

    What has no end is analysed for as long as the settings allow.

    Parameters
    ----------
    source : FileSource or UrlSource
        Not live, and open.
    services : Services
        Networks, tracks and settings.
    progress : callable
        Called after each window with the seconds analysed.

    Raises
    ------
    SourceError
        If it turns out that nothing could be decoded.
    ModelError
        If a network cannot be run.
    """
    moods: list[Mood] = []
    cues: list[TimedCue] = []
    settings = services.settings
    endless = isinstance(source, UrlSource) and source.endless
    engine = Engine(services.runtime, services.ranker, settings)
    try:
        async with aclosing(Windows(source, SessionClock(), settings.windows)) as windows:
            async for window in windows:
                mood, changed = await asyncio.to_thread(engine.update, window)
                moods.append(mood)
                cues.extend(_timed(cue, mood.t) for cue in changed or ())
                progress(mood.t)
                if endless and mood.t >= settings.max_length:
                    break
    finally:
        await source.close()
    whole = overall(moods)
    return Analysis(
        overall=OverallVerdict(
            **Verdict.of(whole.mood).model_dump(),
            voice=None if whole.voice is None else Verdict.of(whole.voice),
            face=None if whole.face is None else Verdict.of(whole.face),
        ),
        timeline=[MoodEvent.of(mood, seq=seq) for seq, mood in enumerate(moods, start=1)],
        cues=cues,
    )


def _timed(cue: Cue, t: float) -> TimedCue:
    where = str(cue.track.path or cue.track.audio or cue.track.search)
    return TimedCue.of(cue, audio=where, download=where, t=round(t, 3))
