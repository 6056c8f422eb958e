"""The command line, as people type it."""

from __future__ import annotations

import csv
import io
import json
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner, Result

from inference import EMOTIONS, Emotion
from moodcue.commands import app
from recommender import FeedbackLog
from tests.inference.face.scene import ASTRONAUT, scene
from tests.media import DATA, clip
from web.sessions.services import open_catalogue
from web.settings import Settings

TRACK = "immich-happy-acoustic-1"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def one_line(result: Result) -> str:
    """Return the one line that says what is wrong."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def test_a_clip_gives_its_mood_over_time_and_music_for_it() -> None:
    result = run("analyze", clip(), "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    analysis = json.loads(result.stdout)
    assert set(analysis) == {"overall", "timeline", "cues"}
    overall = analysis["overall"]
    assert tuple(overall["probs"]) == EMOTIONS
    assert overall["label"] == max(overall["probs"], key=overall["probs"].get)
    assert overall["voice"]["reliability"] > 0.3
    assert overall["face"]["reliability"] > 0.3
    moods = analysis["timeline"]
    assert [mood["seq"] for mood in moods] == list(range(1, len(moods) + 1))
    assert [mood["t"] for mood in moods[:3]] == [1, 2, 3]
    for mood in moods:
        assert mood["type"] == "mood"
        assert sum(mood["probs"].values()) == pytest.approx(1, abs=0.01)
        assert mood["dropped"] == 0
    assert moods[1]["face"]["faces"][0]["id"] == 1
    assert any(mood["voice"]["speech"] for mood in moods)
    assert len({cue["track_id"] for cue in analysis["cues"] if cue["t"] == 1}) == 10
    assert {"title", "artist", "licence", "credit", "why"} <= set(analysis["cues"][0])


def test_the_sample_is_analysed_into_a_file(tmp_path: Path) -> None:
    result = run("analyze", "--sample", "-o", tmp_path / "moods.json")
    assert (result.exit_code, result.stdout) == (0, "")
    moods = json.loads((tmp_path / "moods.json").read_text())["timeline"]
    assert {bool(mood["face"]["faces"]) for mood in moods} == {True, False}
    assert {mood["voice"]["speech"] for mood in moods} == {True, False}


@pytest.mark.parametrize("chosen", ["flag", "environment"])
def test_the_voice_model_of_2020_can_be_chosen(
    chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = ["--voice-model", "mfcc-conv1d"]
    if chosen == "environment":
        monkeypatch.setenv("MOODCUE_VOICE_MODEL", flag.pop())
        flag.clear()
    result = run("analyze", "--sample", *flag)
    assert (result.exit_code, result.stderr) == (0, "")
    monkeypatch.delenv("MOODCUE_VOICE_MODEL", raising=False)
    chosen_voice, usual_voice = (
        json.loads(answer.stdout)["overall"]["voice"]
        for answer in (result, run("analyze", "--sample"))
    )
    assert sum(chosen_voice["probs"].values()) == pytest.approx(1, abs=0.01)
    assert chosen_voice["probs"] != usual_voice["probs"]
    assert chosen_voice["reliability"] == usual_voice["reliability"]


def test_a_voice_model_that_is_not_there_is_named() -> None:
    line = one_line(run("analyze", clip(), "--voice-model", "mfcc-conv2d"))
    assert "model 'mfcc-conv2d'" in line


def test_the_same_file_gives_the_same_moods() -> None:
    first, second = run("analyze", clip()), run("analyze", clip())
    assert first.stdout == second.stdout


def text(path: Path) -> None:
    path.write_text("no film, only words\n")


def nothing_in_it(path: Path) -> None:
    path.write_bytes(b"\0\0\0\x18ftypisom\0\0\0\0isommp41")


def directory(path: Path) -> None:
    path.mkdir()


def missing(path: Path) -> None:
    pass


@pytest.mark.parametrize("make", [text, nothing_in_it, directory, missing])
def test_what_cannot_be_analysed_gives_one_line(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "film.mp4"
    make(path)
    line = one_line(run("analyze", path))
    assert "film.mp4" in line
    assert "Traceback" not in line


def test_a_video_cut_off_in_the_middle_is_analysed_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = clip().read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    result = run("analyze", tmp_path / "cut.mp4")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["timeline"]
    (warning,) = result.stderr.splitlines()
    assert "warning" in warning
    assert "cut.mp4" in warning


def test_needs_one_input() -> None:
    assert "--sample" in one_line(run("analyze"))
    assert "--sample" in one_line(run("analyze", "--sample", clip()))


def test_says_before_the_analysis_where_it_cannot_write(tmp_path: Path) -> None:
    output, data = tmp_path / "nowhere" / "moods.json", tmp_path / "data"
    line = one_line(run("analyze", clip(), "-o", output, "--data-dir", data))
    assert f"cannot write {output}" in line
    assert not data.exists(), "nothing was opened yet"


def test_a_broken_database_is_kept_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "moodcue.db").write_bytes(b"not a database" * 100)
    monkeypatch.setenv("MOODCUE_DATA_DIR", str(tmp_path))
    assert "moodcue.db" in one_line(run("analyze", clip()))
    assert (tmp_path / "moodcue.db").read_bytes() == b"not a database" * 100


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = one_line(run("analyze", clip(), "--data-dir", tmp_path / "file" / "data"))
    assert "MOODCUE_DATA_DIR" in line


def test_a_port_in_use_is_named_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = one_line(run("serve", "--port", str(port), "--data-dir", tmp_path / "data"))
    assert f"port {port} of 127.0.0.1 is taken" in line
    assert not (tmp_path / "data").exists(), "nothing was opened yet"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MOODCUE_PORT", "eighty", "MOODCUE_PORT: "),
        ("MOODCUE_HOST", "0.0.0.0", "set MOODCUE_TOKEN"),
        ("MOODCUE_ICE_ADDRESSES", "home", "MOODCUE_ICE_ADDRESSES: "),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    assert says in one_line(run("serve"))


def test_a_flag_that_cannot_be_is_named_as_it_was_typed() -> None:
    assert one_line(run("serve", "--port", "99999")).startswith("moodcue: --port: ")


def test_tells_its_version() -> None:
    assert run("--version").stdout.startswith("moodcue 0.")


def pictures(folder: Path) -> None:
    """Write a smiling face labelled happy, a wall labelled sad, and what cannot be scored."""
    for label, image in {"happy": ASTRONAUT, "sadness": scene(), "beach": ASTRONAUT}.items():
        (folder / label).mkdir(parents=True)
        cv2.imwrite(str(folder / label / "a.png"), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    (folder / "happy" / "notes.txt").write_text("no picture")


def test_faces_are_scored_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    pictures(tmp_path)
    result = run("eval", "face", tmp_path, "--json")
    assert result.exit_code == 0, result.output
    skipped, unreadable = result.stderr.splitlines()
    assert "1 (a.png)" in skipped
    assert "notes.txt" in unreadable
    report = json.loads(result.stdout)
    confusion = report.pop("confusion")
    assert confusion[2] == [0, 0, 1, 0, 0, 0, 0, 0]
    assert sum(map(sum, confusion)) == 1
    assert 0 <= report.pop("ece") <= 1
    assert report == {
        "n": 2,
        "accuracy": 0.5,
        "uar": 0.5,
        "per_class": {"happy": 1, "sad": 0},
        "labels": list(EMOTIONS),
        "no_face": 1,
        "skipped": 1,
        "unreadable": 1,
    }


def test_scores_are_shown_as_a_table(tmp_path: Path) -> None:
    pictures(tmp_path)
    result = run("eval", "face", tmp_path)
    assert "n 2, accuracy 0.500, UAR 0.500" in result.stdout
    assert "surprised" in result.stdout
    assert "counted as errors: 1" in result.stdout


def test_a_voice_is_scored_by_a_table_of_labels(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(f"path,emotion\n{clip()},bored\n{clip()},neutral\n")
    result = run("eval", "voice", tmp_path, "--json")
    assert result.exit_code == 0, result.output
    assert "labels.csv, line 2" in result.stderr
    report = json.loads(result.stdout)
    assert (report["n"], report["no_speech"], report["skipped"]) == (1, 0, 1)
    assert not {"adapted", "by_speaker"} & set(report), "nobody says who speaks"


def test_a_voice_is_scored_as_it_gets_used_to_each_speaker(tmp_path: Path) -> None:
    rows = "".join(f"{clip()},{emotion},Ann\n" for emotion in ("neutral", "sad", "sad"))
    (tmp_path / "labels.csv").write_text(f"path,emotion,speaker\n{rows}")
    report = json.loads(run("eval", "voice", tmp_path, "--json").stdout)
    assert set(report["adapted"]) == {"accuracy", "uar"}
    assert report["adapted"]["uar"] == 0.5, "the same file is told the same way"
    assert report["by_speaker"] == {
        "Ann": {"n": 3, "accuracy": report["accuracy"], "uar": report["uar"]}
    }
    assert "Used to each speaker: accuracy" in run("eval", "voice", tmp_path).stdout


def test_without_labels_nothing_is_scored(tmp_path: Path) -> None:
    assert "labels.csv" in one_line(run("eval", "voice", tmp_path))
    assert "unpack" in one_line(run("eval", "face", empty_zip(tmp_path / "faces.zip")))
    assert "does not exist" in one_line(run("eval", "face", tmp_path / "nowhere"))


def empty_zip(path: Path) -> Path:
    zipfile.ZipFile(path, "w").close()
    return path


def test_the_face_network_is_as_good_as_its_card_says(tmp_path: Path) -> None:
    faces = DATA / "fer2013.zip"
    if not faces.is_file():
        pytest.skip("needs FER2013 in ../shared/data")
    with zipfile.ZipFile(faces) as archive:
        names = [name for name in archive.namelist() if name.startswith("validation/")]
        archive.extractall(tmp_path, names)
    report = json.loads(run("eval", "face", "--crops", tmp_path, "--json").stdout)
    assert (report["n"], report["skipped"], report["unreadable"]) == (3589, 0, 0)
    assert report["accuracy"] == pytest.approx(0.682, abs=0.002)
    assert report["uar"] == pytest.approx(0.643, abs=0.002)


@pytest.fixture
def log() -> Iterator[FeedbackLog]:
    """The log that ``moodcue log`` reads, with three downloads in it."""
    with closing(open_catalogue(Settings())) as catalogue:
        log = FeedbackLog(catalogue.engine, clock=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
        moods: tuple[Emotion | None, ...] = ("sad", None, "happy")
        for number, mood in enumerate(moods):
            download(log, 61.0 * number, mood)
        yield log


def download(log: FeedbackLog, t: float, mood: Emotion | None) -> None:
    log.record(
        session_id="0c0ffee", t=t, track_id=TRACK, action="downloaded", mood=mood, face="happy"
    )


def test_the_log_is_a_table_of_the_newest(log: FeedbackLog) -> None:
    head, newest, *rest = run("log").stdout.splitlines()
    assert head.split() == [
        *("time", "at", "track", "mood", "voice", "face", "mode", "rank", "session")
    ]
    local = datetime(2026, 11, 22, 12, tzinfo=UTC).astimezone().isoformat(" ")
    assert newest.startswith(local)
    assert "Happy Acoustic A" in newest
    assert newest.split()[-6:] == ["happy", "-", "happy", "-", "-", "0c0ffee"]
    assert [line[27:].split()[0] for line in (newest, *rest)] == ["2:02", "1:01", "0:00"]
    assert len(run("log", "-n", "1").stdout.splitlines()) == 2


def test_the_log_is_exported_whole(log: FeedbackLog) -> None:
    rows = list(csv.DictReader(io.StringIO(run("log", "--format", "csv").stdout)))
    assert [row["mood"] for row in rows] == ["happy", "", "sad"]
    items = json.loads(run("log", "--format", "json").stdout)
    assert [item["t"] for item in items] == [122, 61, 0]
    assert items[0]["at"] == "2026-11-22T12:00:00Z"
    assert {str(item["id"]) for item in items} == {row["id"] for row in rows}
    picked = run("log", "--format", "json", "--emotion", "sad", "--search", "acoustic")
    assert [item["mood"] for item in json.loads(picked.stdout)] == ["sad"]
    assert json.loads(run("log", "--format", "json", "--since", "2027-01-01").stdout) == []


def test_a_log_without_downloads_is_empty() -> None:
    assert run("log", "--format", "json").stdout == "[]\n"
    assert len(run("log", "--format", "csv").stdout.splitlines()) == 1


def test_an_unreachable_database_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODCUE_DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/moodcue")
    line = one_line(run("log"))
    assert "Connection refused" in line
    assert "Check that PostgreSQL is running" in line
    assert "secret" not in line


def test_the_log_is_followed_live(log: FeedbackLog) -> None:
    follower = subprocess.Popen(
        [sys.executable, "-m", "moodcue", "log", "--follow", "--format", "json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert follower.stdout is not None
    told = [json.loads(follower.stdout.readline())["t"] for _ in range(3)]
    for t in (500.0, 501.0):
        download(log, t, None)
    told += [json.loads(follower.stdout.readline())["t"] for _ in range(2)]
    follower.send_signal(signal.SIGINT)
    assert follower.communicate()[0] == ""
    assert follower.returncode == 130
    assert told == [0, 61, 122, 500, 501]
