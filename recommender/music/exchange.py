"""Import and export of catalogues as CSV files.

A file has a header and one track per row (RFC 4180, UTF-8). Columns may be in any order; others are
ignored:

========================  ==========================================================================
``title``, ``artist``     as the artist writes them; required
``licence``               SPDX identifier, a recognizable name, or a Creative Commons address;
                          unknown if empty
``id``                    permanent identifier; derived from artist and title if empty
``source``                name of the catalogue; by default the name given for the import
``emotion``               the emotion that the track fits best
``valence``, ``arousal``  position in the circumplex, each from -1 to 1; both or neither
``neutral``, ...          how well it fits each emotion, at least 0; all eight or none
``bpm``                   beats per minute
``feels``                 words that describe the music, separated by commas; those that Moodcue
                          knows (:data:`~recommender.music.moods.FEELS`) can give its mood
``instruments``           separated by commas
``duration``              seconds
``page``, ``audio``       web page of the track, and address of its audio: http or https
``credit``                credit line; composed from the columns above if empty
========================  ==========================================================================

The mood comes from the eight emotions, else from ``emotion``, else from the position, else from
``feels`` and ``bpm``; a row with none of them is invalid. Invalid rows are reported with their line
number and skipped.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO, cast
from urllib.parse import urlsplit

import numpy as np

from inference.emotion import EMOTIONS, valence_arousal
from recommender.music.csv_rows import (
    DEFAULT_LIMITS,
    ImportFileError,
    ImportLimits,
    RowProblem,
    decode_text,
    open_file,
    read_rows,
)
from recommender.music.licence import licence_name
from recommender.music.moods import FEELS, Fit, fit, fit_emotion, fit_position
from recommender.music.track import Track

RESERVED_SOURCES: Final = frozenset({"immich", "incompetech", "library", "lmc"})
"""Sources that Moodcue fills itself."""

COLUMNS: Final = (
    *("id", "source", "title", "artist", "licence", "credit", "emotion", "valence", "arousal"),
    *EMOTIONS,
    *("bpm", "feels", "instruments", "duration", "page", "audio"),
)
"""Columns of an export."""

_SOURCE: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")
_ID: Final = re.compile(r"[A-Za-z0-9_.~-]{1,40}")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The tracks of an imported file.

    Attributes
    ----------
    tracks : list of Track
        Tracks of the valid rows.
    problems : list of RowProblem
        Problems of the invalid rows.
    """

    tracks: list[Track]
    problems: list[RowProblem]


def read_catalogue(path: Path, source: str, limits: ImportLimits = DEFAULT_LIMITS) -> ImportResult:
    """Read a catalogue from a CSV file with the columns that the module describes.

    Parameters
    ----------
    path : Path
        The file.
    source : str
        Name of the catalogue, for rows without a source.
    limits : ImportLimits
        Limits on the file.

    Raises
    ------
    ImportFileError
        If the file cannot be read, exceeds a limit or lacks a required column, or if the source is
        invalid.
    """
    try:
        check_source(source)
    except ValueError as error:
        raise ImportFileError(str(error)) from error
    tracks: dict[str, Track] = {}
    problems = []
    with open_file(path) as file:
        for row in read_rows(decode_text(file, limits), ("title", "artist"), limits):
            if isinstance(row, RowProblem):
                problems.append(row)
                continue
            try:
                track = _track(row.values, source)
                if track.id in tracks:
                    raise ValueError(f"track {track.id} occurs twice in the file")
            except ValueError as error:
                problems.append(RowProblem(row.line, str(error)))
            else:
                tracks[track.id] = track
    return ImportResult(list(tracks.values()), problems)


