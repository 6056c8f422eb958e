"""The command line application with all its commands."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from moodcue.commands import bench, catalog, eval, library, log, sessions
from moodcue.commands.analyze import analyze
from moodcue.commands.models import models
from moodcue.commands.monitor import monitor
from moodcue.commands.serve import serve
from moodcue.commands.taste import taste

app = typer.Typer(
    help="Estimate the mood of a live feed from voice and face, and cue music that fits it.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
for command in (serve, analyze, monitor, taste, models):
    app.command()(command)
app.add_typer(catalog.app, name="catalog", no_args_is_help=True)
app.add_typer(library.app, name="library", no_args_is_help=True)
app.add_typer(log.app, name="log")
app.add_typer(sessions.app, name="sessions", no_args_is_help=True)
app.add_typer(eval.app, name="eval", no_args_is_help=True)
app.add_typer(bench.app, name="bench", no_args_is_help=True)


def print_version(wanted: bool) -> None:
    """Print the version and exit."""
    if wanted:
        print(f"moodcue {version('moodcue')}")
        raise typer.Exit


@app.callback()
def common(
    _: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Handle the options that precede the command."""
