from __future__ import annotations

import numpy as np
import pytest

from recommender.ranking.index import WEIGHT_COUNT, TrackIndex
from tests.recommender.ranking.samples import TRACKS, ids, query, ranker, spread, track


def test_files_that_are_gone_are_not_cued() -> None:
    assert ranker([track("gone", "sad", missing=True)]).rank(query(spread(sad=0.9))) == []


def test_stings_are_not_cued() -> None:
    tracks = [
        track("sting", "sad", duration=4.0),
        track("song", "sad", duration=40.0),
        track("unknown", "sad", duration=None),
    ]
    assert set(ids(ranker(tracks).rank(query(spread(sad=0.9))))) == {"song", "unknown"}


def test_a_row_holds_the_facts_of_its_track() -> None:
    index = TrackIndex(TRACKS)
    last = index.tracks[-1]
    assert index.row_of[last.id] == len(index) - 1
    assert (index.emotions[-1] == last.emotions).all()
    assert index.offline[-1] == last.offline
    effects = index.effects({last.id: 0.5, "no-such-track": 1.0})
    assert effects[-1] == 0.5
    assert not effects[:-1].any()


def test_some_rows_are_computed_as_all_are() -> None:
    index, mood = TrackIndex(TRACKS), query(spread(sad=0.6))
    rows = np.array([3, 700, 5])
    weights = np.random.default_rng(0).normal(size=(WEIGHT_COUNT, 2)).astype(np.float32)
    assert index.fit(mood, rows) == pytest.approx(index.fit(mood)[rows])
    assert index.interactions(mood, rows) == pytest.approx(index.interactions(mood)[rows])
    scores = index.apply_weights(mood, weights, rows)
    assert scores == pytest.approx(index.features_in(mood, rows) @ weights, abs=1e-4)
