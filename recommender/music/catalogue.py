"""The catalogue: all tracks that can be cued, in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    bindparam,
    func,
    insert,
    select,
    update,
)

from inference.emotion import Emotion
from recommender.music.builtin import VERSION, builtin_tracks
from recommender.music.licence import LicenceClass, licence_class
from recommender.music.moods import Fit
from recommender.music.track import Track
from recommender.music.track_rows import (
    MOOD_COLUMNS,
    mood_to_row,
    row_to_track,
    search_key,
    track_to_row,
)
from recommender.store.database import open_database, writing
from recommender.store.tables import FeedbackRow, ImportRow, TrackRow
from recommender.vocabulary import ANY, Range

_TRACKS: Final = select(TrackRow.__table__)
_BUILTIN: Final = "builtin"
_CHANGES: Final = "changes"
_BATCH_SIZE: Final = 1000
"""Rows that one statement writes."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of search results.

    Attributes
    ----------
    tracks : list of Track
        Tracks of this page, in the order of the search.
    total : int
        Number of tracks on all pages.
    """

    tracks: list[Track]
    total: int


class Catalogue:
    """All tracks that can be cued. Thread-safe.

    The built-in tracks are imported unless the database has this version of them or a newer one.

    Parameters
    ----------
    engine : Engine
        Engine of :func:`~recommender.store.database.open_database`.
    builtin_version : int
        Version of the built-in tracks.
    """

    def __init__(self, engine: Engine, *, builtin_version: int = VERSION) -> None:
        self.engine = engine
        self._import_builtin(builtin_version)

    @classmethod
    def open(cls, url: str, *, builtin_version: int = VERSION) -> Catalogue:
        """Open the catalogue in the database at a URL.

        Raises
        ------
        StorageError
            If the database cannot be used; the message says what to do.
        """
        return cls(open_database(url), builtin_version=builtin_version)

    def close(self) -> None:
        """Close all connections to the database."""
        self.engine.dispose()

    def tracks(self) -> list[Track]:
        """Return all tracks that are not missing, ordered by identifier."""
        rows = _TRACKS.where(~TrackRow.missing).order_by(TrackRow.id)
        with self.engine.connect() as connection:
            return [row_to_track(row) for row in connection.execute(rows)]

    def track(self, track_id: str) -> Track | None:
        """Return one track, or None if it does not exist."""
        with self.engine.connect() as connection:
            row = connection.execute(_TRACKS.where(TrackRow.id == track_id)).one_or_none()
        return None if row is None else row_to_track(row)

    def search(
        self,
        text: str = "",
        *,
        emotion: Emotion | None = None,
        valence: Range = ANY,
        arousal: Range = ANY,
        tempo: Range = ANY,
        licences: Collection[LicenceClass] | None = None,
        sources: Collection[str] | None = None,
        near: tuple[float, float] | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Page:
        """Search tracks, ordered by title or by distance from a position in the circumplex.

        Parameters
        ----------
        text : str
            Words that must all occur in the title, artist, feels or instruments, ignoring case and
            accents.
        emotion : Emotion or None
            The emotion that the track fits best; None for any.
        valence, arousal : Range
            A rectangle in the circumplex.
        tempo : Range
            Beats per minute.
        licences : collection of LicenceClass or None
            Allowed licence classes; None for all.
        sources : collection of str or None
            Allowed sources; None for all.
        near : tuple of float or None
            Valence and arousal of a position; the nearest tracks come first.
        limit, offset : int
            Maximum number of tracks to return, and number of tracks to skip.

        Raises
        ------
        ValueError
            If ``limit`` or ``offset`` is negative.
        """
        if limit < 0 or offset < 0:
            raise ValueError("limit and offset must not be negative")
        where: list[ColumnElement[bool]] = [
            TrackRow.words.contains(word, autoescape=True) for word in search_key(text).split()
        ]
        where += _in_range(TrackRow.valence.expression, valence)
        where += _in_range(TrackRow.arousal.expression, arousal)
        where += _in_range(TrackRow.bpm.expression, tempo)
        if emotion is not None:
            where.append(TrackRow.emotion == emotion)
        if sources is not None:
            where.append(TrackRow.source.in_(sources))
        order: list[ColumnElement[Any]] = [TrackRow.title_key.expression, TrackRow.id.expression]
        if near is not None:
            dx, dy = TrackRow.valence - near[0], TrackRow.arousal - near[1]
            order.insert(0, dx * dx + dy * dy)
        with self.engine.connect() as connection:
            if licences is not None:
                where.append(TrackRow.licence.in_(_licences(connection, licences)))
            page = _TRACKS.where(*where).order_by(*order).limit(limit).offset(offset)
            tracks = [row_to_track(row) for row in connection.execute(page)]
            total = connection.scalar(select(func.count(TrackRow.id)).where(*where))
        return Page(tracks, total or 0)

    def sources(self) -> dict[str, int]:
        """Return the number of tracks of each source, ordered by source."""
        counted = select(TrackRow.source, func.count()).group_by(TrackRow.source)
        with self.engine.connect() as connection:
            return dict(connection.execute(counted.order_by(TrackRow.source)).all())

    def store(self, tracks: Iterable[Track]) -> int:
        """Insert or update tracks.

        Corrected moods are kept. Rows are written in batches, one transaction each, so that other
        writers do not wait long.

        Returns
        -------
        int
            Number of tracks inserted.

        Raises
        ------
        StorageError
            If the database cannot be written to.
        """
        rows = list({track.id: track_to_row(track) for track in tracks}.values())
        inserted = 0
        for start in range(0, len(rows), _BATCH_SIZE):
            with writing(self.engine) as connection:
                inserted += _store(connection, rows[start : start + _BATCH_SIZE])
        return inserted

    def mark_missing(self, track_ids: Sequence[str]) -> None:
        """Mark tracks as missing because their files are gone."""
        for start in range(0, len(track_ids), _BATCH_SIZE):
            batch = track_ids[start : start + _BATCH_SIZE]
            with writing(self.engine) as connection:
                connection.execute(
                    update(TrackRow).where(TrackRow.id.in_(batch)).values(missing=True)
                )
                _count_change(connection)

    def correct(self, track_id: str, mood: Fit) -> Track | None:
        """Set the mood of a track permanently; later estimates no longer change it.

        Returns
        -------
        Track or None
            The updated track; None if it does not exist.
        """
        values = mood_to_row(mood.emotions, mood.valence, mood.arousal)
        with writing(self.engine) as connection:
            row = _stored_mood(connection, track_id)
            if row is None:
                return None
            if not row["corrected"]:
                values["estimate"] = {name: row[name] for name in MOOD_COLUMNS}
            _update(connection, track_id, corrected=True, **values)
        return self.track(track_id)

    def uncorrect(self, track_id: str) -> Track | None:
        """Restore the estimated mood of a track; return the track as :meth:`correct` does."""
        with writing(self.engine) as connection:
            row = _stored_mood(connection, track_id)
            if row is None:
                return None
            if row["corrected"]:
                estimate = row["estimate"] or {}
                _update(connection, track_id, corrected=False, estimate=None, **estimate)
        return self.track(track_id)

    def used(self, session_id: str) -> list[tuple[Track, bool]]:
        """Return the tracks that a session downloaded or previewed, in order of first use.

        Returns
        -------
        list of tuple
            Track, and whether it was downloaded.
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
            rows = connection.execute(_TRACKS.where(TrackRow.id.in_(downloaded)))
            tracks = {row.id: row_to_track(row) for row in rows}
        return [(tracks[track_id], was) for track_id, was in downloaded.items()]

    def change_count(self) -> int:
        """Return a number that increases with every change of the tracks by any process."""
        changes = select(ImportRow.version).where(ImportRow.name == _CHANGES)
        with self.engine.connect() as connection:
            return connection.scalar(changes) or 0

    def _import_builtin(self, version: int) -> None:
        """Insert or update the built-in tracks if the database has an older version of them.

        Tracks are never deleted: feedback may refer to them.
        """
        stored = select(ImportRow.version).where(ImportRow.name == _BUILTIN)
        with self.engine.connect() as connection:
            if (connection.scalar(stored) or 0) >= version:
                return
        with writing(self.engine) as connection:
            if (connection.scalar(stored) or 0) >= version:
                return
            _store(connection, [track_to_row(track) for track in builtin_tracks()])
            _set_version(connection, _BUILTIN, version)


