"""The download log: list, search and follow downloads, quickly even in a long log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, func, literal_column, select, tuple_

from inference.emotion import Emotion
from recommender.store.counts import Counts, count_downloads
from recommender.store.selection import EVERYTHING, IS_DOWNLOAD, Selection, conditions
from recommender.store.tables import FeedbackRow, TrackRow
from recommender.vocabulary import Mode

BATCH_SIZE: Final = 1000
"""Downloads that :meth:`DownloadLog.batches` reads at a time."""

SORTED_MATCHES: Final = 5000
"""Matches of a text search up to which they are looked up by track and sorted by time.

If there are more, scanning back in time finds a page sooner.
"""

_YOUTUBE: Final = re.compile(
    r"(?:youtube\.com/(?:watch\?(?:\S*&)?v=|embed/|shorts/)|youtu\.be/)([\w-]{11})"
)


@dataclass(frozen=True, slots=True)
class Download:
    """One download, with the mood at that time.

    Attributes
    ----------
    id : int
        Increases in write order over all sessions; never reused.
    at : datetime
        Time of the download, in UTC.
    session_id : str
        The session.
    t : float
        Time of the download, in seconds since the session began.
    track_id, title, artist, source : str
        The track, and the catalogue it comes from.
    source_id : str
        Identifier of the track in that catalogue; on YouTube, of the video.
    mood : Emotion or None
        The mood; None before the first one.
    voice, face : Emotion or None
        Most likely emotion by voice alone and by face alone; None without speech or face.
    mode : Mode or None
        Cue mode of the list; None if the track was not on one.
    rank : int or None
        Rank on that list, from 1.
    """

    id: int
    at: datetime
    session_id: str
    t: float
    track_id: str
    title: str
    artist: str
    source: str
    source_id: str
    mood: Emotion | None
    voice: Emotion | None
    face: Emotion | None
    mode: Mode | None
    rank: int | None


class DownloadLog:
    """Reads the downloads in the feedback log. Thread-safe.

    Parameters
    ----------
    engine : Engine
        Engine of :func:`~recommender.store.database.open_database`.
    sorted_matches : int
        See :data:`SORTED_MATCHES`.
    """

    def __init__(self, engine: Engine, *, sorted_matches: int = SORTED_MATCHES) -> None:
        self._engine = engine
        self._sorted_matches = sorted_matches

    def page(
        self, selection: Selection = EVERYTHING, *, limit: int = 100, before: int | None = None
    ) -> list[Download]:
        """Return downloads, newest first.

        Parameters
        ----------
        selection : Selection
            Which downloads.
        limit : int
            Maximum number of downloads.
        before : int or None
            ``id`` of the last download of the previous page; None for the first page.

        Raises
        ------
        LookupError
            If the download ``before`` does not exist or was deleted.
        """
        with self._engine.connect() as connection:
            end = None
            if before is not None:
                at = connection.scalar(select(FeedbackRow.at).where(FeedbackRow.id == before))
                if at is None:
                    raise LookupError(f"download {before} was deleted: start from the newest again")
                end = at, before
            return self._newest(connection, selection, end, limit)

    def batches(
        self, selection: Selection = EVERYTHING, *, batch_size: int = BATCH_SIZE
    ) -> Iterator[list[Download]]:
        """Yield all selected downloads, newest first, in batches of bounded size."""
        end = None
        while True:
            with self._engine.connect() as connection:
                batch = self._newest(connection, selection, end, batch_size)
            if not batch:
                return
            yield batch
            end = batch[-1].at, batch[-1].id

    def since(
        self, after: int, selection: Selection = EVERYTHING, *, limit: int = 100
    ) -> list[Download]:
        """Return the downloads written after a given one, in write order.

        Parameters
        ----------
        after : int
            ``id`` of the last download that the caller has; 0 for all.
        selection : Selection
            Which downloads.
        limit : int
            Maximum number of downloads; if as many are returned, there may be more.
        """
        newer = _DOWNLOADS.where(FeedbackRow.id > after, *conditions(selection))
        with self._engine.connect() as connection:
            rows = connection.execute(newer.order_by(FeedbackRow.id).limit(limit))
            return [_download(row) for row in rows]

    def latest(self) -> int:
        """Return the ``id`` of the download written last; 0 if there is none."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(FeedbackRow.id)).where(IS_DOWNLOAD)) or 0

    def counts(self, selection: Selection = EVERYTHING) -> Counts:
        """Count downloads by mood and over time."""
        with self._engine.connect() as connection:
            return count_downloads(connection, selection)

    def _newest(
        self,
        connection: Connection,
        selection: Selection,
        end: tuple[datetime, int] | None,
        limit: int,
    ) -> list[Download]:
        """Return the newest downloads before ``end``, a time and an ``id``."""
        by_track = True
        if selection.has_text:
            some = (
                select(literal_column("1"))
                .where(*conditions(selection))
                .limit(self._sorted_matches + 1)
                .subquery()
            )
            matches = connection.scalar(select(func.count()).select_from(some)) or 0
            by_track = matches <= self._sorted_matches
        rows = _DOWNLOADS.where(*conditions(selection, by_track=by_track))
        if end is not None:
            rows = rows.where(tuple_(FeedbackRow.at, FeedbackRow.id) < tuple_(*end))
        rows = rows.order_by(FeedbackRow.at.desc(), FeedbackRow.id.desc()).limit(limit)
        return [_download(row) for row in connection.execute(rows)]


_DOWNLOADS: Final = (
    select(
        FeedbackRow.id,
        FeedbackRow.at,
        FeedbackRow.session_id,
        FeedbackRow.t,
        FeedbackRow.track_id,
        TrackRow.title,
        TrackRow.artist,
        TrackRow.source,
        TrackRow.page,
        TrackRow.audio,
        FeedbackRow.mood,
        FeedbackRow.voice,
        FeedbackRow.face,
        FeedbackRow.mode,
        FeedbackRow.rank,
    )
    .join(TrackRow)
    .where(IS_DOWNLOAD)
)


def _download(row: Row[*tuple[Any, ...]]) -> Download:
    values = dict(row._mapping)
    addresses = f"{values.pop('audio')} {values.pop('page')}"
    video = _YOUTUBE.search(addresses)
    source_id = video[1] if video else row.track_id.removeprefix(f"{row.source}-")
    return Download(**values, source_id=source_id)
