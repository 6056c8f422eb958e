"""The list of cues of one session: when it is replaced, and which tracks it excludes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from inference.emotion import Emotion
from recommender.ranking.modes import CueSettings, queries_for
from recommender.ranking.query import Modality, MoodQuery, total_variation
from recommender.ranking.ranker import LIST_LENGTH, Cue, Ranker

LABEL_HOLD: Final = 3.0
"""Minimum age of a list, in seconds, when the mood changes its label or drifts far."""

DRIFT_HOLD: Final = 10.0
"""Minimum age of a list, in seconds, when the mood drifts under the same label."""

DRIFT: Final = 0.25
"""Total variation distance from the mood of a list at which the list no longer fits."""

LARGE_DRIFT: Final = 0.5
"""Total variation distance that counts as much as a change of the label."""


class CueList:
    """The list of cues of one session.

    The list is replaced when the mood that it is made for clearly gets another label or drifts by
    :data:`LARGE_DRIFT`, at the earliest after :data:`LABEL_HOLD` seconds; when that mood drifts by
    :data:`DRIFT`, at the earliest after :data:`DRIFT_HOLD` seconds; and at once when the settings
    change. Not thread-safe.

    Parameters
    ----------
    ranker : Ranker
        Ranks the tracks; shared by all sessions.
    rng : Generator or None
        Random generator for exploration; with None, lists are deterministic.
    """

    def __init__(self, ranker: Ranker, rng: np.random.Generator | None = None) -> None:
        self.settings = CueSettings()
        self._ranker = ranker
        self._rng = rng
        self._cues: list[Cue] = []
        self._mood: MoodQuery | None = None
        self._queries: list[MoodQuery] = []
        self._made_at = 0.0
        self._set_at = 0.0
        self._used_at: dict[str, float] = {}

    def get(self) -> list[Cue]:
        """Return the current list; empty before the first mood."""
        return list(self._cues)

    def mark_used(self, track_id: str, t: float) -> None:
        """Exclude a track from new lists for ``settings.repeat_after`` seconds.

        Parameters
        ----------
        track_id : str
            The track that was played, downloaded or skipped.
        t : float
            Time of use, in seconds since the session began.
        """
        self._used_at[track_id] = t

    def set(self, settings: CueSettings, t: float) -> list[Cue] | None:
        """Change the settings and return the new list; None if there is no mood yet.

        Parameters
        ----------
        settings : CueSettings
            The new settings.
        t : float
            Seconds since the session began.
        """
        self.settings, self._set_at = settings, t
        if self._mood is None and settings.mood is not None:
            self._mood = MoodQuery.from_emotion(settings.mood)
        if self._mood is None:
            return None
        self._cues = self._make(queries_for(self._mood, settings, 0.0), t)
        return self.get()

    def update(self, mood: MoodQuery, t: float) -> list[Cue] | None:
        """Update with the current mood and return the new list; None if the list stays.

        Parameters
        ----------
        mood : MoodQuery
            The current mood.
        t : float
            Seconds since the session began.
        """
        self._mood = mood
        queries = queries_for(mood, self.settings, t - self._set_at)
        if self._queries and not _is_outdated(self._queries, queries, t - self._made_at):
            return None
        cues = self._make(queries, t)
        if [_identity(cue) for cue in cues] == [_identity(cue) for cue in self._cues]:
            return None
        self._cues = cues
        return self.get()

    def _make(self, queries: list[MoodQuery], t: float) -> list[Cue]:
        self._queries, self._made_at = queries, t
        repeat_after, filters = self.settings.repeat_after, self.settings.filters
        self._used_at = {
            track: used_at for track, used_at in self._used_at.items() if t - used_at < repeat_after
        }
        cues: list[Cue] = []
        for query in queries:
            exclude = {*self._used_at, *(cue.track.id for cue in cues)}
            count = LIST_LENGTH // len(queries)
            cues += self._ranker.rank(query, filters, exclude=exclude, count=count, rng=self._rng)
        return [replace(cue, rank=rank) for rank, cue in enumerate(cues, start=1)]


def _is_outdated(before: list[MoodQuery], now: list[MoodQuery], age: float) -> bool:
    if len(before) != len(now):
        return age >= LABEL_HOLD
    return any(_has_drifted(old, new, age) for old, new in zip(before, now, strict=True))


def _has_drifted(before: MoodQuery, now: MoodQuery, age: float) -> bool:
    drift = total_variation(before.probs, now.probs)
    relabelled = now.label != before.label and now.clear
    if relabelled or drift >= LARGE_DRIFT:
        return age >= LABEL_HOLD
    return age >= DRIFT_HOLD and drift >= DRIFT


def _identity(cue: Cue) -> tuple[str, Modality, Emotion]:
    return cue.track.id, cue.origin, cue.emotion
