"""What a cutting room needs of a session: markers, and music at its times."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf
from operator import attrgetter
from typing import Final

from web.export.language import Language, said
from web.export.palette import LOOKS
from web.export.stretches import Stretch, stretches
from web.export.text import line
from web.sessions.record import Download, Record
from web.wire import TrackFacts

DOWNLOAD: Final = "MAGENTA"
NOTE: Final = "PINK"
"""The colours of markers that no emotion has."""

SHORTEST: Final = 0.5
"""Seconds below which nobody has listened to a piece."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A mark on the timeline.

    Attributes
    ----------
    start, end : float
        Seconds since the session began; the same where it marks a moment.
    name : str
        What it says, in one line.
    colour : str
        As OpenTimelineIO names it.
    stretch : Stretch or None
        The mood it marks.
    """

    start: float
    end: float
    name: str
    colour: str
    stretch: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of music on the timeline.

    Attributes
    ----------
    start, end : float
        From when and until when it plays, in seconds since the session began.
    lane : int
        The track it lies on, from 0; above 0 where several begin at the same time.
    track_id : str
        The piece.
    title, artist, licence, credit : str
        What is said of it, each in one line.
    warning : str or None
        What to know before it is published.
    length : float or None
        How long the whole piece lasts, in seconds.
    """

    start: float
    end: float
    lane: int
    track_id: str
    title: str
    artist: str
    licence: str
    credit: str
    warning: str | None
    length: float | None

    @property
    def name(self) -> str:
        """Artist and title, as the file is called that a download gives."""
        return _name(self)


@dataclass(frozen=True, slots=True)
class Cut:
    """A session on a timeline; all in the order of time.

    Attributes
    ----------
    record : Record
        The session.
    title : str
        What it is called, in one line; never empty.
    stretches : tuple of Stretch
        The moods.
    downloads, notes : tuple of Marker
        What was downloaded, and what people marked.
    clips : tuple of Clip
        The music.
    chosen : bool
        Whether somebody chose the music; otherwise it is the first of each list of cues.
    language : Language
        That of whoever reads it.
    """

    record: Record
    title: str
    stretches: tuple[Stretch, ...]
    downloads: tuple[Marker, ...]
    notes: tuple[Marker, ...]
    clips: tuple[Clip, ...]
    chosen: bool
    language: Language

    def say(self, text: str, **mentioned: object) -> str:
        """Return an English text of Moodcue's own in the reader's language."""
        return said(text, self.language, **mentioned)

    @property
    def duration(self) -> float:
        """Its length in seconds."""
        return self.record.duration

    @property
    def seen(self) -> bool:
        """Whether there was a picture."""
        return any(mood.face is not None for mood in self.record.moods)

    @property
    def markers(self) -> list[Marker]:
        """One marker for each stretch, download and note, in the order of time."""
        moods = (
            Marker(
                stretch.start,
                stretch.end,
                f"{LOOKS[stretch.label].word} {stretch.confidence:.0%}",
                LOOKS[stretch.label].marker,
                stretch,
            )
            for stretch in self.stretches
        )
        return sorted((*moods, *self.downloads, *self.notes), key=attrgetter("start"))


@dataclass(frozen=True, slots=True)
class _Choice:
    """A piece of music, and from when on; ``end`` where it was stopped."""

    start: float
    end: float
    track_id: str
    track: TrackFacts


def cut(record: Record, language: Language = "en") -> Cut:
    """Lay a session out on a timeline.

    What was played lies where it was played. What was downloaded and never played lies where the
    list of cues that offered it was shown: the download may have come long after, but that is the
    moment it was meant for. What was chosen after the end, and offered at no moment, is left out.
    Where nothing was chosen, as in a recording that nobody watched, the first of each list is
    taken.
    """
    played = [*_played(record)]
    chosen = [*played, *_downloaded(record, {choice.track_id for choice in played})]
    return Cut(
        record=record,
        title=line(record.title) or said("Session {id}", language, id=record.id),
        stretches=tuple(stretches(record.moods, record.duration)),
        downloads=tuple(
            Marker(
                taken.t,
                taken.t,
                said("Downloaded: {piece}", language, piece=_name(taken.track)),
                DOWNLOAD,
            )
            for taken in record.downloads
        ),
        notes=tuple(Marker(note.t, note.t, line(note.text), NOTE) for note in record.notes),
        clips=tuple(_clips(chosen or _suggested(record), record.duration)),
        chosen=bool(chosen),
        language=language,
    )


def _name(track: Clip | TrackFacts) -> str:
    artist, title = line(track.artist), line(track.title)
    return f"{artist} - {title}" if artist else title


def _played(record: Record) -> Iterator[_Choice]:
    for play in record.plays:
        end = inf if play.end is None else play.end
        if end - play.t >= SHORTEST and play.t < record.duration:
            yield _Choice(play.t, end, play.track_id, play.track)


def _downloaded(record: Record, played: Collection[str]) -> Iterator[_Choice]:
    for taken in record.downloads:
        start = _offered(record, taken)
        if taken.track_id not in played and start < record.duration:
            yield _Choice(start, inf, taken.track_id, taken.track)


def _offered(record: Record, taken: Download) -> float:
    """Return when the latest list before a download that names its track was shown."""
    lists = (
        cues.t
        for cues in reversed(record.cues)
        if cues.t <= taken.t and any(item.track_id == taken.track_id for item in cues.items)
    )
    return next(lists, taken.t)


def _suggested(record: Record) -> Iterator[_Choice]:
    for cues in record.cues:
        for item in cues.items[:1]:
            yield _Choice(cues.t, inf, item.track_id, item)


def _clips(choices: Iterable[_Choice], duration: float) -> Iterator[Clip]:
    """Let each piece play until it is over, was stopped, or another begins.

    Pieces that begin at the same time lie on lanes of their own; one that is chosen again while it
    plays goes on.
    """
    clips = _until_the_next(choices, duration)
    return (clip for clip in clips if clip.end - clip.start >= SHORTEST)


def _until_the_next(choices: Iterable[_Choice], duration: float) -> Iterator[Clip]:
    sounding: list[Clip] = []
    begun = attrgetter("start")
    for start, together in groupby(sorted(choices, key=begun), begun):
        going_on = {clip.track_id for clip in sounding if clip.end > start}
        fresh = {choice.track_id: choice for choice in together if choice.track_id not in going_on}
        if fresh:
            yield from (replace(clip, end=min(clip.end, start)) for clip in sounding)
            sounding = [_clip(one, lane, duration) for lane, one in enumerate(fresh.values())]
    yield from sounding


def _clip(choice: _Choice, lane: int, duration: float) -> Clip:
    track = choice.track
    over = inf if track.duration is None else choice.start + track.duration
    return Clip(
        start=choice.start,
        end=min(choice.end, over, duration),
        lane=lane,
        track_id=choice.track_id,
        title=line(track.title),
        artist=line(track.artist),
        licence=line(track.licence),
        credit=line(track.credit),
        warning=track.warning,
        length=track.duration,
    )
