"""The built-in tracks: metadata of two catalogues, with moods from :mod:`.moods`.

``data/incompetech.csv`` lists music by Kevin MacLeod (incompetech.com), CC BY 4.0, streamed from
there. Its identifiers contain the ISRC of the recording, and a number if two recordings share one.
``data/immich.csv`` lists the files of the package ``immich-memories-music`` (MIT), played from
disk, with the tempos of its licence file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from recommender.music.moods import fit
from recommender.music.track import Track

VERSION: Final = 1
"""Version of the built-in tracks; increase it with every change, so that databases import it."""

_SOURCES: Final = ("immich", "incompetech")


def builtin_tracks() -> Iterator[Track]:
    """Read the built-in tracks, in file order by source."""
    for source in _SOURCES:
        text = (files("recommender.music") / "data" / f"{source}.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines()):
            yield _track(source, row)


def _track(source: str, row: dict[str, str]) -> Track:
    feels = _split(row["feels"])
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
        instruments=_split(row["instruments"]),
        emotions=mood.emotions,
        valence=mood.valence,
        arousal=mood.arousal,
        source=source,
        page=row["page"],
        audio=row["audio"],
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()
