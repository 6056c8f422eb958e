"""One window in; its mood, and its cues where they have changed, out."""

from __future__ import annotations

from inference import Analyser, Distribution, Mood, Reading, Runtime
from recommender import Cue, CueList, MoodQuery, TrackIndex
from stream import Window
from web.settings import Settings


class Engine:
    """What a live session and the analysis of a file do with every window.

    For use by one thread at a time, and never by the event loop's: it waits for the networks.

    Parameters
    ----------
    runtime : Runtime
        Runs the networks; shared.
    index : TrackIndex
        The tracks to cue; shared.
    settings : Settings
        How long windows are, and how calm the mood is.
    """

    def __init__(self, runtime: Runtime, index: TrackIndex, settings: Settings) -> None:
        self._analyser = Analyser(runtime, settings.window, settings.dwell)
        self._cues = CueList(index)

    def update(self, window: Window) -> tuple[Mood, list[Cue] | None]:
        """Return the mood at the end of the window, and the new cues or None if they stay.

        Raises
        ------
        ModelError
            If a network cannot be run.
        """
        mood = self._analyser.update(window)
        return mood, self._cues.update(_query(mood), mood.t)

    def played(self, track_id: str, t: float) -> None:
        """Leave a track out for a while that was played or downloaded at time ``t``."""
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
