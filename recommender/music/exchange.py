"""Catalogues as CSV files, in and out.

A file has a header and one track in a row (RFC 4180, UTF-8). Columns, in any order; others are left
alone:

========================  ==========================================================================
``title``, ``artist``     as the artist writes them; needed
``licence``               SPDX identifier, a clear name, or a Creative Commons address; unknown
                          where it is empty
``id``                    stays the same for ever; made from artist and title where it is empty
``source``                the catalogue it comes from; by default the name given for the import
``emotion``               the emotion it fits best
``valence``, ``arousal``  its place in the circumplex, each from -1 to 1, both or none
``neutral``, ...          how well it fits each emotion, at least 0, all eight or none
``bpm``                   beats per minute
``feels``                 words about the music, separated by commas; those that Moodcue knows
                          (:data:`~recommender.music.moods.FEELS`) give its mood otherwise
``instruments``           separated by commas
``duration``              seconds
``page``, ``audio``       where to read more, and where it is played from: http or https
``credit``                the line its credits need; made from the columns above where it is empty
========================  ==========================================================================

The mood comes from the eight emotions, or else ``emotion``, or else the place, or else ``feels``
and ``bpm``; a row that has none of them is bad. What a bad row lacks is told with its line number,
and the others are taken.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TextIO, cast
from urllib.parse import urlsplit

import numpy as np

from inference.emotion import EMOTIONS, valence_arousal
from recommender.music.licence import licence_name
from recommender.music.moods import FEELS, Fit, fit, fit_emotion, fit_place
from recommender.music.track import Track

LARGEST: Final = 256 * 2**20
"""Bytes an imported file may have, unpacked."""

MOST_ROWS: Final = 1_000_000
"""Rows an imported file may have."""

LONGEST: Final = 1000
"""Characters a value may have."""

RESERVED: Final = frozenset({"immich", "incompetech", "library", "lmc"})
"""Sources that Moodcue fills by itself."""

COLUMNS: Final = (
    *("id", "source", "title", "artist", "licence", "credit", "emotion", "valence", "arousal"),
    *EMOTIONS,
    *("bpm", "feels", "instruments", "duration", "page", "audio"),
)
"""The columns of an export."""

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")
_ID: Final = re.compile(r"[A-Za-z0-9_.~-]{1,40}")


class ImportFileError(Exception):
    """A file cannot be imported at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row.

    Attributes
    ----------
    line : int
        Where the row begins in the file, from 1.
    reason : str
        What to change.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file holds.

    Attributes
    ----------
    tracks : list of Track
        The good rows.
    problems : list of Problem
        The bad rows.
    """

    tracks: list[Track]
    problems: list[Problem]


def read_catalogue(path: Path, source: str) -> Imported:
    """Read a catalogue in CSV; the module says which columns it has.

    Parameters
    ----------
    path : Path
        The file.
    source : str
        The name of the catalogue, for rows that do not say theirs.

    Raises
    ------
    ImportFileError
        If it cannot be read, is too large, lacks a column that is needed, or the name is not one.
    """
    try:
        check_source(source)
    except ValueError as error:
        raise ImportFileError(str(error)) from error
    tracks: dict[str, Track] = {}
    problems = []
    with opened(path) as file:
        for row in read_rows(as_text(file), ("title", "artist")):
            if isinstance(row, Problem):
                problems.append(row)
                continue
            try:
                track = _track(row.values, source)
                if track.id in tracks:
                    raise ValueError(f"the track {track.id} is in the file already")
            except ValueError as error:
                problems.append(Problem(row.line, str(error)))
            else:
                tracks[track.id] = track
    return Imported(list(tracks.values()), problems)


def write_catalogue(tracks: Iterable[Track], file: TextIO) -> None:
    """Write tracks as CSV, with the columns of :data:`COLUMNS`.

    Where files of this machine are is left out.
    """
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
    """Refuse what cannot be the name of an imported catalogue.

    Raises
    ------
    ValueError
        If it is none, or one that Moodcue fills by itself.
    """
    if not _NAME.fullmatch(source):
        raise ValueError(f"the source {source!r} must be 1 to 20 letters, digits, - or _")
    if source in RESERVED:
        raise ValueError(f"the source {source} belongs to Moodcue: choose another name")


def opened(path: Path) -> BinaryIO:
    """Open a file to import.

    Raises
    ------
    ImportFileError
        If it cannot be read.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise ImportFileError(f"cannot read {path}: {error.strerror}") from error


