"""The log of downloads: listed, filtered, followed and counted, however long it has become."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Row,
    Select,
    and_,
    func,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from inference.emotion import Emotion
from recommender.store.tables import DownloadHourRow, FeedbackRow, TrackRow
from recommender.vocabulary import Mode

BUCKETS: Final = 120
"""As many points in time as a chart has room for, at most."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_LENGTHS: Final = (_MINUTE, 5 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, 7 * _DAY, 28 * _DAY)
_MONDAY: Final = 4 * _DAY
"""The first one after the epoch, at which weeks are counted to begin."""

_BATCH: Final = 1000
_FEW: Final = 5000
_YOUTUBE: Final = re.compile(
    r"(?:youtube\.com/(?:watch\?(?:\S*&)?v=|embed/|shorts/)|youtu\.be/)([\w-]{11})"
)


@dataclass(frozen=True, slots=True)
class Download:
    """One download: what, when, and in which mood.

    Attributes
    ----------
    id : int
        Counts up in the order of writing, over all sessions; never given twice.
    at : datetime
        When, in UTC.
    session_id : str
        The session it happened in.
    t : float
        When, in seconds since that session began.
    track_id, title, artist, source : str
        The track, and where it is from.
    source_id : str
        What that source calls it: the identifier of the video where it is on YouTube.
    mood, voice, face : Emotion or None
        The mood at that moment, and what the voice and the face said by themselves.
    mode : Mode or None
        How the list of cues answered the mood; None where the track was not on one.
    rank : int or None
        Its place there, from 1.
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


@dataclass(frozen=True, slots=True)
class Selection:
    """Which downloads are meant: those that meet every condition given.

    Attributes
    ----------
    since, until : datetime or None
        From this moment on, and before that one, each with its time zone.
    emotion : Emotion or None
        The mood.
    session_id : str or None
        The session.
    text : str
        Words that must all occur in the title or the artist of the track.
    """

    since: datetime | None = None
    until: datetime | None = None
    emotion: Emotion | None = None
    session_id: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many downloads there were in each mood, in all and over time.

    Attributes
    ----------
    moods : Mapping
        By mood; None where there was none yet.
    seconds : int
        How long a bucket is. Buckets begin at whole minutes, hours, days or Mondays, in UTC.
    buckets : Mapping
        The same by the beginning of each bucket in which there were any, in the order of time.
    """

    moods: Mapping[Emotion | None, int]
    seconds: int
    buckets: Mapping[datetime, Mapping[Emotion | None, int]]

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(self.moods.values())


EVERYTHING: Final = Selection()
"""All downloads."""


