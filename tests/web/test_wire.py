"""The mood event: what it says of a mood."""

from __future__ import annotations

import numpy as np

from inference import Alternative, Emotion, Mood, Without
from web.wire import MoodEvent

HAPPY = np.eye(8, dtype=np.float32)[2]
WITHOUT = Without(voice=Alternative("neutral", 0.51234), face=Alternative("angry", 0.61))


def event(conflict: bool, without: Without | None) -> MoodEvent:
    among: tuple[Emotion, ...] = ("angry", "neutral")
    mood = Mood(1.0, "angry", 0.46, HAPPY, 0.1, 0.2, None, None, among, without, conflict)
    return MoodEvent.of(mood, seq=1)


def test_a_conflict_names_both_opinions() -> None:
    told = event(conflict=True, without=WITHOUT).model_dump()
    assert told["conflict"] is True
    assert told["opinions"] == {"voice": "angry", "face": "neutral"}
    assert told["without"] == {
        "voice": {"label": "neutral", "confidence": 0.5123},
        "face": {"label": "angry", "confidence": 0.61},
    }
    assert told["set"] == ["angry", "neutral"]


def test_without_a_conflict_there_are_no_opinions() -> None:
    assert event(conflict=False, without=WITHOUT).opinions is None
    alone = event(conflict=False, without=None)
    assert (alone.opinions, alone.without) == (None, None)


def test_what_is_stored_comes_back() -> None:
    told = event(conflict=True, without=WITHOUT)
    assert MoodEvent.model_validate_json(told.model_dump_json()) == told