class Bounded(io.RawIOBase):
    """A binary file that may not be longer than :data:`LARGEST`.

    Parameters
    ----------
    file : BinaryIO
        What to read from.

    Raises
    ------
    ImportFileError
        When more is read.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = LARGEST

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes; to the end if that is negative."""
        data = self._file.read(self._left + 1 if size < 0 else min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise ImportFileError(f"the file is larger than {LARGEST // 2**20} MiB: split it")
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into a buffer; return how many bytes were read."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def as_text(file: BinaryIO) -> TextIO:
    """Return a bounded text file; what is not UTF-8 in it becomes U+FFFD."""
    bounded = cast(BinaryIO, io.BufferedReader(Bounded(file)))
    return io.TextIOWrapper(bounded, encoding="utf-8-sig", errors="replace", newline="")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a CSV file.

    Attributes
    ----------
    line : int
        Where it begins, from 1.
    values : mapping
        By column, without spaces around them.
    """

    line: int
    values: Mapping[str, str]


def read_rows(text: TextIO, needed: Collection[str]) -> Iterator[Row | Problem]:
    """Read the rows of a CSV file with a header, or what is wrong with them.

    Parameters
    ----------
    text : TextIO
        Opened with ``newline=""``.
    needed : collection of str
        Columns it must have.

    Raises
    ------
    ImportFileError
        If a needed column is missing, or there are more than :data:`MOST_ROWS` rows.
    """
    reader = csv.reader(text)
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
    except csv.Error as error:
        raise ImportFileError(f"this is no CSV file: {error}") from error
    if lacking := [name for name in needed if name not in header]:
        raise ImportFileError(
            f"the first line must name the columns, and lacks {', '.join(lacking)}"
        )
    for _ in range(MOST_ROWS):
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(line, f"is no CSV: {error}")
            continue
        if values:
            yield _row(line, header, values)
    if any(reader):
        raise ImportFileError(f"the file has more than {MOST_ROWS:,} rows: split it")


def _row(line: int, header: list[str], values: list[str]) -> Row | Problem:
    if len(values) != len(header):
        return Problem(line, f"has {len(values)} values for {len(header)} columns")
    row = {name: " ".join(value.split()) for name, value in zip(header, values, strict=True)}
    for name, value in row.items():
        if "\ufffd" in value:
            return Problem(line, f"{name} is not UTF-8")
        if len(value) > LONGEST:
            return Problem(line, f"{name} has more than {LONGEST} characters")
    return Row(line, row)


def _track(row: Mapping[str, str], default_source: str) -> Track:
    title, artist = row["title"], row["artist"]
    if not (title and artist):
        raise ValueError("title and artist are needed")
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
        raise ValueError("valence and arousal are needed both, or none of them")
    shares = [_number(row, name, 0, 1e9) for name in EMOTIONS]
    known = [feel for feel in feels if feel in FEELS]
    if all(share is not None for share in shares) and sum(cast(list[float], shares)) > 0:
        emotions = np.array(shares, dtype=np.float32) / np.float32(sum(cast(list[float], shares)))
        mood = Fit(emotions, *valence_arousal(emotions))
    elif any(share is not None for share in shares):
        raise ValueError("all eight emotions are needed, one of them above 0, or none of them")
    elif emotion:
        mood = fit_emotion(emotion)
    elif valence is not None and arousal is not None:
        return fit_place(valence, arousal)
    elif known or bpm is not None:
        return fit(known, bpm)
    else:
        raise ValueError("says nothing of its mood: fill in emotion, valence and arousal, or bpm")
    if valence is None or arousal is None:
        return mood
    return Fit(mood.emotions, valence, arousal)


def _identifier(given: str, source: str, what: str) -> str:
    prefix = f"{source}-"
    if not given:
        return prefix + hashlib.sha256(what.encode()).hexdigest()[:24]
    name = given.removeprefix(prefix)
    if not _ID.fullmatch(name):
        raise ValueError(f"id {given!r} must be 1 to 40 letters, digits or any of - _ . ~")
    return prefix + name


def _number(row: Mapping[str, str], name: str, least: float, most: float) -> float | None:
    text = row.get(name, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise ValueError(f"{name} {text!r} must be a number from {least:g} to {most:g}")
    return number


def _address(row: Mapping[str, str], name: str) -> str | None:
    address = row.get(name, "")
    if not address:
        return None
    # Nothing in a file from elsewhere may point into this machine.
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise ValueError(f"{name} {address!r} must begin with http:// or https://")
    return address


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
