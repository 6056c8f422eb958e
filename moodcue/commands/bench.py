"""``moodcue bench``: this machine, measured as ratios to a baseline of the same run."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from moodcue.bench.process import BenchError
from moodcue.commands.terminal import AsJson, clearly, errors, fail
from stream import WINDOW_LENGTH

app = typer.Typer(help="Measure this machine, as ratios to a baseline of the same run.")


@app.command("live")
@clearly
def bench_live(
    sessions: Annotated[int, typer.Option(min=1, max=256, help="Sessions at once.")] = 1,
    seconds: Annotated[float, typer.Option(min=2, help="How long to measure.")] = 20,
    clip: Annotated[
        Path | None, typer.Option(help="A recording to play, in the place of the sample.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play media from other processes into a server, and measure its cost and its latency."""
    measure("live", as_json, sessions, seconds, clip)


@app.command("log")
@clearly
def bench_log(
    rows: Annotated[int, typer.Option(min=1000, help="Downloads in the long log.")] = 1_000_000,
    postgresql: Annotated[
        bool, typer.Option("--postgresql", help="In a PostgreSQL of its own, not in SQLite.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List, filter and chart a long log of downloads, and one of 1,000."""
    measure("log", as_json, rows, "postgresql" if postgresql else "sqlite")


@app.command("mood")
@clearly
def bench_mood(
    speakers: Annotated[int, typer.Option(min=1, max=20, help="Feeds, a speaker in each.")] = 20,
    window: Annotated[
        float, typer.Option(min=1, max=10, help="Seconds in a window.")
    ] = WINDOW_LENGTH,
    data: Annotated[
        Path | None, typer.Option(help="The folder with ravdess/speech and fer2013.zip.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw it into this PNG file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Play labelled moods, and measure how soon, surely and calmly their changes are shown."""
    measure("mood", as_json, speakers, window, data, picture)


@app.command("page")
@clearly
def bench_page(
    hours: Annotated[float, typer.Option(min=0.1, max=24, help="Length of the session.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, max=300, help="How long to measure.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Visit the page in Chromium, and leave it open for hours of a session."""
    measure("page", as_json, hours, seconds)


@app.command("ranking")
@clearly
def bench_ranking(
    users: Annotated[int, typer.Option(min=1, max=100, help="Of each taste.")] = 5,
    picture: Annotated[
        Path | None, typer.Option(help="Draw how hits add up, as PNG or SVG; needs matplotlib.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let simulated users choose from lists, and measure the time of a list."""
    measure("ranking", as_json, users, picture)


@app.command("sources")
@clearly
def bench_sources(
    seconds: Annotated[
        float, typer.Option(min=1, max=20, help="How long to measure each feed.")
    ] = 6,
    as_json: AsJson = False,
) -> None:
    """Analyse the clip from every kind of source; measure cost, start, and the speed of files."""
    measure("sources", as_json, seconds)


def measure(name: str, as_json: bool, *arguments: Any) -> None:
    """Run one of :mod:`moodcue.bench` and print its report."""
    try:
        module = import_module(f"moodcue.bench.{name}")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        fail(f"this bench needs {package}: pip install 'moodcue[bench]'")
    with errors.status("") as status:
        try:
            report = module.measure(*arguments, status.update)
        except BenchError as error:
            fail(f"nothing could be measured: {error}")
    if as_json:
        print(json.dumps(asdict(report), indent=2))
    else:
        Console().print(module.table(report))
