from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import mutagen
import numpy as np
import pytest

from recommender.library.errors import UnreadableError
from recommender.library.sound import (
    MAX_BYTES,
    RATE,
    Sound,
    analyse_file,
    analyse_samples,
    audio_digest,
    circumplex_positions,
)
from tests.recommender.library.music import CODECS, melody, write

MIDDLE = Sound(tempo=100, events=2, loudness=-20, brightness=1500, attack=0.5, flux=0.2, mode=0.0)


def test_a_quick_major_triad_is_told_from_a_slow_minor_one() -> None:
    slow, quick = (
        analyse_samples(melody(bpm=60, third=3)),
        analyse_samples(melody(bpm=120, third=4)),
    )
    assert slow.mode < 0 < quick.mode
    assert quick.events == pytest.approx(2, abs=0.4)
    assert slow.events == pytest.approx(1, abs=0.4)


def test_a_louder_and_brighter_piece_has_higher_figures() -> None:
    music = melody()
    hiss = np.random.default_rng(1).normal(0, 0.1, len(music)).astype(np.float32)
    soft, loud, bright = (
        analyse_samples(music),
        analyse_samples(2 * music),
        analyse_samples(music + hiss),
    )
    assert loud.loudness - soft.loudness == pytest.approx(6.02, abs=0.05)
    assert loud.mode == pytest.approx(soft.mode, abs=0.01)
    assert bright.brightness > soft.brightness


def test_every_cue_moves_a_piece_up_among_others() -> None:
    for name in Sound.__slots__:
        value = getattr(MIDDLE, name)
        low, high = circumplex_positions([MIDDLE, replace(MIDDLE, **{name: value + 1})])
        moved = {"mode": (True, False), "tempo": (True, True)}.get(name, (False, True))
        assert (low[0] < high[0], low[1] < high[1]) == moved, name


def test_places_spread_evenly_over_the_library() -> None:
    sounds = [replace(MIDDLE, tempo=100 + n, mode=n / 10) for n in (3, 1, 4, 0, 2)]
    valence, arousal = zip(*circumplex_positions(sounds), strict=True)
    assert valence == arousal == pytest.approx((0.4, -0.4, 0.8, -0.8, 0))


def test_equal_pieces_lie_in_the_same_place_and_one_alone_in_the_middle() -> None:
    assert circumplex_positions([MIDDLE]) == [(0, 0)]
    assert circumplex_positions([MIDDLE] * 3) == [(0, 0)] * 3
    assert circumplex_positions([]) == []


def test_every_format_is_heard(tmp_path: Path) -> None:
    music = melody(bpm=120, seconds=4)
    plain = analyse_samples(music)
    for suffix in CODECS:
        heard = analyse_file(write(tmp_path / f"music{suffix}", music))
        assert heard.mode == pytest.approx(plain.mode, abs=0.1), suffix
        assert heard.loudness == pytest.approx(plain.loudness, abs=1), suffix
        assert heard.tempo == pytest.approx(plain.tempo, abs=1), suffix


def test_only_the_middle_is_heard(tmp_path: Path) -> None:
    edge = melody(bpm=160, seconds=40)
    middle = melody(bpm=60, third=3, seconds=62)
    whole = analyse_file(write(tmp_path / "long.flac", np.concatenate((edge, middle, edge))))
    assert whole.events == pytest.approx(1, abs=0.2)
    assert whole.mode < 0


def test_tags_and_names_do_not_change_what_a_file_is(tmp_path: Path) -> None:
    path = write(tmp_path / "music.mp3", melody(seconds=1))
    digest = audio_digest(path)
    file = mutagen.File(path, easy=True)
    file["title"] = "Renamed"
    file.save()
    assert audio_digest(path.rename(tmp_path / "other.mp3")) == digest
    assert audio_digest(write(tmp_path / "music.mp3", melody(seconds=1, seed=1))) != digest


def silent(path: Path) -> None:
    write(path, np.zeros(5 * RATE, dtype=np.float32))


def short(path: Path) -> None:
    write(path, melody(seconds=2))


def text(path: Path) -> None:
    path.write_text("no music, only words\n" * 100)


def empty(path: Path) -> None:
    path.touch()


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)


@pytest.mark.parametrize(
    ("make", "says", "code"),
    [
        (silent, "silent", "silent"),
        (short, "shorter than 3 s", "too_short"),
        (text, "cannot be read", "not_readable"),
        (empty, "cannot be read", "not_readable"),
        (huge, "larger than 2 GiB", "too_large"),
    ],
)
def test_what_is_no_music_says_why(tmp_path: Path, make: object, says: str, code: str) -> None:
    path = tmp_path / "music.wav"
    make(path)  # type: ignore[operator]
    with pytest.raises(UnreadableError, match=says) as caught:
        analyse_file(path)
    assert caught.value.code == code
