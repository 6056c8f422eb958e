"""The tracks that come with the program: facts from two catalogues, moods from our table.

``data/incompetech.csv`` lists music by Kevin MacLeod (incompetech.com), CC BY 4.0, played from
there; an identifier holds the recording's ISRC, with a number where two recordings carry the same.
``data/immich.csv`` lists the files of the package ``immich-memories-music`` (MIT), played from
disk, with the tempos its licence file gives.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from recommender.music.moods import fit
from recommender.music.track import Track

VERSION: Final = 1
"""Counts up with every change of a built-in track, so that databases take it over once."""

_SOURCES: Final = ("immich", "incompetech")


def builtin_tracks() -> Iterator[Track]:
    """Read the built-in tracks, each source in the order of its file."""
    for source in _SOURCES:
        text = (files("recommender.music") / "data" / f"{source}.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines()):
            yield _track(source, row)


def _track(source: str, row: dict[str, str]) -> Track:
    feels = _words(row["feels"])
    bpm = float(row["bpm"]) if row["bpm"] else None
    mood = fit(feels, bpm)
    return Track(
        id=row["id"],
        title=row["title"],
        artist=row["artist"],
        licence=row["licence"],
        duration=float(row["duration"]) if row["duration"] else None,
        bpm=bpm,
        feels=feels,
        instruments=_words(row["instruments"]),
        emotions=mood.emotions,
        valence=mood.valence,
        arousal=mood.arousal,
        source=source,
        page=row["page"],
        audio=row["audio"],
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()
