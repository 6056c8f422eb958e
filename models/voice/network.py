"""Voice network: Whisper's encoder, attentive statistics pooling and two linear heads."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.emotion import EMOTIONS
from models.voice.encoder import LAYERS, WIDTH, Encoder, log_mel, normalise

STATISTICS: Final = 2 * LAYERS * WIDTH
DIMENSIONS: Final = 64
DROPOUT: Final = 0.2


class VoiceNetwork(nn.Module):
    """Network from speech to emotion probabilities, valence and arousal, and an embedding.

    The mean and the standard deviation over time of every block's output, weighted by attention
    (Okabe et al. 2018, "Attentive statistics pooling for deep speaker embedding", arXiv
    1803.10963), are standardised and projected to an embedding.

    Parameters
    ----------
    encoder : Encoder
        The encoder; its lower part is frozen.

    Attributes
    ----------
    mean, scale : Tensor of float32, shape (4096,)
        Mean and standard deviation of the statistics, for standardisation.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        # Zeros weight all frames equally: training starts from plain statistics.
        self.attention = nn.ParameterList(nn.Parameter(torch.zeros(WIDTH)) for _ in range(LAYERS))
        self.register_buffer("mean", torch.zeros(STATISTICS))
        self.register_buffer("scale", torch.ones(STATISTICS))
        self.dropout = nn.Dropout(DROPOUT)
        self.project = nn.Linear(STATISTICS, DIMENSIONS)
        self.classify = nn.Linear(DIMENSIONS, len(EMOTIONS))
        self.affect = nn.Linear(DIMENSIONS, 2)

    def statistics(self, frames: Tensor) -> Tensor:
        """Return the statistics, shape (batch, 4096), for the output of :meth:`Encoder.lower`."""
        statistics = [
            statistic
            for x, attention in zip(self.encoder.upper(frames), self.attention, strict=True)
            for statistic in attentive_statistics(x, attention)
        ]
        return torch.cat(statistics, dim=1)

    def embed(self, frames: Tensor) -> Tensor:
        """Return the embedding, shape (batch, 64), for the output of :meth:`Encoder.lower`."""
        standardised = (self.statistics(frames) - self.mean) / self.scale
        embedding: Tensor = self.project(self.dropout(standardised))
        return embedding

    def forward(self, samples: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return probabilities, valence and arousal, and embeddings.

        Parameters
        ----------
        samples : Tensor of float32, shape (batch, n)
            Audio of 1 to 10 s at 16 kHz.

        Returns
        -------
        probabilities : Tensor of float32, shape (batch, 8)
        valence_arousal : Tensor of float32, shape (batch, 2)
            In [-1, 1].
        embedding : Tensor of float32, shape (batch, 64)
        """
        embedding = self.embed(self.encoder.lower(log_mel(normalise(samples))))
        probabilities = self.classify(embedding).softmax(1)
        return probabilities, self.affect(embedding).clamp(-1, 1), embedding


def attentive_statistics(x: Tensor, attention: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation over time, weighted by attention, shape (batch, width).

    Parameters
    ----------
    x : Tensor of float32, shape (batch, time, width)
    attention : Tensor of float32, shape (width,)
        Attention vector; the softmax over time of its products with the frames gives the weights.
    """
    # Not a matrix-vector product: onnxruntime 1.32 fuses that incorrectly.
    weights = functional.linear(x, attention[None]).softmax(1)
    mean = (weights * x).sum(1)
    variance = (weights * (x - mean[:, None]).square()).sum(1)
    return mean, (variance + 1e-6).sqrt()
