"""Turn one window into a mood, and into cues where they change."""

from __future__ import annotations

import threading

from inference import Analyser, Mood
from recommender import Cue, CueList, CueSettings, MoodQuery
from stream import Window


class Engine:
    """What live sessions and the analysis of files do with every window.

    :meth:`update` is for one worker thread at a time: it waits for the networks. The other methods
    may be called from any thread meanwhile.

    Parameters
    ----------
    analyser : Analyser
        Estimates the mood; of this session alone.
    cues : CueList
        Chooses the tracks; of this session alone.
    """

    def __init__(self, analyser: Analyser, cues: CueList) -> None:
        self._analyser = analyser
        self._cues = cues
        self._choosing = threading.Lock()

    def update(self, window: Window) -> tuple[Mood, list[Cue] | None]:
        """Return the mood at the end of the window, and the new cues or None if they stay.

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
        """Leave out for a while a track that was played, downloaded or skipped at time ``t``."""
        with self._choosing:
            self._cues.mark_used(track_id, t)
