"""The README, the documentation and the page quote the figures of the cards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inference.card import read_card

ROOT = Path(__file__).parents[1]
QUOTED = [
    ("voice", "accuracy"),
    ("voice", "strangers_uar"),
    ("voice_open", "strangers_uar"),
    ("face_emotion", "accuracy"),
    ("face_emotion", "crowd_accuracy"),
    ("face_emotion", "posed_accuracy"),
]
WORDS = ROOT / "web/page/src/words"


def figure(model: str, name: str) -> float:
    value = read_card(ROOT / "models" / model / "card.md").figures[name]
    assert isinstance(value, float)
    return value


@pytest.mark.parametrize("document", ["README.md", "docs/models.md"])
@pytest.mark.parametrize(("model", "name"), QUOTED)
def test_documents_quote_the_card(document: str, model: str, name: str) -> None:
    text = " ".join((ROOT / document).read_text().split())
    assert f"{100 * figure(model, name):.1f} %" in text


def test_the_readme_counts_the_networks_that_may_not_be_used_commercially() -> None:
    cards = [read_card(path) for path in sorted((ROOT / "models").glob("*/card.md"))]
    restricted = sum(card.commercial_use is False for card in cards)
    expected = f"{restricted} of the {len(cards)} networks"
    assert expected in " ".join((ROOT / "README.md").read_text().split())


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_page_says_how_many_of_ten_are_right(language: str) -> None:
    (text,) = re.findall(r'canText:\s*"(.*)"', (WORDS / language / "index.ts").read_text())
    voices, faces = figure("voice", "strangers_uar"), figure("face_emotion", "crowd_accuracy")
    found = [int(number) for number in re.findall(r"\d+", text)]
    assert found == [10, round(10 * voices), 10, round(10 * faces)]
