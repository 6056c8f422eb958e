"""Choose music for a mood without a database."""

from __future__ import annotations

from collections.abc import Iterable

from inference import Mood
from recommender import Cue, CueList, CueSettings, MoodQuery, Ranker, Track, TrackIndex


class Cues:
    """A list of the ten tracks that fit the mood best, which changes with the mood.

    Parameters
    ----------
    tracks : iterable of Track
        The tracks to choose from, such as :func:`builtin_tracks` or the tracks of
        :func:`read_catalogue`.
    settings : CueSettings, optional
        Mode and filters; by default, music that matches the mood and may be published.
    """

    def __init__(self, tracks: Iterable[Track], settings: CueSettings | None = None) -> None:
        self._list = CueList(Ranker(TrackIndex(tracks)))
        if settings is not None:
            self._list.set(settings, 0.0)

    def update(self, mood: Mood) -> list[Cue] | None:
        """Return the new list, best first, or None if it is unchanged."""
        return self._list.update(MoodQuery.from_mood(mood), mood.t)

    def get(self) -> list[Cue]:
        """Return the current list; empty before the first mood."""
        return self._list.get()

    def used(self, track_id: str, t: float) -> None:
        """Exclude a track that was used at ``t`` seconds from the next lists for a while."""
        self._list.mark_used(track_id, t)
