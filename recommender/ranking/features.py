"""Features of tracks, over which the taste is learned."""

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
"""Regular expressions of instrument groups; a name may match several groups, or none."""

_GROUPS: Final = {name: re.compile(pattern) for name, pattern in _INSTRUMENTS.items()}
_FEELS: Final = {feel: number for number, feel in enumerate(FEELS)}
TEMPI: Final = {"very slow": 60, "slow": 80, "moderate": 105, "fast": 130, "very fast": 160}
"""Typical beats per minute of tempo words, near deciles of the built-in catalogue."""

ADJECTIVES: Final = (*TEMPI, *(feel.lower() for feel in FEELS))
NOUNS: Final = tuple(_GROUPS)
WORDS: Final = (*ADJECTIVES, *NOUNS)
"""Names of the word features, which are the last features of a track."""

FEATURE_COUNT: Final = 1 + len(EMOTIONS) + 2 + len(WORDS)
"""Number of features of a track: a constant, the emotions, valence, arousal, and the words."""


def track_features(tracks: Sequence[Track]) -> NDArray[np.float32]:
    """Return the features of tracks: float32 of shape (tracks, :data:`FEATURE_COUNT`).

    A tempo is interpolated between two of :data:`TEMPI`. The feels, and likewise the instrument
    groups, are scaled to unit norm: one word among three is weaker than one alone.
    """
    shape = len(tracks), FEATURE_COUNT - len(WORDS) - 1
    moods = [(*track.emotions, track.valence, track.arousal) for track in tracks]
    feels = ([_FEELS[feel] for feel in track.feels if feel in _FEELS] for track in tracks)
    instruments = (_group_numbers(track.instruments) for track in tracks)
    return np.hstack(
        (
            np.ones((len(tracks), 1), dtype=np.float32),
            np.array(moods, dtype=np.float32).reshape(shape),
            _tempo_features([track.bpm for track in tracks]),
            _unit_rows(feels, len(_FEELS)),
            _unit_rows(instruments, len(NOUNS)),
        ),
        dtype=np.float32,
    )


@lru_cache(4096)
def instrument_groups(instrument: str) -> tuple[str, ...]:
    """Return the groups that an instrument belongs to.

    >>> instrument_groups("Bass Clarinet")
    ('woodwind',)
    """
    return tuple(name for name, regex in _GROUPS.items() if regex.search(instrument.casefold()))


def _group_numbers(instruments: Iterable[str]) -> list[int]:
    return [NOUNS.index(name) for each in instruments for name in instrument_groups(each)]


def _tempo_features(tempi: Sequence[float | None]) -> NDArray[np.float64]:
    """Return linear-interpolation weights on :data:`TEMPI`; 0 for unknown tempi."""
    bpm = np.array(tempi, dtype=np.float64)
    knots = list(TEMPI.values())
    weights = [np.interp(bpm, knots, one_hot) for one_hot in np.eye(len(TEMPI))]
    return np.nan_to_num(np.stack(weights, axis=1))


def _unit_rows(rows: Iterable[Sequence[int]], width: int) -> NDArray[np.float32]:
    """Return rows of unit norm that are constant at the given columns and 0 elsewhere."""
    vectors = []
    for columns in rows:
        vector = np.zeros(width, dtype=np.float32)
        if columns:
            vector[columns] = len(set(columns)) ** -0.5
        vectors.append(vector)
    return np.array(vectors, dtype=np.float32).reshape(-1, width)
