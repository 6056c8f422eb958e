"""Moods and tracks for tests of the ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from inference.emotion import EMOTIONS, Distribution, Emotion, most_likely, valence_arousal
from recommender.music.builtin import builtin_tracks
from recommender.music.track import Track
from recommender.ranking.index import TrackIndex
from recommender.ranking.query import MoodQuery
from recommender.ranking.ranker import Cue, Ranker

TRACKS = list(builtin_tracks())
RANKER = Ranker(TrackIndex(TRACKS))
SOME = next(track for track in TRACKS if track.source == "incompetech")


def spread(**probabilities: float) -> Distribution:
    """Return a distribution with some probabilities given and the rest shared by the others."""
    rest = (1 - sum(probabilities.values())) / (8 - len(probabilities))
    return np.array([probabilities.get(e, rest) for e in EMOTIONS], dtype=np.float32)


def query(probs: Distribution, label: Emotion | None = None) -> MoodQuery:
    return MoodQuery(label or most_likely(probs), probs, *valence_arousal(probs))


def ranker(tracks: Iterable[Track]) -> Ranker:
    return Ranker(TrackIndex(tracks))


def ids(cues: list[Cue] | None) -> list[str]:
    assert cues is not None
    return [cue.track.id for cue in cues]


def track(name: str, emotion: Emotion, **changes: object) -> Track:
    emotions = np.eye(8, dtype=np.float32)[EMOTIONS.index(emotion)]
    valence, arousal = valence_arousal(emotions)
    made = replace(SOME, id=name, title=name, emotions=emotions, valence=valence, arousal=arousal)
    return replace(made, **changes)  # type: ignore[arg-type]
