from __future__ import annotations

import pytest

from recommender.music.licence import LicenceClass
from recommender.ranking.filters import Filters
from tests.recommender.ranking.samples import ids, query, ranker, spread, track


@pytest.mark.parametrize(
    ("licence", "kind"),
    [
        ("CC-BY-NC-4.0", "listening"),
        ("CC-BY-ND-4.0", "listening"),
        ("CC-BY-SA-4.0", "share_alike"),
        ("All rights reserved", "unknown"),
    ],
)
def test_what_may_not_be_published_is_not_cued_unless_asked_for(
    licence: str, kind: LicenceClass
) -> None:
    two = ranker([track("open", "sad"), track("closed", "sad", licence=licence)])
    mood = query(spread(sad=0.9))
    assert ids(two.rank(mood)) == ["open"]
    assert ids(two.rank(mood, Filters(licences=frozenset({kind})))) == ["closed"]


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(tempo=(60, 100)), {"slow"}),
        (Filters(tempo=(100, None)), {"fast"}),
        (Filters(length=(None, 60)), {"slow"}),
        (Filters(length=(60.5, None)), {"fast", "sung"}),
        (Filters(instrumental=True), {"slow", "fast"}),
        (Filters(sources=frozenset({"own"})), {"sung"}),
        (Filters(sources=frozenset()), set()),
    ],
)
def test_filters_let_through_what_is_known_to_pass(filters: Filters, passing: set[str]) -> None:
    tracks = [
        track("slow", "sad", bpm=60.0, duration=60.0, instruments=("Piano",)),
        track("fast", "sad", bpm=150.0, duration=200.0, instruments=("Strings", "Bass")),
        track("sung", "sad", bpm=None, duration=61.0, instruments=("Piano", "Choir"), source="own"),
        track("unknown", "sad", bpm=None, duration=None, instruments=()),
    ]
    cued = ids(ranker(tracks).rank(query(spread(sad=0.9)), filters))
    assert set(cued) == passing
