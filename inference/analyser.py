"""Analyser: one window in, one mood out, for live sessions and for files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from inference.conformal import prediction_set
from inference.emotion import EMOTIONS, Distribution, Emotion, most_likely, valence_arousal
from inference.face import FaceReader
from inference.fusion import (
    combine,
    disagree,
    face_opinion,
    fuse,
    voice_opinion,
    weighted_mean,
)
from inference.reading import Alternative, Mood, Reading, Without
from inference.runtime import Runtime
from inference.smoothing import MoodFilter, SteadyLabel
from inference.voice import VoiceReader
from stream import WINDOW_LENGTH, Window

MODELS: Final = ("voice_activity", "voice", "face_detection", "face_mesh", "face_emotion")
"""Models that an analyser's runtime must have loaded."""

DWELL: Final = 2.0
"""Default mean duration of a mood, in seconds."""

LEAD: Final = 0.16
"""Default lead in probability that another mood needs to become the label."""

DECORRELATION: Final = 0.6
"""Share of the window length after which the next window counts in full. Less than 1, because the
readings of overlapping windows are less correlated than their audio. Of 0.5, 0.6, 0.75 and 1, and
with :data:`DWELL`, this kept the probabilities closest to their word on feeds like those of
``moodcue bench mood``, of one mood and of conflicts."""


class Analyser:
    """Mood estimator of one session.

    Synchronous and stateful: use one instance per session, from one thread at a time, and not on
    the event loop.

    Parameters
    ----------
    runtime : Runtime
        Must have :data:`MODELS` loaded; can be shared by analysers.
    window : float
        Length of the windows, in seconds.
    dwell : float
        Mean duration of a mood, in seconds; a larger one makes the mood steadier and slower.
    lead : float
        Lead in probability that another mood needs to become the label.
    """

    def __init__(
        self,
        runtime: Runtime,
        window: float = WINDOW_LENGTH,
        dwell: float = DWELL,
        lead: float = LEAD,
    ) -> None:
        self._voice = VoiceReader(runtime)
        self._face = FaceReader(runtime, window)
        self._heard = MoodFilter(dwell, DECORRELATION * window)
        self._seen = MoodFilter(dwell, DECORRELATION * window)
        self._label = SteadyLabel(lead)

    def update(self, window: Window) -> Mood:
        """Return the mood at the end of ``window``.

        Raises
        ------
        ModelError
            If a network fails.
        """
        voice = None if window.audio is None else self._voice.update(window.audio)
        speech = voice is not None and voice.speech
        face = (
            None
            if window.frames is None
            else self._face.update(window.frames, window.t, speech=speech)
        )
        self._heard.update(window.t, voice_opinion(voice))
        self._seen.update(window.t, face_opinion(face))
        heard, seen = self._heard.get(), self._seen.get()
        probs = combine(heard, seen).probs.astype(np.float32)
        self._label.update(probs)
        label = self._label.get()
        valence, arousal = valence_arousal(probs)
        both = voice is not None and face is not None
        return Mood(
            t=window.t,
            label=label,
            confidence=float(probs[EMOTIONS.index(label)]),
            probs=probs,
            valence=valence,
            arousal=arousal,
            voice=voice,
            face=face,
            set=prediction_set(probs),
            without=Without(voice=_alternative(seen), face=_alternative(heard)) if both else None,
            conflict=both and disagree(heard, seen),
        )


def _alternative(probs: Distribution) -> Alternative:
    return Alternative(most_likely(probs), float(probs.max()))


@dataclass(frozen=True, slots=True, eq=False)
class Overall:
    """Readings of a whole recording.

    Attributes
    ----------
    mood : Reading
        Voice and face, fused.
    voice, face : Reading or None
        None if never present.
    set : tuple of Emotion
        The smallest set of emotions that holds the true one with a probability of 90 %, likeliest
        first.
    conflict : bool
        Whether voice and face more probably express different emotions than the same one.
    """

    mood: Reading
    voice: Reading | None
    face: Reading | None
    set: tuple[Emotion, ...]
    conflict: bool


def overall(moods: Sequence[Mood]) -> Overall:
    """Summarize a recording: pool each modality over time by reliability, then fuse.

    Uses the readings and not the smoothed moods, which lag behind them.
    """
    voice = _pool([mood.voice for mood in moods if mood.voice is not None])
    face = _pool([mood.face for mood in moods if mood.face is not None])
    mood = fuse(voice, face)
    return Overall(
        mood=mood,
        voice=voice,
        face=face,
        set=prediction_set(mood.probs),
        conflict=disagree(voice_opinion(voice), face_opinion(face)),
    )


def _pool(readings: Sequence[Reading]) -> Reading | None:
    """Return the mean distribution and the mean reliability, both weighted by reliability."""
    if not readings:
        return None
    weights = np.array([reading.reliability for reading in readings], dtype=np.float32)
    total = float(weights.sum())
    probs = weighted_mean([reading.probs for reading in readings], weights)
    return Reading(probs, float(weights @ weights) / total if total else 0.0)
