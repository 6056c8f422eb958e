"""From a mood to ten cues: the mapping, what was learned beyond it, and variety."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Emotion
from recommender.music.track import Track
from recommender.ranking.filters import DEFAULT, Filters
from recommender.ranking.index import TrackIndex, between
from recommender.ranking.query import Modality, MoodQuery, asked_by
from recommender.ranking.taste import Taste, TasteModel

CUES: Final = 10
"""Tracks on a list."""

OFFLINE_CUES: Final = 3
"""Tracks of ten that can be played without a network, where as many fit."""

DRAWS: Final = 64
"""Tastes drawn for a list, one of which makes it; see :meth:`Ranker.rank`."""

_DIVERSITY: Final = (0.05, 0.3)
"""Weight of being unlike the other cues: for a mood that is certain, and one that is not."""
_SAME_ARTIST: Final = 0.3
"""Share of a common artist in the likeness of two tracks; the rest is that of their emotions."""
_OFFLINE_FIT: Final = 0.2
"""Share of the best score from which on a track that is here is preferred to one that is not."""
_CANDIDATES: Final = 256
"""Best tracks among which a list is chosen."""
_FIRST: Final = 10.0
"""A preference that outweighs every score."""
_CANDIDATE_DRAWS: Final = 7
"""Drawn tastes that name candidates, beside the expected one."""


@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """A track suggested at a moment, with the reason.

    Attributes
    ----------
    track : Track
        What to play.
    rank : int
        Place on the list, from 1.
    score : float
        How well it is expected to please, in [0, 1]: its fit, and what was learned.
    why_from : str
        Who asked for it: ``voice`` or ``face`` alone, or ``mood`` for both together.
    emotion : Emotion
        The emotion of the mood that the track answers.
    query : MoodQuery
        The mood that its list answers.
    probability : float
        How likely it was to be on the list.
    learned : tuple of str
        Words for what it shares with music the user took before, such as ``slow`` and ``piano``.
    """

    track: Track
    rank: int
    score: float
    why_from: Modality
    emotion: Emotion
    query: MoodQuery
    probability: float = 1.0
    learned: tuple[str, ...] = ()


class Ranker:
    """The tracks and the taste that all sessions share. May be used from any thread.

    Parameters
    ----------
    index : TrackIndex
        What to choose from.

    Attributes
    ----------
    index : TrackIndex
        Put another in its place when the catalogue changes.
    taste : Taste
        Put another in its place when something is learned.
    """

    def __init__(self, index: TrackIndex) -> None:
        self.index = index
        self.taste: Taste = TasteModel().get()

    def rank(
        self,
        query: MoodQuery,
        filters: Filters = DEFAULT,
        *,
        without: Collection[str] = (),
        count: int = CUES,
        rng: np.random.Generator | None = None,
    ) -> list[Cue]:
        """Return the cues for a mood, best first: ``count``, or as many as there are.

        With a generator of random numbers, the list is chosen by Thompson sampling: a taste is
        drawn from what is known of the user's, and the list is the best one for that taste. Of
        :data:`DRAWS` tastes drawn together one, picked by chance, makes the list, so that the
        probability of a track is the share of the draws whose lists have it: exact, given the
        draws (Lu, X., & Van Roy, B. (2017), "Ensemble sampling", NIPS 30). Without one, the
        expected taste makes the list.

        The list is chosen track by track, by maximal marginal relevance: score, less the mean
        likeness (of emotions and artist) to those chosen before. The less certain the mood, the
        more the tracks differ. Of several cuts of one title a second is chosen only when nothing
        else is left. The last places go to tracks that are here, where too few of the chosen are
        and such tracks fit at least a fifth as well as the best.

        Carbonell, J., & Goldstein, J. (1998), "The use of MMR, diversity-based reranking for
        reordering documents and producing summaries", SIGIR '98, 335-336.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        filters : Filters
            Which tracks may be cued.
        without : collection of str
            Identifiers of tracks to leave out.
        count : int
            How many cues.
        rng : Generator or None
            Source of chance.
        """
        index, taste = self.index, self.taste
        lists, means = _lists(index, taste, query, filters, without, count, rng)
        chosen = lists[0]
        probabilities = (lists[:, :, None] == chosen).any(axis=1).mean(axis=0)
        cues: list[Cue] = []
        for place in np.argsort(-means[chosen], kind="stable"):
            number = int(chosen[place])
            emotion = EMOTIONS[int(np.argmax(query.probs * index.emotions[number]))]
            cues.append(
                Cue(
                    track=index.tracks[number],
                    rank=len(cues) + 1,
                    score=min(1.0, max(0.0, float(means[number]))),
                    why_from=asked_by(emotion, query.voice, query.face),
                    emotion=emotion,
                    query=query,
                    probability=float(probabilities[place]),
                    learned=taste.reasons(query, index.features[number]),
                )
            )
        return cues

    def chances(
        self,
        query: MoodQuery,
        filters: Filters = DEFAULT,
        *,
        without: Collection[str] = (),
        count: int = CUES,
        rng: np.random.Generator | None = None,
    ) -> dict[str, float]:
        """Return how likely each track is to be on the list that :meth:`rank` would make.

        Tracks that none of the :data:`DRAWS` draws would show are left out.
        """
        index = self.index
        lists, _ = _lists(index, self.taste, query, filters, without, count, rng)
        numbers, counts = np.unique(lists, return_counts=True)
        shares = (counts / len(lists)).tolist()
        return {index.tracks[n].id: share for n, share in zip(numbers, shares, strict=True)}


def _lists(
    index: TrackIndex,
    taste: Taste,
    query: MoodQuery,
    filters: Filters,
    without: Collection[str],
    count: int,
    rng: np.random.Generator | None,
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the list of each draw as numbers of tracks, and all tracks' expected scores."""
    allowed = index.allowed(filters)
    allowed[[index.number[track] for track in without if track in index.number]] = False
    fit, expected = index.fit(query) + index.own(taste.own), taste.expected(query)
    weights = expected if rng is None else taste.draw(query, DRAWS, rng)
    named = np.column_stack((expected, weights[:, :_CANDIDATE_DRAWS]))
    scores = fit + index.weigh(query, named).T
    candidates = _candidates(scores, allowed, index.offline)
    drawn = fit[candidates] + index.weigh(query, weights, candidates).T
    lists = _choose(index, candidates, drawn, between(_DIVERSITY, query.doubt), count)
    return candidates[lists], scores[0]


