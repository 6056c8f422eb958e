from pathlib import Path

import pytest

from models.labelled import LabelError, read_labels
from models.recordings import Recording


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_labels_come_from_ravdess_names_or_folders(tmp_path: Path) -> None:
    touch(tmp_path, "sad/03-01-05-02-01-01-07.wav", "Joy/a.wav", "surprise/b.png", "others/c.wav")
    touch(tmp_path, ".hidden/angry/d.wav", "calm/.e.wav", "sad/03-01-09-02-01-01-07.wav")
    labelled = read_labels(tmp_path)
    assert labelled.recordings == (
        Recording(tmp_path / "Joy/a.wav", "happy", ""),
        Recording(tmp_path / "sad/03-01-05-02-01-01-07.wav", "angry", "07"),
        Recording(tmp_path / "sad/03-01-09-02-01-01-07.wav", "sad", ""),
        Recording(tmp_path / "surprise/b.png", "surprised", ""),
    )
    assert labelled.unlabelled == ("c.wav",)


def test_links_are_followed_but_not_in_cycles(tmp_path: Path) -> None:
    touch(tmp_path, "elsewhere/fear/a.wav", "here/notes.txt")
    (tmp_path / "here/fear").symlink_to(tmp_path / "elsewhere/fear")
    (tmp_path / "here/again").symlink_to(tmp_path / "here")
    (recording,) = read_labels(tmp_path / "here").recordings
    assert recording == Recording(tmp_path / "here/fear/a.wav", "fearful", "")


def test_one_file_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "anger/a.wav")
    monkeypatch.chdir(tmp_path / "anger")
    assert read_labels(Path("a.wav")).recordings == (Recording(Path("a.wav"), "angry", ""),)


def test_a_table_defines_what_is_scored(tmp_path: Path) -> None:
    touch(tmp_path, "sad/a.wav", "sad/b.wav", "03-01-05-02-01-01-07.wav")
    table = tmp_path / "labels.csv"
    table.write_text("\ufeffSpeaker, path, emotion\nAnn, sad/a.wav, Happiness\n,sad/b.wav,calm\n")
    rows = (
        Recording(tmp_path / "sad/a.wav", "happy", "Ann"),
        Recording(tmp_path / "sad/b.wav", "calm", ""),
    )
    assert read_labels(table).recordings == rows
    assert read_labels(tmp_path).recordings == rows
    assert read_labels(tmp_path / "sad/a.wav").recordings[0].emotion == "sad", (
        "the table is ignored"
    )
    unlisted = read_labels(tmp_path / "03-01-05-02-01-01-07.wav")
    assert (unlisted.recordings, len(unlisted.unlabelled)) == ((), 1)


def test_bad_rows_are_reported_and_good_ones_kept(tmp_path: Path) -> None:
    touch(tmp_path, "a.wav", "b.wav")
    (tmp_path / "labels.csv").write_text(
        'path,emotion\na.wav,bored\n\nnone.wav,sad\n"b\n.wav",sad\nb.wav\n\nb.wav,sad,too,much\n'
    )
    labelled = read_labels(tmp_path)
    assert labelled.recordings == (Recording(tmp_path / "b.wav", "sad", ""),)
    assert [row.partition(": ")[0] for row in labelled.bad_rows] == [
        "labels.csv, line 2",
        "labels.csv, line 4",
        "labels.csv, line 6",
        "labels.csv, line 7",
    ]
    assert "'bored' is not a known emotion" in labelled.bad_rows[0]
    assert "file 'none.wav' not found" in labelled.bad_rows[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: the header must be"),
        (b"a.wav,sad\n", "line 1: the header must be"),
        (b"\xff\xfea", "save it as CSV in UTF-8"),
    ],
)
def test_an_unreadable_table_is_an_error(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(LabelError, match=message):
        read_labels(tmp_path)


def test_a_missing_path_and_an_archive_are_errors(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="does not exist"):
        read_labels(tmp_path / "nowhere")
    touch(tmp_path, "faces.zip")
    with pytest.raises(LabelError, match="unpack it"):
        read_labels(tmp_path / "faces.zip")
