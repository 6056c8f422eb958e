"""``moodcue catalog`` and ``moodcue library``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tests.moodcue.commands.cli import one_line, run
from tests.recommender.library.music import melody, write

TABLE = "msd_id,msd_artist,msd_title,mood\nTR1,Me,One,happy\nTR2,Me,Two,grief\nTR3,Me,Three,odd\n"


def test_the_2020_catalogue_is_imported_with_its_counts(tmp_path: Path) -> None:
    (tmp_path / "lmc.csv").write_text(TABLE)
    result = run("catalog", "import", "lmc", tmp_path / "lmc.csv")
    assert result.exit_code == 0, result.output
    assert "lmc.csv, line 4: mood 'odd'" in result.stderr
    assert "2 tracks, 2 of them new" in result.stdout
    again = run("catalog", "import", "lmc", tmp_path / "lmc.csv", "--json")
    report = json.loads(again.stdout)
    assert (report["tracks"], report["new"], report["left_out"]) == (2, 0, 1)
    assert (report["emotions"]["happy"], report["emotions"]["sad"]) == (1, 1)
    listed = run("catalog", "list", "--source", "lmc", "--emotion", "sad", "--licence", "unknown")
    assert "lmc-TR2" in listed.stdout
    assert "1 of 1 tracks" in listed.stdout


def test_what_was_exported_can_be_imported(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("title,artist,emotion,licence\n[b]Song[/b],Me,calm,MIT\nBad,Me,,\n")
    result = run("catalog", "import", "csv", mine)
    assert result.exit_code == 0, result.output
    assert "mine.csv, line 3: no mood" in result.stderr
    assert "[b]Song[/b]" in run("catalog", "list", "song", "--source", "mine").stdout
    printed = run("catalog", "export", "--source", "mine").stdout
    (row,) = csv.DictReader(io.StringIO(printed))
    assert (row["title"], row["licence"], row["source"]) == ("[b]Song[/b]", "MIT", "mine")
    run("catalog", "export", "--source", "mine", "-o", tmp_path / "out.csv")
    again = run("catalog", "import", "csv", tmp_path / "out.csv")
    assert "1 tracks, 0 of them new" in again.stdout


def test_what_cannot_be_imported_gives_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("title\n")
    assert "missing: artist" in one_line(run("catalog", "import", "csv", tmp_path / "bad.csv"))
    assert "cannot read" in one_line(run("catalog", "import", "lmc", tmp_path / "nowhere.csv"))
    lmc = ("catalog", "import", "lmc", tmp_path / "bad.csv", "--source", "x")
    assert "--source" in one_line(run(*lmc))
    named = run("catalog", "import", "csv", tmp_path / "bad.csv", "--source", "library")
    assert "reserved by Moodcue" in one_line(named)


def test_a_folder_of_music_is_added_listed_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "Music"
    write(folder / "song.flac", melody(seconds=4))
    (folder / "broken.mp3").write_bytes(b"no music")
    result = run("library", "add", folder)
    assert result.exit_code == 0, result.output
    assert "2 files: 1 analysed, 0 remaining, 1 unreadable, 0 missing" in result.stdout
    assert "broken.mp3" in result.stderr
    assert "1 analysed" not in run("library", "add", folder).stdout
    assert "song" in run("catalog", "list", "--source", "library").stdout
    assert run("library", "list").stdout.count("│ 1 ") == 2
    assert run("library", "remove", folder).exit_code == 0
    assert "is not a folder of the library" in one_line(run("library", "remove", folder))
    assert "is not a folder" in one_line(run("library", "add", tmp_path / "nowhere"))
