"""``moodcue bench``: measure this machine, relative to a baseline in the same run."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from moodcue.bench.process import BenchError
from moodcue.commands.terminal import AsJson, errors, fail, report_errors
from stream import WINDOW_LENGTH

app = typer.Typer(help="Measure this machine, relative to a baseline in the same run.")


@app.command("live")
@report_errors
def bench_live(
    sessions: Annotated[int, typer.Option(min=1, max=256, help="Concurrent sessions.")] = 1,
    seconds: Annotated[float, typer.Option(min=2, help="Seconds to measure.")] = 20,
    clip: Annotated[
        Path | None, typer.Option(help="A recording to play instead of the sample clip.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send media to a server, and measure its CPU time, memory and latency."""
    measure("live", as_json, sessions, seconds, clip)


@app.command("log")
@report_errors
def bench_log(
    rows: Annotated[int, typer.Option(min=1000, help="Downloads in the long log.")] = 1_000_000,
    postgresql: Annotated[
        bool,
        typer.Option("--postgresql", help="Use a temporary PostgreSQL server instead of SQLite."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure queries of a long download log, relative to a log of 1,000 downloads."""
    measure("log", as_json, rows, "postgresql" if postgresql else "sqlite")


@app.command("mood")
@report_errors
def bench_mood(
    speakers: Annotated[
        int, typer.Option(min=1, max=20, help="Feeds to play, one per speaker.")
    ] = 20,
    window: Annotated[
        float, typer.Option(min=1, max=10, help="Window length in seconds.")
    ] = WINDOW_LENGTH,
    data: Annotated[
        Path | None, typer.Option(help="Folder with ravdess/speech and fer2013.zip.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Plot the results to this PNG file; needs matplotlib.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play labelled moods, and measure delay, accuracy and stability of the moods shown."""
    measure("mood", as_json, speakers, window, data, picture)


@app.command("page")
@report_errors
def bench_page(
    hours: Annotated[
        float, typer.Option(min=0.1, max=24, help="Length of the session in hours.")
    ] = 3,
    seconds: Annotated[int, typer.Option(min=1, max=300, help="Seconds to measure.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Measure in Chromium how the page loads, and how it performs after hours of a session."""
    measure("page", as_json, hours, seconds)


@app.command("ranking")
@report_errors
def bench_ranking(
    users: Annotated[int, typer.Option(min=1, max=100, help="Simulated users per taste.")] = 5,
    picture: Annotated[
        Path | None,
        typer.Option(help="Plot cumulative hits to this PNG or SVG file; needs matplotlib."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how rankings learn the taste of simulated users, and how fast they are."""
    measure("ranking", as_json, users, picture)


@app.command("sources")
@report_errors
def bench_sources(
    seconds: Annotated[
        float, typer.Option(min=1, max=20, help="Seconds to measure each live source.")
    ] = 6,
    as_json: AsJson = False,
) -> None:
    """Measure CPU time, first mood and speed for each kind of source."""
    measure("sources", as_json, seconds)


def measure(name: str, as_json: bool, *arguments: Any) -> None:
    """Run a module of :mod:`moodcue.bench` and print its report."""
    try:
        module = import_module(f"moodcue.bench.{name}")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        fail(f"this benchmark needs {package}: pip install 'moodcue[bench]'")
    with errors.status("") as status:
        try:
            report = module.measure(*arguments, status.update)
        except BenchError as error:
            fail(f"cannot measure: {error}")
    if as_json:
        print(json.dumps(asdict(report), indent=2))
    else:
        Console().print(module.table(report))
