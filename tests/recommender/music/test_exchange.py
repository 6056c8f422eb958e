from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.emotion import EMOTIONS
from recommender.music.builtin import builtin_tracks
from recommender.music.csv_rows import ImportFileError
from recommender.music.exchange import COLUMNS, ImportResult, read_catalogue, write_catalogue
from recommender.music.moods import fit
from recommender.music.track import Track

BOSS = next(track for track in builtin_tracks() if track.id == "incompetech-USUAN1200067")


def read(path: Path, text: str | bytes) -> ImportResult:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_catalogue(path, "mine")


def one(path: Path, header: str, row: str) -> Track:
    imported = read(path, f"title,artist,{header}\nSong,Me,{row}\n")
    assert imported.problems == []
    (track,) = imported.tracks
    return track


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "music.csv"


def test_a_row_becomes_a_track(path: Path) -> None:
    track = one(
        path,
        "id,Licence,emotion,bpm,feels,instruments,duration,page,audio,credit,note",
        'x1,CC BY 4.0,sad,60,"Calm, Own","Piano, Voice",65.5,https://a.org/,'
        "https://a.org/s.mp3,Thanks to me,ignored",
    )
    assert (track.id, track.source, track.licence) == ("mine-x1", "mine", "CC-BY-4.0")
    assert (track.emotion, track.valence, track.bpm) == ("sad", -0.7, 60)
    assert (track.feels, track.instruments) == (("Calm", "Own"), ("Piano", "Voice"))
    assert (track.duration, track.credit) == (65.5, "Thanks to me")
    assert (track.page, track.audio) == ("https://a.org/", "https://a.org/s.mp3")


def test_a_track_without_an_identifier_gets_one_that_stays(path: Path) -> None:
    first, again = (one(path, "emotion", emotion) for emotion in ("sad", "happy"))
    assert first.id == again.id
    assert first.id.startswith("mine-")
    assert first.licence == "unknown"
    assert first.audio is None


def test_the_mood_comes_from_what_is_given(path: Path) -> None:
    eight = ",".join(EMOTIONS)
    given = one(path, f"{eight},emotion", "0,0,1,3,0,0,0,0,angry")
    assert np.allclose(given.emotions, [0, 0, 0.25, 0.75, 0, 0, 0, 0])
    assert given.valence == pytest.approx(0.25 * 0.8 - 0.75 * 0.7)
    assert one(path, "emotion,valence,arousal", "Sad,-0.1,0.2").emotion == "sad"
    assert one(path, "emotion,valence,arousal", "sad,-0.1,0.2").valence == -0.1
    placed = one(path, "valence,arousal", "0.8,0.5")
    assert (placed.emotion, placed.valence, placed.arousal) == ("happy", 0.8, 0.5)
    words = one(path, "feels,bpm", '"Somber, Whatever",60')
    assert (words.emotions == fit(["Somber"], 60).emotions).all()


def test_bad_rows_are_told_with_their_line_and_the_others_taken(path: Path) -> None:
    imported = read(
        path,
        b"\xef\xbb\xbfTitle, artist ,emotion,valence,arousal,bpm,page,audio,source,id\n"
        b"Good,Me,sad,,,,,,,\n"
        b",Me,sad,,,,,,,\n"
        b"No mood,Me,,,,,,,,\n"
        b"Bored,Me,bored,,,,,,,\n"
        b"Half,Me,,0.5,,,,,,\n"
        b"Far,Me,,7,0,,,,,\n"
        b"Not a number,Me,sad,,,nan,,,,\n"
        b"\n"
        b"File,Me,sad,,,,,file:/etc/passwd,,\n"
        b"Inside,Me,sad,,,,,package:recommender/music/data/immich.csv,,\n"
        b"Script,Me,sad,,,,javascript:alert(1),,,\n"
        b"Taken,Me,sad,,,,,,library,\n"
        b"Odd,Me,sad,,,,,,,a/../b\n"
        b"Good,Me,happy,,,,,,,\n"
        b"Short,Me\n"
        b"\xff,Me,sad,,,,,,,\n"
        b'"Two\nlines",Me,sad,,,,,,,\n' + b"x" * 1001 + b",Me,sad,,,,,,,\n"
        b"Last,Me,sad,,,,,,theirs,1\n",
    )
    assert [track.title for track in imported.tracks] == ["Good", "Two lines", "Last"]
    assert imported.tracks[-1].id == "theirs-1"
    told = {problem.line: problem.reason for problem in imported.problems}
    assert {line: reason.split()[0] for line, reason in told.items()} == {
        3: "title",
        4: "no",
        5: "emotion",
        6: "valence",
        7: "valence",
        8: "bpm",
        10: "audio",
        11: "audio",
        12: "page",
        13: "source",
        14: "id",
        15: "track",
        16: "2",
        17: "title",
        20: "title",
    }


def test_what_was_written_is_read_as_it_was(path: Path) -> None:
    tracks = [
        replace(BOSS, id="mine-1", source="mine", attribution="Boss, by “me”", licence="GPL-3.0"),
        replace(BOSS, id="mine-2", source="mine", audio=None, bpm=None, feels=()),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        write_catalogue(tracks, file)
    imported = read_catalogue(path, "mine")
    assert imported.problems == []
    for before, after in zip(tracks, imported.tracks, strict=True):
        for name in before.__slots__:
            if name == "emotions":
                assert np.allclose(after.emotions, before.emotions, rtol=1e-5)
            else:
                assert getattr(after, name) == getattr(before, name), name


def test_an_export_does_not_tell_where_files_are() -> None:
    text = io.StringIO()
    write_catalogue([replace(BOSS, audio="file:/home/me/secret.mp3")], text)
    header, row = text.getvalue().splitlines()
    assert header == ",".join(COLUMNS)
    assert "secret" not in row


@pytest.mark.parametrize("source", ["", "a b", "../x", "x" * 21, "library", "incompetech"])
def test_what_cannot_be_the_name_of_a_catalogue_is_refused(path: Path, source: str) -> None:
    path.write_text("title,artist,emotion\nA,B,sad\n")
    with pytest.raises(ImportFileError, match="source"):
        read_catalogue(path, source)
