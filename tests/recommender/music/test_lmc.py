from __future__ import annotations

import csv
import io
import random
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from inference.emotion import EMOTIONS
from recommender.music.catalogue import Catalogue
from recommender.music.csv_rows import ImportFileError, ImportLimits
from recommender.music.lmc import POOLS, read_lmc

MOODS = {
    **{"aggression": 499, "anger": 1046, "angst": 251, "brooding": 169, "calm": 2830},
    **{"cheerful": 218, "confident": 59, "depressed": 2736, "desire": 130, "earnest": 119},
    **{"excitement": 169, "grief": 390, "happy": 3242, "pessimism": 6, "romantic": 2450},
    **{"sad": 7217, "upbeat": 4235},
}
"""How often the published table has each mood."""

PUBLISHED = {
    **{"neutral": 1000, "calm": 1000, "happy": 1000, "sad": 1000, "angry": 772},
    **{"fearful": 1000, "disgust": 773, "surprised": 169},
}


def table(moods: list[str], newline: str = "\n") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=newline)
    writer.writerow(["", "msd_id", "msd_artist", "msd_title", "is_english", "mood"])
    for number, mood in enumerate(moods):
        writer.writerow(
            [number, f"TR{number:016}", f"Artist, {number}", f"Song “{number}”", 1, mood]
        )
    return text.getvalue().encode()


def write(path: Path, moods: list[str]) -> Path:
    path.write_bytes(table(moods))
    return path


@pytest.fixture(scope="module", params=["by mood", "shuffled"])
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table with the published counts of moods."""
    moods = [mood for mood, count in MOODS.items() for _ in range(count)]
    if request.param == "shuffled":
        random.Random(1).shuffle(moods)
    return write(tmp_path_factory.mktemp("lmc") / "lmc.csv", moods)


def test_the_counts_come_out_as_published(published: Path) -> None:
    imported = read_lmc(published)
    assert imported.problems == []
    counts = Counter(track.emotion for track in imported.tracks)
    assert counts == PUBLISHED
    assert len({track.id for track in imported.tracks}) == 6714


def test_every_mood_of_the_table_has_its_place() -> None:
    named = [mood for moods, _ in POOLS for mood in moods]
    assert sorted(named) == sorted(MOODS)
    assert {emotion for _, emotions in POOLS for emotion in emotions} == set(EMOTIONS)


def test_of_two_emotions_odd_rows_serve_the_first(tmp_path: Path) -> None:
    moods = ["aggression", "happy", "anger", "anger", "aggression"]
    tracks = read_lmc(write(tmp_path / "lmc.csv", moods)).tracks
    assert {track.id[-1]: track.emotion for track in tracks} == {
        "0": "disgust",
        "1": "happy",
        "2": "angry",
        "3": "disgust",
        "4": "angry",
    }


def test_where_there_are_too_many_even_rows_are_taken(tmp_path: Path) -> None:
    tracks = read_lmc(write(tmp_path / "lmc.csv", ["sad"] * 2500)).tracks
    assert [int(track.id[-4:]) for track in tracks] == list(range(1, 2000, 2))
    assert len(read_lmc(write(tmp_path / "lmc.csv", ["sad"] * 1000)).tracks) == 1000


def test_a_song_has_a_search_link_and_neither_an_address_nor_a_licence(tmp_path: Path) -> None:
    (song,) = read_lmc(write(tmp_path / "lmc.csv", ["Grief"])).tracks
    assert (song.id, song.source, song.artist) == ("lmc-TR0000000000000000", "lmc", "Artist, 0")
    assert song.audio is song.page is None
    assert song.licence_class == "unknown"
    assert not song.publishable
    assert song.search is not None
    assert "Artist%2C+0" in song.search


def packed(path: Path, *members: tuple[str, bytes], mode: str = "w:bz2") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_the_table_is_found_inside_its_archive(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "lmc.tar.bz2",
        ("lmc/readme.txt", b"msd_id"),
        ("lmc/other.csv", b"a,b\n1,2\n"),
        ("../../lmc/table.csv", table(["happy", "sad"], newline="\r\n")),
    )
    assert [track.emotion for track in read_lmc(path).tracks] == ["happy", "sad"]


def test_bad_rows_are_told_and_the_others_taken(tmp_path: Path) -> None:
    path = tmp_path / "lmc.csv"
    path.write_bytes(
        b"msd_id,msd_artist,msd_title,mood\n"
        b"TR1,A,B,happy\n"
        b"TR2,A,B,bored\n"
        b'TR3,"A\nA",B,sad\n'
        b"TR 4,A,B,sad\n"
        b"TR5,A,,sad\n"
        b"TR6,A,B\n"
        b"TR7,\xff,B,sad\n"
        b"TR1,A,B,sad\n"
    )
    imported = read_lmc(path)
    assert [track.id for track in imported.tracks] == ["lmc-TR1", "lmc-TR3"]
    assert [(problem.line, problem.reason.split()[0]) for problem in imported.problems] == [
        (3, "mood"),
        (6, "msd_id"),
        (7, "msd_artist"),
        (8, "3"),
        (9, "msd_artist"),
        (10, "song"),
    ]


def damaged(path: Path) -> None:
    packed(path, ("table.csv", table(["sad"] * 20_000)))
    path.write_bytes(path.read_bytes()[:-200])


def no_archive(path: Path) -> None:
    path.write_bytes(b"BZh9 and no more")


def no_table(path: Path) -> None:
    packed(path, ("table.csv", b"title,artist\n"))


def no_columns(path: Path) -> None:
    path.write_text("msd_id,mood\n")


def nothing(path: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (damaged, "is damaged"),
        (no_archive, "is damaged"),
        (no_table, "contains no .csv with the columns"),
        (no_columns, "missing: msd_artist, msd_title"),
        (nothing, "cannot read"),
    ],
)
def test_what_holds_no_table_is_named(tmp_path: Path, make: object, says: str) -> None:
    path = tmp_path / "lmc.tar.bz2"
    make(path)  # type: ignore[operator]
    with pytest.raises(ImportFileError, match=says):
        read_lmc(path)


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "lmc.tar.bz2", ("a.txt", bytes(2**21)), ("b.csv", table(["sad"])))
    assert path.stat().st_size < 2**12
    with pytest.raises(ImportFileError, match="larger than 1 MiB"):
        read_lmc(path, ImportLimits(file_bytes=2**20))


def test_imported_again_nothing_is_there_twice(tmp_path: Path, catalogue: Catalogue) -> None:
    tracks = read_lmc(write(tmp_path / "lmc.csv", ["happy", "sad"])).tracks
    assert catalogue.store(tracks) == 2
    assert catalogue.store(tracks) == 0
    assert catalogue.sources()["lmc"] == 2
