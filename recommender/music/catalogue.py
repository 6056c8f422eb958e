"""The catalogue: every track one can cue, kept in the database."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    RowMapping,
    bindparam,
    func,
    insert,
    select,
    update,
)

from inference.emotion import EMOTIONS, Distribution, Emotion, most_likely
from recommender.music.builtin import VERSION, builtin_tracks
from recommender.music.licence import LicenceClass, licence_class
from recommender.music.moods import Fit
from recommender.music.track import Track
from recommender.store.database import open_database, writing
from recommender.store.tables import FeedbackRow, ImportRow, TrackRow

Range: TypeAlias = tuple[float | None, float | None]
"""Least and most, each None where there is no limit; what is unknown lies in no limited range."""

_ANY: Final[Range] = (None, None)
_TRACKS: Final = select(TrackRow.__table__)
_BUILTIN: Final = "builtin"
_CHANGES: Final = "changes"
_SEPARATOR: Final = ", "
_BATCH: Final = 1000
"""Rows that one statement writes."""
_MOOD: Final = frozenset({"emotion", *EMOTIONS, "valence", "arousal"})


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
        From :func:`~recommender.store.database.open_database`; shared with the feedback log.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._take_over_builtin()

    @classmethod
    def open(cls, url: str) -> Catalogue:
        """Open the database at a URL, with the built-in tracks in it.

        Raises
        ------
        StorageError
            If the database cannot be used; the message says what to do.
        """
        return cls(open_database(url))

    def close(self) -> None:
        """Close all connections to the database."""
        self.engine.dispose()

    def tracks(self) -> list[Track]:
        """Return all tracks but the missing, in the order of their identifiers."""
        there = _TRACKS.where(~TrackRow.missing).order_by(TrackRow.id)
        with self.engine.connect() as connection:
            return [_track(row) for row in connection.execute(there)]

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
        valence: Range = _ANY,
        arousal: Range = _ANY,
        tempo: Range = _ANY,
        licences: Collection[LicenceClass] | None = None,
        sources: Collection[str] | None = None,
        near: tuple[float, float] | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Page:
        """Find tracks, in the order of their titles, or of their distance from a place.

        Parameters
        ----------
        text : str
            Words that must all occur in the title, artist, feels or instruments, in any case and
            with or without accents.
        emotion : Emotion or None
            The emotion the track fits best; None for any.
        valence, arousal : Range
            A box in the circumplex.
        tempo : Range
            Beats per minute.
        licences : collection of LicenceClass or None
            What their licences allow; None for anything.
        sources : collection of str or None
            The catalogues they come from; None for all.
        near : tuple of float or None
            Valence and arousal of a place in the circumplex: the nearest tracks come first.
        limit, offset : int
            How many tracks to return at most, and how many to leave out before.

        Raises
        ------
        ValueError
            If ``limit`` or ``offset`` is negative.
        """
        if limit < 0 or offset < 0:
            raise ValueError("limit and offset must not be negative")
        wanted: list[ColumnElement[bool]] = [
            TrackRow.words.contains(word, autoescape=True) for word in search_key(text).split()
        ]
        if emotion is not None:
            wanted.append(TrackRow.emotion == emotion)
        for column, (least, most) in (
            (TrackRow.valence, valence),
            (TrackRow.arousal, arousal),
            (TrackRow.bpm, tempo),
        ):
            if least is not None:
                wanted.append(column >= least)
            if most is not None:
                wanted.append(column <= most)
        if sources is not None:
            wanted.append(TrackRow.source.in_(sources))
        order: list[ColumnElement[Any]] = [TrackRow.title_key.expression, TrackRow.id.expression]
        if near is not None:
            across, up = TrackRow.valence - near[0], TrackRow.arousal - near[1]
            order.insert(0, across * across + up * up)
        with self.engine.connect() as connection:
            if licences is not None:
                wanted.append(TrackRow.licence.in_(_licences(connection, licences)))
            page = _TRACKS.where(*wanted).order_by(*order).limit(limit).offset(offset)
            tracks = [_track(row) for row in connection.execute(page)]
            total = connection.scalar(select(func.count(TrackRow.id)).where(*wanted))
        return Page(tracks, total or 0)

    def sources(self) -> dict[str, int]:
        """Return the catalogues that tracks come from, with the number of tracks of each."""
        counted = select(TrackRow.source, func.count()).group_by(TrackRow.source)
        with self.engine.connect() as connection:
            return dict(connection.execute(counted.order_by(TrackRow.source)).all())

    def store(self, tracks: Iterable[Track]) -> int:
        """Add tracks, or bring those that are there up to date; return how many were new.

        A mood that a person has set stays as it is. Many tracks are written a part at a time, so
        that nobody else who writes has to wait long.

        Raises
        ------
        StorageError
            If they cannot be stored.
        """
        rows = list({track.id: _row(track) for track in tracks}.values())
        new = 0
        for start in range(0, len(rows), _BATCH):
            with writing(self.engine) as connection:
                new += _store(connection, rows[start : start + _BATCH])
        return new

    def mark_missing(self, track_ids: Sequence[str]) -> None:
        """Mark tracks whose files are no longer where they were."""
        for start in range(0, len(track_ids), _BATCH):
            batch = track_ids[start : start + _BATCH]
            with writing(self.engine) as connection:
                connection.execute(
                    update(TrackRow).where(TrackRow.id.in_(batch)).values(missing=True)
                )
                _count_change(connection)

    def correct(self, track_id: str, mood: Fit) -> Track | None:
        """Set the mood of a track for good: no later estimate changes it.

        Returns
        -------
        Track or None
            The track as it is now; None where there is none with this identifier.
        """
        heard = _mood(mood.emotions, mood.valence, mood.arousal)
        with writing(self.engine) as connection:
            row = _stored_mood(connection, track_id)
            if row is None:
                return None
            if not row["corrected"]:
                heard["estimate"] = {name: row[name] for name in _MOOD}
            _change(connection, track_id, corrected=True, **heard)
        return self.track(track_id)

    def uncorrect(self, track_id: str) -> Track | None:
        """Let the estimate of a track's mood count again; return the track as :meth:`correct`."""
        with writing(self.engine) as connection:
            row = _stored_mood(connection, track_id)
            if row is None:
                return None
            if row["corrected"]:
                estimate = row["estimate"] or {}
                _change(connection, track_id, corrected=False, estimate=None, **estimate)
        return self.track(track_id)

    def used(self, session_id: str) -> list[tuple[Track, bool]]:
        """Return the tracks that a session downloaded or previewed, in the order it did so first.

        Each comes with whether it was downloaded.
        """
        uses = (
            select(FeedbackRow.track_id, FeedbackRow.action)
            .where(
                FeedbackRow.session_id == session_id,
                FeedbackRow.action.in_(("downloaded", "previewed")),
            )
            .order_by(FeedbackRow.id)
        )
        with self.engine.connect() as connection:
            downloaded: dict[str, bool] = {}
            for use in connection.execute(uses):
                downloaded[use.track_id] = (
                    downloaded.get(use.track_id, False) or use.action == "downloaded"
                )
            rows = _by_id(connection, downloaded)
        return [(rows[track_id], taken) for track_id, taken in downloaded.items()]

    def changes(self) -> int:
        """Return a number that grows with every change of the tracks, by any process."""
        changes = select(ImportRow.version).where(ImportRow.name == _CHANGES)
        with self.engine.connect() as connection:
            return connection.scalar(changes) or 0

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
            _store(connection, [_row(track) for track in builtin_tracks()])
            _set_version(connection, _BUILTIN, VERSION)


