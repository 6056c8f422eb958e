"""Music files of the tests' own making."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

RATE: Final = 22_050
CODECS: Final = {
    ".mp3": ("libmp3lame", 44_100),
    ".flac": ("flac", 44_100),
    ".ogg": ("vorbis", 44_100),
    ".opus": ("libopus", 48_000),
    ".m4a": ("aac", 44_100),
    ".wav": ("pcm_s16le", 44_100),
}


def melody(
    *, bpm: float = 100, third: int = 4, seconds: float = 6, seed: int = 0
) -> NDArray[np.float32]:
    """Return a triad, major with a third of 4 semitones and minor with one of 3, at a tempo."""
    t = np.arange(int(seconds * RATE)) / RATE
    beat = 60 / bpm
    note = np.exp(-6 * (t % beat))
    root = 220 * 2 ** (seed / 12)
    chord = sum(np.sin(2 * np.pi * root * 2 ** (step / 12) * t) for step in (0, third, 7, 12))
    noise = np.random.default_rng(seed).normal(size=len(t))
    return (0.12 * note * (chord + noise)).astype(np.float32)


def write(path: Path, samples: NDArray[np.float32]) -> Path:
    """Encode samples at :data:`RATE` as the name's suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    codec, rate = CODECS[path.suffix]
    if codec == "vorbis":
        # PyAV brings a decoder for Vorbis alone.
        soundfile.write(path, samples, RATE)
        return path
    resampler = av.AudioResampler(rate=rate, layout="stereo", format=_format(codec))
    frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
    frame.sample_rate = RATE
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout="stereo")
        fifo = av.AudioFifo()
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            part.pts = None
            fifo.write(part)
        while chunk := fifo.read(stream.codec_context.frame_size or 1024, partial=True):
            container.mux(stream.encode(chunk))
        container.mux(stream.encode(None))
    return path


def _format(codec: str) -> str:
    formats = av.Codec(codec, "w").audio_formats
    return formats[0].name if formats else "s16"
