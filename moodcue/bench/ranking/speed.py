"""Measure the time and the memory of a ranking."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import nlargest

import numpy as np

from inference.emotion import EMOTIONS
from recommender import MoodQuery, Ranker, Taste, TrackIndex
from recommender.music.builtin import builtin_tracks
from recommender.ranking.ranker import LIST_LENGTH
from recommender.ranking.taste import TasteModel


@dataclass(frozen=True, slots=True)
class Speed:
    """CPU seconds for ten cues out of many tracks, and memory per track in bytes."""

    tracks: int
    ours: float
    one_by_one: float
    ratio: float
    bytes_per_track: float


def measure_speed(tracks: int) -> Speed:
    """Measure a list by Thompson sampling, and the same scores track by track in Python."""
    rng = np.random.default_rng(0)
    originals = list(builtin_tracks())
    made = []
    for number in range(tracks):
        track = originals[number % len(originals)]
        emotions = rng.dirichlet(1 + 20 * track.emotions).astype(np.float32)
        made.append(
            replace(track, id=str(number), artist=f"artist {number % 5000}", emotions=emotions)
        )
    index = TrackIndex(made)
    ranker = Ranker(index)
    ranker.taste = _some_taste(index, rng)
    query = MoodQuery.from_distribution(rng.dirichlet(np.ones(len(EMOTIONS))).astype(np.float32))
    ours = min(_timed(lambda: ranker.rank(query, rng=rng)) for _ in range(5))
    weights = ranker.taste.expected(query)[:, 0].tolist()
    features = index.features_in(query, np.arange(len(index))).tolist()
    emotions = index.emotions.tolist()
    places = [(track.valence, track.arousal) for track in index.tracks]
    probs, here = query.probs.tolist(), (query.valence, query.arousal)

    def one_by_one() -> list[tuple[float, int]]:
        scored = []
        for number in range(len(emotions)):
            match = sum(a * b for a, b in zip(emotions[number], probs, strict=True))
            away = sum((a - b) ** 2 for a, b in zip(places[number], here, strict=True))
            learned = sum(a * b for a, b in zip(features[number], weights, strict=True))
            scored.append((0.65 * match + 0.35 * math.exp(-away / 0.5) + learned, number))
        return nlargest(LIST_LENGTH, scored)

    slow = min(_timed(one_by_one) for _ in range(2))
    arrays = [value for value in vars(index).values() if isinstance(value, np.ndarray)]
    size = sum(array.nbytes for array in arrays) / len(index)
    return Speed(len(index), ours, slow, slow / ours, size)


def _some_taste(index: TrackIndex, rng: np.random.Generator) -> Taste:
    model = TasteModel()
    for _ in range(50):
        query = MoodQuery.from_distribution(
            rng.dirichlet(np.ones(len(EMOTIONS))).astype(np.float32)
        )
        number = rng.integers(len(index), size=1)
        described, track_id = index.features_in(query, number)[0], index.tracks[number[0]].id
        model.update(query, track_id, described, fit=0.5, reward=float(rng.integers(2)))
    return model.get()


def _timed(call: Callable[[], object]) -> float:
    begin = time.process_time()
    call()
    return time.process_time() - begin