def _store(connection: Connection, rows: Collection[dict[str, Any]]) -> int:
    there = select(TrackRow.id, TrackRow.corrected).where(
        TrackRow.id.in_([row["id"] for row in rows])
    )
    known = dict(connection.execute(there).all())
    added = [row for row in rows if row["id"] not in known]
    estimated = [_renamed(row) for row in rows if known.get(row["id"]) is False]
    corrected = [
        {**_renamed(row, without=_MOOD), "estimate": {name: row[name] for name in _MOOD}}
        for row in rows
        if known.get(row["id"])
    ]
    if added:
        connection.execute(insert(TrackRow), added)
    for changed in (estimated, corrected):
        if changed:
            connection.execute(update(TrackRow).where(TrackRow.id == bindparam("key")), changed)
    _count_change(connection)
    return len(added)


def _stored_mood(connection: Connection, track_id: str) -> RowMapping | None:
    columns = (getattr(TrackRow, name) for name in sorted(_MOOD))
    row = select(TrackRow.corrected, TrackRow.estimate, *columns).where(TrackRow.id == track_id)
    return connection.execute(row).mappings().one_or_none()


def _change(connection: Connection, track_id: str, **values: Any) -> None:
    connection.execute(update(TrackRow).where(TrackRow.id == track_id).values(**values))
    _count_change(connection)


