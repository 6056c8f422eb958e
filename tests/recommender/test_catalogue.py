from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sqlalchemy import text

from recommender.builtin import VERSION, builtin_tracks
from recommender.catalogue import Catalogue
from recommender.feedback import FeedbackLog


def test_a_new_database_holds_the_built_in_tracks(catalogue: Catalogue) -> None:
    stored = {track.id: track for track in catalogue.tracks()}
    for track in builtin_tracks():
        found = stored.pop(track.id)
        for name in track.__slots__:
            assert np.array_equal(getattr(found, name), getattr(track, name)), name
    assert stored == {}


def test_the_built_in_tracks_are_taken_over_once(url: str, catalogue: Catalogue) -> None:
    with catalogue.engine.begin() as connection:
        connection.execute(
            text("UPDATE tracks SET title = 'Mine' WHERE id = 'immich-happy-acoustic-1'")
        )
    again = Catalogue.open(url)
    track = again.track("immich-happy-acoustic-1")
    again.close()
    assert track is not None
    assert track.title == "Mine"


def test_a_newer_built_in_catalogue_is_taken_over_without_doubles_or_losses(
    url: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = FeedbackLog(catalogue.engine)
    kept = log.record(
        session_id="s", t=1.0, track_id="immich-happy-acoustic-1", action="downloaded"
    )
    with catalogue.engine.begin() as connection:
        connection.execute(text("UPDATE tracks SET bpm = 1, emotion = 'sad'"))
        connection.execute(text("DELETE FROM tracks WHERE id = 'immich-calm-acoustic-1'"))
    monkeypatch.setattr("recommender.catalogue.VERSION", VERSION + 1)
    newer = Catalogue.open(url)
    stored = {track.id: track for track in newer.tracks()}
    newer.close()
    assert {track.id: track.bpm for track in builtin_tracks()} == {
        track_id: track.bpm for track_id, track in stored.items()
    }
    assert log.downloads() == [kept]


def test_an_older_program_leaves_a_newer_catalogue_alone(
    url: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with catalogue.engine.begin() as connection:
        connection.execute(text("UPDATE tracks SET bpm = 1"))
    monkeypatch.setattr("recommender.catalogue.VERSION", VERSION - 1)
    older = Catalogue.open(url)
    assert {track.bpm for track in older.tracks()} == {1.0}
    older.close()


def test_one_track(catalogue: Catalogue) -> None:
    track = catalogue.track("incompetech-USUAN1200067")
    assert track is not None
    assert track.title == "8bit Dungeon Boss"
    assert catalogue.track("no-such-track") is None


def test_search_finds_all_words_anywhere_in_any_case(catalogue: Catalogue) -> None:
    page = catalogue.search("DUNGEON synths", limit=100)
    assert page.total == len(page.tracks) > 1
    for track in page.tracks:
        words = f"{track.title} {track.artist} {track.feels} {track.instruments}".casefold()
        assert "dungeon" in words
        assert "synths" in words


def test_search_takes_wildcards_literally(catalogue: Catalogue) -> None:
    assert catalogue.search("%").total == 0
    assert catalogue.search("8bit_Dungeon").total == 0


def test_search_by_emotion(catalogue: Catalogue) -> None:
    page = catalogue.search(emotion="disgust", limit=1000)
    assert page.total == len(page.tracks)
    assert {track.emotion for track in page.tracks} == {"disgust"}


def test_search_turns_pages(catalogue: Catalogue) -> None:
    whole = catalogue.search("piano", limit=1000)
    pages = [
        track.id
        for offset in range(0, whole.total, 50)
        for track in catalogue.search("piano", limit=50, offset=offset).tracks
    ]
    assert pages == [track.id for track in whole.tracks]
    titles = [track.title.lower() for track in whole.tracks]
    assert titles == sorted(titles)


@pytest.mark.parametrize(("limit", "offset"), [(-1, 0), (1, -1)])
def test_search_refuses_negative_bounds(catalogue: Catalogue, limit: int, offset: int) -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        catalogue.search(limit=limit, offset=offset)


def test_many_threads_may_read_at_once(catalogue: Catalogue) -> None:
    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(lambda _: len(catalogue.tracks()), range(32)))
    assert counts == [1470] * 32
