"""``moodcue analyze`` with files and URLs."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inference import EMOTIONS
from moodcue.bench.site import Site
from tests.media import clip
from tests.moodcue.commands.cli import one_line, run
from tests.stream.recording import tone, write


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
@pytest.mark.parametrize(
    ("modality", "model"),
    [("voice", "voice-open"), ("voice", "mfcc-conv1d"), ("face", "mini-xception")],
)
def test_other_models_can_be_chosen(
    chosen: str, modality: str, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = [f"--{modality}-model", model]
    if chosen == "environment":
        monkeypatch.setenv(f"MOODCUE_{modality.upper()}_MODEL", flag.pop())
        flag.clear()
    result = run("analyze", "--sample", *flag)
    assert (result.exit_code, result.stderr) == (0, "")
    monkeypatch.delenv(f"MOODCUE_{modality.upper()}_MODEL", raising=False)
    by_chosen, by_usual = (
        json.loads(answer.stdout)["overall"][modality]
        for answer in (result, run("analyze", "--sample"))
    )
    assert sum(by_chosen["probs"].values()) == pytest.approx(1, abs=0.01)
    assert by_chosen["probs"] != by_usual["probs"]
    assert by_chosen["reliability"] == pytest.approx(by_usual["reliability"], abs=1e-6)


@pytest.mark.parametrize(
    ("modality", "model"), [("voice", "mfcc-conv2d"), ("face", "maxi-xception")]
)
def test_a_model_that_is_not_there_is_named(modality: str, model: str) -> None:
    line = one_line(run("analyze", clip(), f"--{modality}-model", model))
    assert f"model '{model}'" in line


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


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    write(tmp_path / "second.ts", sound=tone(1), pictures=1)
    site = Site(tmp_path)
    site.start()
    yield site
    site.stop()


def test_an_address_gives_what_the_file_gives(site: Site) -> None:
    (site.folder / "clip.mp4").symlink_to(clip())
    url = f"{site.address}/clip.mp4"
    refused = run("analyze", url)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "MOODCUE_ALLOW_PRIVATE_ADDRESSES" in refused.stderr
    moods = []
    for words in ([str(clip())], [url, "--allow-private-addresses"]):
        result = run("analyze", *words)
        assert (result.exit_code, result.stderr) == (0, "")
        moods.append([(m["t"], m["label"]) for m in json.loads(result.stdout)["timeline"]])
    assert moods[0] == moods[1]


def test_ctrl_c_gives_what_was_analysed_so_far(site: Site) -> None:
    terminal, other_end = pty.openpty()
    url = f"{site.address}/broadcast/second.ts"
    command = (sys.executable, "-m", "moodcue", "analyze", "--allow-private-addresses", url)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=other_end) as analysing:
        os.close(other_end)
        shown = b""
        while not re.search(rb"[2-9] s", shown):
            shown += os.read(terminal, 4096)
            assert len(shown) < 300_000, shown
        analysing.send_signal(signal.SIGINT)
        assert analysing.stdout
        analysis = json.load(analysing.stdout)
    os.close(terminal)
    assert analysing.returncode == 0, "there was no end that it has missed"
    assert b"this stream has no end" in shown
    assert [mood["t"] for mood in analysis["timeline"][:2]] == [1, 2]
