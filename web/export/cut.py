"""Lay a session out on a timeline for editing software: markers and music clips."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf
from operator import attrgetter
from typing import Final

from web.export.language import Language, translate
from web.export.palette import STYLES
from web.export.segments import Segment, segments
from web.export.text import one_line
from web.sessions.record import Download, Record
from web.wire import TrackFacts

DOWNLOAD: Final = "MAGENTA"
NOTE: Final = "PINK"
"""Colours of markers that no emotion uses."""

MIN_CLIP: Final = 0.5
"""Seconds; shorter clips are left out, since nobody listened to the track."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker on the timeline.

    Attributes
    ----------
    start, end : float
        Seconds since the session began; equal if it marks one moment.
    name : str
        Its text, in one line.
    colour : str
        Name of the colour in OpenTimelineIO.
    segment : Segment or None
        The mood segment it marks.
    """

    start: float
    end: float
    name: str
    colour: str
    segment: Segment | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """A music clip on the timeline.

    Attributes
    ----------
    start, end : float
        Seconds since the session began.
    lane : int
        Index of the audio lane; above 0 if several clips start at the same time.
    track_id : str
        The track.
    title, artist, licence, credit : str
        Facts about the track, each in one line.
    warning : str or None
        What to consider before the track is published.
    length : float or None
        Length of the whole track in seconds.
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
        """Artist and title: the name of the downloaded file, without its extension."""
        return _name(self)


@dataclass(frozen=True, slots=True)
class Cut:
    """A session on a timeline; everything in order of time.

    Attributes
    ----------
    record : Record
        The session.
    title : str
        Its title in one line; never empty.
    segments : tuple of Segment
        The mood segments.
    downloads, notes : tuple of Marker
        The markers of downloads and notes.
    clips : tuple of Clip
        The music.
    chosen : bool
        Whether a user chose the music; otherwise it is the first track of each list of cues.
    language : Language
        Language of names and texts.
    """

    record: Record
    title: str
    segments: tuple[Segment, ...]
    downloads: tuple[Marker, ...]
    notes: tuple[Marker, ...]
    clips: tuple[Clip, ...]
    chosen: bool
    language: Language

    def translate(self, text: str, /, **values: object) -> str:
        """Translate a text of Moodcue and fill in its placeholders."""
        return translate(text, self.language, **values)

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.record.duration

    @property
    def has_video(self) -> bool:
        """Whether the session had video."""
        return any(mood.face is not None for mood in self.record.moods)

    @property
    def markers(self) -> list[Marker]:
        """One marker for each mood segment, download and note, in order of time."""
        moods = (
            Marker(
                segment.start,
                segment.end,
                f"{STYLES[segment.label].name} {segment.confidence:.0%}",
                STYLES[segment.label].marker,
                segment,
            )
            for segment in self.segments
        )
        return sorted((*moods, *self.downloads, *self.notes), key=attrgetter("start"))


@dataclass(frozen=True, slots=True)
class _Placement:
    """A track placed on the timeline; ``end`` is infinite unless it was stopped."""

    start: float
    end: float
    track_id: str
    track: TrackFacts


def cut(record: Record, language: Language = "en") -> Cut:
    """Lay a session out on a timeline.

    Played tracks are placed where they played. A downloaded track that was not played is placed
    where the list of cues that offered it was shown, because it was suggested for that moment,
    however late it was downloaded. Tracks chosen after the end and never offered are left out. If
    no track was chosen, as in a recording that nobody watched, the first of each list is used.
    """
    played = [*_played(record)]
    chosen = [*played, *_downloaded(record, {placed.track_id for placed in played})]
    return Cut(
        record=record,
        title=one_line(record.title) or translate("Session {id}", language, id=record.id),
        segments=tuple(segments(record.moods, record.duration)),
        downloads=tuple(
            Marker(
                download.t,
                download.t,
                translate("Downloaded: {track}", language, track=_name(download.track)),
                DOWNLOAD,
            )
            for download in record.downloads
        ),
        notes=tuple(Marker(note.t, note.t, one_line(note.text), NOTE) for note in record.notes),
        clips=tuple(_clips(chosen or _suggested(record), record.duration)),
        chosen=bool(chosen),
        language=language,
    )


def _name(track: Clip | TrackFacts) -> str:
    artist, title = one_line(track.artist), one_line(track.title)
    return f"{artist} - {title}" if artist else title


def _played(record: Record) -> Iterator[_Placement]:
    for play in record.plays:
        end = inf if play.end is None else play.end
        if end - play.t >= MIN_CLIP and play.t < record.duration:
            yield _Placement(play.t, end, play.track_id, play.track)


def _downloaded(record: Record, played: Collection[str]) -> Iterator[_Placement]:
    for download in record.downloads:
        start = _offered_at(record, download)
        if download.track_id not in played and start < record.duration:
            yield _Placement(start, inf, download.track_id, download.track)


def _offered_at(record: Record, download: Download) -> float:
    """Return when the latest list before a download that contains its track was shown."""
    lists = (
        cues.t
        for cues in reversed(record.cues)
        if cues.t <= download.t and any(item.track_id == download.track_id for item in cues.items)
    )
    return next(lists, download.t)


def _suggested(record: Record) -> Iterator[_Placement]:
    for cues in record.cues:
        for item in cues.items[:1]:
            yield _Placement(cues.t, inf, item.track_id, item)


def _clips(placements: Iterable[_Placement], duration: float) -> Iterator[Clip]:
    """Yield clips that end when the track ends, is stopped, or another one starts.

    Tracks that start at the same time get separate lanes. A track that is chosen again while it
    plays continues.
    """
    clips = _until_next(placements, duration)
    return (clip for clip in clips if clip.end - clip.start >= MIN_CLIP)


def _until_next(placements: Iterable[_Placement], duration: float) -> Iterator[Clip]:
    playing: list[Clip] = []
    by_start = attrgetter("start")
    for start, together in groupby(sorted(placements, key=by_start), by_start):
        continuing = {clip.track_id for clip in playing if clip.end > start}
        new = {placed.track_id: placed for placed in together if placed.track_id not in continuing}
        if new:
            yield from (replace(clip, end=min(clip.end, start)) for clip in playing)
            playing = [_clip(placed, lane, duration) for lane, placed in enumerate(new.values())]
    yield from playing


def _clip(placed: _Placement, lane: int, duration: float) -> Clip:
    track = placed.track
    track_end = inf if track.duration is None else placed.start + track.duration
    return Clip(
        start=placed.start,
        end=min(placed.end, track_end, duration),
        lane=lane,
        track_id=placed.track_id,
        title=one_line(track.title),
        artist=one_line(track.artist),
        licence=one_line(track.licence),
        credit=one_line(track.credit),
        warning=track.warning,
        length=track.duration,
    )
