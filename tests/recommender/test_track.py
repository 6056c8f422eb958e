from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.track import Track

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
    assert replace(track, licence="CC0-1.0").credit.endswith("CC0-1.0 licence")


@pytest.mark.parametrize(
    ("licence", "publishable"),
    [
        ("CC0-1.0", True),
        ("CC-BY-3.0", True),
        ("MIT", True),
        ("CC-BY-SA-4.0", False),
        ("CC-BY-NC-4.0", False),
        ("CC-BY-ND-4.0", False),
        ("GPL-3.0-only", False),
    ],
)
def test_which_licences_may_be_published(licence: str, publishable: bool) -> None:
    assert replace(TRACK, licence=licence).publishable is publishable


def test_audio_elsewhere_is_not_here() -> None:
    assert not TRACK.offline
    assert TRACK.path is None


def test_audio_in_a_file_or_an_installed_package_is_here() -> None:
    file = replace(TRACK, audio="file:/music/a song.ogg")
    assert file.offline
    assert str(file.path) == "/music/a song.ogg"
    package = replace(TRACK, audio="package:recommender/data/immich.csv")
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
