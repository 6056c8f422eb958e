"""Which emotion each file of a folder is meant to show."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from inference.emotion import EMOTIONS, Emotion
from models.recordings import Recording, named_by_ravdess

TABLE: Final = "labels.csv"
"""Where it lies in a folder, it alone says what is scored."""

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
"""What corpora call the emotions, in small letters: our own names, and these synonyms."""


class LabelError(Exception):
    """No labels can be read; the message tells a person why and what to do."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labels found.

    Attributes
    ----------
    recordings : tuple of Recording
        The files with a label, in order of their paths or of their rows.
    unlabelled : tuple of str
        Names of files without a label that is known.
    bad_rows : tuple of str
        What is wrong with rows of a table, each with its line number.
    """

    recordings: tuple[Recording, ...]
    unlabelled: tuple[str, ...] = ()
    bad_rows: tuple[str, ...] = ()


def read_labels(path: Path) -> Labelled:
    """Return the labels of one file, of all files below a folder, or of a table.

    A table has the columns ``path`` (relative to the table), ``emotion`` and, if known,
    ``speaker``. Where a folder has one by the name of :data:`TABLE`, its rows say what is scored.
    Elsewhere a file is labelled by its name if that is RAVDESS's, and otherwise by the name of the
    folder it lies in. Hidden files are passed over. Emotions go by :data:`NAMES`.

    Raises
    ------
    LabelError
        If there is no such file or folder, or it is an archive or a table that cannot be read.
    """
    if not path.exists():
        raise LabelError(f"{path} does not exist; check the path")
    if path.suffix.lower() == ".zip":
        raise LabelError(f"{path.name} is an archive: unpack it and name the folder")
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
    """Return the files below a folder, by way of links too, each folder once."""
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
        recording = named_by_ravdess(path) or (emotion and Recording(path, emotion, speaker=""))
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
                    problem = f"{row.get('emotion', '')!r} is no emotion known here"
                elif not path.is_file():
                    problem = f"there is no file {row.get('path', '')!r}"
                else:
                    recordings.append(Recording(path, emotion, row.get("speaker", "")))
                    continue
                bad_rows.append(f"{table.name}, line {line}: {problem}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelError(f"{table.name} cannot be read: {error}; save it as CSV in UTF-8") from None
    return Labelled(tuple(recordings), bad_rows=tuple(bad_rows))


def _rows(lines: Iterable[str], name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows that are not empty, by the names in the first, with their line numbers."""
    reader = csv.reader(lines)
    header = [column.strip().casefold() for column in next(reader, [])]
    if not {"path", "emotion"} <= set(header):
        raise LabelError(f"{name}, line 1: name the columns there: path,emotion,speaker")
    for fields in reader:
        if fields:
            values = (field.strip() for field in fields)
            yield reader.line_num, dict(zip(header, values, strict=False))
