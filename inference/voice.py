"""Voice reader: speech detection, then emotion recognition, on windows of audio."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import uniform
from inference.reading import VoiceDoubt, VoiceReading, combine_factors
from inference.runtime import Runtime
from stream.media import SAMPLE_RATE, AudioBlock

MAX_WINDOW: Final = 10.0
"""Longest window that is analysed, in seconds; of a longer one, only the end."""

MIN_SPEECH: Final = 0.5
"""Minimum amount of speech in a window, in seconds."""

MIN_SPAN: Final = 1.0
"""Shortest input of the voice network, in seconds."""

SPAN_STEP: Final = 0.5
"""Granularity of the network's input length, in seconds, where the window allows it: requests of
several sessions then have the same shape and can share a batch."""

PADDING: Final = 0.15
"""Padding before the first and after the last speech, in seconds."""

HANGOVER: Final = 0.5
"""Seconds after the end of speech during which it still counts as ongoing."""

CLIP_LEVEL: Final = 0.99
"""Smallest magnitude that counts as clipped; below 1 because resampling lowers clipped peaks."""

POWER_FLOOR: Final = 1e-12
"""Offset added to the mean power before its logarithm: -120 dB."""


def speech_span(
    speech: NDArray[np.bool_], chunk: int, offset: int, size: int
) -> tuple[int, int] | None:
    """Return the span of a window from first to last speech, as input for the voice network.

    Parameters
    ----------
    speech : ndarray of bool, shape (k,)
        Whether each chunk is speech.
    chunk : int
        Number of samples in a chunk.
    offset : int
        Position of the first chunk in the window, in samples.
    size : int
        Number of samples in the window.

    Returns
    -------
    tuple of int or None
        Start and end in the window, in samples, including :data:`PADDING`. None if there is less
        speech than :data:`MIN_SPEECH` or the window is shorter than :data:`MIN_SPAN`.
    """
    chunks = np.flatnonzero(speech)
    if len(chunks) * chunk < MIN_SPEECH * SAMPLE_RATE or size < MIN_SPAN * SAMPLE_RATE:
        return None
    padding = round(PADDING * SAMPLE_RATE)
    start = max(0, offset + int(chunks[0]) * chunk - padding)
    end = min(size, offset + (int(chunks[-1]) + 1) * chunk + padding)
    step = round(SPAN_STEP * SAMPLE_RATE)
    steps = max(math.ceil((end - start) / step), round(MIN_SPAN / SPAN_STEP))
    length = min(steps * step, size)
    start = min(max(0, start - (length - (end - start)) // 2), size - length)
    return start, start + length


def reliability_factors(
    speech: float, silence: float, level: float, clipped: float
) -> dict[VoiceDoubt, float]:
    """Return the four factors of the reliability of a voice reading.

    Each is linear between two points: 0.6 at :data:`MIN_SPEECH` and 1 at 1.5 s of speech, fitted
    together with the weights of :mod:`inference.fusion`; 1 up to :data:`HANGOVER` and 0 at 3 s
    after the last speech; 0 at -80 dB and 1 at -65 dB, because clean speech is recognized as well
    at -60 dB as at -30 dB; 1 without clipping and 0 with a tenth of the samples clipped.

    Parameters
    ----------
    speech : float
        Amount of speech in the window, in seconds.
    silence : float
        Time since the last speech, in seconds.
    level : float
        Root mean square of the span, in dBFS.
    clipped : float
        Share of the span's samples that are clipped.

    Returns
    -------
    dict of str to float
        Factors in [0, 1]; the reliability is their product.
    """
    return {
        "little_speech": float(np.interp(speech, (MIN_SPEECH, 1.5), (0.6, 1))),
        "no_speech": float(np.interp(silence, (HANGOVER, 3), (1, 0))),
        "quiet": float(np.interp(level, (-80, -65), (0, 1))),
        "clipped": float(np.interp(clipped, (0, 0.1), (1, 0))),
    }


def reliability(speech: float, silence: float, level: float, clipped: float) -> float:
    """Return the reliability of a voice reading, in [0, 1]; see :func:`reliability_factors`.

    Examples
    --------
    >>> reliability(speech=2.0, silence=0.0, level=-25.0, clipped=0.0)
    1.0
    >>> reliability(speech=0.5, silence=0.0, level=-25.0, clipped=0.0)
    0.6
    """
    return math.prod(reliability_factors(speech, silence, level, clipped).values())


def level_db(samples: NDArray[np.float32]) -> float:
    """Return the root mean square of samples in dBFS; digital silence is -120."""
    return 10 * math.log10(float(np.mean(np.square(samples, dtype=np.float64))) + POWER_FLOOR)


class VoiceActivity:
    """Streaming voice activity detector over the windows of one session.

    Windows overlap: only the new samples are processed, continuing from the network's state. A gap
    or a step back in time resets the state.

    Parameters
    ----------
    runtime : Runtime
        Must have ``voice_activity`` loaded.

    Attributes
    ----------
    chunk : int
        Number of samples in a chunk.
    threshold : float
        Smallest probability at which a chunk counts as speech.
    """

    _next: int
    _state: NDArray[np.float32]
    _context: NDArray[np.float32]
    _probabilities: NDArray[np.float32]

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        card = runtime.card("voice_activity")
        self.chunk: int = card.setting("chunk")
        self.threshold: float = card.setting("threshold")
        self._context_size: int = card.setting("context")
        self._reset(0)

    def update(self, start: int, samples: NDArray[np.float32]) -> None:
        """Process the new samples of a window.

        Parameters
        ----------
        start : int
            Position of the first sample, in samples since the session began.
        samples : ndarray of float32, shape (n,)
            At :data:`~stream.media.SAMPLE_RATE`; at most :data:`MAX_WINDOW` seconds.
        """
        if not start <= self._next <= start + len(samples):
            self._reset(start)
        overlap = self._next - start
        count = (len(samples) - overlap) // self.chunk
        if count:
            new = samples[overlap : overlap + count * self.chunk]
            outputs = self._runtime.run(
                "voice_activity",
                {"samples": np.concatenate([self._context, new])[None], "state": self._state},
            )
            self._state = outputs["next_state"]
            self._context = new[-self._context_size :]
            self._next += len(new)
            self._probabilities = np.concatenate([self._probabilities, outputs["probability"][0]])
        inside = (self._next - start) // self.chunk
        self._probabilities = self._probabilities[max(0, len(self._probabilities) - inside) :]

    def get(self) -> tuple[int, NDArray[np.float32]]:
        """Return the position and the speech probabilities of the chunks in the latest window.

        Returns
        -------
        int
            Position of the first chunk, in samples since the session began.
        ndarray of float32, shape (k,)
            Probability of speech for each chunk.
        """
        return self._next - len(self._probabilities) * self.chunk, self._probabilities

    def _reset(self, start: int) -> None:
        self._next = start
        self._state = np.zeros((1, 2, 128), np.float32)
        self._context = np.zeros(self._context_size, np.float32)
        self._probabilities = np.zeros(0, np.float32)


class VoiceReader:
    """Emotion reader for the voice of one session.

    Parameters
    ----------
    runtime : Runtime
        Must have ``voice_activity`` and ``voice`` loaded; can be shared by readers.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._activity = VoiceActivity(runtime)

    def update(self, audio: AudioBlock) -> VoiceReading:
        """Return the reading of a window.

        Parameters
        ----------
        audio : AudioBlock
            The window; may overlap the previous one or leave a gap. Non-finite samples count as
            silence. Only the last :data:`MAX_WINDOW` seconds are used.

        Returns
        -------
        VoiceReading
            Uniform with reliability 0 if there is too little speech.

        Raises
        ------
        ModelError
            If a network fails.
        """
        samples = audio.samples[-round(MAX_WINDOW * SAMPLE_RATE) :]
        samples = np.clip(np.nan_to_num(samples, posinf=0, neginf=0), -1, 1)
        start = round(audio.end * SAMPLE_RATE) - len(samples)
        self._activity.update(start, samples)
        first, probabilities = self._activity.get()
        chunk = self._activity.chunk
        speech = probabilities >= self._activity.threshold
        last_speech = (
            first + chunk * (np.flatnonzero(speech)[-1] + 1) if speech.any() else -math.inf
        )
        silence = (start + len(samples) - last_speech) / SAMPLE_RATE
        span = speech_span(speech, chunk, first - start, len(samples))
        if span is None:
            reason: VoiceDoubt = "little_speech" if speech.any() else "no_speech"
            return VoiceReading(uniform(), 0.0, speech=silence <= HANGOVER, doubt=reason)
        speech_samples = samples[slice(*span)]
        outputs = self._runtime.run("voice", {"samples": speech_samples[None]})
        reliability, doubt = combine_factors(
            reliability_factors(
                speech=np.count_nonzero(speech) * chunk / SAMPLE_RATE,
                silence=silence,
                level=level_db(speech_samples),
                clipped=float(np.mean(np.abs(speech_samples) >= CLIP_LEVEL)),
            )
        )
        embedding = outputs.get("embedding")
        return VoiceReading(
            outputs["probabilities"][0],
            reliability,
            speech=silence <= HANGOVER,
            doubt=doubt,
            embedding=None if embedding is None else embedding[0],
        )
