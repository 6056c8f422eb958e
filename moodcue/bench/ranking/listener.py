"""Simulated users who choose tracks from lists."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from recommender import MoodQuery, TrackIndex
from recommender.ranking.features import FEATURE_COUNT, WORDS
from recommender.ranking.modes import CueSettings, queries_for

CHOICES: Final = 100
"""Lists shown to each user."""

PATIENCE: Final = 0.7
"""Probability of looking at the next track after one that was not chosen."""
_OWN_EFFECT: Final = 0.7
"""Standard deviation of the appeal that no feature explains, in logits."""
_GOOD: Final = 150
"""Rank of the track that a user chooses with a probability of one in four."""

Kind: TypeAlias = Literal["mapping", "words", "contrast", "tempo", "change"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Scores: TypeAlias = NDArray[np.float64]


class Listener:
    """A simulated user.

    Users read a list from the top, choose the first track they like, and may give up before. Their
    taste follows the mapping (``mapping``), the opposite of the mood (``contrast``), feels and
    instruments (``words``: two they love, two they hate, and a pair they love together), or the
    tempo (``tempo``: a narrow range that rises with arousal, with either a synthesizer or a
    guitar). ``change`` is ``words``, replaced by others after half of the choices. In addition,
    each track has a random appeal that no feature explains.

    Parameters
    ----------
    index : TrackIndex
        The tracks.
    kind : Kind
        The kind of taste.
    seed : int
        Seed of the user.
    """

    def __init__(self, index: TrackIndex, kind: Kind, seed: int) -> None:
        self.index, self.kind = index, kind
        self.rng = np.random.default_rng(seed)
        self.own = _OWN_EFFECT * self.rng.standard_normal(len(index))
        self.loved = [self._loved() for _ in range(2)]
        levels = [np.sort(self._appeal(self.mood(), 0))[-_GOOD] for _ in range(12)]
        self.demand = float(np.mean(levels)) + math.log(3)

    def mood(self) -> MoodQuery:
        """Return a random mood of varying confidence, with a second emotion in it."""
        sure = self.rng.uniform(0.4, 0.9)
        probs = np.full(len(EMOTIONS), (1 - sure) / 2 / len(EMOTIONS))
        first, second = self.rng.choice(len(EMOTIONS), 2, replace=False)
        probs[first] += sure
        probs[second] += (1 - sure) / 2
        return MoodQuery.from_distribution((probs / probs.sum()).astype(np.float32))

    def likes(self, query: MoodQuery, choice: int) -> Scores:
        """Return the probability of choosing each track when looking at it."""
        chances: Scores = 1 / (1 + np.exp(self.demand - self._appeal(query, choice)))
        return chances

    def _appeal(self, query: MoodQuery, choice: int) -> Scores:
        fit = _standard(self.index.fit(query))
        match self.kind:
            case "mapping":
                return 1.2 * fit + self.own
            case "contrast":
                (wanted,) = queries_for(query, CueSettings(mode="contrast"), 0)
                return 1.4 * _standard(self.index.fit(wanted)) + self.own
            case "tempo":
                tempi = np.array([track.bpm or 105 for track in self.index.tracks])
                near = np.exp(-(((tempi - 120 - 40 * query.arousal) / 22) ** 2))
                either = (self._word("synthesizer") > 0.3) ^ (self._word("guitar") > 0.3)
                return 0.3 * fit + 2.5 * near + 1.5 * either + self.own
            case "words" | "change":
                late = self.kind == "change" and choice >= CHOICES // 2
                return 0.3 * fit + self.loved[late] + self.own

    def _loved(self) -> Scores:
        words = self.index.features[:, FEATURE_COUNT - len(WORDS) :]
        common = np.flatnonzero((words > 0).mean(axis=0) > 0.05)
        loved = self.rng.permutation(common)
        pair = words[:, loved[4:6]] > 0.3
        return np.asarray(
            2.2 * (words[:, loved[:2]] > 0.3).sum(axis=1)
            - 1.5 * (words[:, loved[2:4]] > 0.3).sum(axis=1)
            + 1.5 * pair.all(axis=1)
        )

    def _word(self, word: str) -> NDArray[np.float32]:
        return self.index.features[:, FEATURE_COUNT - len(WORDS) + WORDS.index(word)]


def _standard(values: NDArray[np.float32]) -> Scores:
    return np.asarray((values - values.mean()) / values.std(), dtype=np.float64)
