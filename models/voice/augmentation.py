"""Augmentation of recordings: other voices, rooms, microphones and transmission lines."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from stream.media import SAMPLE_RATE

Samples = NDArray[np.float32]

OPUS_COMPLEXITY: Final = "5"
"""From 0 to 10, the default, which takes twice as long."""


def retime(samples: Samples, pitch: float, tempo: float) -> Samples:
    """Change the pitch and the tempo of a recording.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        Audio at :data:`~stream.media.SAMPLE_RATE`.
    pitch : float
        Factor for pitch and formants together.
    tempo : float
        Factor for the tempo; ``tempo / pitch`` must be between 0.5 and 100.

    Returns
    -------
    ndarray of float32, shape (about n / tempo,)
    """
    graph = av.filter.Graph()
    nodes = [
        graph.add("abuffer", f"sample_rate={SAMPLE_RATE}:sample_fmt=flt:channel_layout=mono"),
        graph.add("asetrate", str(round(SAMPLE_RATE * pitch))),
        graph.add("aresample", str(SAMPLE_RATE)),
        graph.add("atempo", f"{tempo / pitch:.4f}"),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    frame.pts = 0
    graph.push(frame)
    graph.push(None)
    blocks: list[Samples] = []
    while True:
        try:
            block = graph.pull()
        except (av.BlockingIOError, EOFError):
            return np.concatenate(blocks)
        assert isinstance(block, av.AudioFrame)
        blocks.append(block.to_ndarray()[0])


def reverberate(samples: Samples, random: np.random.Generator) -> Samples:
    """Add the reverberation of a random room.

    The impulse response is noise that decays by 60 dB in 0.15 to 0.6 s; the direct sound is 0 to
    15 dB above it.
    """
    decay = random.uniform(0.15, 0.6)
    time = np.arange(1, round(decay * SAMPLE_RATE)) / SAMPLE_RATE
    tail = random.normal(size=len(time)) * 10 ** (-3 * time / decay)
    tail *= 10 ** (-random.uniform(0, 15) / 20) / np.linalg.norm(tail)
    size = len(samples) + len(tail)
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(np.r_[1, tail], size), size)
    return wet[: len(samples)].astype(np.float32)


def degrade(samples: Samples, random: np.random.Generator) -> Samples:
    """Degrade a recording like a poor microphone and transmission line.

    A gain of -12 to +6 dB and, each with a probability of one half: a low-pass at 3.4 kHz, noise
    between white and pink at a signal-to-noise ratio of 10 to 25 dB, Opus at 16 to 32 kbit/s.
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
        samples = opus(samples, int(random.integers(16_000, 32_001)))
    return samples


def opus(samples: Samples, bit_rate: int) -> Samples:
    """Encode with Opus, as browsers do, at ``bit_rate`` bits per second, and decode."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate = SAMPLE_RATE
    encoder.format = av.AudioFormat("s16")
    encoder.layout = av.AudioLayout("mono")
    encoder.bit_rate = bit_rate
    encoder.time_base = Fraction(1, SAMPLE_RATE)
    encoder.options = {"compression_level": OPUS_COMPLEXITY}
    encoder.open()
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.extradata = encoder.extradata
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
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
                blocks += [out.to_ndarray()[0] for out in resampler.resample(decoded)]
    return np.concatenate(blocks)[: len(samples)]
