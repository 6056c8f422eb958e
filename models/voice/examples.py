"""What the voice network is trained and judged on: the spans of speech that live use would cut."""

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

VIEW: Final = "view"
DEGRADED: Final = "degraded"
CLIP: Final = "clip"
LIVE: Final = "3 s"
WINDOWS: Final[dict[str, float]] = {CLIP: MAX_WINDOW, LIVE: 3.0, "2 s": 2.0, "1.5 s": 1.5}
"""Names and lengths in seconds of the windows that are cut from a recording; the temperature is
found, and emotions have their means, in :data:`LIVE`, which is how the network is used."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A span of speech and how it was cut.

    Attributes
    ----------
    condition : str
        A key of :data:`WINDOWS`, :data:`DEGRADED`, or :data:`VIEW` for one to train on only.
    end : float
        Where the window ends in the recording, in seconds.
    speech : float
        Seconds of speech in the window.
    samples : ndarray of float32, shape (n,)
    """

    condition: str
    end: float
    speech: float
    samples: Samples


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A recording, and where in it there is speech.

    Attributes
    ----------
    samples : ndarray of float32, shape (n,)
    speech : ndarray of bool, shape (k,)
        For each chunk whether it is speech.
    chunk : int
        Samples in a chunk.
    """

    samples: Samples
    speech: NDArray[np.bool_]
    chunk: int

    def cut(self, condition: str, end: int, seconds: float) -> Iterator[Example]:
        """Yield the span of speech of a window that ends at a sample, if there is enough speech."""
        start = max(0, end - round(seconds * SAMPLE_RATE))
        first, last = -(-start // self.chunk), end // self.chunk
        speech = self.speech[first:last]
        span = speech_span(speech, self.chunk, first * self.chunk - start, end - start)
        if span is not None:
            spoken = np.count_nonzero(speech) * self.chunk / SAMPLE_RATE
            samples = self.samples[start:end][slice(*span)]
            yield Example(condition, end / SAMPLE_RATE, spoken, samples)


def listen(samples: Samples, runtime: Runtime) -> Heard:
    """Find the speech in a recording; of one over 10 s, only the beginning is taken.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        At 16 kHz.
    runtime : Runtime
        Has ``voice_activity``.
    """
    samples = samples[: round(MAX_WINDOW * SAMPLE_RATE)]
    activity = VoiceActivity(runtime)
    activity.update(0, samples)
    _, probabilities = activity.get()
    return Heard(samples, probabilities >= activity.threshold, activity.chunk)


def windows(heard: Heard, condition: str) -> Iterator[Example]:
    """Yield what live use would give the network while this recording plays.

    Windows end at every whole second and at the end of the recording, as they do live; the one of
    the whole recording only at its end.
    """
    size, seconds = len(heard.samples), WINDOWS[condition]
    if seconds < MAX_WINDOW:
        for end in range(SAMPLE_RATE, size, SAMPLE_RATE):
            yield from heard.cut(condition, end, seconds)
    yield from heard.cut(condition, size, seconds)


def degraded(heard: Heard, runtime: Runtime, random: np.random.Generator) -> Iterator[Example]:
    """Yield the span of a 3 s window that ends at a random time in a degraded copy."""
    copy = listen(degrade(heard.samples, random), runtime)
    end = int(random.integers(SAMPLE_RATE, len(copy.samples) + 1))
    yield from copy.cut(DEGRADED, end, 3.0)


def view(heard: Heard, random: np.random.Generator) -> Iterator[Example]:
    """Yield the span of a window of 1.5 to 4 s as somebody else, somewhere else, would say it.

    Each with a chance of one half: pitch and pace changed by up to 12 %, a room, and what
    :func:`~models.voice.augmentation.degrade` does.
    """
    samples, speech = heard.samples, heard.speech
    if random.random() < 0.5:
        pitch, tempo = random.uniform(0.88, 1.12, 2)
        samples = retime(samples, pitch, tempo)
        chunks = (np.arange(len(samples) // heard.chunk) * tempo).astype(int)
        speech = speech[np.minimum(chunks, len(speech) - 1)]
    if random.random() < 0.5:
        samples = reverberate(samples, random)
    if random.random() < 0.5:
        samples = degrade(samples, random)
    earliest = min(round(1.5 * SAMPLE_RATE), len(samples))
    end = int(random.integers(earliest, len(samples) + 1))
    yield from Heard(samples, speech, heard.chunk).cut(VIEW, end, random.uniform(1.5, 4))
