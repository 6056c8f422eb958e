"""``moodcue log``: print the download log, and evaluate the ranking from it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from itertools import chain, islice
from time import sleep
from typing import Annotated, Final, Literal

import typer
from rich.console import Console
from rich.table import Table

from inference import Emotion
from moodcue.commands.terminal import AsJson, DataDir, fail, report_errors, settings_from
from recommender import Download, DownloadLog, Selection, ShownLog, TrackIndex
from recommender.ranking.evaluation import Estimate, Evaluation

app = typer.Typer()

LOG_ROWS: Final = 20
"""Downloads in a table, by default."""

WIDTH: Final = 130
"""Minimum width of the table in characters."""

_COLUMNS: Final = (
    ("time", 25),
    ("at", 7),
    ("track", None),
    ("mood", 9),
    ("voice", 9),
    ("face", 9),
    ("mode", 8),
    ("rank", 4),
    ("session", 16),
)
"""Names and widths; fixed, so that rows printed later are aligned. None takes the rest."""

FOLLOW_EVERY: Final = 0.5
"""Seconds between two queries of the log, which the server writes in another process."""


@app.callback(invoke_without_command=True)
@report_errors
def show_log(
    context: typer.Context,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Print new downloads as they happen.")
    ] = False,
    format_: Annotated[
        Literal["table", "csv", "json"], typer.Option("--format", help="Output format.")
    ] = "table",
    limit: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--limit",
            min=1,
            help="Maximum number of downloads; by default 20 as a table, otherwise all.",
        ),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only downloads at or after this local time.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Only downloads before this local time.")
    ] = None,
    emotion: Annotated[Emotion | None, typer.Option(help="Only downloads in this mood.")] = None,
    session: Annotated[str | None, typer.Option(help="Only downloads of this session.")] = None,
    search: Annotated[str, typer.Option(help="Words in title or artist.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Print the download log, newest first; with --follow, oldest first."""
    from web.sessions.services import open_catalogue

    if context.invoked_subcommand:
        return
    selection = Selection(
        since and since.astimezone(), until and until.astimezone(), emotion, session, search
    )
    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        log = DownloadLog(catalogue.engine)
        last_id = log.latest()
        rows = (row for row in chain.from_iterable(log.batches(selection)) if row.id <= last_id)
        newest = islice(rows, limit or (LOG_ROWS if follow or format_ == "table" else None))
        if not follow:
            write_log(newest, format_)
            return
        write_log(reversed([*newest]), format_, follow=True)
        while True:
            while new := log.since(last_id, selection):
                write_log(new, format_, header=False, follow=True)
                last_id = new[-1].id
            sleep(FOLLOW_EVERY)


@app.command("evaluate")
@report_errors
def evaluate_log(
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Estimate from the log how the ranking would have performed with and without learning."""
    from recommender.ranking.evaluation import evaluate
    from web.sessions.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        try:
            result = evaluate(ShownLog(catalogue.engine), TrackIndex(catalogue.tracks()))
        except ValueError as error:
            fail(str(error))
    print(json.dumps(asdict(result), indent=2)) if as_json else Console().print(
        evaluation_table(result)
    )


def write_log(
    downloads: Iterable[Download],
    format_: Literal["table", "csv", "json"],
    *,
    header: bool = True,
    follow: bool = False,
) -> None:
    """Write downloads to stdout; JSON is one array, or one line per download with ``follow``."""
    from web.downloads import CSV_HEADER, as_csv, as_json, json_array

    match format_:
        case "table":
            console = Console(highlight=False, markup=False, emoji=False)
            console.width = max(console.width, WIDTH)
            console.print(downloads_table(downloads, header=header))
        case "csv":
            if header:
                sys.stdout.write(CSV_HEADER)
            sys.stdout.writelines(as_csv([download]) for download in downloads)
        case "json" if follow:
            sys.stdout.writelines(f"{as_json(download)}\n" for download in downloads)
        case "json":
            sys.stdout.writelines(json_array(downloads))
    sys.stdout.flush()


def downloads_table(downloads: Iterable[Download], *, header: bool = True) -> Table:
    """Return downloads as a table, with times in the local time zone."""
    result = Table(box=None, expand=True, show_header=header, pad_edge=False)
    for name, width in _COLUMNS:
        ratio = 1 if width is None else None
        result.add_column(name, width=width, ratio=ratio, no_wrap=True, overflow="ellipsis")
    for download in downloads:
        context = download.mood, download.voice, download.face, download.mode, download.rank
        result.add_row(
            download.at.astimezone().isoformat(" ", "seconds"),
            f"{int(download.t) // 60}:{int(download.t) % 60:02}",
            f"{download.title} · {download.artist}",
            *("-" if value is None else str(value) for value in context),
            download.session_id,
        )
    return result


def evaluation_table(result: Evaluation) -> Table:
    """Return an evaluation as a table."""
    table = Table(
        title=f"Tracks chosen per list, estimated from {result.judged_by} lists after learning "
        f"from the {result.learned_from} before them"
    )
    for heading in ("ranking", "weighted", "self-normalised", "doubly robust", "effective lists"):
        table.add_column(heading, justify="left" if heading == "ranking" else "right")
    table.add_row("as shown", _estimate(result.shown), "", "", str(result.judged_by))
    for verdict in result.verdicts:
        estimates = (verdict.weighted, verdict.normalised, verdict.robust)
        table.add_row(verdict.ranking, *map(_estimate, estimates), f"{verdict.effective:.0f}")
    return table


def _estimate(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ± {estimate.error:.3f}"
