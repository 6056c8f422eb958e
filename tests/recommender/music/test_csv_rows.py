from __future__ import annotations

from pathlib import Path

import pytest

from recommender.music.csv_rows import (
    DEFAULT_LIMITS,
    ImportFileError,
    ImportLimits,
    Row,
    RowProblem,
    decode_text,
    open_file,
    read_rows,
)


def read(
    path: Path, content: bytes, limits: ImportLimits = DEFAULT_LIMITS
) -> list[Row | RowProblem]:
    path.write_bytes(content)
    with open_file(path) as file:
        return list(read_rows(decode_text(file, limits), ("title", "artist"), limits))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "music.csv"


def test_rows_have_the_line_they_begin_on(path: Path) -> None:
    content = b'Title, artist \n" A  b ",Me\n\n"Two\nlines",Me\nShort\nLast,Me\n'
    assert read(path, content) == [
        Row(2, {"title": "A b", "artist": "Me"}),
        Row(4, {"title": "Two lines", "artist": "Me"}),
        RowProblem(6, "1 values for 2 columns"),
        Row(7, {"title": "Last", "artist": "Me"}),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "missing: title, artist"),
        (b"artist,emotion\n", "missing: title"),
        (b"x" * 200_000, "not a CSV"),
        (b"\x00\x01\x02", "missing: title"),
    ],
)
def test_what_has_no_such_columns_is_refused(path: Path, content: bytes, message: str) -> None:
    with pytest.raises(ImportFileError, match=message):
        read(path, content)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"nowhere\.csv: No such file"):
        open_file(tmp_path / "nowhere.csv")


def test_too_large_a_file_is_refused(path: Path) -> None:
    rows = b"title,artist\n" + b"A,B\n" * 100
    assert len(read(path, rows, ImportLimits(rows=100))) == 100
    with pytest.raises(ImportFileError, match="more than 99 rows"):
        read(path, rows, ImportLimits(rows=99))
    with pytest.raises(ImportFileError, match="larger than"):
        read(path, rows, ImportLimits(file_bytes=100))


def test_too_long_a_value_is_refused(path: Path) -> None:
    (problem,) = read(path, b"title,artist\nLong,Me\n", ImportLimits(characters=3))
    assert problem == RowProblem(2, "title is longer than 3 characters")
