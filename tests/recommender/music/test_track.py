from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.music.track import Track

TRACK = Track(
    id="incompetech-USUAN1200067",
    title="8bit Dungeon Boss",
    artist="Kevin MacLeod",
    licence="CC-BY-4.0",
    duration=172.0,
    bpm=134.0,
    feels=("Action",),
    instruments=("Synths",),
    emotions=np.eye(8, dtype=np.float32)[4],
    valence=-0.1,
    arousal=0.8,
    source="incompetech",
    page="https://incompetech.com/music/royalty-free/",
    audio="https://incompetech.com/music/royalty-free/mp3-royaltyfree/8bit%20Dungeon%20Boss.mp3",
)


def test_the_credit_names_title_artist_source_and_licence() -> None:
    assert TRACK.credit == (
        "“8bit Dungeon Boss” by Kevin MacLeod (https://incompetech.com/music/royalty-free/), "
        "licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
    )


def test_the_credit_of_other_licences_names_them() -> None:
    track = replace(TRACK, licence="MIT", page=None)
    assert track.credit == "“8bit Dungeon Boss” by Kevin MacLeod, MIT licence"


def test_a_credit_line_that_the_source_asks_for_is_taken_as_it_is() -> None:
    assert replace(TRACK, attribution="Music: Boss (K. M.)").credit == "Music: Boss (K. M.)"


def test_what_may_not_be_published_as_it_is_says_so() -> None:
    assert TRACK.publishable
    assert TRACK.warning is None
    shared = replace(TRACK, licence="CC-BY-SA-4.0")
    assert not shared.publishable
    assert "same licence" in (shared.warning or "")


def test_a_track_without_an_address_has_a_search_link_and_no_invented_one() -> None:
    song = replace(TRACK, audio=None, artist="AC/DC", title="T.N.T. & more")
    assert not song.offline
    assert song.path is None
    assert song.search == ("https://www.youtube.com/results?search_query=AC%2FDC+T.N.T.+%26+more")
    assert TRACK.search is None


def test_audio_elsewhere_is_not_here() -> None:
    assert not TRACK.offline
    assert TRACK.path is None


def test_audio_in_a_file_or_an_installed_package_is_here() -> None:
    file = replace(TRACK, audio="file:/music/a song.ogg")
    assert file.offline
    assert str(file.path) == "/music/a song.ogg"
    package = replace(TRACK, audio="package:recommender/music/data/immich.csv")
    assert package.offline
    assert package.path is not None
    assert package.path.is_file()


def test_the_emotion_is_the_one_it_fits_best() -> None:
    assert TRACK.emotion == "angry"


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Mana Two - Part 1", "mana"),
        ("Mana Two - Part 2", "mana"),
        ("Ghostpocalypse - 8 Epilog", "ghostpocalypse"),
        ("The Whip (Extended Version)", "the whip"),
        ("The Whip", "the whip"),
        ("Comfortable Mystery 2", "comfortable mystery"),
        ("Comfortable Mystery", "comfortable mystery"),
        ("Piece for Disaffected Piano Two", "piece for disaffected piano"),
        ("B-Roll", "b-roll"),
        ("Happy Acoustic A", "happy acoustic a"),
        ("(untitled)", "(untitled)"),
    ],
)
def test_cuts_of_one_title_share_a_family(title: str, family: str) -> None:
    assert replace(TRACK, title=title).family == family
