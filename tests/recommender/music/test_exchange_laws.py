"""What holds of every catalogue that is written and of every file that is read."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.emotion import EMOTIONS
from recommender.music.csv_rows import DEFAULT_LIMITS, ImportFileError
from recommender.music.exchange import (
    COLUMNS,
    ImportResult,
    read_catalogue,
    write_catalogue,
)
from recommender.music.licence import licence_name
from recommender.music.track import Track

LONGEST = DEFAULT_LIMITS.characters

# What no UTF-8 file can hold, and what a decoder puts in place of what is none.
written = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffd"))
lines = written.map(lambda text: " ".join(text.split())[:LONGEST].strip())
words = lines.map(lambda text: " ".join(text.replace(",", " ").split())).filter(bool)
tags = st.lists(words, max_size=4).map(tuple).filter(lambda each: len(", ".join(each)) <= LONGEST)
names = st.from_regex(r"[A-Za-z0-9_.~-]{1,20}", fullmatch=True)
places = st.floats(-1, 1)
addresses = names.map(lambda name: f"https://example.org/{name}")
emotions = st.lists(st.floats(0.001, 1), min_size=8, max_size=8).map(
    lambda shares: np.array(shares, np.float32) / np.float32(sum(shares))
)
tracks = st.builds(
    Track,
    id=names.map("mine-{}".format),
    title=lines.filter(bool),
    artist=lines.filter(bool),
    licence=written.map(licence_name),
    duration=st.none() | st.floats(0, 86_400),
    bpm=st.none() | st.floats(1, 1000),
    feels=tags,
    instruments=tags,
    emotions=emotions,
    valence=places,
    arousal=places,
    source=st.just("mine"),
    page=st.none() | addresses,
    audio=st.none() | addresses,
    attribution=st.none() | lines.filter(bool),
)


def read(content: bytes) -> ImportResult:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "music.csv"
        path.write_bytes(content)
        return read_catalogue(path, "mine")


def rewritten(tracks: list[Track]) -> tuple[str, list[Track]]:
    text = io.StringIO()
    write_catalogue(tracks, text)
    imported = read(text.getvalue().encode())
    assert imported.problems == []
    return text.getvalue(), imported.tracks


@given(st.lists(tracks, max_size=4, unique_by=lambda track: track.id))
def test_what_was_written_is_read_as_it_was(tracks: list[Track]) -> None:
    text, found = rewritten(tracks)
    for before, after in zip(tracks, found, strict=True):
        for name in before.__slots__:
            if name == "emotions":
                assert after.emotions == pytest.approx(before.emotions, abs=1e-5)
            else:
                assert getattr(after, name) == getattr(before, name), name
    again, _ = rewritten(found)
    columns = [name for name in COLUMNS if name not in EMOTIONS]
    rows, rows_again = (list(csv.DictReader(io.StringIO(each))) for each in (text, again))
    assert [[row[name] for name in columns] for row in rows] == [
        [row[name] for name in columns] for row in rows_again
    ]


@given(st.lists(tracks, min_size=1, max_size=3, unique_by=lambda track: track.id))
def test_a_track_is_taken_once(tracks: list[Track]) -> None:
    text, _ = rewritten(tracks)
    twice = read((text + text.partition("\r\n")[2]).encode())
    assert [track.id for track in twice.tracks] == [track.id for track in tracks]
    assert len(twice.problems) == len(tracks)


cells = written | st.sampled_from(
    ["", "sad", "0", "1e999", "nan", "http://[", "mine-1", '"', "1_0"]
)
tables = st.lists(st.sampled_from(COLUMNS), unique=True).flatmap(
    lambda header: st.lists(
        st.lists(cells, min_size=len(header) + 2, max_size=len(header) + 2), max_size=4
    ).map(lambda rows: [["title", "artist", *header], *rows])
)


def as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@given(tables.map(as_csv) | st.binary(max_size=200).map(b"title,artist,emotion\n".__add__))
def test_every_row_is_read_or_told(content: bytes) -> None:
    try:
        imported = read(content)
    except ImportFileError:
        return
    for track in imported.tracks:
        assert track.title
        assert track.artist
        assert track.emotions.sum() == pytest.approx(1, abs=1e-5)
        assert -1 <= track.valence <= 1
        assert not track.in_file
    assert all(problem.reason and problem.line > 1 for problem in imported.problems)
    assert len({track.id for track in imported.tracks}) == len(imported.tracks)
    rewritten(imported.tracks)
