from __future__ import annotations

import numpy as np
import pytest

from recommender.ranking.features import (
    FEATURE_COUNT,
    NOUNS,
    TEMPI,
    WORDS,
    instrument_groups,
    track_features,
)
from tests.recommender.ranking.samples import TRACKS, track


def words_of(**facts: object) -> dict[str, float]:
    """Return the word features, without zeros, of a track."""
    (row,) = track_features([track("a", "sad", **facts)])
    values = row[FEATURE_COUNT - len(WORDS) :].tolist()
    return {word: value for word, value in zip(WORDS, values, strict=True) if value}


def test_there_is_a_row_for_each_track() -> None:
    features = track_features(TRACKS)
    assert features.shape == (len(TRACKS), FEATURE_COUNT)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()
    assert track_features([]).shape == (0, FEATURE_COUNT)


@pytest.mark.parametrize(
    ("bpm", "words"),
    [
        (40.0, {"very slow": 1}),
        (80.0, {"slow": 1}),
        (118.0, {"moderate": 0.48, "fast": 0.52}),
        (200.0, {"very fast": 1}),
        (None, {}),
    ],
)
def test_a_tempo_lies_between_two_words(bpm: float | None, words: dict[str, float]) -> None:
    found = words_of(bpm=bpm, feels=(), instruments=())
    assert set(found) <= set(TEMPI)
    assert found == pytest.approx(words)


def test_feels_and_instruments_have_unit_norm() -> None:
    found = words_of(bpm=None, feels=("Calm", "Dark", "Unknown"), instruments=("Piano",))
    assert found == pytest.approx({"calm": 0.5**0.5, "dark": 0.5**0.5, "piano": 1})


@pytest.mark.parametrize(
    ("instrument", "groups"),
    [
        ("Double Bass", {"strings", "bass"}),
        ("Bass Clarinet", {"woodwind"}),
        ("Harpsichord", {"piano"}),
        ("Choir", {"voices"}),
        ("Spoons", set()),
    ],
)
def test_an_instrument_belongs_to_groups(instrument: str, groups: set[str]) -> None:
    assert set(instrument_groups(instrument)) == groups <= set(NOUNS)