class DownloadLog:
    """Reads the downloads in the feedback log. May be used from any thread.

    Parameters
    ----------
    engine : Engine
        That of the catalogue.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(
        self, selection: Selection = EVERYTHING, *, limit: int = 100, before: int | None = None
    ) -> list[Download]:
        """Return downloads, newest first.

        Parameters
        ----------
        selection : Selection
            Which.
        limit : int
            How many at most.
        before : int or None
            Only those older than the download with this ``id``: the last one of the page before.

        Raises
        ------
        LookupError
            If there is no such download (any more).
        """
        with self._engine.connect() as connection:
            end = None
            if before is not None:
                at = connection.scalar(select(FeedbackRow.at).where(FeedbackRow.id == before))
                if at is None:
                    raise LookupError(f"download {before} was deleted: list from the newest again")
                end = at, before
            return _older(connection, selection, end, limit)

    def batches(self, selection: Selection = EVERYTHING) -> Iterator[list[Download]]:
        """Yield all downloads, newest first, some at a time: however many, few are in memory."""
        end = None
        while True:
            with self._engine.connect() as connection:
                batch = _older(connection, selection, end, _BATCH)
            if not batch:
                return
            yield batch
            end = batch[-1].at, batch[-1].id

    def since(
        self, after: int, selection: Selection = EVERYTHING, *, limit: int = 100
    ) -> list[Download]:
        """Return the downloads written after the one with the ``id`` given, in that order.

        Parameters
        ----------
        after : int
            The last ``id`` already seen; 0 for the beginning.
        selection : Selection
            Which.
        limit : int
            How many at most; ask again from the last one where as many came back.
        """
        newer = _DOWNLOADS.where(FeedbackRow.id > after, *_conditions(selection))
        with self._engine.connect() as connection:
            rows = connection.execute(newer.order_by(FeedbackRow.id).limit(limit))
            return [_download(row) for row in rows]

    def latest(self) -> int:
        """Return the ``id`` of the download written last, or 0 before the first."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(FeedbackRow.id)).where(_DOWNLOADED)) or 0

    def counts(self, selection: Selection = EVERYTHING) -> Counts:
        """Count downloads by mood and over time, in at most about :data:`BUCKETS` buckets."""
        with self._engine.connect() as connection:
            # Words that most have are counted by those that lack them.
            most = bool(selection.text.split()) and _most(connection, selection)
            wider = replace(selection, text="") if most else selection
            span = connection.execute(
                select(
                    *(
                        select(end(FeedbackRow.at)).where(*_conditions(wider)).scalar_subquery()
                        for end in (func.min, func.max)
                    )
                )
            ).one()
            if None in span:
                return Counts({}, _LENGTHS[0], {})
            seconds = _length(span[1] - span[0])
            buckets: dict[datetime, Counter[Emotion | None]] = {}

            def count(counted: Select[int, Emotion | None, int], sign: int = 1) -> None:
                for number, mood, downloads in connection.execute(counted):
                    at = datetime.fromtimestamp(_MONDAY + number * seconds, UTC)
                    buckets.setdefault(at, Counter())[mood] += sign * downloads

            for counted in _counted(wider, seconds):
                count(counted)
            if most:
                count(_by_bucket(_lacking(selection), seconds), -1)
        left = {at: +moods for at, moods in sorted(buckets.items()) if +moods}
        return Counts(sum(left.values(), Counter()), seconds, left)


class _UnixSeconds(GenericFunction[int]):
    """Whole seconds since 1970, rounded down."""

    type = Integer()
    inherit_cache = True


@compiles(_UnixSeconds, "sqlite")
def _seconds_in_sqlite(element: _UnixSeconds, compiler: SQLCompiler, **options: Any) -> str:
    at = compiler.process(element.clauses, **options)
    return f"CAST(strftime('%s', substr({at}, 1, 19)) AS INTEGER)"


@compiles(_UnixSeconds, "postgresql")
def _seconds_in_postgresql(element: _UnixSeconds, compiler: SQLCompiler, **options: Any) -> str:
    at = compiler.process(element.clauses, **options)
    return f"CAST(floor(extract(epoch FROM {at})) AS BIGINT)"


# Written out, since a value bound later would keep the database from using an index of these alone.
_DOWNLOADED: Final = FeedbackRow.action == literal_column("'downloaded'")

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
    .where(_DOWNLOADED)
)


def _older(
    connection: Connection, selection: Selection, end: tuple[datetime, int] | None, limit: int
) -> list[Download]:
    """Return the newest of the downloads that came before an end, if there is one."""
    conditions = [*_conditions(selection)]
    if selection.text.split():
        # Few are found by their tracks and put in order; many by going back in time until enough
        # are found. No database knows beforehand which it will be.
        some = select(literal_column("1")).where(*conditions).limit(_FEW + 1).subquery()
        many = (connection.scalar(select(func.count()).select_from(some)) or 0) > _FEW
        conditions = [*_conditions(selection, by_track=not many)]
    rows = _DOWNLOADS.where(*conditions)
    if end is not None:
        rows = rows.where(tuple_(FeedbackRow.at, FeedbackRow.id) < tuple_(*end))
    rows = rows.order_by(FeedbackRow.at.desc(), FeedbackRow.id.desc()).limit(limit)
    return [_download(row) for row in connection.execute(rows)]


