"""Face network: a small residual network on a standardised grey face, with two heads.

After He et al. 2016, "Deep residual learning for image recognition", arXiv 1512.03385, with the
pooling shortcuts of He et al. 2019, "Bag of tricks for image classification", arXiv 1812.01187.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.face_emotion.corpora import VOTED
from models.face_emotion.faces import LABELS, SIZE

WIDTHS: Final = (32, 64, 128, 256)
INNER_SIZE: Final = 48
"""Resolution at which the network processes a face, in pixels: that of FER2013."""


class Block(nn.Module):
    """Residual block of two 3x3 convolutions."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1:
            self.shortcut = nn.Sequential(
                # Rounds odd sides up, like the strided convolution.
                nn.AvgPool2d(stride, ceil_mode=True),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Return the output features."""
        return functional.relu(self.body(x) + self.shortcut(x))


class Network(nn.Module):
    """Network from a grey face to the logits of two opinions.

    The first head predicts the votes of a crowd on eight classes, the second the label of a corpus
    with seven (:mod:`models.face_emotion.corpora`).

    Attributes
    ----------
    size : int
        Resolution at which faces are processed, in pixels. Training starts with less, for speed.
    """

    def __init__(self, dropout: float = 0.2) -> None:
        super().__init__()
        self.size = INNER_SIZE
        self.stem = nn.Sequential(
            nn.Conv2d(1, WIDTHS[0], 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(WIDTHS[0]),
            nn.ReLU(inplace=True),
        )
        ends = zip((WIDTHS[0], *WIDTHS[:-1]), WIDTHS, (1, 2, 2, 2), strict=True)
        self.blocks = nn.Sequential(*(Block(*end) for end in ends))
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(WIDTHS[-1], len(VOTED) + len(LABELS))

    def forward(self, face: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of the votes and of the label.

        Parameters
        ----------
        face : Tensor of float32, shape (n, 64, 64, 1)
            Grey from -1 to 1. Brightness and contrast are normalised first.

        Returns
        -------
        votes : Tensor, shape (n, 8)
        label : Tensor, shape (n, 7)
        """
        x = face.reshape(-1, 1, SIZE, SIZE)
        x = functional.interpolate(x, (self.size, self.size), mode="bilinear")
        x = x - x.mean((2, 3), keepdim=True)
        # The offset keeps a face of one or two grey levels from being amplified to noise.
        x = x / (x.square().mean((2, 3), keepdim=True) + 1e-4).sqrt()
        x = x.contiguous(memory_format=torch.channels_last)
        features = self.blocks(self.stem(x)).mean((2, 3))
        logits = self.head(self.dropout(features))
        return logits[:, : len(VOTED)], logits[:, len(VOTED) :]
