from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.web.export.records import cues, mood, moods, track
from web.sessions.overview import Overview
from web.wire import MoodEvent


def overview(*events: MoodEvent, points: int = 100) -> Overview:
    folded = Overview(points=points, lists=2)
    for event in events:
        folded.update(event)
    return folded


def test_what_fits_is_told_as_it_was() -> None:
    events = moods((3, "happy"), (2, "sad"))
    folded = overview(*events)
    assert folded.step == 1
    assert [(point.t, point.label, point.count) for point in folded.points()] == [
        (event.t, event.label, 1) for event in events
    ]
    assert folded.points()[0].probs == pytest.approx(events[0].probs, abs=1e-4)


def test_a_session_of_any_length_has_as_few_points() -> None:
    folded = overview(*moods((900, "happy"), (100, "sad")))
    assert folded.step == 16
    assert len(folded.points()) <= 100
    assert sum(point.count for point in folded.points()) == 1000
    seconds: Counter[str] = Counter()
    for point in folded.points():
        seconds[point.label] += point.count
    assert seconds["sad"] == pytest.approx(100, abs=folded.step)


def test_a_point_is_the_mean_of_its_moods_and_keeps_the_clearest_opinions() -> None:
    quiet, clear = mood(0.1, "happy", 0.9), mood(0.6, "sad", 0.3)
    assert quiet.voice is not None
    quiet = quiet.model_copy(
        update={
            "voice": quiet.voice.model_copy(update={"reliability": 0.1, "doubt": "little_speech"}),
            "face": None,
        }
    )
    (point,) = overview(quiet, clear).points()
    assert (point.t, point.count, point.label) == (0.1, 2, "happy")
    assert point.confidence == pytest.approx(0.6)
    assert point.probs["sad"] == pytest.approx((quiet.probs["sad"] + 0.3) / 2, abs=1e-4)
    assert point.voice is not None
    assert point.face is not None
    assert (point.voice.label, point.voice.doubt) == ("sad", None)
    assert point.face.label == "sad"


def test_of_lists_in_a_row_the_first_is_kept() -> None:
    folded = Overview(lists=2)
    for t, title in ((0.0, "A"), (1.0, "B"), (2.0, "C"), (3.0, "D"), (4.0, "E")):
        folded.update(cues(t, piece=track(title)))
    folded.update(cues(9.0))
    assert [(shown.t, shown.title) for shown in folded.lists()] == [(0.0, "A"), (4.0, "E")]


VECTORS = json.loads((Path(__file__).parents[2] / "overview-vectors.json").read_text("utf-8"))
"""Sessions and their points, which the page's own folding is tested with too."""


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_the_server_folds_as_the_page_does(vector: dict[str, Any]) -> None:
    events = [MoodEvent.model_validate(event) for event in vector["moods"]]
    folded = overview(*events, points=vector["limit"])
    assert folded.step == vector["step"]
    assert [point.model_dump() for point in folded.points()] == vector["points"]
