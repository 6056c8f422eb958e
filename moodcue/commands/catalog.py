"""``moodcue catalog``: the tracks that can be cued."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from inference import EMOTIONS, Emotion
from moodcue.commands.terminal import (
    TOLD,
    AsJson,
    DataDir,
    Output,
    clearly,
    errors,
    fail,
    settings_from,
)
from recommender import LicenceClass
from recommender.music.exchange import read_catalogue, write_catalogue
from recommender.music.lmc import read_lmc

app = typer.Typer(help="The tracks that can be cued: import, list and export them.")

FromSource = Annotated[str | None, typer.Option(help="Those of this catalogue alone.")]


@app.command("import")
@clearly
def import_catalogue(
    kind: Annotated[
        Literal["lmc", "csv"],
        typer.Argument(help="lmc: the 2020 catalogue's table; csv: any other.", show_default=False),
    ],
    file: Annotated[
        Path,
        typer.Argument(help="A CSV file; of lmc also its tar.bz2.", show_default=False),
    ],
    source: Annotated[
        str | None, typer.Option(help="csv: what to call it; by default as the file is called.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take tracks into the catalogue; imported again, they are brought up to date."""
    from web.sessions.services import open_catalogue

    if kind == "lmc" and source is not None:
        fail("--source names a csv: the songs of an lmc are in the catalogue lmc")
    imported = read_lmc(file) if kind == "lmc" else read_catalogue(file, source or file.stem)
    for problem in imported.problems[:TOLD]:
        errors.print(f"moodcue: {file.name}, line {problem.line}: {problem.reason}")
    if more := len(imported.problems[TOLD:]):
        errors.print(f"moodcue: {file.name}: {more} more rows were left out")
    if not imported.tracks:
        fail(f"no row of {file} could be taken")
    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        new = catalogue.store(imported.tracks)
    counts = Counter(track.emotion for track in imported.tracks)
    if as_json:
        report = {
            "tracks": len(imported.tracks),
            "new": new,
            "left_out": len(imported.problems),
            "emotions": {emotion: counts[emotion] for emotion in EMOTIONS},
        }
        print(json.dumps(report, indent=2))
        return
    table = Table(title=f"{len(imported.tracks):,} tracks, {new:,} of them new")
    for emotion in EMOTIONS:
        table.add_column(emotion, justify="right")
    table.add_row(*(f"{counts[emotion]:,}" for emotion in EMOTIONS))
    Console().print(table)


@app.command("list")
@clearly
def list_catalogue(
    words: Annotated[str, typer.Argument(help="Words in title, artist, feel or instruments.")] = "",
    emotion: Annotated[Emotion | None, typer.Option(help="Those that fit it best.")] = None,
    licence: Annotated[
        LicenceClass | None, typer.Option(help="Those whose licence allows it.")
    ] = None,
    source: FromSource = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many.")] = 20,
    data_dir: DataDir = None,
) -> None:
    """List tracks, in the order of their titles."""
    from web.sessions.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        page = catalogue.search(
            words,
            emotion=emotion,
            licences=licence and [licence],
            sources=source and [source],
            limit=limit,
        )
    table = Table("title", "artist", "emotion", "bpm", "licence", "source", "id")
    for track in page.tracks:
        bpm = "" if track.bpm is None else f"{track.bpm:.0f}"
        facts = (track.title, track.artist, track.emotion, bpm, track.licence, track.source)
        table.add_row(*map(escape, (*facts, track.id)))
    Console().print(table)
    print(f"{len(page.tracks):,} of {page.total:,} tracks")


@app.command("export")
@clearly
def export_catalogue(
    output: Output = None,
    source: FromSource = None,
    data_dir: DataDir = None,
) -> None:
    """Write tracks as CSV, with the columns that an import reads."""
    from web.sessions.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        tracks = (track for track in catalogue.tracks() if source in (None, track.source))
        if output is None:
            write_catalogue(tracks, sys.stdout)
            return
        try:
            with output.open("w", encoding="utf-8", newline="") as file:
                write_catalogue(tracks, file)
        except OSError as error:
            fail(f"cannot write {output}: {error.strerror}")
