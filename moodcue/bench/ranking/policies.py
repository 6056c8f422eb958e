"""The rankings that are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from moodcue.bench.ranking.listener import Listener, Scores
from recommender import MoodQuery, Ranker, TrackIndex
from recommender.ranking.filters import DEFAULT_FILTERS
from recommender.ranking.learner import rewards
from recommender.ranking.ranker import LIST_LENGTH
from recommender.ranking.shown import Reaction
from recommender.ranking.taste import TasteModel


class Policy(Protocol):
    """A ranking that may learn from choices."""

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return the row numbers of ten tracks, best first."""

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn which tracks were looked at, and which of them was chosen."""


class Mapping:
    """The fixed mapping."""

    def __init__(self, index: TrackIndex, seed: int) -> None:
        self.index = index
        self.ranker = Ranker(index)
        self.rng: np.random.Generator | None = None

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return ten tracks, best first."""
        names = [self.index.tracks[number].id for number in without]
        cues = self.ranker.rank(query, exclude=names, rng=self.rng)
        return [self.index.row_of[cue.track.id] for cue in cues]

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn nothing."""


class Learned(Mapping):
    """Our ranking; tracks that were not chosen count as skipped, the chosen one as downloaded."""

    def __init__(self, index: TrackIndex, seed: int) -> None:
        super().__init__(index, seed)
        self.rng = np.random.default_rng(seed)
        self.model = TasteModel()

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn from a choice."""
        for number in seen:
            action: Literal["downloaded", "skipped"]
            action = "downloaded" if number == taken else "skipped"
            track = self.index.tracks[number].id
            reaction = Reaction(0, track, action, None, 0, query, above=())
            for of, reward, weight in rewards(reaction, set()):
                at = np.array([number])
                fit = float(self.index.fit(query, at)[0])
                described = self.index.features_in(query, at)[0]
                self.model.update(query, of, described, fit=fit, reward=reward, weight=weight)
        self.ranker.taste = self.model.get()


class Oracle:
    """Knows the taste of the user exactly: the upper bound."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.allowed = listener.index.allowed(DEFAULT_FILTERS)
        self.choice = 0

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return ten tracks, best first."""
        likes = self.listener.likes(query, self.choice)
        self.choice += 1
        return _best(likes, self.allowed, without)

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn nothing."""


class PerTrackBeta:
    """Thompson sampling with a Beta distribution for each track, whose prior is its fit."""

    def __init__(self, index: TrackIndex, seed: int) -> None:
        self.index = index
        self.rng = np.random.default_rng(seed)
        self.counts = np.zeros((len(index), 2))
        self.allowed = index.allowed(DEFAULT_FILTERS)

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return ten tracks, best first."""
        fit = self.index.fit(query).astype(float).clip(0.01, 0.99)
        prior = 10 * np.column_stack((fit, 1 - fit))
        likes, leaves = (prior + self.counts).T
        drawn = np.asarray(self.rng.beta(likes, leaves))
        return _best(drawn, self.allowed, without)

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn from a choice."""
        for number in seen:
            self.counts[number, 0 if number == taken else 1] += 1


class VowpalWabbit:
    """The contextual bandit of Vowpal Wabbit over the same features and the fit."""

    def __init__(self, index: TrackIndex, seed: int) -> None:
        from vowpalwabbit import Workspace

        self.index = index
        self.rng = np.random.default_rng(seed)
        self.allowed = index.allowed(DEFAULT_FILTERS)
        self.workspace = Workspace(
            f"--cb_explore_adf --epsilon 0.1 --cb_type mtr -q mt --quiet --random_seed {seed}"
        )
        self.lines = [
            "|t " + " ".join(f"{n}:{value:.3g}" for n, value in enumerate(row) if value)
            for row in index.features
        ]
        self.probability: dict[int, float] = {}

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return ten tracks, best first."""
        pairs = self._pairs(query)
        actions = [f"{line} {pair}" for line, pair in zip(self.lines, pairs, strict=True)]
        chances = np.array(self.workspace.predict([self._shared(query), *actions]))
        chances[~self.allowed] = 0
        chances[list(without)] = 0
        chances /= chances.sum()
        chosen = self.rng.choice(len(chances), LIST_LENGTH, replace=False, p=chances + 0.0)
        ranked = sorted(chosen.tolist(), key=lambda number: -chances[number])
        self.probability = {number: float(chances[number]) for number in ranked}
        return ranked

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn from a choice."""
        pairs = self._pairs(query, np.array(seen))
        for number, pair in zip(seen, pairs, strict=True):
            label = f"0:{-float(number == taken)}:{max(0.05, self.probability[number]):.6f}"
            self.workspace.learn([self._shared(query), f"{label} {self.lines[number]} {pair}"])

    def _shared(self, query: MoodQuery) -> str:
        moods = " ".join(f"{name}:{p:.3f}" for name, p in zip(EMOTIONS, query.probs, strict=True))
        return f"shared |m {moods} v:{query.valence:.3f} a:{query.arousal:.3f}"

    def _pairs(self, query: MoodQuery, numbers: Any = slice(None)) -> list[str]:
        pairs = np.column_stack(
            (self.index.fit(query, numbers), self.index.interactions(query, numbers))
        ).round(3)
        return ["|p " + " ".join(f"{n}:{x}" for n, x in enumerate(row)) for row in pairs.tolist()]


def _best(scores: Scores, allowed: NDArray[np.bool_], without: set[int]) -> list[int]:
    scores = np.where(allowed, scores, -np.inf)
    scores[list(without)] = -np.inf
    best: list[int] = np.argsort(-scores)[:LIST_LENGTH].tolist()
    return best


WABBIT: Final = "vowpal wabbit"
POLICIES: Final[dict[str, Callable[[Listener, int], Policy]]] = {
    "mapping": lambda listener, seed: Mapping(listener.index, seed),
    "learned": lambda listener, seed: Learned(listener.index, seed),
    "beta per track": lambda listener, seed: PerTrackBeta(listener.index, seed),
    WABBIT: lambda listener, seed: VowpalWabbit(listener.index, seed),
    "oracle": lambda listener, _: Oracle(listener),
}
