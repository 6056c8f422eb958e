"""Analyse how music sounds, and estimate its mood by comparison with the rest of a library.

The features are cues by which listeners recognize emotions in music. For arousal: fast tempo, many
events, loudness, brightness, fast attacks and high spectral flux (Juslin, P. N., & Laukka, P.
(2003), "Communication of emotions in vocal expression and music performance: Different channels,
same code?", Psychological Bulletin 129(5), 770-814; Gabrielsson, A., & Lindström, E. (2010), "The
role of structure in the musical expression of emotions", Handbook of Music and Emotion, 367-400).
For valence: mainly major rather than minor mode, and tempo (Eerola, T., Friberg, A., & Bresin, R.
(2013), "Emotional expression in music: contribution, linearity, and additivity of primary musical
cues", Frontiers in Psychology 4, 487). All have weight 1 except the mode, which has weight 2; no
weight was fitted to labels.

Requires the extra ``library``. The first run of librosa on a machine compiles for half a minute, so
it is imported only when a file is analysed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from recommender.library.errors import UnreadableError

RATE: Final = 22_050
"""Sample rate of the analysis, in Hz."""

EXCERPT: Final = 60.0
"""Length of the analysed excerpt from the middle of a file, in seconds."""

MIN_DURATION: Final = 3.0
"""Minimum duration of a file, in seconds."""

SILENCE: Final = 1e-4
"""Peak level below which a file counts as silent: -80 dBFS."""

MAX_BYTES: Final = 2 * 2**30
"""Maximum size of a file, in bytes."""

Samples: TypeAlias = NDArray[np.float32]

# Probe-tone ratings of Krumhansl, C. L., & Kessler, E. J. (1982), "Tracing the dynamic changes
# in perceived tonal organization in a spatial representation of musical keys", Psychological
# Review 89(4), 334-368.
_MAJOR: Final = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR: Final = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


@dataclass(frozen=True, slots=True)
class Sound:
    """Features of the sound of a file.

    Attributes
    ----------
    tempo : float
        Beats per minute.
    events : float
        Onsets per second.
    loudness : float
        Mean power, in dBFS.
    brightness : float
        Spectral centroid weighted by level, in Hz.
    attack : float
        Mean rise of the level, in dB per frame of 23 ms.
    flux : float
        Spectral flux: mean share of the spectrum that is new in a frame of 23 ms.
    mode : float
        Correlation of the chroma with the best major key, minus that with the best minor key.
    """

    tempo: float
    events: float
    loudness: float
    brightness: float
    attack: float
    flux: float
    mode: float


def audio_digest(path: Path) -> str:
    """Return a digest of the encoded audio of a file, which does not depend on tags and name.

    Returns
    -------
    str
        BLAKE2b: 32 hexadecimal digits.

    Raises
    ------
    UnreadableError
        If the file contains no audio.
    """
    digest = hashlib.blake2b(digest_size=16)
    with _open(path) as container:
        for packet in container.demux(container.streams.audio[0]):
            digest.update(bytes(packet))
    return digest.hexdigest()


def analyse_file(path: Path) -> Sound:
    """Analyse the middle of a file.

    Raises
    ------
    UnreadableError
        If the file cannot be decoded, is too short or silent.
    """
    samples = _decode_middle(path)
    if len(samples) < MIN_DURATION * RATE:
        raise UnreadableError(f"it is shorter than {MIN_DURATION:g} s", "too_short")
    if np.abs(samples).max() < SILENCE:
        raise UnreadableError("it is silent", "silent")
    return analyse_samples(samples)


def compile_librosa() -> None:
    """Make librosa compile its functions and cache them on disk.

    Two processes must not do so at the same time: they corrupt the cache, and every later process
    that reads it crashes.
    """
    clicks = np.zeros(round(MIN_DURATION * RATE), np.float32)
    clicks[:: RATE // 2] = 1
    analyse_samples(clicks)


def analyse_samples(samples: Samples) -> Sound:
    """Analyse audio samples.

    Parameters
    ----------
    samples : ndarray
        Mono: float32 of shape (n,), at :data:`RATE`, at least :data:`MIN_DURATION` seconds.
    """
    import librosa

    spectrum = np.abs(librosa.stft(samples, n_fft=2048, hop_length=512))
    mel = librosa.power_to_db(librosa.feature.melspectrogram(S=spectrum**2, sr=RATE))
    onsets = librosa.onset.onset_strength(S=mel, sr=RATE)
    events = librosa.onset.onset_detect(onset_envelope=onsets, sr=RATE)
    tempo = librosa.feature.tempo(onset_envelope=onsets, sr=RATE)
    centroid = librosa.feature.spectral_centroid(S=spectrum, sr=RATE)[0]
    rms = librosa.feature.rms(S=spectrum)[0]
    level = 20 * np.log10(np.maximum(rms, rms.max() / 1000))
    new = np.maximum(np.diff(spectrum), 0).sum(axis=0) / (spectrum[:, :-1].sum(axis=0) + 1e-6)
    chroma = librosa.feature.chroma_cqt(y=samples, sr=RATE).mean(axis=1)
    return Sound(
        tempo=float(tempo[0]) if len(events) else 0.0,
        events=len(events) * RATE / len(samples),
        loudness=float(10 * np.log10(np.mean(rms**2))),
        brightness=float(np.average(centroid, weights=rms)),
        attack=float(np.maximum(np.diff(level), 0).mean()),
        flux=float(new.mean()),
        mode=_best_key(chroma, _MAJOR) - _best_key(chroma, _MINOR),
    )


def circumplex_positions(sounds: Sequence[Sound]) -> list[tuple[float, float]]:
    """Return valence and arousal of each file of a library, by rank among the others.

    Both are spread evenly over (-1, 1): even a library of calm music has its most aroused file near
    1. A single file is at (0, 0).
    """
    if not sounds:
        return []
    ranks = {name: _ranks([getattr(s, name) for s in sounds]) for name in Sound.__slots__}
    valence = 2 * ranks["mode"] + ranks["tempo"]
    arousal = np.sum([values for name, values in ranks.items() if name != "mode"], axis=0)
    return list(zip(_ranks(valence).tolist(), _ranks(arousal).tolist(), strict=True))


def _ranks(values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks in (-1, 1); values equal to twelve decimal places share their mean rank."""
    rounded = np.round(np.asarray(values, dtype=np.float64), 12)
    _, place, count = np.unique(rounded, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = 2 * (np.cumsum(count) - count / 2)[place] / len(rounded) - 1
    return ranks


def _best_key(chroma: NDArray[np.float32], profile: Sequence[float]) -> float:
    return max(float(np.corrcoef(chroma, np.roll(profile, key))[0, 1]) for key in range(12))


def _decode_middle(path: Path) -> Samples:
    with _open(path) as container:
        stream = container.streams.audio[0]
        excess = (container.duration or 0) / av.time_base - EXCERPT
        if excess > 0:
            container.seek(int(excess / 2 * av.time_base))
        resampler = av.AudioResampler("flt", "mono", RATE)
        blocks, remaining = [np.zeros(0, dtype=np.float32)], int(EXCERPT * RATE)
        for block in _resample(container.decode(stream), resampler):
            blocks.append(block)
            remaining -= len(block)
            if remaining <= 0:
                break
        return np.concatenate(blocks)[: int(EXCERPT * RATE)]


def _resample(frames: Iterator[av.AudioFrame], resampler: av.AudioResampler) -> Iterator[Samples]:
    for frame in frames:
        for resampled in resampler.resample(frame):
            yield resampled.to_ndarray()[0]


def _open(path: Path) -> Any:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableError(f"it is larger than {MAX_BYTES // 2**30} GiB", "too_large")
        container = av.open(str(path))
    except (OSError, av.FFmpegError) as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}", "not_readable") from error
    if not container.streams.audio:
        container.close()
        raise UnreadableError("it contains no audio", "no_sound")
    return container
