"""Examples for training and evaluating the voice network: spans of speech, cut as in live use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.runtime import Runtime
from inference.voice import MAX_WINDOW, VoiceActivity, speech_span
from models.voice.augmentation import Samples, degrade, retime, reverberate
from stream.media import SAMPLE_RATE
from stream.windows import WINDOW_LENGTH

VIEW: Final = "view"
DEGRADED: Final = "degraded"
CLIP: Final = "clip"
LIVE: Final = f"{WINDOW_LENGTH:g} s"
WINDOWS: Final[dict[str, float]] = {CLIP: MAX_WINDOW, LIVE: WINDOW_LENGTH, "2 s": 2.0, "1.5 s": 1.5}
"""Lengths in seconds of the windows that are cut from a recording, by condition. The temperature
and the means of speaker adaptation are fitted to :data:`LIVE`, the condition of live use."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A span of speech.

    Attributes
    ----------
    condition : str
        A key of :data:`WINDOWS`, :data:`DEGRADED`, or :data:`VIEW` (for training only).
    end : float
        End of the window in the recording, in seconds.
    speech : float
        Amount of speech in the window, in seconds.
    samples : ndarray of float32, shape (n,)
        Audio at :data:`~stream.media.SAMPLE_RATE`.
    """

    condition: str
    end: float
    speech: float
    samples: Samples


@dataclass(frozen=True, slots=True, eq=False)
class SpeechRecording:
    """A recording with its voice activity.

    Attributes
    ----------
    samples : ndarray of float32, shape (n,)
        Audio at :data:`~stream.media.SAMPLE_RATE`.
    speech : ndarray of bool, shape (k,)
        Whether each chunk is speech.
    chunk : int
        Number of samples in a chunk.
    """

    samples: Samples
    speech: NDArray[np.bool_]
    chunk: int

    def cut(self, condition: str, end: int, seconds: float) -> Iterator[Example]:
        """Yield the speech in the window that ends at sample ``end``, if there is enough."""
        start = max(0, end - round(seconds * SAMPLE_RATE))
        first, last = -(-start // self.chunk), end // self.chunk
        speech = self.speech[first:last]
        span = speech_span(speech, self.chunk, first * self.chunk - start, end - start)
        if span is not None:
            seconds_of_speech = np.count_nonzero(speech) * self.chunk / SAMPLE_RATE
            samples = self.samples[start:end][slice(*span)]
            yield Example(condition, end / SAMPLE_RATE, seconds_of_speech, samples)


def detect_speech(samples: Samples, runtime: Runtime) -> SpeechRecording:
    """Detect the speech in the first :data:`~inference.voice.MAX_WINDOW` seconds of a recording.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        Audio at 16 kHz.
    runtime : Runtime
        Must have ``voice_activity`` loaded.
    """
    samples = samples[: round(MAX_WINDOW * SAMPLE_RATE)]
    activity = VoiceActivity(runtime)
    activity.update(0, samples)
    _, probabilities = activity.get()
    return SpeechRecording(samples, probabilities >= activity.threshold, activity.chunk)


def windows(recording: SpeechRecording, condition: str) -> Iterator[Example]:
    """Yield the inputs of the voice network if this recording were played live.

    Windows end at every whole second and at the end of the recording, as in live use; for
    :data:`CLIP` only at the end.
    """
    size, seconds = len(recording.samples), WINDOWS[condition]
    if seconds < MAX_WINDOW:
        for end in range(SAMPLE_RATE, size, SAMPLE_RATE):
            yield from recording.cut(condition, end, seconds)
    yield from recording.cut(condition, size, seconds)


def degraded(
    recording: SpeechRecording, runtime: Runtime, random: np.random.Generator
) -> Iterator[Example]:
    """Yield the span of a live window that ends at a random time in a degraded copy."""
    copy = detect_speech(degrade(recording.samples, random), runtime)
    earliest = min(SAMPLE_RATE, len(copy.samples))
    end = int(random.integers(earliest, len(copy.samples) + 1))
    yield from copy.cut(DEGRADED, end, WINDOWS[LIVE])


def augmented(recording: SpeechRecording, random: np.random.Generator) -> Iterator[Example]:
    """Yield the span of a window of 1.5 to 4 s in an augmented copy.

    Each with a probability of one half: pitch and tempo changed by up to 12 %, reverberation, and
    :func:`~models.voice.augmentation.degrade`.
    """
    samples, speech = recording.samples, recording.speech
    if random.random() < 0.5:
        pitch, tempo = random.uniform(0.88, 1.12, 2)
        samples = retime(samples, pitch, tempo)
        chunks = (np.arange(len(samples) // recording.chunk) * tempo).astype(int)
        speech = speech[np.minimum(chunks, len(speech) - 1)]
    if random.random() < 0.5:
        samples = reverberate(samples, random)
    if random.random() < 0.5:
        samples = degrade(samples, random)
    earliest = min(round(1.5 * SAMPLE_RATE), len(samples))
    end = int(random.integers(earliest, len(samples) + 1))
    yield from SpeechRecording(samples, speech, recording.chunk).cut(
        VIEW, end, random.uniform(1.5, 4)
    )
