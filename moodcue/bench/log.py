"""Query times of a long download log, relative to a short one: ``moodcue bench log``."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final, Literal

from rich.table import Table
from sqlalchemy import insert, text

from inference import EMOTIONS
from moodcue.bench.postgres import programs, serving
from moodcue.bench.process import BenchError
from recommender import Catalogue, DownloadLog, Selection
from recommender.store.database import writing
from recommender.store.tables import FeedbackRow

SHORT: Final = 1000
"""Rows of the short log."""

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
SPAN: Final = timedelta(days=365)
PER_SESSION: Final = 50
REPEATS: Final = 7
BATCH: Final = 20_000

Kind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True)
class Answer:
    """Median time of a query in the short and in the long log, in milliseconds."""

    question: str
    short_ms: float
    long_ms: float

    @property
    def ratio(self) -> float:
        """The time in the long log divided by that in the short one."""
        return self.long_ms / self.short_ms


@dataclass(frozen=True)
class Report:
    """The results of a run."""

    database: Kind
    short_rows: int
    long_rows: int
    answers: list[Answer]


def measure(rows: int, kind: Kind, progress: Callable[[str], None]) -> Report:
    """Fill two logs and run the same queries on both.

    Parameters
    ----------
    rows : int
        Rows of the long log.
    kind : Kind
        The database.
    progress : callable
        Called with the name of each step.

    Raises
    ------
    BenchError
        If PostgreSQL is requested but not installed.
    """
    with ExitStack() as stack:
        urls = stack.enter_context(databases(kind))
        short, long = (stack.enter_context(closing(Catalogue.open(url))) for url in urls)
        for catalogue, count in ((short, SHORT), (long, rows)):
            progress(f"Writing {count:,} downloads")
            fill(catalogue, count)
        short_queries = queries(DownloadLog(short.engine), SHORT)
        long_queries = queries(DownloadLog(long.engine), rows)
        answers = []
        for name in long_queries:
            progress(f"Query: {name}")
            # Alternately, so that other load on the machine affects both.
            pairs = [
                (seconds(short_queries[name]), seconds(long_queries[name])) for _ in range(REPEATS)
            ]
            short_ms, long_ms = (1000 * median(times) for times in zip(*pairs, strict=True))
            answers.append(Answer(name, short_ms, long_ms))
    return Report(kind, SHORT, rows, answers)


@contextmanager
def databases(kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield the URLs of two empty databases."""
    with ExitStack() as stack:
        if kind == "sqlite":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            yield f"sqlite:///{folder / 'short.db'}", f"sqlite:///{folder / 'long.db'}"
            return
        if not find_spec("psycopg"):
            raise BenchError("PostgreSQL needs psycopg: pip install 'moodcue[postgres]'")
        found = programs()
        if found is None:
            raise BenchError("PostgreSQL is not installed: install Debian's package postgresql")
        server = stack.enter_context(serving(found))
        yield server.url(server.create()), server.url(server.create())


def fill(catalogue: Catalogue, rows: int) -> None:
    """Write downloads of random tracks in random moods, evenly distributed over a year."""
    chance = random.Random(1)
    tracks = [track.id for track in catalogue.tracks()]
    for start in range(0, rows, BATCH):
        with writing(catalogue.engine) as connection:
            connection.execute(
                insert(FeedbackRow),
                [
                    {
                        "session_id": f"session-{number // PER_SESSION}",
                        "at": START + SPAN * number / rows,
                        "t": 10.0 * (number % PER_SESSION),
                        "track_id": chance.choice(tracks),
                        "action": "downloaded",
                        "mood": chance.choice(EMOTIONS),
                        "voice": chance.choice(EMOTIONS),
                        "face": chance.choice(EMOTIONS),
                        "rank": chance.randint(1, 10),
                    }
                    for number in range(start, min(start + BATCH, rows))
                ],
            )
    if catalogue.engine.dialect.name == "postgresql":
        # Autovacuum would do it a minute later.
        with catalogue.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as own:
            own.execute(text("VACUUM ANALYZE"))


def queries(log: DownloadLog, rows: int) -> dict[str, Callable[[], Any]]:
    """Return the queries of the page and the command line."""
    sad = Selection(emotion="sad")
    month = Selection(since=START + SPAN / 2, until=START + SPAN / 2 + timedelta(days=30))
    session = Selection(session_id=f"session-{rows // PER_SESSION // 2}")
    some, half = Selection(text="piano"), Selection(text="s")
    all_, none = Selection(text="a"), Selection(text="no such words")
    middle = rows // 2
    return {
        "list: newest": lambda: log.page(),
        "list: from the middle": lambda: log.page(before=middle),
        "list: of a mood": lambda: log.page(sad),
        "list: of a month": lambda: log.page(month),
        "list: of a session": lambda: log.page(session),
        "list: with words in some titles": lambda: log.page(some),
        "list: with words in half of them": lambda: log.page(half),
        "list: with words in nearly all": lambda: log.page(all_),
        "list: with words in none": lambda: log.page(none),
        "follow: nothing new": lambda: log.since(rows),
        "chart: all": lambda: log.counts(),
        "chart: of a mood": lambda: log.counts(sad),
        "chart: of a month": lambda: log.counts(month),
        "chart: of a session": lambda: log.counts(session),
        "chart: with words in some titles": lambda: log.counts(some),
        "chart: with words in half of them": lambda: log.counts(half),
        "chart: with words in nearly all": lambda: log.counts(all_),
        "chart: with words in none": lambda: log.counts(none),
    }


def seconds(query: Callable[[], Any]) -> float:
    """Return the time of a query in seconds."""
    start = perf_counter()
    query()
    return perf_counter() - start


def table(report: Report) -> Table:
    """Return the report as a table."""
    result = Table(title=f"A log of {report.long_rows:,} downloads in {report.database}")
    result.add_column("query")
    result.add_column(f"{report.short_rows:,} rows", justify="right")
    result.add_column(f"{report.long_rows:,} rows", justify="right")
    result.add_column("ratio", justify="right")
    for answer in report.answers:
        result.add_row(
            answer.question,
            f"{answer.short_ms:.1f} ms",
            f"{answer.long_ms:.1f} ms",
            f"{answer.ratio:.1f}",
        )
    return result
