"""Emotion labels of files."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from inference.emotion import EMOTIONS, Emotion
from models.recordings import Recording, parse_ravdess_name

TABLE: Final = "labels.csv"
"""Name of the table that, if present in a folder, defines which files are scored."""

NAMES: Final[Mapping[str, Emotion]] = MappingProxyType(
    {
        **{emotion: emotion for emotion in EMOTIONS},
        "happiness": "happy",
        "joy": "happy",
        "sadness": "sad",
        "anger": "angry",
        "fear": "fearful",
        "disgusted": "disgust",
        "surprise": "surprised",
    }
)
"""Emotions by the lowercase names that corpora use: our own names, and synonyms."""


class LabelError(Exception):
    """Labels cannot be read; the message tells the user why and what to do."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labels of files.

    Attributes
    ----------
    recordings : tuple of Recording
        Files with a label, in order of paths or table rows.
    unlabelled : tuple of str
        Names of files without a known label.
    bad_rows : tuple of str
        Problems with rows of a table, with their line numbers.
    """

    recordings: tuple[Recording, ...]
    unlabelled: tuple[str, ...] = ()
    bad_rows: tuple[str, ...] = ()


def read_labels(path: Path) -> Labelled:
    """Return the labels of a file, of all files below a folder, or of a table.

    A table has the columns ``path`` (relative to the table), ``emotion`` and optionally
    ``speaker``. If a folder contains :data:`TABLE`, its rows define which files are scored.
    Otherwise the label of a file is its RAVDESS file name or, failing that, the name of its folder.
    Hidden files are skipped. Emotions are named as in :data:`NAMES`.

    Raises
    ------
    LabelError
        If the path does not exist, is an archive, or is a table that cannot be read.
    """
    if not path.exists():
        raise LabelError(f"{path} does not exist; check the path")
    if path.suffix.lower() == ".zip":
        raise LabelError(f"{path.name} is an archive: unpack it and pass the folder")
    if path.suffix.lower() == ".csv":
        return _read_table(path)
    if path.is_dir():
        table = path / TABLE
        return _read_table(table) if table.is_file() else _label(_files(path))
    table = path.parent / TABLE
    if not table.is_file():
        return _label([path])
    rows = _read_table(table).recordings
    found = tuple(row for row in rows if row.path.resolve() == path.resolve())
    return Labelled(found, unlabelled=() if found else (path.name,))


def _files(folder: Path) -> list[Path]:
    """Return the files below a folder; follow symbolic links, but visit each folder once."""
    found, known = [], {folder.resolve()}
    for parent, folders, names in os.walk(folder, followlinks=True):
        inside = {Path(parent, name): Path(parent, name).resolve() for name in _visible(folders)}
        folders[:] = [path.name for path, real in inside.items() if real not in known]
        known |= set(inside.values())
        found += [Path(parent, name) for name in _visible(names)]
    return sorted(found)


def _visible(names: Iterable[str]) -> list[str]:
    return [name for name in sorted(names) if not name.startswith(".")]


def _label(paths: list[Path]) -> Labelled:
    recordings, unlabelled = [], []
    for path in paths:
        emotion = NAMES.get(path.absolute().parent.name.casefold())
        recording = parse_ravdess_name(path) or (emotion and Recording(path, emotion, speaker=""))
        if recording:
            recordings.append(recording)
        else:
            unlabelled.append(path.name)
    return Labelled(tuple(recordings), tuple(unlabelled))


def _read_table(table: Path) -> Labelled:
    recordings, bad_rows = [], []
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            for line, row in _rows(file, table.name):
                emotion = NAMES.get(row.get("emotion", "").casefold())
                path = table.parent / row.get("path", "")
                if emotion is None:
                    problem = f"{row.get('emotion', '')!r} is not a known emotion"
                elif not path.is_file():
                    problem = f"file {row.get('path', '')!r} not found"
                else:
                    recordings.append(Recording(path, emotion, row.get("speaker", "")))
                    continue
                bad_rows.append(f"{table.name}, line {line}: {problem}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelError(f"can't read {table.name}: {error}; save it as CSV in UTF-8") from None
    return Labelled(tuple(recordings), bad_rows=tuple(bad_rows))


def _rows(lines: Iterable[str], name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the non-empty rows by column name, with their line numbers."""
    reader = csv.reader(lines)
    header = [column.strip().casefold() for column in next(reader, [])]
    if not {"path", "emotion"} <= set(header):
        raise LabelError(f"{name}, line 1: the header must be path,emotion,speaker")
    for fields in reader:
        if fields:
            values = (field.strip() for field in fields)
            yield reader.line_num, dict(zip(header, values, strict=False))
