"""Turn each window into a mood, and into new cues if they change."""

from __future__ import annotations

import threading

from inference import Analyser, Mood
from recommender import Cue, CueList, CueSettings, MoodQuery
from stream import Window


class Engine:
    """Processes the windows of a live session or of a recording.

    :meth:`update` waits for the networks and must be called by one thread at a time. The other
    methods may be called from any thread meanwhile.

    Parameters
    ----------
    analyser : Analyser
        Estimates the mood; not shared with other sessions.
    cues : CueList
        Chooses the tracks; not shared with other sessions.
    """

    def __init__(self, analyser: Analyser, cues: CueList) -> None:
        self._analyser = analyser
        self._cues = cues
        self._choosing = threading.Lock()

    def update(self, window: Window) -> tuple[Mood, list[Cue] | None]:
        """Return the mood at the end of the window, and the new cues or None if unchanged.

        Raises
        ------
        ModelError
            If a network cannot be run.
        """
        mood = self._analyser.update(window)
        with self._choosing:
            return mood, self._cues.update(MoodQuery.from_mood(mood), mood.t)

    def set(self, settings: CueSettings, t: float) -> list[Cue] | None:
        """Change the cue settings; return the new cues, or None before the first mood."""
        with self._choosing:
            return self._cues.set(settings, t)

    def played(self, track_id: str, t: float) -> None:
        """Leave a track that was played, downloaded or skipped at ``t`` out for a while."""
        with self._choosing:
            self._cues.mark_used(track_id, t)
