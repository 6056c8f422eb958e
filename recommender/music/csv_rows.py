"""Read rows of untrusted CSV files within limits on size."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TextIO, cast


class ImportFileError(Exception):
    """The whole file cannot be imported; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """Limits on an imported file.

    Attributes
    ----------
    file_bytes : int
        Uncompressed size of the file, in bytes.
    rows : int
        Number of rows.
    characters : int
        Length of a value, in characters.
    """

    file_bytes: int = 256 * 2**20
    rows: int = 1_000_000
    characters: int = 1000


DEFAULT_LIMITS: Final = ImportLimits()
"""Limits for files of users."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be imported.

    Attributes
    ----------
    line : int
        Line of the file on which the row starts, from 1.
    reason : str
        What to change.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a CSV file.

    Attributes
    ----------
    line : int
        Line of the file on which the row starts, from 1.
    values : mapping
        Values by lower-case column name, with runs of white space reduced to one space.
    """

    line: int
    values: Mapping[str, str]


def open_file(path: Path) -> BinaryIO:
    """Open a file for import.

    Raises
    ------
    ImportFileError
        If it cannot be read.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise ImportFileError(f"cannot read {path}: {error.strerror}") from error


class BoundedReader(io.RawIOBase):
    """Reads a binary file up to a maximum size.

    Parameters
    ----------
    file : BinaryIO
        The file.
    max_bytes : int
        Maximum size; reading more raises :class:`ImportFileError`.
    """

    def __init__(self, file: BinaryIO, max_bytes: int) -> None:
        self._file = file
        self._max_bytes = max_bytes
        self._remaining = max_bytes

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes, or to the end of the file if negative."""
        limit = self._remaining + 1
        data = self._file.read(limit if size < 0 else min(size, limit))
        self._remaining -= len(data)
        if self._remaining < 0:
            raise ImportFileError(
                f"the file is larger than {self._max_bytes // 2**20} MiB: split it"
            )
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into a buffer and return the number of bytes read."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def decode_text(file: BinaryIO, limits: ImportLimits) -> TextIO:
    """Return a bounded text file; bytes that are not valid UTF-8 become U+FFFD."""
    bounded = cast(BinaryIO, io.BufferedReader(BoundedReader(file, limits.file_bytes)))
    return io.TextIOWrapper(bounded, encoding="utf-8-sig", errors="replace", newline="")


def read_rows(
    text: TextIO, required: Collection[str], limits: ImportLimits
) -> Iterator[Row | RowProblem]:
    """Yield each row of a CSV file with a header, or why it cannot be read.

    Parameters
    ----------
    text : TextIO
        File opened with ``newline=""``.
    required : collection of str
        Columns that the header must name.
    limits : ImportLimits
        Limits on rows and values.

    Raises
    ------
    ImportFileError
        If a required column is missing or there are too many rows.
    """
    reader = csv.reader(text)
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
    except csv.Error as error:
        raise ImportFileError(f"not a CSV file: {error}") from error
    if missing := [name for name in required if name not in header]:
        raise ImportFileError(
            f"the first line must name the columns; missing: {', '.join(missing)}"
        )
    for _ in range(limits.rows):
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RowProblem(line, f"invalid CSV: {error}")
            continue
        if values:
            yield _row(line, header, values, limits)
    if any(reader):
        raise ImportFileError(f"the file has more than {limits.rows:,} rows: split it")


def _row(line: int, header: list[str], values: list[str], limits: ImportLimits) -> Row | RowProblem:
    if len(values) != len(header):
        return RowProblem(line, f"{len(values)} values for {len(header)} columns")
    row = {name: " ".join(value.split()) for name, value in zip(header, values, strict=True)}
    for name, value in row.items():
        if "\ufffd" in value:
            return RowProblem(line, f"{name} is not UTF-8")
        if len(value) > limits.characters:
            return RowProblem(line, f"{name} is longer than {limits.characters} characters")
    return Row(line, row)
