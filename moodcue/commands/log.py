"""``moodcue log``: the downloads, and what they say of the ranking."""

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
from moodcue.commands.terminal import AsJson, DataDir, clearly, fail, settings_from
from recommender import Download, DownloadLog, Selection, ShownLog, TrackIndex
from recommender.ranking.evaluation import Estimate, Evaluation

app = typer.Typer()

LOG_ROWS: Final = 20
"""Downloads that a table of the log shows."""

WIDTH: Final = 130
"""Characters that a row of the table needs."""

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
"""Those without a width share the rest: rows that come later stand below those before."""

FOLLOW_EVERY: Final = 0.5
"""Seconds between two looks at the log: the server that writes it is another process."""


@app.callback(invoke_without_command=True)
@clearly
def show_log(
    context: typer.Context,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with each download as it happens.")
    ] = False,
    format_: Annotated[
        Literal["table", "csv", "json"], typer.Option("--format", help="What to print.")
    ] = "table",
    limit: Annotated[
        int | None,
        typer.Option(
            "-n", "--limit", min=1, help="How many; by default 20 in a table, and all otherwise."
        ),
    ] = None,
    since: Annotated[datetime | None, typer.Option(help="From this local time on.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Before this local time.")] = None,
    emotion: Annotated[Emotion | None, typer.Option(help="Those in this mood.")] = None,
    session: Annotated[str | None, typer.Option(help="Those of this session.")] = None,
    search: Annotated[str, typer.Option(help="Words in the title or the artist.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Print the log of downloads, newest first; with --follow oldest first."""
    from web.sessions.services import open_catalogue

    if context.invoked_subcommand:
        return
    selection = Selection(
        since and since.astimezone(), until and until.astimezone(), emotion, session, search
    )
    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        log = DownloadLog(catalogue.engine)
        seen = log.latest()
        rows = (row for row in chain.from_iterable(log.batches(selection)) if row.id <= seen)
        newest = islice(rows, limit or (LOG_ROWS if follow or format_ == "table" else None))
        if not follow:
            write_log(newest, format_)
            return
        write_log(reversed([*newest]), format_, follow=True)
        while True:
            while news := log.since(seen, selection):
                write_log(news, format_, header=False, follow=True)
                seen = news[-1].id
            sleep(FOLLOW_EVERY)


@app.command("evaluate")
@clearly
def evaluate_log(
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Estimate from the log what the mapping alone, and what was learned, would have earned."""
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
    """Write downloads to stdout; JSON is one array, or a line for each where more will follow."""
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
    """Return downloads as a table, times in the zone of this machine."""
    result = Table(box=None, expand=True, show_header=header, pad_edge=False)
    for name, width in _COLUMNS:
        ratio = 1 if width is None else None
        result.add_column(name, width=width, ratio=ratio, no_wrap=True, overflow="ellipsis")
    for download in downloads:
        felt = download.mood, download.voice, download.face, download.mode, download.rank
        result.add_row(
            download.at.astimezone().isoformat(" ", "seconds"),
            f"{int(download.t) // 60}:{int(download.t) % 60:02}",
            f"{download.title} · {download.artist}",
            *("-" if value is None else str(value) for value in felt),
            download.session_id,
        )
    return result


def evaluation_table(result: Evaluation) -> Table:
    """Return an evaluation for people."""
    table = Table(
        title=f"Tracks taken from each list, judged by {result.judged_by} lists; "
        f"learned from the {result.learned_from} before"
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
