"""Read a whole session from the history, for exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from recommender import Catalogue, DownloadLog, History, Selection, StoredSession
from recommender.vocabulary import SourceKind
from web.sessions.events import notes_of
from web.wire import CuesEvent, MoodEvent, PlayingEvent, TrackFacts, facts


@dataclass(frozen=True, slots=True)
class Note:
    """A note.

    Attributes
    ----------
    t : float
        Seconds since the session began.
    text : str
        Its text.
    """

    t: float
    text: str


@dataclass(frozen=True, slots=True)
class Download:
    """A track that was downloaded.

    Attributes
    ----------
    t : float
        Seconds since the session began.
    track_id : str
        The track.
    track : TrackFacts
        Facts about it.
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
        Start, in seconds since the session began.
    end : float or None
        End, in seconds since the session began; None if it was still playing.
    track_id : str
        The track.
    track : TrackFacts
        Facts about it.
    """

    t: float
    end: float | None
    track_id: str
    track: TrackFacts


@dataclass(frozen=True, slots=True)
class Record:
    """A session, up to now if it is running; all lists in order of time.

    Attributes
    ----------
    id, title : str
        Public id, and title.
    source : SourceKind
        Where its media came from.
    started_at : datetime
        When its clock read 0, with the time zone.
    duration : float
        Length in seconds; up to now if it is running.
    moods : tuple of MoodEvent
        All moods.
    cues : tuple of CuesEvent
        All lists of cues.
    plays : tuple of Play
        The tracks that were played.
    downloads : tuple of Download
        The tracks that were downloaded.
    notes : tuple of Note
        The notes.
    """

    id: str
    title: str
    source: SourceKind
    started_at: datetime
    duration: float
    moods: tuple[MoodEvent, ...] = ()
    cues: tuple[CuesEvent, ...] = ()
    plays: tuple[Play, ...] = ()
    downloads: tuple[Download, ...] = ()
    notes: tuple[Note, ...] = ()


def record_of(catalogue: Catalogue, session_id: str) -> Record:
    """Read a session from the history; blocks on the database.

    Raises
    ------
    LookupError
        If there is no such session.
    StorageError
        If the database cannot be read.
    """
    history = History(catalogue.engine)
    session = history.session(session_id)
    if session is None:
        raise LookupError(f"there is no session {session_id}")
    events = history.events(session_id, ("mood", "cues", "playing", "note"))

    def bodies(kind: str) -> Iterator[str]:
        return (event.body for event in events if event.type == kind)

    plays = [PlayingEvent.model_validate_json(body) for body in bodies("playing")]
    return Record(
        id=session.id,
        title=session.title,
        source=cast(SourceKind, session.source),
        started_at=session.started_at,
        duration=session.t,
        moods=tuple(map(MoodEvent.model_validate_json, bodies("mood"))),
        cues=tuple(map(CuesEvent.model_validate_json, bodies("cues"))),
        plays=tuple(_plays(plays, session)),
        downloads=tuple(_downloads(catalogue, session_id)),
        notes=tuple(Note(note.t, note.text or "") for note in notes_of(events)),
    )


def _plays(events: list[PlayingEvent], session: StoredSession) -> Iterator[Play]:
    over = session.t if session.state == "ended" else None
    ends = [*(event.t for event in events[1:]), over]
    for event, end in zip(events, ends, strict=False):
        if event.track is not None:
            yield Play(event.t, end, event.track.track_id, event.track)


def _downloads(catalogue: Catalogue, session_id: str) -> Iterator[Download]:
    batches = DownloadLog(catalogue.engine).batches(Selection(session_id=session_id))
    logged = sorted((row for batch in batches for row in batch), key=lambda row: row.t)
    for row in logged:
        if (track := catalogue.track(row.track_id)) is not None:
            yield Download(row.t, row.track_id, TrackFacts(**facts(track)))
