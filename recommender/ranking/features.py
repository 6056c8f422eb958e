"""What all tracks have in common, as numbers: the features that taste is learned over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from recommender.music.moods import FEELS
from recommender.music.track import Track

_INSTRUMENTS: Final = {
    "piano": r"pian|\bep\b|keys|celest|clav|harpsichord|virginal",
    "organ": r"organ|accordion|melodica|harmonica",
    "strings": r"string|violin|viol|cello|basses|fiddle|erhu|double bass",
    "guitar": r"guitar|banjo|ukulele|lute|mandolin|dulcimer|harp(?!si)|bouzouki|koto|sitar|zither",
    "bass": r"\bbass\b(?! clarinet| flute| drum| trombone)",
    "brass": r"trumpet|trombone|horn|tuba|brass|cimbasso|euphonium",
    "woodwind": r"flute|clarinet|oboe|bassoon|sax|recorder|whistle|\bwinds?\b|piccolo|ocarina",
    "percussion": r"percussion|kit\b|drum|t[iy]mp|marimba|xylophone|glock|\bvib|bell|chime|shaker",
    "synthesizer": r"synth|electronic|mellotron|theramin",
    "voices": r"voice|choir|vocal|singer",
}
"""The group of instruments a word belongs to; a word may belong to several, or to none."""

_GROUPS: Final = {name: re.compile(words) for name, words in _INSTRUMENTS.items()}
_FEELS: Final = {feel: number for number, feel in enumerate(FEELS)}
TEMPI: Final = {"very slow": 60, "slow": 80, "moderate": 105, "fast": 130, "very fast": 160}
"""Beats per minute at which a tempo is just that; near the deciles of the built-in catalogue."""

ADJECTIVES: Final = (*TEMPI, *(feel.lower() for feel in FEELS))
NOUNS: Final = tuple(_GROUPS)
WORDS: Final = (*ADJECTIVES, *NOUNS)
"""The last features of a track, as one would say them."""

FEATURES: Final = 1 + len(EMOTIONS) + 2 + len(WORDS)
"""How many features a track has: a constant, the emotions, valence, arousal, and the words."""


def features(tracks: Sequence[Track]) -> NDArray[np.float32]:
    """Return the features of tracks: float32 of shape (tracks, :data:`FEATURES`).

    A tempo lies between two of :data:`TEMPI`. The feels and the groups of instruments are
    vectors of length 1: one word of three says less than one that stands alone.
    """
    shape = len(tracks), FEATURES - len(WORDS) - 1
    moods = [(*track.emotions, track.valence, track.arousal) for track in tracks]
    feels = ([_FEELS[feel] for feel in track.feels if feel in _FEELS] for track in tracks)
    instruments = (_nouns(track.instruments) for track in tracks)
    return np.hstack(
        (
            np.ones((len(tracks), 1), dtype=np.float32),
            np.array(moods, dtype=np.float32).reshape(shape),
            _tempi([track.bpm for track in tracks]),
            _unit(feels, len(_FEELS)),
            _unit(instruments, len(NOUNS)),
        ),
        dtype=np.float32,
    )


@lru_cache(4096)
def instrument_groups(instrument: str) -> tuple[str, ...]:
    """Return the groups an instrument belongs to.

    >>> instrument_groups("Bass Clarinet")
    ('woodwind',)
    """
    return tuple(name for name, words in _GROUPS.items() if words.search(instrument.casefold()))


def _nouns(instruments: Iterable[str]) -> list[int]:
    return [NOUNS.index(name) for each in instruments for name in instrument_groups(each)]


def _tempi(tempi: Sequence[float | None]) -> NDArray[np.float64]:
    """Return how much of each of :data:`TEMPI` a tempo is; an unknown one is none of them."""
    bpm = np.array(tempi, dtype=np.float64)
    ends = list(TEMPI.values())
    shares = [np.interp(bpm, ends, tempo) for tempo in np.eye(len(TEMPI))]
    return np.nan_to_num(np.stack(shares, axis=1))


def _unit(rows: Iterable[Sequence[int]], width: int) -> NDArray[np.float32]:
    """Return vectors of length 1 whose elements at the places given are equal, the others 0."""
    vectors = []
    for places in rows:
        vector = np.zeros(width, dtype=np.float32)
        if places:
            vector[places] = len(set(places)) ** -0.5
        vectors.append(vector)
    return np.array(vectors, dtype=np.float32).reshape(-1, width)
