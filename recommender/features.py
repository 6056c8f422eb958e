"""What all tracks have in common, as numbers: the features that taste is learned over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from recommender.moods import FEELS
from recommender.track import Track

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


def features(tracks: Iterable[Track]) -> NDArray[np.float32]:
    """Return the features of tracks: float32 of shape (tracks, :data:`FEATURES`).

    A tempo lies between two of :data:`TEMPI`. The feels and the groups of instruments are
    vectors of length 1: one word of three says less than one that stands alone.
    """
    groups: dict[str, list[int]] = {}
    rows = [_features(track, groups) for track in tracks]
    return np.array(rows, dtype=np.float32).reshape(-1, FEATURES)


def instrument_groups(instrument: str) -> list[str]:
    """Return the groups an instrument belongs to.

    >>> instrument_groups("Bass Clarinet")
    ['woodwind']
    """
    return [name for name, words in _GROUPS.items() if words.search(instrument.casefold())]


def _features(track: Track, groups: dict[str, list[int]]) -> NDArray[np.float32]:
    feels = np.zeros(len(_FEELS), dtype=np.float32)
    feels[[_FEELS[feel] for feel in track.feels if feel in _FEELS]] = 1
    instruments = np.zeros(len(_GROUPS), dtype=np.float32)
    for instrument in track.instruments:
        if instrument not in groups:
            groups[instrument] = [NOUNS.index(name) for name in instrument_groups(instrument)]
        instruments[groups[instrument]] = 1
    return np.concatenate(
        (
            (1.0,),
            track.emotions,
            (track.valence, track.arousal),
            _tempo(track.bpm),
            _unit(feels),
            _unit(instruments),
        ),
        dtype=np.float32,
    )


def _tempo(bpm: float | None) -> NDArray[np.float32]:
    tempi = np.eye(len(TEMPI), dtype=np.float32)
    if bpm is None:
        return np.zeros(len(TEMPI), dtype=np.float32)
    at = list(TEMPI.values())
    return np.array([np.interp(bpm, at, tempo) for tempo in tempi], dtype=np.float32)


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
