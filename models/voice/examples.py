"""What the voice network is trained and judged on: the spans of speech that live use would cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from inference.runtime import Runtime
from inference.voice import MAX_WINDOW, VoiceActivity, speech_span
from stream.media import SAMPLE_RATE

Samples = NDArray[np.float32]

DEGRADED: Final = "degraded"
WINDOWS: Final[dict[str, float]] = {"clip": MAX_WINDOW, "3 s": 3.0, "2 s": 2.0, "1.5 s": 1.5}
"""Names and lengths in seconds of the windows that are cut from a recording."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A span of speech and how it was cut.

    Attributes
    ----------
    condition : str
        A key of :data:`WINDOWS`, or :data:`DEGRADED`.
    samples : ndarray of float32, shape (n,)
    speech : float
        Seconds of speech in the window.
    """

    condition: str
    samples: Samples
    speech: float


def examples(
    samples: Samples, runtime: Runtime, random: np.random.Generator, copies: int = 2
) -> Iterator[Example]:
    """Yield what live use would give the network while this recording plays.

    Windows end at every whole second and at the end of the recording, as they do live; those of
    the whole recording only at its end. From each of ``copies`` degraded copies comes one window
    of 3 s that ends at a random time.
    """
    ends = [*range(SAMPLE_RATE, len(samples), SAMPLE_RATE), len(samples)]
    heard = _speech(samples, runtime)
    for condition, seconds in WINDOWS.items():
        for end in ends if seconds < MAX_WINDOW else ends[-1:]:
            yield from _cut(condition, samples, heard, end, seconds)
    for _ in range(copies):
        copy = degrade(samples, random)
        end = int(random.integers(SAMPLE_RATE, len(copy) + 1))
        yield from _cut(DEGRADED, copy, _speech(copy, runtime), end, 3.0)


def degrade(samples: Samples, random: np.random.Generator) -> Samples:
    """Return the samples as a worse microphone and line would have brought them.

    Always a gain of -12 to +6 dB; each with a chance of one half: a low-pass at 3.4 kHz, noise
    between white and pink at 10 to 25 dB signal-to-noise ratio, Opus at 16 to 32 kbit/s.
    """
    if random.random() < 0.5:
        spectrum = np.fft.rfft(samples)
        spectrum[np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE) > 3400] = 0
        samples = np.fft.irfft(spectrum, len(samples)).astype(np.float32)
    if random.random() < 0.5:
        slope = random.uniform(0, 0.5)
        spectrum = np.fft.rfft(random.normal(size=len(samples)))
        spectrum *= np.maximum(np.arange(len(spectrum)), 1.0) ** -slope
        noise = np.fft.irfft(spectrum, len(samples))
        ratio = 10 ** (random.uniform(10, 25) / 20)
        noise *= np.std(samples) / (ratio * np.std(noise) + 1e-12)
        samples = (samples + noise).astype(np.float32)
    samples = samples * np.float32(10 ** (random.uniform(-12, 6) / 20))
    samples = np.clip(samples, -1, 1)
    if random.random() < 0.5:
        samples = _opus(samples, int(random.integers(16_000, 32_001)))
    return samples


def _opus(samples: Samples, bit_rate: int) -> Samples:
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate = SAMPLE_RATE
    encoder.format = av.AudioFormat("s16")
    encoder.layout = av.AudioLayout("mono")
    encoder.bit_rate = bit_rate
    encoder.time_base = Fraction(1, SAMPLE_RATE)
    encoder.open()
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.extradata = encoder.extradata
    down = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    size = encoder.frame_size
    blocks = []
    for start in range(0, len(samples) + size, size):
        block = np.zeros((1, size), np.int16)
        part = samples[start : start + size]
        block[0, : len(part)] = np.round(part * 32767)
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = start
        for packet in encoder.encode(frame):
            for decoded in decoder.decode(packet):
                blocks += [out.to_ndarray()[0] for out in down.resample(decoded)]
    return np.concatenate(blocks)[: len(samples)]


def _speech(samples: Samples, runtime: Runtime) -> tuple[NDArray[np.bool_], int]:
    activity = VoiceActivity(runtime)
    activity.update(0, samples[: round(MAX_WINDOW * SAMPLE_RATE)])
    _, probabilities = activity.get()
    return probabilities >= activity.threshold, activity.chunk


def _cut(
    condition: str,
    samples: Samples,
    heard: tuple[NDArray[np.bool_], int],
    end: int,
    seconds: float,
) -> Iterator[Example]:
    speech, chunk = heard
    start = max(0, end - round(seconds * SAMPLE_RATE))
    first, last = -(-start // chunk), end // chunk
    span = speech_span(speech[first:last], chunk, first * chunk - start, end - start)
    if span is not None:
        spoken = np.count_nonzero(speech[first:last]) * chunk / SAMPLE_RATE
        yield Example(condition, samples[start:end][slice(*span)], spoken)
