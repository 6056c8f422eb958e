"""A session as it was: what is kept of it, looked back on, and exported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.sources import Kind
from web.wire import CuesEvent, MoodEvent, TrackFacts


@dataclass(frozen=True, slots=True)
class Note:
    """A mark that a person has made.

    Attributes
    ----------
    t : float
        Seconds since the session began.
    text : str
        What they wrote.
    """

    t: float
    text: str


@dataclass(frozen=True, slots=True)
class Download:
    """A track that was downloaded.

    Attributes
    ----------
    t : float
        When, in seconds since the session began.
    track_id : str
        The track.
    track : TrackFacts
        What is known of it.
    """

    t: float
    track_id: str
    track: TrackFacts


@dataclass(frozen=True, slots=True)
class Play:
    """A track that was played.

    Attributes
    ----------
    t : float
        From when on, in seconds since the session began.
    end : float or None
        Until when; None where it had not been stopped.
    track_id : str
        The track.
    track : TrackFacts
        What is known of it.
    """

    t: float
    end: float | None
    track_id: str
    track: TrackFacts


@dataclass(frozen=True, slots=True)
class Record:
    """One session as it was, or as it is so far; all in the order of time.

    Attributes
    ----------
    id, title : str
        Its public name, and what its user calls it.
    source : Kind
        Where its media came from.
    started_at : datetime
        When its clock read 0, with its time zone.
    duration : float
        Its length in seconds; so far, while it runs.
    moods : tuple of MoodEvent
        All moods.
    cues : tuple of CuesEvent
        Each list of cues that was shown.
    plays : tuple of Play
        What was played.
    downloads : tuple of Download
        What was downloaded.
    notes : tuple of Note
        What people marked.
    """

    id: str
    title: str
    source: Kind
    started_at: datetime
    duration: float
    moods: tuple[MoodEvent, ...] = ()
    cues: tuple[CuesEvent, ...] = ()
    plays: tuple[Play, ...] = ()
    downloads: tuple[Download, ...] = ()
    notes: tuple[Note, ...] = ()