def _in_range(column: ColumnElement[Any], limits: Range) -> Iterator[ColumnElement[bool]]:
    low, high = limits
    if low is not None:
        yield column >= low
    if high is not None:
        yield column <= high


def _store(connection: Connection, rows: Collection[dict[str, Any]]) -> int:
    """Insert or update rows; return the number inserted."""
    stored = select(TrackRow.id, TrackRow.corrected).where(
        TrackRow.id.in_([row["id"] for row in rows])
    )
    corrected = dict(connection.execute(stored).all())
    new = [row for row in rows if row["id"] not in corrected]
    estimated = [_update_values(row) for row in rows if corrected.get(row["id"]) is False]
    kept = [
        {
            **_update_values(row, without=MOOD_COLUMNS),
            "estimate": {name: row[name] for name in MOOD_COLUMNS},
        }
        for row in rows
        if corrected.get(row["id"])
    ]
    if new:
        connection.execute(insert(TrackRow), new)
    for changed in (estimated, kept):
        if changed:
            connection.execute(update(TrackRow).where(TrackRow.id == bindparam("key")), changed)
    _count_change(connection)
    return len(new)


def _update_values(row: dict[str, Any], without: Collection[str] = ()) -> dict[str, Any]:
    """Return the values of an update, with the identifier as its parameter ``key``."""
    values = {name: value for name, value in row.items() if name not in without}
    return {"key": values.pop("id"), **values}


def _stored_mood(connection: Connection, track_id: str) -> RowMapping | None:
    columns = (getattr(TrackRow, name) for name in sorted(MOOD_COLUMNS))
    row = select(TrackRow.corrected, TrackRow.estimate, *columns).where(TrackRow.id == track_id)
    return connection.execute(row).mappings().one_or_none()


def _update(connection: Connection, track_id: str, **values: Any) -> None:
    connection.execute(update(TrackRow).where(TrackRow.id == track_id).values(**values))
    _count_change(connection)


def _count_change(connection: Connection) -> None:
    """Increase :meth:`Catalogue.change_count`."""
    changes = connection.scalar(select(ImportRow.version).where(ImportRow.name == _CHANGES)) or 0
    _set_version(connection, _CHANGES, changes + 1)


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
