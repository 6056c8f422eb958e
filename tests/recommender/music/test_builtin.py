from __future__ import annotations

import csv
import hashlib
import re

import av
import numpy as np
import pytest

from recommender.music.builtin import VERSION, builtin_tracks
from tests.media import DATA

TRACKS = {track.id: track for track in builtin_tracks()}

LISTED = DATA / "music" / "incompetech.csv"


def test_both_sources_are_complete() -> None:
    sources = [track.source for track in TRACKS.values()]
    assert sources.count("incompetech") == 1442
    assert sources.count("immich") == 28
    assert len(TRACKS) == 1470


def test_identifiers_need_no_escaping() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,64}", track_id) for track_id in TRACKS)


def test_every_track_may_be_published_and_says_where_its_audio_is() -> None:
    for track in TRACKS.values():
        assert track.publishable
        assert track.audio is not None
        assert track.audio.startswith(("https://", "package:"))
        assert track.title == " ".join(track.title.split())
        assert track.bpm is None or track.bpm > 0
        assert track.duration is None or track.duration > 0


@pytest.mark.skipif(not LISTED.exists(), reason=f"{LISTED} is not here")
def test_the_facts_are_those_of_the_published_list() -> None:
    with LISTED.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    ours = {track.audio: track for track in TRACKS.values()}
    assert len(listed) == 1442
    for row in listed:
        track = ours[row["audio_url"]]
        assert track.title == " ".join(row["title"].split())
        assert track.artist == row["artist"]
        assert (track.duration or 0) == float(row["duration_s"] or 0)
        assert (track.bpm or 0) == float(row["bpm"] or 0)
        assert set(track.feels) == {feel.strip() for feel in row["feel"].split(",")} - {""}
        assert row["isrc"].strip() in track.id


def test_local_files_are_installed_and_last_as_long_as_listed() -> None:
    local = [track for track in TRACKS.values() if track.offline]
    assert len(local) == 28
    for track in local:
        assert track.duration is not None
        with av.open(str(track.path)) as container:
            assert container.duration is not None
            assert container.duration / av.time_base == pytest.approx(track.duration, abs=0.06)


def test_a_change_of_the_tracks_comes_with_a_new_version() -> None:
    """Databases take the tracks over once for each version: change both figures together."""
    facts = hashlib.sha256()
    for track in TRACKS.values():
        mood = np.round([*track.emotions.tolist(), track.valence, track.arousal], 3) + 0.0
        facts.update(
            repr(
                (
                    *(track.id, track.title, track.artist, track.licence, track.duration),
                    *(track.bpm, track.feels, track.instruments, track.page, track.audio),
                    mood.tolist(),
                )
            ).encode()
        )
    assert (VERSION, facts.hexdigest()[:16]) == (1, "679253032ecffdbd")
