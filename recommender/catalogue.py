"""The catalogue: every track one can cue, kept in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Engine,
    Row,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from inference.emotion import EMOTIONS, Emotion
from recommender.builtin import VERSION, builtin_tracks
from recommender.database import open_database, writing
from recommender.tables import ImportRow, TrackRow
from recommender.track import Track

_TRACKS = select(TrackRow.__table__)
_BUILTIN = "builtin"
_SEPARATOR = ", "


@dataclass(frozen=True, slots=True)
class Page:
    """A part of what a search found.

    Attributes
    ----------
    tracks : list of Track
        In the order of their titles.
    total : int
        How many tracks the search found in all.
    """

    tracks: list[Track]
    total: int


class Catalogue:
    """Every track one can cue. May be used from any thread.

    Parameters
    ----------
    engine : Engine
        From :func:`recommender.database.open_database`; :meth:`open` does both. The feedback log
        shares it.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._take_over_builtin()

    @classmethod
    def open(cls, url: str) -> Catalogue:
        """Open the database at a URL, with the built-in tracks in it.

        Raises
        ------
        CatalogueError
            If the database cannot be used; the message says what to do.
        """
        return cls(open_database(url))

    def close(self) -> None:
        """Close all connections to the database."""
        self.engine.dispose()

    def tracks(self) -> list[Track]:
        """Return all tracks, in the order of their identifiers."""
        with self.engine.connect() as connection:
            return [_track(row) for row in connection.execute(_TRACKS.order_by(TrackRow.id))]

    def track(self, track_id: str) -> Track | None:
        """Return one track, or None where there is none with this identifier."""
        with self.engine.connect() as connection:
            row = connection.execute(_TRACKS.where(TrackRow.id == track_id)).one_or_none()
        return None if row is None else _track(row)

    def search(
        self,
        text: str = "",
        *,
        emotion: Emotion | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Page:
        """Find tracks.

        Parameters
        ----------
        text : str
            Words that must all occur in the title, artist, feels or instruments.
        emotion : Emotion or None
            The emotion the track fits best; None for any.
        limit, offset : int
            How many tracks to return at most, and how many to leave out before.

        Raises
        ------
        ValueError
            If ``limit`` or ``offset`` is negative.
        """
        if limit < 0 or offset < 0:
            raise ValueError("limit and offset must not be negative")
        found = _TRACKS
        for word in text.split():
            found = found.where(_mentions(word))
        if emotion is not None:
            found = found.where(TrackRow.emotion == emotion)
        page = found.order_by(func.lower(TrackRow.title), TrackRow.id).limit(limit).offset(offset)
        with self.engine.connect() as connection:
            tracks = [_track(row) for row in connection.execute(page)]
            total = connection.scalar(select(func.count()).select_from(found.subquery()))
        return Page(tracks, total or 0)

    def _take_over_builtin(self) -> None:
        """Store the built-in tracks unless this version of them, or a newer one, was stored before.

        Tracks are added or brought up to date, never removed: feedback may refer to them.
        """
        version = select(ImportRow.version).where(ImportRow.name == _BUILTIN)
        with self.engine.connect() as connection:
            if (connection.scalar(version) or 0) >= VERSION:
                return
        with writing(self.engine) as connection:
            if (connection.scalar(version) or 0) >= VERSION:
                return
            rows = [_row(track) for track in builtin_tracks()]
            known = set(connection.scalars(select(TrackRow.id)))
            changed = [{"key": row["id"], **row} for row in rows if row["id"] in known]
            new = [row for row in rows if row["id"] not in known]
            if changed:
                connection.execute(update(TrackRow).where(TrackRow.id == bindparam("key")), changed)
            if new:
                connection.execute(insert(TrackRow), new)
            connection.execute(delete(ImportRow).where(ImportRow.name == _BUILTIN))
            connection.execute(insert(ImportRow).values(name=_BUILTIN, version=VERSION))


def _mentions(word: str) -> ColumnElement[bool]:
    columns = (TrackRow.title, TrackRow.artist, TrackRow.feels, TrackRow.instruments)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _row(track: Track) -> dict[str, Any]:
    return {
        "id": track.id,
        "title": track.title,
        "artist": track.artist,
        "licence": track.licence,
        "duration": track.duration,
        "bpm": track.bpm,
        "feels": _SEPARATOR.join(track.feels),
        "instruments": _SEPARATOR.join(track.instruments),
        "emotion": track.emotion,
        **dict(zip(EMOTIONS, track.emotions.tolist(), strict=True)),
        "valence": track.valence,
        "arousal": track.arousal,
        "source": track.source,
        "page": track.page,
        "audio": track.audio,
    }


def _track(row: Row[Any]) -> Track:
    values = row._mapping
    return Track(
        id=row.id,
        title=row.title,
        artist=row.artist,
        licence=row.licence,
        duration=row.duration,
        bpm=row.bpm,
        feels=_words(row.feels),
        instruments=_words(row.instruments),
        emotions=np.array([values[emotion] for emotion in EMOTIONS], dtype=np.float32),
        valence=row.valence,
        arousal=row.arousal,
        source=row.source,
        page=row.page,
        audio=row.audio,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(_SEPARATOR)) if text else ()
