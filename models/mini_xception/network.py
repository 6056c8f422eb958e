"""The face network of the 2020 system: mini_XCEPTION with a dense layer before its outputs.

Arriaga, Ploeger and Valdenegro 2017, "Real-time convolutional neural networks for emotion and
gender classification", arXiv 1710.07557. Padding and pooling follow Keras, as in 2020.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.emotion import EMOTIONS

SIZE: Final = 64
"""Side of the input, in pixels."""

STEM: Final = 8
WIDTHS: Final = (16, 32, 64, 128)
DENSE: Final = 64


def separable(inputs: int, outputs: int) -> nn.Sequential:
    """Return a depthwise 3x3 convolution and a pointwise one, with batch normalisation."""
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
    )


def pool(x: Tensor) -> Tensor:
    """Halve the resolution by the maximum of 3x3, rounding up.

    Keras pads an even side only at its end.
    """
    before_y, before_x = x.shape[2] % 2, x.shape[3] % 2
    padded = functional.pad(x, (before_x, 1, before_y, 1), value=-torch.inf)
    return functional.max_pool2d(padded, 3, 2)


class Block(nn.Module):
    """Residual block of two separable convolutions, with a strided 1x1 shortcut."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            separable(inputs, outputs), nn.ReLU(inplace=True), separable(outputs, outputs)
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride=2, bias=False), nn.BatchNorm2d(outputs)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return features of half the resolution."""
        return pool(self.body(x)) + self.shortcut(x)


class MiniXception(nn.Module):
    """Network from a grey face to the logits of the eight emotions."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, STEM, 3, bias=False),
            nn.BatchNorm2d(STEM),
            nn.ReLU(inplace=True),
            nn.Conv2d(STEM, STEM, 3, bias=False),
            nn.BatchNorm2d(STEM),
            nn.ReLU(inplace=True),
            *(Block(*ends) for ends in zip((STEM, *WIDTHS[:-1]), WIDTHS, strict=True)),
            nn.ZeroPad2d((0, 1, 0, 1)),
            nn.Conv2d(WIDTHS[-1], DENSE, 2),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(DENSE, DENSE),
            nn.ReLU(inplace=True),
            nn.Linear(DENSE, len(EMOTIONS)),
        )

    def forward(self, face: Tensor) -> Tensor:
        """Return the logits.

        Parameters
        ----------
        face : Tensor of float32, shape (n, 64, 64, 1)
            Grey from -1 to 1. As in 2020, the layers get 0 to 1 and no normalised contrast.

        Returns
        -------
        Tensor, shape (n, 8)
        """
        logits: Tensor = self.layers((face.reshape(-1, 1, SIZE, SIZE) + 1) / 2)
        return logits
