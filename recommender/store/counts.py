"""Count downloads by mood and over time, quickly even in a long log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from inference.emotion import Emotion
from recommender.store.selection import Selection, conditions, non_matching, without_text
from recommender.store.tables import DownloadHourRow, FeedbackRow

MAX_BUCKETS: Final = 120
"""Number of buckets that bucket lengths are chosen for: what a chart has room for."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_BUCKET_LENGTHS: Final = (_MINUTE, 5 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, 7 * _DAY, 28 * _DAY)
_EPOCH: Final = 4 * _DAY
"""Start of bucket 0 in Unix seconds: the first Monday after 1970-01-01, so that weeks align."""

_BucketCounts: TypeAlias = Select[int, Emotion | None, int]
"""A query for rows of bucket number, mood and number of downloads."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of downloads by mood, in total and over time.

    Attributes
    ----------
    moods : Mapping
        Downloads by mood; the key None is for downloads before the first mood.
    seconds : int
        Length of a bucket. Buckets start at whole minutes, hours, days or Mondays, in UTC.
    buckets : Mapping
        Downloads by mood for the start of each bucket that has any, in chronological order.
    """

    moods: Mapping[Emotion | None, int]
    seconds: int
    buckets: Mapping[datetime, Mapping[Emotion | None, int]]

    @property
    def total(self) -> int:
        """Total number of downloads."""
        return sum(self.moods.values())


def count_downloads(connection: Connection, selection: Selection) -> Counts:
    """Count the selected downloads, in about :data:`MAX_BUCKETS` buckets at most."""
    # If most downloads match the text, it is faster to subtract those that do not.
    subtract = selection.has_text and _most_match(connection, selection)
    included = without_text(selection) if subtract else selection
    span = connection.execute(
        select(
            *(
                select(end(FeedbackRow.at)).where(*conditions(included)).scalar_subquery()
                for end in (func.min, func.max)
            )
        )
    ).one()
    if None in span:
        return Counts({}, _BUCKET_LENGTHS[0], {})
    seconds = _bucket_length(span[1] - span[0])
    buckets: dict[datetime, Counter[Emotion | None]] = {}

    def add(query: _BucketCounts, sign: int = 1) -> None:
        for number, mood, downloads in connection.execute(query):
            start = datetime.fromtimestamp(_EPOCH + number * seconds, UTC)
            buckets.setdefault(start, Counter())[mood] += sign * downloads

    for query in _queries(included, seconds):
        add(query)
    if subtract:
        add(_by_bucket(non_matching(selection), seconds), sign=-1)
    # The unary plus drops counts of zero.
    filled = {start: +moods for start, moods in sorted(buckets.items()) if +moods}
    return Counts(sum(filled.values(), Counter()), seconds, filled)


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


def _most_match(connection: Connection, selection: Selection) -> bool:
    """Return whether more downloads match the text than do not."""
    matching = connection.scalar(select(func.count()).where(*conditions(selection))) or 0
    others = select(literal_column("1")).where(*non_matching(selection)).limit(matching).subquery()
    return (connection.scalar(select(func.count()).select_from(others)) or 0) < matching


def _bucket_length(span: timedelta) -> int:
    """Return the shortest bucket length that divides a span into few enough buckets."""
    fitting = (length for length in _BUCKET_LENGTHS if span.total_seconds() <= MAX_BUCKETS * length)
    return next(fitting, _BUCKET_LENGTHS[-1])


def _queries(selection: Selection, seconds: int) -> Iterator[_BucketCounts]:
    """Yield queries whose results add up to the downloads in each bucket and mood.

    Whole hours come from the precomputed table of downloads by hour, which cannot be filtered by
    session or text.
    """
    if seconds % _HOUR or selection.session_id is not None or selection.has_text:
        yield _by_bucket(conditions(selection), seconds)
        return
    hours = [DownloadHourRow.downloads > 0]
    if selection.emotion is not None:
        hours.append(DownloadHourRow.mood == selection.emotion)
    if selection.since is not None:
        first_hour = -(-selection.since.timestamp() // _HOUR)
        hours.append(DownloadHourRow.hour >= first_hour)
        yield _by_bucket(conditions(replace(selection, until=_start_of(first_hour))), seconds)
    if selection.until is not None:
        end_hour = selection.until.timestamp() // _HOUR
        hours.append(DownloadHourRow.hour < end_hour)
        yield _by_bucket(conditions(replace(selection, since=_start_of(end_hour))), seconds)
    number = ((DownloadHourRow.hour * _HOUR - _EPOCH) // seconds).label("number")
    mood = type_coerce(func.nullif(DownloadHourRow.mood, ""), FeedbackRow.mood.type)
    yield (
        select(number, mood, func.sum(DownloadHourRow.downloads))
        .where(*hours)
        .group_by(number, DownloadHourRow.mood)
    )


def _by_bucket(where: Iterable[ColumnElement[bool]], seconds: int) -> _BucketCounts:
    number = ((_UnixSeconds(FeedbackRow.at) - _EPOCH) // seconds).label("number")
    return (
        select(number, FeedbackRow.mood, func.count())
        .where(*where)
        .group_by(number, FeedbackRow.mood)
    )


def _start_of(hour: float) -> datetime:
    return datetime.fromtimestamp(hour * _HOUR, UTC)
