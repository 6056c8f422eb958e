"""Learns from the log: taste is what its reactions add up to, and nothing else is stored.

What was logged can be read again, so that a restart loses nothing, another process that writes to
the same log is heard, and what is deleted from the log is forgotten here as well.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

import numpy as np

from recommender.ranking.index import TrackIndex
from recommender.ranking.ranker import Ranker
from recommender.ranking.shown import Reaction, ShownLog
from recommender.ranking.taste import Taste, TasteModel

PREVIEW: Final = 30.0
"""Seconds of listening that are half as good as a download."""

RECENT: Final = 2000
"""Reactions that are read again at a start; older ones have faded."""

_PASSED_OVER: Final = 0.25
"""Weight of a track that was seen above the one reacted to, and left: weak evidence.

Craswell, N., Zoeter, O., Taylor, M., & Ramsey, B. (2008), "An experimental comparison of click
position-bias models", WSDM '08, 87-94: the cascade, in which a list is read from its top.
"""
_LISTENED: Final = 0.5
"""Weight of a preview, which is not yet a decision."""

_LISTS: Final = 256
"""Lists of which is remembered what was counted already."""


class Learner:
    """Keeps the taste of a :class:`Ranker` up to date with the log. May be used from any thread.

    Parameters
    ----------
    log : ShownLog
        What was shown, and what users did with it.
    ranker : Ranker
        Gets each new taste.
    """

    def __init__(self, log: ShownLog, ranker: Ranker) -> None:
        self._log = log
        self._ranker = ranker
        self._lock = threading.Lock()
        self._fold = _Fold(ranker.index)
        self._after = self._seen = 0
        self.relearn()

    def catch_up(self) -> None:
        """Learn from what was logged since the last call; all anew where the tracks changed.

        Raises
        ------
        StorageError
            If the log cannot be read.
        """
        with self._lock:
            changed = self._ranker.index is not self._fold.index
            if changed or self._log.learned_after() != self._after:
                self._begin()
            learned = False
            while reactions := self._log.reactions(self._seen):
                for reaction in reactions:
                    self._fold.update(reaction)
                self._seen, learned = reactions[-1].id, True
            if learned:
                self._ranker.taste = self._fold.get()

    def relearn(self) -> None:
        """Learn all anew: something was deleted from the log.

        Raises
        ------
        StorageError
            If the log cannot be read.
        """
        with self._lock:
            self._begin()
        self.catch_up()

    def reset(self) -> None:
        """Forget the taste, for good; the log stays.

        Raises
        ------
        StorageError
            If the database cannot be written to.
        """
        self._log.reset()
        self.relearn()

    def _begin(self) -> None:
        self._after = self._log.learned_after()
        self._seen = max(self._after, self._log.recent(RECENT))
        self._fold = _Fold(self._ranker.index)
        self._ranker.taste = self._fold.get()


class _Fold:
    """Adds reactions up to a taste."""

    def __init__(self, index: TrackIndex) -> None:
        self.index = index
        self._model = TasteModel()
        self._counted: OrderedDict[int, set[str]] = OrderedDict()

    def update(self, reaction: Reaction) -> None:
        """Take the next reaction."""
        counted = self._counted.setdefault(reaction.list_id, set())
        self._counted.move_to_end(reaction.list_id)
        if len(self._counted) > _LISTS:
            self._counted.popitem(last=False)
        for track_id, reward, weight in rewards(reaction, counted):
            if track_id in self.index.number:
                at, query = np.array([self.index.number[track_id]]), reaction.query
                fit = float(self.index.fit(query, at)[0])
                described = self.index.describe(query, at)[0]
                self._model.update(
                    query, track_id, described, fit=fit, reward=reward, weight=weight
                )

    def get(self) -> Taste:
        """Return the taste so far."""
        return self._model.get()


def taste_of(log: ShownLog, index: TrackIndex, *, before: int) -> Taste:
    """Return the taste that the reactions to lists before one with a given number add up to."""
    fold, seen = _Fold(index), log.learned_after()
    while reactions := log.reactions(seen):
        for reaction in reactions:
            if reaction.list_id < before:
                fold.update(reaction)
        seen = reactions[-1].id
    return fold.get()


def rewards(reaction: Reaction, counted: set[str]) -> Iterator[tuple[str, float, float]]:
    """Yield what a reaction says of tracks: track, reward in [0, 1], weight.

    Parameters
    ----------
    reaction : Reaction
        What the user did.
    counted : set of str
        Tracks of the list that were counted before; those counted now are added.
    """
    for track_id in reaction.above:
        if track_id not in counted:
            yield track_id, 0.0, _PASSED_OVER
    counted.update(reaction.above, (reaction.track_id,))
    match reaction.action:
        case "downloaded" | "liked":
            yield reaction.track_id, 1.0, 1.0
        case "skipped":
            yield reaction.track_id, 0.0, 1.0
        case "previewed" if reaction.seconds is not None:
            yield reaction.track_id, min(1.0, reaction.seconds / PREVIEW) / 2, _LISTENED
