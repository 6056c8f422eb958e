"""Learn the user's taste from the log.

Nothing learned is stored. The taste is recomputed from the log, so that it survives restarts,
includes what other processes log, and forgets what is deleted from the log.
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

FULL_PREVIEW: Final = 30.0
"""Seconds of listening that give a preview its maximum reward, half of that of a download."""

REPLAYED_REACTIONS: Final = 2000
"""Number of latest reactions that are replayed at a start; older ones have decayed."""

_PASSED_OVER_WEIGHT: Final = 0.25
"""Weight of a track above the one reacted to, which was probably seen: weak evidence.

Craswell, N., Zoeter, O., Taylor, M., & Ramsey, B. (2008), "An experimental comparison of click
position-bias models", WSDM '08, 87-94: the cascade model, in which a list is read from its top.
"""
_PREVIEW_WEIGHT: Final = 0.5
"""Weight of a preview, which is not yet a decision."""

_REMEMBERED_LISTS: Final = 256
"""Number of latest lists for which the observed tracks are remembered."""


class Learner:
    """Keeps the taste of a :class:`Ranker` up to date with the log. Thread-safe.

    Parameters
    ----------
    log : ShownLog
        Lists that were shown, with the reactions to them.
    ranker : Ranker
        Gets each new taste.
    """

    def __init__(self, log: ShownLog, ranker: Ranker) -> None:
        self._log = log
        self._ranker = ranker
        self._lock = threading.Lock()
        self._observer = _Observer(ranker.index)
        self._reset_at = self._last_reaction = 0
        self.relearn()

    def catch_up(self) -> None:
        """Learn from new reactions; start over if the index changed or the taste was reset.

        Raises
        ------
        StorageError
            If the log cannot be read.
        """
        with self._lock:
            index_changed = self._ranker.index is not self._observer.index
            if index_changed or self._log.last_reset() != self._reset_at:
                self._start_over()
            learned = False
            while reactions := self._log.reactions(self._last_reaction):
                for reaction in reactions:
                    self._observer.update(reaction)
                self._last_reaction, learned = reactions[-1].id, True
            if learned:
                self._ranker.taste = self._observer.get()

    def relearn(self) -> None:
        """Start over, after something was deleted from the log.

        Raises
        ------
        StorageError
            If the log cannot be read.
        """
        with self._lock:
            self._start_over()
        self.catch_up()

    def reset(self) -> None:
        """Reset the taste permanently; the log is kept.

        Raises
        ------
        StorageError
            If the database cannot be written to.
        """
        self._log.reset()
        self.relearn()

    def _start_over(self) -> None:
        self._reset_at = self._log.last_reset()
        self._last_reaction = max(self._reset_at, self._log.id_before_latest(REPLAYED_REACTIONS))
        self._observer = _Observer(self._ranker.index)
        self._ranker.taste = self._observer.get()


class _Observer:
    """Updates a taste model with reactions."""

    def __init__(self, index: TrackIndex) -> None:
        self.index = index
        self._model = TasteModel()
        self._observed: OrderedDict[int, set[str]] = OrderedDict()

    def update(self, reaction: Reaction) -> None:
        """Update with the next reaction."""
        observed = self._observed.setdefault(reaction.list_id, set())
        self._observed.move_to_end(reaction.list_id)
        if len(self._observed) > _REMEMBERED_LISTS:
            self._observed.popitem(last=False)
        for track_id, reward, weight in rewards(reaction, observed):
            if track_id in self.index.row_of:
                rows, query = np.array([self.index.row_of[track_id]]), reaction.query
                fit = float(self.index.fit(query, rows)[0])
                features = self.index.features_in(query, rows)[0]
                self._model.update(query, track_id, features, fit=fit, reward=reward, weight=weight)

    def get(self) -> Taste:
        """Return the current taste."""
        return self._model.get()


def taste_before(log: ShownLog, index: TrackIndex, list_id: int) -> Taste:
    """Return the taste learned from reactions to the lists before a given one."""
    observer, last_reaction = _Observer(index), log.last_reset()
    while reactions := log.reactions(last_reaction):
        for reaction in reactions:
            if reaction.list_id < list_id:
                observer.update(reaction)
        last_reaction = reactions[-1].id
    return observer.get()


def rewards(reaction: Reaction, observed: set[str]) -> Iterator[tuple[str, float, float]]:
    """Yield the rewards that a reaction implies: track, reward in [0, 1], weight.

    Parameters
    ----------
    reaction : Reaction
        The reaction.
    observed : set of str
        Tracks of the list with an earlier reward, which are not counted as passed over again;
        updated in place.
    """
    for track_id in reaction.above:
        if track_id not in observed:
            yield track_id, 0.0, _PASSED_OVER_WEIGHT
    observed.update(reaction.above, (reaction.track_id,))
    match reaction.action:
        case "downloaded" | "liked":
            yield reaction.track_id, 1.0, 1.0
        case "skipped":
            yield reaction.track_id, 0.0, 1.0
        case "previewed" if reaction.seconds is not None:
            yield reaction.track_id, min(1.0, reaction.seconds / FULL_PREVIEW) / 2, _PREVIEW_WEIGHT
