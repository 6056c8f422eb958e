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

from inference import Emotion
from moodcue.commands.terminal import AsJson, DataDir, clearly, fail, settings_from
from recommender import Download, DownloadLog, Selection, ShownLog, TrackIndex

app = typer.Typer()

LOG_ROWS: Final = 20
"""Downloads that a table of the log shows."""

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
    from web.services import open_catalogue

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
    from recommender.evaluation import evaluate, table
    from web.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        try:
            result = evaluate(ShownLog(catalogue.engine), TrackIndex(catalogue.tracks()))
        except ValueError as error:
            fail(str(error))
    print(json.dumps(asdict(result), indent=2)) if as_json else Console().print(table(result))


def write_log(
    downloads: Iterable[Download],
    format_: Literal["table", "csv", "json"],
    *,
    header: bool = True,
    follow: bool = False,
) -> None:
    """Write downloads to stdout; JSON is one array, or a line for each where more will follow."""
    from web.downloads import CSV_HEADER, WIDTH, as_csv, as_json, json_array, table

    match format_:
        case "table":
            console = Console(highlight=False, markup=False, emoji=False)
            console.width = max(console.width, WIDTH)
            console.print(table(downloads, header=header))
        case "csv":
            if header:
                sys.stdout.write(CSV_HEADER)
            sys.stdout.writelines(as_csv([download]) for download in downloads)
        case "json" if follow:
            sys.stdout.writelines(f"{as_json(download)}\n" for download in downloads)
        case "json":
            sys.stdout.writelines(json_array(downloads))
    sys.stdout.flush()