def _conditions(selection: Selection, by_track: bool = True) -> Iterator[ColumnElement[bool]]:
    yield _DOWNLOADED
    if selection.since is not None:
        yield FeedbackRow.at >= selection.since
    if selection.until is not None:
        yield FeedbackRow.at < selection.until
    if selection.emotion is not None:
        yield FeedbackRow.mood == selection.emotion
    if selection.session_id is not None:
        yield FeedbackRow.session_id == selection.session_id
    if selection.text.split():
        # An expression has no index.
        track_id = FeedbackRow.track_id if by_track else FeedbackRow.track_id.concat("")
        yield track_id.in_(select(TrackRow.id).where(_named(selection.text)))


def _lacking(selection: Selection) -> Iterator[ColumnElement[bool]]:
    """Return the conditions of downloads that lack the words alone."""
    yield from _conditions(replace(selection, text=""))
    yield FeedbackRow.track_id.in_(select(TrackRow.id).where(not_(_named(selection.text))))


def _named(text: str) -> ColumnElement[bool]:
    columns = TrackRow.title, TrackRow.artist
    return and_(
        *(or_(*(c.icontains(word, autoescape=True) for c in columns)) for word in text.split())
    )


def _most(connection: Connection, selection: Selection) -> bool:
    """Return whether more downloads have the words than lack them."""
    having = connection.scalar(select(func.count()).where(*_conditions(selection))) or 0
    lacking = select(literal_column("1")).where(*_lacking(selection)).limit(having).subquery()
    return (connection.scalar(select(func.count()).select_from(lacking)) or 0) < having


def _length(span: timedelta) -> int:
    """Return the length of buckets, in seconds, of which a span needs few enough."""
    fitting = (length for length in _LENGTHS if span.total_seconds() <= BUCKETS * length)
    return next(fitting, _LENGTHS[-1])


def _counted(selection: Selection, seconds: int) -> Iterator[Select[int, Emotion | None, int]]:
    """Return queries whose sum is the number of downloads in each bucket and mood.

    Whole hours have been counted already, in any session and of any track.
    """
    if seconds % _HOUR or selection.session_id is not None or selection.text.split():
        yield _by_bucket(_conditions(selection), seconds)
        return
    hours = [DownloadHourRow.downloads > 0]
    if selection.emotion is not None:
        hours.append(DownloadHourRow.mood == selection.emotion)
    if selection.since is not None:
        begin = -(-selection.since.timestamp() // _HOUR)
        hours.append(DownloadHourRow.hour >= begin)
        yield _by_bucket(_conditions(replace(selection, until=_moment(begin))), seconds)
    if selection.until is not None:
        end = selection.until.timestamp() // _HOUR
        hours.append(DownloadHourRow.hour < end)
        yield _by_bucket(_conditions(replace(selection, since=_moment(end))), seconds)
    number = ((DownloadHourRow.hour * _HOUR - _MONDAY) // seconds).label("number")
    mood = type_coerce(func.nullif(DownloadHourRow.mood, ""), FeedbackRow.mood.type)
    yield (
        select(number, mood, func.sum(DownloadHourRow.downloads))
        .where(*hours)
        .group_by(number, DownloadHourRow.mood)
    )


def _by_bucket(
    conditions: Iterable[ColumnElement[bool]], seconds: int
) -> Select[int, Emotion | None, int]:
    number = ((_UnixSeconds(FeedbackRow.at) - _MONDAY) // seconds).label("number")
    return (
        select(number, FeedbackRow.mood, func.count())
        .where(*conditions)
        .group_by(number, FeedbackRow.mood)
    )


def _moment(hour: float) -> datetime:
    return datetime.fromtimestamp(hour * _HOUR, UTC)


def _download(row: Row[*tuple[Any, ...]]) -> Download:
    values = dict(row._mapping)
    addresses = f"{values.pop('audio')} {values.pop('page')}"
    video = _YOUTUBE.search(addresses)
    source_id = video[1] if video else row.track_id.removeprefix(f"{row.source}-")
    return Download(**values, source_id=source_id)
