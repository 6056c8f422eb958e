from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from recommender.music.builtin import VERSION, builtin_tracks
from recommender.music.catalogue import Catalogue
from recommender.music.licence import UNKNOWN
from recommender.music.moods import fit_emotion, fit_position
from recommender.music.track import Track
from recommender.store.downloads import DownloadLog
from recommender.store.feedback import FeedbackLog

BOSS = next(track for track in builtin_tracks() if track.id == "incompetech-USUAN1200067")


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
    url: str, catalogue: Catalogue
) -> None:
    log = FeedbackLog(catalogue.engine)
    kept = log.record(
        session_id="s", t=1.0, track_id="immich-happy-acoustic-1", action="downloaded"
    )
    with catalogue.engine.begin() as connection:
        connection.execute(text("UPDATE tracks SET bpm = 1, emotion = 'sad'"))
        connection.execute(text("DELETE FROM tracks WHERE id = 'immich-calm-acoustic-1'"))
    newer = Catalogue.open(url, builtin_version=VERSION + 1)
    stored = {track.id: track for track in newer.tracks()}
    newer.close()
    assert {track.id: track.bpm for track in builtin_tracks()} == {
        track_id: track.bpm for track_id, track in stored.items()
    }
    assert [row.id for row in DownloadLog(catalogue.engine).page()] == [kept.id]


def test_an_older_program_leaves_a_newer_catalogue_alone(url: str, catalogue: Catalogue) -> None:
    with catalogue.engine.begin() as connection:
        connection.execute(text("UPDATE tracks SET bpm = 1"))
    older = Catalogue.open(url, builtin_version=VERSION - 1)
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


def test_search_knows_no_accents_and_no_case(catalogue: Catalogue) -> None:
    catalogue.store([replace(BOSS, id="own-1", title="ÉTUDE Nº 1", artist="Zoë Straße")])
    for words in ("étude", "Etude", "zoe", "STRASSE"):
        assert [track.id for track in catalogue.search(f"{words} n").tracks] == ["own-1"], words


@pytest.mark.parametrize(
    ("wanted", "lies"),
    [
        ({"valence": (0.2, None)}, lambda track: track.valence >= 0.2),
        ({"valence": (-0.5, 0.0), "arousal": (0.5, 1.0)}, lambda track: track.valence <= 0.0),
        ({"tempo": (90, 100)}, lambda track: 90 <= (track.bpm or 0) <= 100),
        ({"sources": ["immich"]}, lambda track: track.source == "immich"),
        ({"licences": ["publishable"], "sources": ["immich"]}, lambda track: track.publishable),
        ({"emotion": "sad", "tempo": (None, 60)}, lambda track: track.emotion == "sad"),
    ],
)
def test_search_by_facts(catalogue: Catalogue, wanted: Mapping[str, Any], lies: Any) -> None:
    page = catalogue.search(**wanted, limit=2000)
    everything = catalogue.search(limit=2000).tracks
    assert 0 < page.total == len(page.tracks) < len(everything)
    assert all(lies(track) for track in page.tracks)
    if len(wanted) == 1:
        assert page.total == sum(map(lies, everything))


def test_search_by_what_licences_allow(catalogue: Catalogue) -> None:
    licences = ("CC-BY-SA-3.0", "GPL-3.0-only", "CC-BY-NC-4.0", UNKNOWN)
    catalogue.store([replace(BOSS, id=f"own-{name}", licence=name) for name in licences])

    def found(*classes: Any) -> set[str]:
        tracks = catalogue.search("8bit dungeon boss", licences=classes).tracks
        return {track.licence for track in tracks}

    assert found("publishable") == {"CC-BY-4.0"}
    assert found("share_alike") == {"CC-BY-SA-3.0", "GPL-3.0-only"}
    assert found("listening", "unknown") == {"CC-BY-NC-4.0", UNKNOWN}
    assert found() == set()


def test_search_from_a_place_finds_the_nearest_first(catalogue: Catalogue) -> None:
    page = catalogue.search(near=(0.5, -0.5), limit=50)
    assert page.total == 1470
    away = [np.hypot(track.valence - 0.5, track.arousal + 0.5) for track in page.tracks]
    assert away == sorted(away)
    everything = catalogue.tracks()
    nearest = min(np.hypot(track.valence - 0.5, track.arousal + 0.5) for track in everything)
    assert away[0] == pytest.approx(nearest)


@pytest.mark.parametrize(("limit", "offset"), [(-1, 0), (1, -1)])
def test_search_refuses_negative_bounds(catalogue: Catalogue, limit: int, offset: int) -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        catalogue.search(limit=limit, offset=offset)


def test_many_threads_may_read_at_once(catalogue: Catalogue) -> None:
    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(lambda _: len(catalogue.tracks()), range(32)))
    assert counts == [1470] * 32


