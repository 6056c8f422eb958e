"""Convert between tracks and rows of the tracks table."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import numpy as np
from sqlalchemy import Row

from inference.emotion import EMOTIONS, Distribution, most_likely
from recommender.music.track import Track

MOOD_COLUMNS: Final = frozenset({"emotion", *EMOTIONS, "valence", "arousal"})
"""Columns that hold the mood of a track."""

_SEPARATOR: Final = ", "


def track_to_row(track: Track) -> dict[str, Any]:
    """Return the values of a track's row, without those that only a person sets."""
    feels, instruments = _SEPARATOR.join(track.feels), _SEPARATOR.join(track.instruments)
    return {
        "id": track.id,
        "title": track.title,
        "artist": track.artist,
        "licence": track.licence,
        "duration": track.duration,
        "bpm": track.bpm,
        "feels": feels,
        "instruments": instruments,
        **mood_to_row(track.emotions, track.valence, track.arousal),
        "source": track.source,
        "page": track.page,
        "audio": track.audio or "",
        "attribution": track.attribution,
        "cover": track.cover,
        "missing": track.missing,
        "title_key": search_key(track.title),
        "words": search_key(" ".join((track.title, track.artist, feels, instruments))),
    }


def mood_to_row(emotions: Distribution, valence: float, arousal: float) -> dict[str, Any]:
    """Return the values of :data:`MOOD_COLUMNS`.

    Parameters
    ----------
    emotions : Distribution
        Fit to each emotion: float32 of shape (8,), sums to 1.
    valence, arousal : float
        Position in the circumplex, each in [-1, 1].
    """
    return {
        "emotion": most_likely(emotions),
        **dict(zip(EMOTIONS, emotions.tolist(), strict=True)),
        "valence": valence,
        "arousal": arousal,
    }


def row_to_track(row: Row[Any]) -> Track:
    """Return the track of a row."""
    values = row._mapping
    return Track(
        id=row.id,
        title=row.title,
        artist=row.artist,
        licence=row.licence,
        duration=row.duration,
        bpm=row.bpm,
        feels=_split(row.feels),
        instruments=_split(row.instruments),
        emotions=np.array([values[emotion] for emotion in EMOTIONS], dtype=np.float32),
        valence=row.valence,
        arousal=row.arousal,
        source=row.source,
        page=row.page,
        audio=row.audio or None,
        attribution=row.attribution,
        cover=row.cover,
        corrected=row.corrected,
        missing=row.missing,
    )


def search_key(text: str) -> str:
    """Return a text without case and accents.

    >>> search_key("Étude")
    'etude'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(_SEPARATOR)) if text else ()
