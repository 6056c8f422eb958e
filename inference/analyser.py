"""One window in, one mood out: what live sessions and the analysis of files share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from inference.adaptation import SpeakerAdaptation
from inference.emotion import EMOTIONS, valence_arousal
from inference.face import FaceReader
from inference.fusion import fuse, weighted_mean
from inference.reading import Mood, Reading, VoiceReading
from inference.runtime import Runtime
from inference.smoothing import MoodFilter, SteadyLabel
from inference.voice import VoiceReader
from stream import AudioBlock, Window

MODELS: Final = ("voice_activity", "voice", "face_detection", "face_mesh", "face_emotion")
"""The models an analyser needs its runtime to have loaded."""

RENEWAL: Final = 0.5
"""Share of a window after which the next one counts in full: what two windows make of speech they
share is less alike than the speech. Of 1, 1/2, 1/3 and 1/4 this gave the true moods of feeds like
those of ``moodcue bench mood`` the highest probabilities."""


class Analyser:
    """Estimates the mood of one session.

    Synchronous and stateful: one instance for each session, called by one thread at a time, never
    by the event loop's.

    Parameters
    ----------
    runtime : Runtime
        Has :data:`MODELS` loaded; may be shared by many analysers.
    window : float
        Length of the windows that will come, in seconds.
    dwell : float
        How long a mood lasts on average, in seconds; more is calmer and slower.
    lead : float
        By how much another mood must lead to become the label.
    """

    def __init__(
        self, runtime: Runtime, window: float = 3.0, dwell: float = 3.0, lead: float = 0.1
    ) -> None:
        self._voice = VoiceReader(runtime)
        self._speaker = SpeakerAdaptation.for_model(runtime.card("voice"))
        self._window = window
        self._heard = 0.0
        self._face = FaceReader(runtime, window)
        self._filter = MoodFilter(dwell, RENEWAL * window)
        self._label = SteadyLabel(lead)

    def update(self, window: Window) -> Mood:
        """Return the mood at the end of ``window``.

        Raises
        ------
        ModelError
            If a network cannot be run.
        """
        voice = None if window.audio is None else self._hear(window.audio)
        speech = voice is not None and voice.speech
        face = (
            None
            if window.frames is None
            else self._face.update(window.frames, window.t, speech=speech)
        )
        self._filter.update(window.t, fuse(voice, face).probs)
        probs = self._filter.get()
        self._label.update(probs)
        label = self._label.get()
        valence, arousal = valence_arousal(probs)
        return Mood(
            t=window.t,
            label=label,
            confidence=float(probs[EMOTIONS.index(label)]),
            probs=probs,
            valence=valence,
            arousal=arousal,
            voice=voice,
            face=face,
        )

    def _hear(self, audio: AudioBlock) -> VoiceReading:
        """Read the voice, as used to this speaker as what was said so far allows."""
        voice = self._voice.update(audio)
        fresh = min(1.0, max(0.0, audio.end - self._heard) / self._window)
        self._heard = audio.end
        if self._speaker is None or voice.reliability == 0:
            return voice
        adapted = replace(voice, probs=self._speaker.adapt(voice.probs))
        if voice.speech:
            self._speaker.update(voice.probs, fresh * voice.reliability)
        return adapted


@dataclass(frozen=True, slots=True, eq=False)
class Overall:
    """A whole recording in one reading; ``voice`` and ``face`` are None where never present."""

    mood: Reading
    voice: Reading | None
    face: Reading | None


def overall(moods: Sequence[Mood]) -> Overall:
    """Sum a recording up: each modality pooled by its reliability over time, then fused.

    The smoothed moods are not averaged, since they trail the readings they come from.
    """
    voice = _pool([mood.voice for mood in moods if mood.voice is not None])
    face = _pool([mood.face for mood in moods if mood.face is not None])
    return Overall(fuse(voice, face), voice, face)


def _pool(readings: Sequence[Reading]) -> Reading | None:
    """Return the mean distribution weighed by reliability, as reliable as its evidence was."""
    if not readings:
        return None
    weights = np.array([reading.reliability for reading in readings], dtype=np.float32)
    total = float(weights.sum())
    probs = weighted_mean([reading.probs for reading in readings], weights)
    return Reading(probs, float(weights @ weights) / total if total else 0.0)