def _candidates(
    scores: NDArray[np.float32], allowed: NDArray[np.bool_], offline: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Return the numbers of the best tracks by any row of scores, and of the best that are here."""
    if not allowed.any():
        return np.empty(0, dtype=np.intp)
    # A taste that likes everything more than another does not name more tracks.
    behind = scores.max(axis=1, where=allowed, initial=-np.inf, keepdims=True) - scores
    least = behind.min(axis=0)
    pools = (np.flatnonzero(allowed), np.flatnonzero(allowed & offline))
    return np.union1d(*(pool[_smallest(least[pool], _CANDIDATES)] for pool in pools))


def _choose(
    index: TrackIndex,
    candidates: NDArray[np.intp],
    scores: NDArray[np.float32],
    diversity: float,
    count: int,
) -> NDArray[np.intp]:
    """Return the list that each row of scores makes: places among the candidates, (rows, count)."""
    count = min(count, len(candidates))
    likeness = _likeness(index, candidates)
    families, offline = index.families[candidates], index.offline[candidates]
    fits = scores >= _OFFLINE_FIT * scores.max(axis=1, keepdims=True, initial=0)
    here = offline & fits
    wanted = OFFLINE_CUES * count // CUES
    rows = np.arange(len(scores))
    relevance = (1 - diversity) * scores
    fresh = np.ones_like(here)
    alike = np.zeros_like(scores)
    missing = np.full(len(scores), wanted)
    lists = np.empty((len(scores), count), dtype=np.intp)
    for place in range(count):
        pressing = here & (missing >= count - place)[:, None]
        preference = _FIRST * (2 * pressing + fresh)
        best = (relevance - diversity * alike + preference).argmax(axis=1)
        lists[:, place] = best
        relevance[rows, best] = -np.inf
        fresh &= families != families[best][:, None]
        alike += (likeness[best] - alike) / (place + 1)
        missing -= offline[best]
    return lists


def _likeness(index: TrackIndex, numbers: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return how alike each two tracks are, in [0, 1]."""
    emotions, artists = index.emotions[numbers], index.artists[numbers]
    emotions = emotions / np.linalg.norm(emotions, axis=1, keepdims=True)
    same = artists[:, None] == artists
    likeness: NDArray[np.float32] = (1 - _SAME_ARTIST) * emotions @ emotions.T
    likeness += np.float32(_SAME_ARTIST) * same
    return likeness


def _smallest(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Return where the smallest values are, in no order."""
    if len(values) <= count:
        return np.arange(len(values))
    return np.argpartition(values, count)[:count]
