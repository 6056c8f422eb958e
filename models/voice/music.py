"""Measure how often music is taken for speech: ``python -m models.voice.music DATA/music/emotion``.

Counts the live windows of the Emotify clips (Aljanaki et al. 2016, songs with and without singing)
in which enough speech is detected for the voice network to run.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from inference.runtime import LocalRuntime
from models.recordings import read_audio
from models.voice.examples import LIVE, detect_speech, windows
from stream.media import SAMPLE_RATE


def main(folder: Annotated[Path, typer.Argument(help="Folder with emotify.csv.")]) -> None:
    """Print the share of windows that are taken for a voice, by genre."""
    runtime = LocalRuntime([Path(__file__).parents[1]], ["voice_activity"], workers=1)
    total: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    with (folder / "emotify.csv").open(encoding="utf-8", newline="") as lines:
        for row in track(list(csv.DictReader(lines)), "Music"):
            recording = detect_speech(read_audio(folder / row["path"]), runtime)
            total[row["genre"]] += len(recording.samples) // SAMPLE_RATE
            taken[row["genre"]] += sum(1 for _ in windows(recording, LIVE))
    runtime.close()
    print("| genre | windows of 3 s | taken for a voice |\n|---|---|---|")
    for genre, count in sorted(total.items()):
        print(f"| {genre} | {count} | {taken[genre] / count:.1%} |")


if __name__ == "__main__":
    typer.run(main)
