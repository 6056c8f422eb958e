"""``moodcue library``: manage folders of the user's own music."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Column, Table

from moodcue.commands.terminal import (
    MAX_PRINTED,
    DataDir,
    errors,
    fail,
    report_errors,
    settings_from,
)
from recommender.library import Library, ScanProgress, Workers

app = typer.Typer(help="Add, list and remove folders of your own music.")


@app.command("add")
@report_errors
def add_to_library(
    folder: Annotated[Path, typer.Argument(help="A folder of music.", show_default=False)],
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processors to use.")] = 1,
    data_dir: DataDir = None,
) -> None:
    """Add a folder of your own music, or rescan it for changes.

    Reads MP3, FLAC, Ogg, Opus, M4A and WAV. If interrupted, run the same command to continue.
    """
    from web.sessions.services import open_catalogue

    with (
        closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue,
        closing(Workers(workers)) as processes,
        Progress(
            *Progress.get_default_columns(),
            MofNCompleteColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
        ) as bar,
    ):
        library = Library(catalogue)
        task = bar.add_task("Analysing", total=None)

        def show(scanned: ScanProgress) -> None:
            bar.update(task, total=scanned.total, completed=scanned.done)

        end = library.scan(library.add(folder), workers=processes, progress=show)
        unreadable = library.unreadable(limit=MAX_PRINTED)
    for file in unreadable:
        errors.print(f"moodcue: skipped {file.path}: {file.reason}")
    print(
        f"{end.total:,} files: {end.analysed:,} analysed, {end.total - end.done:,} remaining, "
        f"{end.unreadable:,} unreadable, {end.missing:,} missing"
    )


@app.command("list")
@report_errors
def list_library(data_dir: DataDir = None) -> None:
    """List the folders of your own music."""
    from web.sessions.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        folders = Library(catalogue).folders()
    table = Table(Column("folder", overflow="fold"), "files", "unreadable", "missing")
    for folder in folders:
        table.add_row(
            escape(folder.path), *map(str, (folder.files, folder.unreadable, folder.missing))
        )
    Console().print(table)


@app.command("remove")
@report_errors
def remove_from_library(
    folder: Annotated[Path, typer.Argument(help="A folder that was added.", show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """Remove a folder from the library; its files are kept."""
    from web.sessions.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        if not Library(catalogue).remove(folder):
            fail(f"{folder} is not a folder of the library: see moodcue library list")
