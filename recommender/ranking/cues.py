"""The cues of one session: a list that changes when the mood does, or when its user asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from inference.emotion import Emotion
from recommender.ranking.modes import CueSettings, answered, certain
from recommender.ranking.query import Modality, MoodQuery, total_variation
from recommender.ranking.ranker import CUES, Cue, Ranker

LABEL_HOLD: Final = 3.0
"""Seconds a list stays at least when the mood gets another label, or drifts far."""

DRIFT_HOLD: Final = 10.0
"""Seconds a list stays at least when the mood drifts under the same label."""

DRIFT: Final = 0.25
"""Total variation distance from the mood a list was made for at which it no longer fits."""

FAR: Final = 0.5
"""Total variation distance that is as good as another label."""


class CueList:
    """The cues of one session.

    A list is made anew when the mood it answers has another label or has drifted by :data:`FAR`,
    once the list has stayed :data:`LABEL_HOLD` seconds; or has drifted by :data:`DRIFT`, after
    :data:`DRIFT_HOLD` seconds; or at once when its settings change.
    For use by one thread at a time.

    Parameters
    ----------
    ranker : Ranker
        Chooses the tracks; shared.
    rng : Generator or None
        Lets lists explore what the user may like; None gives the same lists every time.
    """

    def __init__(self, ranker: Ranker, rng: np.random.Generator | None = None) -> None:
        self.settings = CueSettings()
        self._ranker = ranker
        self._rng = rng
        self._cues: list[Cue] = []
        self._present: MoodQuery | None = None
        self._answered: list[MoodQuery] = []
        self._changed_at = 0.0
        self._set_at = 0.0
        self._played: dict[str, float] = {}

    def get(self) -> list[Cue]:
        """Return the present list, empty before the first mood."""
        return list(self._cues)

    def played(self, track_id: str, t: float) -> None:
        """Leave a track out for a while, as long as the settings say.

        Parameters
        ----------
        track_id : str
            The track that was played, downloaded or skipped.
        t : float
            When, in seconds since the session began.
        """
        self._played[track_id] = t

    def set(self, settings: CueSettings, t: float) -> list[Cue] | None:
        """Take what the user asks; return the new list, or None where there is no mood yet."""
        self.settings, self._set_at = settings, t
        if self._present is None and settings.mood is not None:
            self._present = certain(settings.mood)
        if self._present is None:
            return None
        self._cues = self._make(answered(self._present, settings, 0.0), t)
        return self.get()

    def update(self, query: MoodQuery, t: float) -> list[Cue] | None:
        """Take the present mood; return the new list, or None where it stays as it is.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        t : float
            Its time, in seconds since the session began.
        """
        self._present = query
        wanted = answered(query, self.settings, t - self._set_at)
        if self._answered and not _due(self._answered, wanted, t - self._changed_at):
            return None
        cues = self._make(wanted, t)
        if [_essence(cue) for cue in cues] == [_essence(cue) for cue in self._cues]:
            return None
        self._cues = cues
        return self.get()

    def _make(self, wanted: list[MoodQuery], t: float) -> list[Cue]:
        self._answered, self._changed_at = wanted, t
        repeat_after, filters = self.settings.repeat_after, self.settings.filters
        self._played = {
            track: since for track, since in self._played.items() if t - since < repeat_after
        }
        cues: list[Cue] = []
        for query in wanted:
            without = {*self._played, *(cue.track.id for cue in cues)}
            count = CUES // len(wanted)
            cues += self._ranker.rank(query, filters, without=without, count=count, rng=self._rng)
        return [replace(cue, rank=rank) for rank, cue in enumerate(cues, start=1)]


def _due(before: list[MoodQuery], now: list[MoodQuery], age: float) -> bool:
    if len(before) != len(now):
        return age >= LABEL_HOLD
    return any(_drifted(old, new, age) for old, new in zip(before, now, strict=True))


def _drifted(before: MoodQuery, now: MoodQuery, age: float) -> bool:
    drift = total_variation(before.probs, now.probs)
    if now.label != before.label or drift >= FAR:
        return age >= LABEL_HOLD
    return age >= DRIFT_HOLD and drift >= DRIFT


def _essence(cue: Cue) -> tuple[str, Modality, Emotion]:
    return cue.track.id, cue.why_from, cue.emotion
