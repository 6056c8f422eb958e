"""``moodcue eval``."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from inference import EMOTIONS
from inference.card import read_card
from inference.emotion import uniform
from models.enrolment import DRAWS
from models.evaluation import score
from moodcue.commands.eval import score_table
from tests.inference.face.scene import ASTRONAUT, scene
from tests.media import DATA, clip
from tests.moodcue.commands.cli import one_line, run

ROOT = Path(__file__).parents[3]


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


def test_a_voice_is_scored_by_speaker(tmp_path: Path) -> None:
    rows = "".join(f"{clip()},{emotion},Ann\n" for emotion in ("neutral", "sad", "sad"))
    (tmp_path / "labels.csv").write_text(f"path,emotion,speaker\n{rows}")
    report = json.loads(run("eval", "voice", tmp_path, "--json").stdout)
    assert report["uar"] == 0.5, "the same file gets the same label"
    assert report["adapted"] == {"accuracy": report["accuracy"], "uar": report["uar"]}
    assert report["by_speaker"] == {
        "Ann": {"n": 3, "accuracy": report["accuracy"], "uar": report["uar"]}
    }


def test_without_labels_nothing_is_scored(tmp_path: Path) -> None:
    assert "labels.csv" in one_line(run("eval", "voice", tmp_path))
    assert "unpack" in one_line(run("eval", "face", empty_zip(tmp_path / "faces.zip")))
    assert "does not exist" in one_line(run("eval", "face", tmp_path / "nowhere"))


def empty_zip(path: Path) -> Path:
    zipfile.ZipFile(path, "w").close()
    return path


@pytest.mark.parametrize("model", ["face_emotion", "mini-xception"])
def test_a_face_network_is_as_good_as_its_card_says(model: str, tmp_path: Path) -> None:
    faces = DATA / "fer2013.zip"
    if not faces.is_file():
        pytest.skip("needs FER2013 in ../shared/data")
    with zipfile.ZipFile(faces) as archive:
        names = [name for name in archive.namelist() if name.startswith("validation/")]
        archive.extractall(tmp_path, names)
    result = run("eval", "face", "--crops", tmp_path, "--json", "--face-model", model)
    report = json.loads(result.stdout)
    assert (report["n"], report["skipped"], report["unreadable"]) == (3589, 0, 0)
    figures = read_card(ROOT / "models" / model.replace("-", "_") / "card.md").figures
    for name in ("accuracy", "uar", "ece"):
        assert report[name] == pytest.approx(figures[name], abs=0.002)


def test_the_table_shows_the_emotions_that_occur() -> None:
    sad = np.eye(8, dtype=np.float32)[EMOTIONS.index("sad")]
    assert score_table(score(["happy", "sad"], [sad, uniform()])).row_count == 2


def test_the_rest_is_scored_with_a_profile_of_each_speaker(tmp_path: Path) -> None:
    rows = "".join(f"{clip()},{emotion},Ann\n" for emotion in ("neutral", "sad") for _ in range(3))
    (tmp_path / "labels.csv").write_text(f"path,emotion,speaker\n{rows}")
    result = run("eval", "voice", tmp_path, "--enrol", "1", "--moods", "sad", "--json")
    enrolled = json.loads(result.stdout)["enrolled"]
    assert (enrolled["k"], enrolled["moods"]) == (1, ["sad"])
    assert enrolled["n"] == 5 * DRAWS
    assert "With a profile: accuracy" in run("eval", "voice", tmp_path, "--enrol", "1").stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--enrol", "1", "--moods", "bored"], "unknown mood 'bored'; choose from neutral, calm"),
        (["--enrol", "1", "--voice-model", "mfcc-conv1d"], "can't adapt to people"),
        (["--enrol", "3"], "leaves no speaker with three recordings"),
    ],
)
def test_a_profile_that_cannot_be_made_is_explained(
    options: list[str], says: str, tmp_path: Path
) -> None:
    (tmp_path / "labels.csv").write_text(f"path,emotion,speaker\n{clip()},sad,Ann\n")
    assert says in one_line(run("eval", "voice", tmp_path, *options))


def test_a_profile_needs_to_know_who_speaks(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(f"path,emotion\n{clip()},sad\n")
    assert "column speaker" in one_line(run("eval", "voice", tmp_path, "--enrol", "1"))
