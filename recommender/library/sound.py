"""What a piece of music sounds like, and the mood that speaks of among others of its library.

The cues are those by which listeners tell emotions in music. For arousal: quick tempo, many
events, loudness, brightness, fast attacks and a spectrum that changes much (Juslin, P. N., &
Laukka, P. (2003), "Communication of emotions in vocal expression and music performance: Different
channels, same code?", Psychological Bulletin 129(5), 770-814; Gabrielsson, A., & Lindström, E.
(2010), "The role of structure in the musical expression of emotions", Handbook of Music and
Emotion, 367-400). For valence: major rather than minor above all, and tempo (Eerola, T., Friberg,
A., & Bresin, R. (2013), "Emotional expression in music: contribution, linearity, and additivity of
primary musical cues", Frontiers in Psychology 4, 487). They count alike, but the mode twice: no
weight was fitted to labels.

This needs the extra ``library``; librosa takes half a minute of a processor the first time it runs
on a machine, and is imported only where something is listened to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

RATE: Final = 22_050
"""Samples in a second that are listened to."""

LISTENED: Final = 60.0
"""Seconds that are listened to, from the middle."""

SHORTEST: Final = 3.0
"""Seconds of sound that tell anything."""

SILENT: Final = 1e-4
"""Largest sample of what counts as silence: -80 dB."""

LARGEST: Final = 2 * 2**30
"""Bytes a file may have."""

Samples: TypeAlias = NDArray[np.float32]

# The probe-tone ratings of Krumhansl, C. L., & Kessler, E. J. (1982), "Tracing the dynamic changes
# in perceived tonal organization in a spatial representation of musical keys", Psychological
# Review 89(4), 334-368.
_MAJOR: Final = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR: Final = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


UnreadableCode: TypeAlias = Literal[
    "damaged",
    "name_not_utf8",
    "no_sound",
    "not_readable",
    "silent",
    "too_large",
    "too_short",
]
"""Why a file cannot be read, for programs that have words of their own for it."""


class UnreadableError(Exception):
    """A file holds no music that can be read; the message says why.

    Parameters
    ----------
    message : str
        In English.
    code : UnreadableCode, optional
        The same for programs.
    """

    def __init__(self, message: str, code: UnreadableCode | None = None) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sound:
    """How the middle of a piece sounds.

    Attributes
    ----------
    tempo : float
        Beats per minute.
    events : float
        Onsets in a second.
    loudness : float
        Mean power, in dB of full scale.
    brightness : float
        Centroid of the spectrum, in Hz, weighted by level.
    attack : float
        How fast the level rises, in dB for each 23 ms, on average.
    flux : float
        The share of the spectrum that is new from one 23 ms to the next.
    mode : float
        How much better the best major key fits than the best minor one: difference of correlations.
    """

    tempo: float
    events: float
    loudness: float
    brightness: float
    attack: float
    flux: float
    mode: float


def identify(path: Path) -> str:
    """Return what tells a file's sound from others, whatever its tags and its name say.

    Returns
    -------
    str
        A digest of the encoded sound: 32 hexadecimal digits.

    Raises
    ------
    UnreadableError
        If there is none in it.
    """
    digest = hashlib.blake2b(digest_size=16)
    with _opened(path) as container:
        for packet in container.demux(container.streams.audio[0]):
            digest.update(bytes(packet))
    return digest.hexdigest()


def listen(path: Path) -> Sound:
    """Return how the middle of a file sounds.

    Raises
    ------
    UnreadableError
        If it cannot be decoded, is too short, or silent.
    """
    samples = _middle(path)
    if len(samples) < SHORTEST * RATE:
        raise UnreadableError(f"it has less than {SHORTEST:g} s of sound", "too_short")
    if np.abs(samples).max() < SILENT:
        raise UnreadableError("it is silent", "silent")
    return describe(samples)


def compile_once() -> None:
    """Let librosa's functions be compiled, which the first use on a machine does and stores.

    Two processes that store at the same time spoil what is stored, and everybody who reads it
    crashes from then on.
    """
    clicks = np.zeros(round(SHORTEST * RATE), np.float32)
    clicks[:: RATE // 2] = 1
    describe(clicks)


def describe(samples: Samples) -> Sound:
    """Return how sound sounds.

    Parameters
    ----------
    samples : ndarray
        Float32 of shape (samples,), at :data:`RATE`, at least :data:`SHORTEST` seconds of it.
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


def places(sounds: Sequence[Sound]) -> list[tuple[float, float]]:
    """Return the valence and arousal of each piece of a library, by its rank among the others.

    Each of the two spreads evenly over [-1, 1]: a library of calm music has its liveliest piece
    near 1. Of a single piece nothing is known, and it lies in the middle.
    """
    if not sounds:
        return []
    rank = {name: _ranks([getattr(s, name) for s in sounds]) for name in Sound.__slots__}
    valence = 2 * rank["mode"] + rank["tempo"]
    arousal = np.sum([ranks for name, ranks in rank.items() if name != "mode"], axis=0)
    return list(zip(_ranks(valence).tolist(), _ranks(arousal).tolist(), strict=True))


def _ranks(values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks in (-1, 1); equal values, to twelve digits, share the middle of theirs."""
    rounded = np.round(np.asarray(values, dtype=np.float64), 12)
    _, place, count = np.unique(rounded, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = 2 * (np.cumsum(count) - count / 2)[place] / len(rounded) - 1
    return ranks


def _best_key(chroma: NDArray[np.float32], profile: Sequence[float]) -> float:
    return max(float(np.corrcoef(chroma, np.roll(profile, key))[0, 1]) for key in range(12))


def _middle(path: Path) -> Samples:
    with _opened(path) as container:
        stream = container.streams.audio[0]
        spare = (container.duration or 0) / av.time_base - LISTENED
        if spare > 0:
            container.seek(int(spare / 2 * av.time_base))
        resampler = av.AudioResampler("flt", "mono", RATE)
        blocks, wanted = [np.zeros(0, dtype=np.float32)], int(LISTENED * RATE)
        for block in _resampled(container.decode(stream), resampler):
            blocks.append(block)
            wanted -= len(block)
            if wanted <= 0:
                break
        return np.concatenate(blocks)[: int(LISTENED * RATE)]


def _resampled(frames: Iterator[av.AudioFrame], resampler: av.AudioResampler) -> Iterator[Samples]:
    for frame in frames:
        for resampled in resampler.resample(frame):
            yield resampled.to_ndarray()[0]


def _opened(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableError(f"it is larger than {LARGEST // 2**30} GiB", "too_large")
        container = av.open(str(path))
    except (OSError, av.FFmpegError) as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}", "not_readable") from error
    if not container.streams.audio:
        container.close()
        raise UnreadableError("it has no sound in it", "no_sound")
    return container
