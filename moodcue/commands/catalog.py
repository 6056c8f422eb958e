"""``moodcue catalog``: import, list and export tracks."""

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
    MAX_PRINTED,
    AsJson,
    DataDir,
    Output,
    errors,
    fail,
    report_errors,
    settings_from,
)
from recommender import LicenceClass
from recommender.music.exchange import read_catalogue, write_catalogue
from recommender.music.lmc import read_lmc

app = typer.Typer(help="Import, list and export the tracks that can be cued.")

FromSource = Annotated[str | None, typer.Option(help="Only tracks of this source.")]


@app.command("import")
@report_errors
def import_catalogue(
    kind: Annotated[
        Literal["lmc", "csv"],
        typer.Argument(
            help="lmc: the table of the 2020 catalogue; csv: any other table.", show_default=False
        ),
    ],
    file: Annotated[
        Path,
        typer.Argument(help="A CSV file; for lmc also a tar.bz2 archive.", show_default=False),
    ],
    source: Annotated[
        str | None, typer.Option(help="Name of the source of a csv; by default the file name.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Import tracks into the catalogue; importing them again updates them."""
    from web.sessions.services import open_catalogue

    if kind == "lmc" and source is not None:
        fail("--source is only for csv: the source of an lmc table is always lmc")
    imported = read_lmc(file) if kind == "lmc" else read_catalogue(file, source or file.stem)
    for problem in imported.problems[:MAX_PRINTED]:
        errors.print(f"moodcue: {file.name}, line {problem.line}: {problem.reason}")
    if more := len(imported.problems[MAX_PRINTED:]):
        errors.print(f"moodcue: {file.name}: further rows skipped: {more}")
    if not imported.tracks:
        fail(f"no row of {file} could be imported")
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
@report_errors
def list_catalogue(
    words: Annotated[str, typer.Argument(help="Words in title, artist, feel or instruments.")] = "",
    emotion: Annotated[
        Emotion | None, typer.Option(help="Only tracks that fit this emotion best.")
    ] = None,
    licence: Annotated[
        LicenceClass | None, typer.Option(help="Only tracks of this licence class.")
    ] = None,
    source: FromSource = None,
    limit: Annotated[
        int, typer.Option("-n", "--limit", min=1, help="Maximum number of tracks.")
    ] = 20,
    data_dir: DataDir = None,
) -> None:
    """List tracks, sorted by title."""
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
@report_errors
def export_catalogue(
    output: Output = None,
    source: FromSource = None,
    data_dir: DataDir = None,
) -> None:
    """Export tracks as CSV, in the format that import reads."""
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
