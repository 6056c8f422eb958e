"""One window in; its mood, and its cues where they have changed, out."""

from __future__ import annotations

import threading

import numpy as np

from inference import Analyser, Distribution, Mood, Reading, Runtime
from recommender import Cue, CueList, CueSettings, MoodQuery, Ranker
from stream import Window
from web.settings import Settings


class Engine:
    """What a live session and the analysis of a file do with every window.

    :meth:`update` is for one thread at a time, and never the event loop's: it waits for the
    networks. The other methods may be called from any thread meanwhile.

    Parameters
    ----------
    runtime : Runtime
        Runs the networks; shared.
    ranker : Ranker
        Chooses the tracks to cue; shared.
    settings : Settings
        How long windows are, and how calm the mood is.
    rng : Generator or None
        Lets the cues explore what the user may like; None gives the same cues every time.
    """

    def __init__(
        self,
        runtime: Runtime,
        ranker: Ranker,
        settings: Settings,
        rng: np.random.Generator | None = None,
    ) -> None:
        self._analyser = Analyser(runtime, settings.window, settings.dwell)
        self._cues = CueList(ranker, rng)
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
            return mood, self._cues.update(_query(mood), mood.t)

    def set(self, settings: CueSettings, t: float) -> list[Cue] | None:
        """Take what the user asks of the cues; return the new ones, or None without a mood yet."""
        with self._choosing:
            return self._cues.set(settings, t)

    def played(self, track_id: str, t: float) -> None:
        """Leave a track out for a while that was played, downloaded or skipped at time ``t``."""
        with self._choosing:
            self._cues.played(track_id, t)


def opinion(reading: Reading | None) -> Distribution | None:
    """Return what a modality says by itself, or None where it has nothing to go by."""
    return reading.probs if reading is not None and reading.reliability > 0 else None


def _query(mood: Mood) -> MoodQuery:
    return MoodQuery(
        label=mood.label,
        probs=mood.probs,
        valence=mood.valence,
        arousal=mood.arousal,
        voice=opinion(mood.voice),
        face=opinion(mood.face),
    )
