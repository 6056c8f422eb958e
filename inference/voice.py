"""From a window of sound to a voice reading: find the speech, then ask what it sounds like."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import uniform
from inference.reading import VoiceDoubt, VoiceReading, judge
from inference.runtime import Runtime
from stream.media import SAMPLE_RATE, AudioBlock

MAX_WINDOW: Final = 10.0
"""Seconds that are looked at, at most; of a longer window, the last ones."""

MIN_SPEECH: Final = 0.5
"""Seconds of speech in a window from which an emotion is read."""

MIN_SPAN: Final = 1.0
"""Seconds given to the network at least."""

SPAN_STEP: Final = 0.5
"""Lengths of spans are multiples of this many seconds where the window allows it, so that the
requests of several sessions have the same shape and can share a batch."""

PADDING: Final = 0.15
"""Seconds kept before the first and after the last speech."""

RECENT: Final = 0.5
"""Seconds within which speech counts as going on."""

FULL_SCALE: Final = 0.99
"""Samples from here on count as clipped; resampling takes a little off the top."""


def speech_span(
    speech: NDArray[np.bool_], chunk: int, offset: int, size: int
) -> tuple[int, int] | None:
    """Return the part of a window that goes to the network, from first to last speech.

    Parameters
    ----------
    speech : ndarray of bool, shape (k,)
        For each chunk whether it is speech.
    chunk : int
        Samples in a chunk.
    offset : int
        Sample of the window at which the first chunk begins.
    size : int
        Samples in the window.

    Returns
    -------
    tuple of int or None
        Start and end in samples of the window, :data:`PADDING` included. None where the speech is
        less than :data:`MIN_SPEECH` or the window shorter than :data:`MIN_SPAN`.
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


def worths(speech: float, silence: float, level: float, clipped: float) -> dict[VoiceDoubt, float]:
    """Return how good each quality is that decides what a reading of the voice is worth.

    Four factors, each linear between two points: 0.7 at :data:`MIN_SPEECH` and 1
    at 1.5 s of speech, as learned beside the weights of :mod:`inference.fusion`; 1 up to
    :data:`RECENT` and 0 at 3 s after the last speech; 0 at -80 dB and 1 at -65 dB, because clean
    speech is read as well at -60 dB as at -30 dB; 1 without clipping and 0 where a tenth of the
    samples is clipped.

    Parameters
    ----------
    speech : float
        Seconds of speech in the window.
    silence : float
        Seconds since the last speech.
    level : float
        Root mean square of the span in dB relative to full scale.
    clipped : float
        Share of the span's samples at full scale.

    Returns
    -------
    dict of str to float
        Each in [0, 1]; the reliability of the reading is their product.
    """
    return {
        "little_speech": float(np.interp(speech, (MIN_SPEECH, 1.5), (0.7, 1))),
        "no_speech": float(np.interp(silence, (RECENT, 3), (1, 0))),
        "quiet": float(np.interp(level, (-80, -65), (0, 1))),
        "clipped": float(np.interp(clipped, (0, 0.1), (1, 0))),
    }


def reliability(speech: float, silence: float, level: float, clipped: float) -> float:
    """Return how much a reading of the voice is worth, in [0, 1]; see :func:`worths`.

    Examples
    --------
    >>> reliability(speech=2.0, silence=0.0, level=-25.0, clipped=0.0)
    1.0
    >>> reliability(speech=0.5, silence=0.0, level=-25.0, clipped=0.0)
    0.7
    """
    return math.prod(worths(speech, silence, level, clipped).values())


def level_db(samples: NDArray[np.float32]) -> float:
    """Return the root mean square in dB relative to full scale; digital zero is -120 dB."""
    return 10 * math.log10(float(np.mean(np.square(samples, dtype=np.float64))) + 1e-12)


class VoiceActivity:
    """Follows the speech of one stream, chunk by chunk.

    Each window brings what is already known and something new; only the new is read, and the
    network's state goes on where it stopped. A gap, or a step back in time, starts it anew.

    Parameters
    ----------
    runtime : Runtime
        Has ``voice_activity`` loaded.

    Attributes
    ----------
    chunk : int
        Samples in a chunk.
    threshold : float
        Probability from which a chunk counts as speech.
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
        self._restart(0)

    def update(self, start: int, samples: NDArray[np.float32]) -> None:
        """Read what is new in a window.

        Parameters
        ----------
        start : int
            Index of the first sample, counted from the beginning of the session.
        samples : ndarray of float32, shape (n,)
            At :data:`~stream.media.SAMPLE_RATE`; at most :data:`MAX_WINDOW` long.
        """
        if not start <= self._next <= start + len(samples):
            self._restart(start)
        known = self._next - start
        count = (len(samples) - known) // self.chunk
        if count:
            new = samples[known : known + count * self.chunk]
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
        """Return where the chunks inside the latest window begin, and their probabilities.

        Returns
        -------
        int
            Index of the first chunk's first sample, counted from the beginning of the session.
        ndarray of float32, shape (k,)
            The probability of speech for each chunk.
        """
        return self._next - len(self._probabilities) * self.chunk, self._probabilities

    def _restart(self, start: int) -> None:
        self._next = start
        self._state = np.zeros((1, 2, 128), np.float32)
        self._context = np.zeros(self._context_size, np.float32)
        self._probabilities = np.zeros(0, np.float32)


class VoiceReader:
    """Reads the emotion of a voice from the windows of one session.

    Parameters
    ----------
    runtime : Runtime
        Has ``voice_activity`` and ``voice`` loaded; may be shared by many readers.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._activity = VoiceActivity(runtime)

    def update(self, audio: AudioBlock) -> VoiceReading:
        """Return the reading of a window.

        Parameters
        ----------
        audio : AudioBlock
            The window, which may overlap the previous one or leave a gap after it. Samples that
            are not finite count as silence; of more than :data:`MAX_WINDOW` seconds, the last.

        Returns
        -------
        VoiceReading
            Uniform and of reliability 0 where there is too little speech.

        Raises
        ------
        ModelError
            If a network cannot be run.
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
            doubt: VoiceDoubt = "little_speech" if speech.any() else "no_speech"
            return VoiceReading(uniform(), 0.0, speech=silence <= RECENT, doubt=doubt)
        spoken = samples[slice(*span)]
        outputs = self._runtime.run("voice", {"samples": spoken[None]})
        worth, weakness = judge(
            worths(
                speech=np.count_nonzero(speech) * chunk / SAMPLE_RATE,
                silence=silence,
                level=level_db(spoken),
                clipped=float(np.mean(np.abs(spoken) >= FULL_SCALE)),
            )
        )
        return VoiceReading(
            outputs["probabilities"][0], worth, speech=silence <= RECENT, doubt=weakness
        )
