"""Measure how long each mood of a session lasted."""

from __future__ import annotations

from collections import defaultdict

from inference import Emotion, Mood


class MoodTally:
    """Sums the seconds of each mood.

    Parameters
    ----------
    window : float
        Length of the windows in seconds: a mood covers the time since the previous one, at most one
        window.
    """

    def __init__(self, window: float) -> None:
        self._window = window
        self._seconds: defaultdict[Emotion, float] = defaultdict(float)
        self._t = 0.0

    def update(self, mood: Mood) -> None:
        """Add the next mood."""
        self._seconds[mood.label] += min(mood.t - self._t, self._window)
        self._t = mood.t

    def get(self) -> dict[Emotion, float]:
        """Return the seconds of each mood so far."""
        return {label: round(seconds, 3) for label, seconds in self._seconds.items()}
