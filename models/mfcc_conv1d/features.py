"""Mean MFCCs of a recording: by librosa, and equivalently as a PyTorch graph for ONNX.

Training uses librosa. Live use does not, because its first call compiles for half a minute: there
the graph resamples, trims and transforms by itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import librosa
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

RATE: Final = 22_050
"""Default sample rate of ``librosa.load``, in Hz."""

COEFFICIENTS: Final = 100
TRIM_DB: Final = 30
FFT_SIZE: Final = 2048
HOP: Final = 512
MELS: Final = 128
POWER_FLOOR: Final = 1e-10
"""Smallest power whose logarithm is taken; librosa's default."""
RANGE_DB: Final = 80

UP: Final = 441
DOWN: Final = 320
"""22,050 Hz is 441/320 of :data:`~stream.media.SAMPLE_RATE`."""

ZEROS: Final = 128
ROLLOFF: Final = 0.957
BETA: Final = 12.0
"""Half length in samples, cut-off and Kaiser beta of the sinc. Chosen by search for the features
closest to librosa's, which resamples with soxr and has a similar response just below 8 kHz."""


def mean_mfcc(path: Path) -> NDArray[np.float32]:
    """Return the mean MFCCs of a recording over time, by librosa, shape (100,)."""
    samples, _ = librosa.load(path, sr=RATE)
    trimmed, _ = librosa.effects.trim(samples, top_db=TRIM_DB)
    coefficients = librosa.feature.mfcc(y=trimmed, sr=RATE, n_mfcc=COEFFICIENTS)
    return np.asarray(coefficients.mean(axis=1), np.float32)


def graph_mean_mfcc(samples: Tensor) -> Tensor:
    """Return the mean MFCCs of samples, using only operations that ONNX has.

    Parameters
    ----------
    samples : Tensor of float32, shape (batch, n)
        Audio at 16 kHz.

    Returns
    -------
    Tensor of float32, shape (batch, 100)
    """
    resampled = resample(samples)
    first, last = _loud_frames(resampled)
    time = torch.arange(resampled.shape[1])
    trimmed = resampled * ((time >= first * HOP) & (time < (last + 1) * HOP))
    spectrum = torch.stft(
        trimmed,
        FFT_SIZE,
        HOP,
        window=torch.hann_window(FFT_SIZE),
        pad_mode="constant",
        return_complex=True,
    )
    power = torch.view_as_real(spectrum).square().sum(-1)
    frame = torch.arange(power.shape[2])
    # librosa's trimmed signal has one frame more than hops.
    kept = ((frame >= first) & (frame <= last + 1))[:, None].to(samples.dtype)
    decibels = 10 * (mel_filters() @ power * kept).clamp(min=POWER_FLOOR).log10()
    decibels = torch.maximum(decibels, decibels.amax((1, 2), keepdim=True) - RANGE_DB)
    return (decibels * kept).sum(2) / kept.sum(2) @ cosine_basis()


def resample(samples: Tensor) -> Tensor:
    """Return 16 kHz samples at 22,050 Hz, shape (batch, ceil(n * 441 / 320)).

    A polyphase windowed sinc: one strided convolution maps every 320 samples to 441.
    """
    padded = functional.pad(samples[:, None], (ZEROS, ZEROS + DOWN))
    phases = functional.conv1d(padded, sinc_kernels(), stride=DOWN)
    length = (samples.shape[1] * UP + DOWN - 1) // DOWN
    return phases.transpose(1, 2).flatten(1)[:, :length]


def _loud_frames(samples: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first and the last frame within 30 dB of the loudest, shape (batch, 1) each."""
    padded = functional.pad(samples[:, None].square(), (FFT_SIZE // 2, FFT_SIZE // 2))
    power = functional.avg_pool1d(padded, FFT_SIZE, HOP)[:, 0].clamp(min=POWER_FLOOR)
    loud = power > power.amax(1, keepdim=True) * 10 ** (-TRIM_DB / 10)
    frame = torch.arange(power.shape[1])
    first = torch.where(loud, frame, power.shape[1]).amin(1, keepdim=True)
    last = torch.where(loud, frame, -1).amax(1, keepdim=True)
    return first, last


@cache
def sinc_kernels() -> Tensor:
    """Return a kernel for each of the 441 phases, shape (441, 1, 320 + 2 * 128)."""
    time = np.arange(-ZEROS, DOWN + ZEROS) - np.arange(UP)[:, None] * DOWN / UP
    window = np.i0(BETA * np.sqrt(np.maximum(0, 1 - (time / ZEROS) ** 2))) / np.i0(BETA)
    kernels = ROLLOFF * np.sinc(ROLLOFF * time) * window * (np.abs(time) < ZEROS)
    return torch.from_numpy(kernels.astype(np.float32)[:, None])


@cache
def mel_filters() -> Tensor:
    """Return librosa's mel filter bank, shape (128, 1025)."""
    return torch.from_numpy(librosa.filters.mel(sr=RATE, n_fft=FFT_SIZE, n_mels=MELS))


@cache
def cosine_basis() -> Tensor:
    """Return the first 100 rows of the orthonormal DCT-II, transposed, shape (128, 100)."""
    phase = np.pi * np.outer(np.arange(MELS) + 0.5, np.arange(COEFFICIENTS)) / MELS
    basis = np.cos(phase) * np.sqrt(2 / MELS)
    basis[:, 0] /= np.sqrt(2)
    return torch.from_numpy(basis.astype(np.float32))