def test_stored_again_a_track_is_brought_up_to_date(catalogue: Catalogue) -> None:
    changes = catalogue.change_count()
    song = replace(
        BOSS, id="own-1", audio=None, attribution="Music by me", cover=True, missing=True
    )
    assert catalogue.store([song]) == 1
    assert catalogue.store([replace(song, title="Renamed"), BOSS]) == 0
    stored = catalogue.track("own-1")
    assert stored is not None
    assert (stored.title, stored.audio, stored.attribution) == ("Renamed", None, "Music by me")
    assert (stored.cover, stored.missing, stored.corrected) == (True, True, False)
    assert catalogue.search("renamed").total == 1
    assert catalogue.change_count() == changes + 2


def test_what_is_missing_is_found_but_not_cued(catalogue: Catalogue) -> None:
    catalogue.store([replace(BOSS, id="own-1", missing=True)])
    assert "own-1" in {track.id for track in catalogue.search("dungeon boss").tracks}
    assert "own-1" not in {track.id for track in catalogue.tracks()}


def mood_of(track: Track | None) -> tuple[str, float, float, bool]:
    assert track is not None
    return track.emotion, track.valence, track.arousal, track.corrected


def test_a_mood_set_by_a_person_stays(url: str, catalogue: Catalogue) -> None:
    corrected = catalogue.correct(BOSS.id, fit_emotion("calm"))
    assert mood_of(corrected) == ("calm", 0.5, -0.6, True)
    catalogue.store([replace(BOSS, title="Renamed")])
    assert mood_of(catalogue.track(BOSS.id)) == ("calm", 0.5, -0.6, True)
    assert catalogue.track(BOSS.id).title == "Renamed"  # type: ignore[union-attr]
    newer = Catalogue.open(url, builtin_version=VERSION + 1)
    assert mood_of(newer.track(BOSS.id)) == ("calm", 0.5, -0.6, True)
    assert newer.search(BOSS.title, emotion="calm").total == 1
    newer.close()
    again = catalogue.correct(BOSS.id, fit_position(-0.7, -0.5))
    assert mood_of(again) == ("sad", -0.7, -0.5, True)
    assert mood_of(catalogue.uncorrect(BOSS.id)) == mood_of(BOSS)
    assert mood_of(catalogue.uncorrect(BOSS.id)) == mood_of(BOSS)
    catalogue.correct(BOSS.id, fit_emotion("calm"))
    heard_anew = fit_emotion("angry")
    catalogue.store(
        [replace(BOSS, emotions=heard_anew.emotions, valence=-0.6, arousal=heard_anew.arousal)]
    )
    assert mood_of(catalogue.track(BOSS.id))[0] == "calm"
    assert mood_of(catalogue.uncorrect(BOSS.id)) == ("angry", -0.6, heard_anew.arousal, False)
    assert catalogue.uncorrect("no-such-track") is None
    assert catalogue.correct("no-such-track", fit_emotion("calm")) is None


def test_what_a_session_used(catalogue: Catalogue) -> None:
    log = FeedbackLog(catalogue.engine)
    other = "immich-happy-acoustic-1"
    for session, track_id, action in (
        ("s", other, "previewed"),
        ("s", BOSS.id, "downloaded"),
        ("s", other, "downloaded"),
        ("s", "immich-calm-acoustic-1", "skipped"),
        ("s", "immich-calm-acoustic-s411", "previewed"),
        ("t", "immich-calm-acoustic-s522", "downloaded"),
    ):
        log.record(session_id=session, t=1, track_id=track_id, action=action)  # type: ignore[arg-type]
    assert [(track.id, taken) for track, taken in catalogue.used("s")] == [
        (other, True),
        (BOSS.id, True),
        ("immich-calm-acoustic-s411", False),
    ]


def test_the_sources_are_counted(catalogue: Catalogue) -> None:
    assert catalogue.sources() == {"immich": 28, "incompetech": 1442}


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("* FROM tracks ORDER BY title_key, id", "ix_tracks_title_key_id"),
        (
            "* FROM tracks WHERE emotion = 'sad' ORDER BY title_key, id",
            "ix_tracks_emotion_title_key_id",
        ),
        (
            "* FROM tracks WHERE source = 'own' ORDER BY title_key, id",
            "ix_tracks_source_title_key_id",
        ),
        ("count(id) FROM tracks WHERE licence = 'MIT'", "ix_tracks_licence_title_key_id"),
        ("count(id) FROM tracks WHERE valence > 0 AND arousal > 0", "ix_tracks_valence_arousal"),
        ("count(id) FROM tracks WHERE bpm BETWEEN 90 AND 99", "ix_tracks_bpm"),
    ],
)
def test_what_is_searched_for_has_an_index(catalogue: Catalogue, query: str, index: str) -> None:
    with catalogue.engine.connect() as connection:
        steps = connection.execute(text(f"EXPLAIN QUERY PLAN SELECT {query}")).all()
    assert f"INDEX {index}" in steps[0].detail
