"""``moodcue library``: the user's own music."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Column, Table

from moodcue.commands.terminal import TOLD, DataDir, clearly, errors, fail, settings_from
from recommender.library import Library, ScanProgress, Workers

app = typer.Typer(help="Your own music: folders of it, and how it sounds.")


@app.command("add")
@clearly
def add_to_library(
    folder: Annotated[Path, typer.Argument(help="A folder of music.", show_default=False)],
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processors to use.")] = 1,
    data_dir: DataDir = None,
) -> None:
    """Add a folder of your own music, or take up what has changed in it.

    MP3, FLAC, Ogg, Opus, M4A and WAV. It may be stopped at any time: the same command goes on.
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
        task = bar.add_task("Listening", total=None)

        def told(scanned: ScanProgress) -> None:
            bar.update(task, total=scanned.total, completed=scanned.done)

        end = library.scan(library.add(folder), workers=processes, progress=told)
        unreadable = library.unreadable(limit=TOLD)
    for file in unreadable:
        errors.print(f"moodcue: left out {file.path}: {file.reason}")
    print(
        f"{end.total:,} files: {end.analysed:,} listened to, {end.total - end.done:,} left to do, "
        f"{end.unreadable:,} unreadable, {end.missing:,} missing"
    )


@app.command("list")
@clearly
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
@clearly
def remove_from_library(
    folder: Annotated[Path, typer.Argument(help="A folder that was added.", show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """Forget a folder; its files stay where they are."""
    from web.sessions.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        if not Library(catalogue).remove(folder):
            fail(f"{folder} is none of the library's folders: see moodcue library list")