def write_catalogue(tracks: Iterable[Track], file: TextIO) -> None:
    """Write tracks as CSV with the columns :data:`COLUMNS`, without paths of local files."""
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for track in tracks:
        values = {name: getattr(track, name, None) for name in COLUMNS}
        values |= dict(zip(EMOTIONS, (f"{p:.6g}" for p in track.emotions), strict=True))
        values |= {
            "feels": ", ".join(track.feels),
            "instruments": ", ".join(track.instruments),
            "audio": None if track.offline else track.audio,
            "credit": track.attribution,
        }
        writer.writerow(values)


def check_source(source: str) -> None:
    """Check the name of an imported catalogue.

    Raises
    ------
    ValueError
        If the name is invalid or reserved.
    """
    if not _SOURCE.fullmatch(source):
        raise ValueError(f"source {source!r} must be 1 to 20 letters, digits, - or _")
    if source in RESERVED_SOURCES:
        raise ValueError(f"source {source} is reserved by Moodcue: choose another name")


def _track(row: Mapping[str, str], default_source: str) -> Track:
    title, artist = row["title"], row["artist"]
    if not (title and artist):
        raise ValueError("title and artist are required")
    source = row.get("source") or default_source
    check_source(source)
    feels = _words(row.get("feels", ""))
    bpm = _number(row, "bpm", 1, 1000)
    mood = _mood(row, feels, bpm)
    return Track(
        id=_identifier(row.get("id", ""), source, f"{artist}\n{title}"),
        title=title,
        artist=artist,
        licence=licence_name(row.get("licence", "")),
        duration=_number(row, "duration", 0, 86_400),
        bpm=bpm,
        feels=feels,
        instruments=_words(row.get("instruments", "")),
        emotions=mood.emotions,
        valence=mood.valence,
        arousal=mood.arousal,
        source=source,
        page=_address(row, "page"),
        audio=_address(row, "audio"),
        attribution=row.get("credit") or None,
    )


def _mood(row: Mapping[str, str], feels: Collection[str], bpm: float | None) -> Fit:
    emotion = row.get("emotion", "").casefold()
    if emotion and emotion not in EMOTIONS:
        raise ValueError(f"emotion {emotion!r} must be one of {', '.join(EMOTIONS)}")
    valence, arousal = (_number(row, name, -1, 1) for name in ("valence", "arousal"))
    if (valence is None) != (arousal is None):
        raise ValueError("valence and arousal must both be given, or neither")
    shares = [_number(row, name, 0, 1e9) for name in EMOTIONS]
    known = [feel for feel in feels if feel in FEELS]
    if all(share is not None for share in shares) and sum(cast(list[float], shares)) > 0:
        emotions = np.array(shares, dtype=np.float32) / np.float32(sum(cast(list[float], shares)))
        mood = Fit(emotions, *valence_arousal(emotions))
    elif any(share is not None for share in shares):
        raise ValueError("the eight emotions must all be given, one above 0, or none at all")
    elif emotion:
        mood = fit_emotion(emotion)
    elif valence is not None and arousal is not None:
        return fit_position(valence, arousal)
    elif known or bpm is not None:
        return fit(known, bpm)
    else:
        raise ValueError("no mood: fill in emotion, valence and arousal, or bpm")
    if valence is None or arousal is None:
        return mood
    return Fit(mood.emotions, valence, arousal)


def _identifier(given: str, source: str, fallback: str) -> str:
    prefix = f"{source}-"
    if not given:
        return prefix + hashlib.sha256(fallback.encode()).hexdigest()[:24]
    name = given.removeprefix(prefix)
    if not _ID.fullmatch(name):
        raise ValueError(f"id {given!r} must be 1 to 40 letters, digits or any of - _ . ~")
    return prefix + name


def _number(row: Mapping[str, str], name: str, low: float, high: float) -> float | None:
    text = row.get(name, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise ValueError(f"{name} {text!r} must be a number from {low:g} to {high:g}")
    return number


def _address(row: Mapping[str, str], name: str) -> str | None:
    address = row.get(name, "")
    if not address:
        return None
    # An imported file must not be able to refer to files of this machine.
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise ValueError(f"{name} {address!r} must begin with http:// or https://")
    return address


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