def _count_change(connection: Connection) -> None:
    """Let :meth:`Catalogue.changes` tell that tracks have changed in this transaction."""
    changes = connection.scalar(select(ImportRow.version).where(ImportRow.name == _CHANGES)) or 0
    _set_version(connection, _CHANGES, changes + 1)


def search_key(text: str) -> str:
    """Return a text without case and accents.

    >>> search_key("Étude")
    'etude'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _set_version(connection: Connection, name: str, version: int) -> None:
    stored = connection.execute(
        update(ImportRow).where(ImportRow.name == name).values(version=version)
    )
    if not stored.rowcount:
        connection.execute(insert(ImportRow).values(name=name, version=version))


def _licences(connection: Connection, classes: Collection[LicenceClass]) -> list[str]:
    """Return the licences in the catalogue that belong to one of the classes."""
    licences = connection.scalars(select(TrackRow.licence).distinct())
    return [licence for licence in licences if licence_class(licence) in classes]


def _by_id(connection: Connection, track_ids: Collection[str]) -> dict[str, Track]:
    rows = connection.execute(_TRACKS.where(TrackRow.id.in_(track_ids)))
    return {row.id: _track(row) for row in rows}


def _renamed(row: dict[str, Any], without: Collection[str] = ()) -> dict[str, Any]:
    """Return what an update sets, with the identifier under the name its condition has for it."""
    kept = {name: value for name, value in row.items() if name not in without}
    return {"key": kept.pop("id"), **kept}


def _row(track: Track) -> dict[str, Any]:
    feels, instruments = _SEPARATOR.join(track.feels), _SEPARATOR.join(track.instruments)
    return {
        "id": track.id,
        "title": track.title,
        "artist": track.artist,
        "licence": track.licence,
        "duration": track.duration,
        "bpm": track.bpm,
        "feels": feels,
        "instruments": instruments,
        **_mood(track.emotions, track.valence, track.arousal),
        "source": track.source,
        "page": track.page,
        "audio": track.audio or "",
        "attribution": track.attribution,
        "cover": track.cover,
        "missing": track.missing,
        "title_key": search_key(track.title),
        "words": search_key(" ".join((track.title, track.artist, feels, instruments))),
    }


def _mood(emotions: Distribution, valence: float, arousal: float) -> dict[str, Any]:
    return {
        "emotion": most_likely(emotions),
        **dict(zip(EMOTIONS, emotions.tolist(), strict=True)),
        "valence": valence,
        "arousal": arousal,
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
        audio=row.audio or None,
        attribution=row.attribution,
        cover=row.cover,
        corrected=row.corrected,
        missing=row.missing,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(_SEPARATOR)) if text else ()
