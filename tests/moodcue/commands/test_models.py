"""``moodcue models``, and what it says of licences."""

from __future__ import annotations

import json
import re
import shutil
from importlib.metadata import metadata
from pathlib import Path

import pytest
from packaging.licenses import canonicalize_license_expression
from typer.testing import CliRunner, Result

from inference.card import ModelCard, read_card
from moodcue.commands import app

ROOT = Path(__file__).parents[3]
CARDS = sorted((ROOT / "models").glob("*/card.md"))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["models", *map(str, words)])


def own_model(data_dir: Path, folder: str, *changes: tuple[str, str]) -> Path:
    """Copy a shipped model into the data folder, with changes to its card; return the card."""
    own = data_dir / "models" / folder
    shutil.copytree(ROOT / "models" / "voice_activity", own)
    card = own / "card.md"
    text = card.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    card.write_text(text)
    return card


def test_every_network_is_listed_with_what_its_card_says() -> None:
    result = run("--json")
    assert (result.exit_code, result.stderr) == (0, "")
    listed = json.loads(result.stdout)
    cards = [read_card(path) for path in CARDS]
    assert [
        (model["name"], model["licence"], model["commercial_use"], model["figures"])
        for model in listed
    ] == [(card.name, card.licence, card.commercial_use, card.figures) for card in cards]
    assert all(model["bytes"] == Path(model["file"]).stat().st_size for model in listed)
    assert not any(model["own"] for model in listed)


def test_the_table_says_whether_commercial_use_is_allowed() -> None:
    lines = run().stdout.splitlines()
    (voice,) = (line for line in lines if line.startswith("│ voice "))
    (mesh,) = (line for line in lines if line.startswith("│ face_mesh "))
    assert "CC-BY-NC-SA-4.0" in voice
    assert "not allowed" in voice
    assert "uar 0.72," in voice
    assert "not allowed" not in mesh
    assert "allowed" in mesh


def test_own_models_are_listed_first_and_replace_shipped_ones_of_the_same_folder(
    tmp_path: Path,
) -> None:
    own_model(tmp_path, "mine", ('"voice_activity"', '"mine"'), ("commercial_use = true\n", ""))
    own_model(tmp_path, "voice_activity", ('"MIT"', '"LicenseRef-mine"'))
    listed = json.loads(run("--json", "--data-dir", tmp_path).stdout)
    assert [(model["name"], model["own"]) for model in listed[:2]] == [
        ("mine", True),
        ("voice_activity", True),
    ]
    assert listed[0]["commercial_use"] is None
    assert listed[1]["licence"] == "LicenseRef-mine"
    assert len(listed) == len(CARDS) + 1
    table = run("--data-dir", tmp_path).stdout
    assert "mine (yours)" in table
    assert "not stated" in table


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("commercial_use = true", 'commercial_use = "yes"', "commercial_use must be true or false"),
        ("[figures]", "[settings]", "front matter"),
        ("largest_difference = 1.2e-7", "largest_difference = []", "figures must be a table"),
        ('sha256 = "8', 'sha256 = "9', "does not match its card"),
        ("[inputs.samples]", "inputs = 5\n[other]", "incomplete"),
    ],
)
def test_a_broken_card_is_reported_and_the_others_are_listed(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    own_model(tmp_path, "broken", (old, new))
    result = run("--json", "--data-dir", tmp_path)
    assert result.exit_code == 0
    (line,) = result.stderr.splitlines()
    assert said in line
    assert str(tmp_path) in line
    assert len(json.loads(result.stdout)) == len(CARDS)


def test_a_card_that_is_no_text_is_reported(tmp_path: Path) -> None:
    own_model(tmp_path, "broken").write_bytes(b"+++\n\xff")
    (line,) = run("--data-dir", tmp_path).stderr.splitlines()
    assert "not UTF-8" in line


def test_the_package_states_the_licence_of_everything_it_ships() -> None:
    stated = metadata("moodcue")["License-Expression"]
    assert canonicalize_license_expression(stated) == stated
    parts = stated.split(" AND ")
    assert "Apache-2.0" in parts
    assert {read_card(path).licence for path in CARDS} <= set(parts)
    files = metadata("moodcue").get_all("License-File")
    assert files is not None
    assert {"LICENSE", "NOTICE"} | {
        path.with_name("LICENSE").relative_to(ROOT).as_posix() for path in CARDS
    } == set(files)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_the_licence_beside_a_network_is_that_of_its_card(path: Path) -> None:
    card: ModelCard = read_card(path)
    beside = path.with_name("LICENSE").read_text()
    assert beside.startswith(f"{card.model.name}\n")
    assert f"\nSPDX-License-Identifier: {card.licence}\n" in beside
    assert f"\nCommercial use: {'' if card.commercial_use else 'not '}allowed.\n" in beside
    use = "commercial use allowed" if card.commercial_use else "no commercial use"
    row = rf"{re.escape(card.model.relative_to(ROOT).as_posix())} +{re.escape(card.licence)} +{use}"
    assert re.search(row, (ROOT / "NOTICE").read_text())


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_the_figures_of_a_card_stand_in_its_text(path: Path) -> None:
    card = read_card(path)
    _, _, prose = path.read_text().partition("\n+++\n")
    assert card.figures["data"]
    for name, value in card.figures.items():
        if isinstance(value, float):
            written = {f"{value:g}", f"{value:.0e}", f"{value:.1e}", f"{value:.3f}"}
            written |= {f"{100 * value:.1f}%", f"{100 * value:.1f} %", f"{value:.6f}"}
            written |= {text.replace("e-0", "e-") for text in written}
            assert any(text in prose for text in written), (name, value)


def test_the_notice_names_the_packages_inside_the_page() -> None:
    package = json.loads((ROOT / "web" / "page" / "package.json").read_text())
    notice = (ROOT / "NOTICE").read_text()
    for name in package["dependencies"]:
        assert f"  {name} " in notice, name
