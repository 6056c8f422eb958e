"""Rank tracks for a mood: fixed mapping, learned taste, diversity."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Emotion
from recommender.music.track import Track
from recommender.ranking.filters import DEFAULT_FILTERS, Filters
from recommender.ranking.index import TrackIndex, interpolate
from recommender.ranking.query import Modality, MoodQuery, supporting_modality
from recommender.ranking.taste import Taste, TasteModel

LIST_LENGTH: Final = 10
"""Number of cues on a list."""

OFFLINE_CUES: Final = 3
"""Minimum number of cues of a list that play without a network, if enough of them fit."""

DRAWS: Final = 64
"""Number of tastes drawn for each list; see :meth:`Ranker.rank`."""

_DIVERSITY: Final = (0.05, 0.3)
"""Weight of dissimilarity to the other cues, for certain and for uncertain moods."""
_ARTIST_SHARE: Final = 0.3
"""Share of a common artist in the similarity of tracks; the rest is cosine of emotions."""
_MIN_OFFLINE_SCORE: Final = 0.2
"""Minimum score, as a share of the best, at which an offline track is preferred to others."""
_CANDIDATES: Final = 256
"""Number of best tracks that a list is selected from."""
_OVERRIDE: Final = 10.0
"""Bonus that exceeds the range of scores."""
_CANDIDATE_DRAWS: Final = 7
"""Number of drawn tastes that select candidates, besides the expected taste."""


@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """A track suggested for a mood, with the reason.

    Attributes
    ----------
    track : Track
        The track.
    rank : int
        Rank on the list, from 1.
    score : float
        Expected reward, in [0, 1]: fit to the mood, plus learned taste.
    origin : str
        Modality that supports the emotion: ``voice``, ``face``, or ``mood`` for both together.
    emotion : Emotion
        The emotion of the mood that the track matches.
    query : MoodQuery
        The mood that the list was made for.
    probability : float
        Probability that the ranker puts the track on the list.
    learned : tuple of str
        Words for what the track shares with music accepted before, such as ``slow``, ``piano``.
    """

    track: Track
    rank: int
    score: float
    origin: Modality
    emotion: Emotion
    query: MoodQuery
    probability: float = 1.0
    learned: tuple[str, ...] = ()


class Ranker:
    """Ranks the tracks for all sessions. Thread-safe.

    Parameters
    ----------
    index : TrackIndex
        The tracks.

    Attributes
    ----------
    index : TrackIndex
        The tracks; assign a new index when the catalogue changes.
    taste : Taste
        The learned taste; assign a new one when something was learned.
    """

    def __init__(self, index: TrackIndex) -> None:
        self.index = index
        self.taste: Taste = TasteModel().get()

    def rank(
        self,
        query: MoodQuery,
        filters: Filters = DEFAULT_FILTERS,
        *,
        exclude: Collection[str] = (),
        count: int = LIST_LENGTH,
        rng: np.random.Generator | None = None,
    ) -> list[Cue]:
        """Return the cues for a mood, best first.

        With a random generator, the list is selected by Thompson sampling: weights are drawn from
        the posterior of the user's taste, and the list is the best one under them. :data:`DRAWS`
        draws are made at once, of which one makes the list. The probability of a track is the share
        of draws whose lists contain it, which is exact given the draws (Lu, X., & Van Roy, B.
        (2017), "Ensemble sampling", NIPS 30). Without a generator, the posterior mean makes the
        list.

        The list is selected greedily by maximal marginal relevance: score, minus the mean
        similarity (of emotions and artist) to the tracks selected before (Carbonell, J., &
        Goldstein, J. (1998), "The use of MMR, diversity-based reranking for reordering documents
        and producing summaries", SIGIR '98, 335-336). The weight of the similarity increases with
        the uncertainty of the mood. A second version of a title is selected only when no other
        title is left. The last places are reserved for offline tracks if too few were selected,
        as far as they score at least a fifth of the best.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        filters : Filters
            Which tracks may be cued.
        exclude : collection of str
            Identifiers of tracks to exclude.
        count : int
            Number of cues.
        rng : Generator or None
            Random generator.

        Returns
        -------
        list of Cue
            ``count`` cues, or fewer if there are not enough tracks.
        """
        index, taste = self.index, self.taste
        lists, expected = _draw_lists(index, taste, query, filters, exclude, count, rng)
        # The draws are independent, so the first one is as good as a random one.
        selected = lists[0]
        probabilities = (lists[:, :, None] == selected).any(axis=1).mean(axis=0)
        cues: list[Cue] = []
        for place in np.argsort(-expected[selected], kind="stable"):
            row = int(selected[place])
            emotion = EMOTIONS[int(np.argmax(query.probs * index.emotions[row]))]
            cues.append(
                Cue(
                    track=index.tracks[row],
                    rank=len(cues) + 1,
                    score=min(1.0, max(0.0, float(expected[row]))),
                    origin=supporting_modality(emotion, query.voice, query.face),
                    emotion=emotion,
                    query=query,
                    probability=float(probabilities[place]),
                    learned=taste.reasons(query, index.features[row]),
                )
            )
        return cues

    def inclusion_probabilities(
        self,
        query: MoodQuery,
        filters: Filters = DEFAULT_FILTERS,
        *,
        exclude: Collection[str] = (),
        count: int = LIST_LENGTH,
        rng: np.random.Generator | None = None,
    ) -> dict[str, float]:
        """Return the probability of each track to be on the list that :meth:`rank` makes.

        The parameters are those of :meth:`rank`.

        Returns
        -------
        dict
            Probability by track identifier, without tracks that none of the draws puts on a list.
        """
        index = self.index
        lists, _ = _draw_lists(index, self.taste, query, filters, exclude, count, rng)
        rows, counts = np.unique(lists, return_counts=True)
        shares = (counts / len(lists)).tolist()
        return {index.tracks[row].id: share for row, share in zip(rows, shares, strict=True)}


def _draw_lists(
    index: TrackIndex,
    taste: Taste,
    query: MoodQuery,
    filters: Filters,
    exclude: Collection[str],
    count: int,
    rng: np.random.Generator | None,
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the list of each draw, as rows of the index, and the expected score of all tracks."""
    allowed = index.allowed(filters)
    allowed[[index.row_of[track] for track in exclude if track in index.row_of]] = False
    base, mean = index.fit(query) + index.effects(taste.track_effects), taste.expected(query)
    weights = mean if rng is None else taste.draw(query, DRAWS, rng)
    nominating = np.column_stack((mean, weights[:, :_CANDIDATE_DRAWS]))
    scores = base + index.apply_weights(query, nominating).T
    candidates = _candidates(scores, allowed, index.offline)
    drawn = base[candidates] + index.apply_weights(query, weights, candidates).T
    diversity = interpolate(_DIVERSITY, query.uncertainty)
    lists = _select(index, candidates, drawn, diversity, count)
    return candidates[lists], scores[0]


def _candidates(
    scores: NDArray[np.float32], allowed: NDArray[np.bool_], offline: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Return the rows of the best tracks and of the best offline tracks, over all draws."""
    if not allowed.any():
        return np.empty(0, dtype=np.intp)
    # Scores are compared relative to the best of each draw, so that no draw dominates.
    behind = scores.max(axis=1, where=allowed, initial=-np.inf, keepdims=True) - scores
    least = behind.min(axis=0)
    pools = (np.flatnonzero(allowed), np.flatnonzero(allowed & offline))
    return np.union1d(*(pool[_smallest(least[pool], _CANDIDATES)] for pool in pools))


def _select(
    index: TrackIndex,
    candidates: NDArray[np.intp],
    scores: NDArray[np.float32],
    diversity: float,
    count: int,
) -> NDArray[np.intp]:
    """Select a list for each draw by maximal marginal relevance.

    Parameters
    ----------
    index : TrackIndex
        The tracks.
    candidates : ndarray
        Rows of the candidates: int of shape (candidates,).
    scores : ndarray
        Scores of the candidates in each draw: float32 of shape (draws, candidates).
    diversity : float
        Weight of dissimilarity, in [0, 1].
    count : int
        Maximum length of a list.

    Returns
    -------
    ndarray
        Positions among the candidates: int of shape (draws, length).
    """
    count = min(count, len(candidates))
    similarity = _similarity(index, candidates)
    families, offline = index.families[candidates], index.offline[candidates]
    fitting = scores >= _MIN_OFFLINE_SCORE * scores.max(axis=1, keepdims=True, initial=0)
    fitting_offline = offline & fitting
    draws = np.arange(len(scores))
    relevance = (1 - diversity) * scores
    new_family = np.ones_like(fitting_offline)
    mean_similarity = np.zeros_like(scores)
    offline_missing = np.full(len(scores), OFFLINE_CUES * count // LIST_LENGTH)
    lists = np.empty((len(scores), count), dtype=np.intp)
    for place in range(count):
        reserved = fitting_offline & (offline_missing >= count - place)[:, None]
        bonus = _OVERRIDE * (2 * reserved + new_family)
        best = (relevance - diversity * mean_similarity + bonus).argmax(axis=1)
        lists[:, place] = best
        relevance[draws, best] = -np.inf
        new_family &= families != families[best][:, None]
        mean_similarity += (similarity[best] - mean_similarity) / (place + 1)
        offline_missing -= offline[best]
    return lists


def _similarity(index: TrackIndex, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the similarity of each pair of tracks, in [0, 1]: float32 of shape (rows, rows)."""
    emotions, artists = index.emotions[rows], index.artists[rows]
    emotions = emotions / np.linalg.norm(emotions, axis=1, keepdims=True)
    same_artist = artists[:, None] == artists
    similarity: NDArray[np.float32] = (1 - _ARTIST_SHARE) * emotions @ emotions.T
    similarity += np.float32(_ARTIST_SHARE) * same_artist
    return similarity


def _smallest(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Return the positions of the smallest values, in no particular order."""
    if len(values) <= count:
        return np.arange(len(values))
    return np.argpartition(values, count)[:count]
