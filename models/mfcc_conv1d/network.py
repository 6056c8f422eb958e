"""The Conv1D network of the 2020 system, and how it is trained."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from inference.emotion import EMOTIONS
from models.mfcc_conv1d.features import COEFFICIENTS
from models.pictures import Epoch

CHANNELS: Final = 128
KERNEL: Final = 5
POOL: Final = 7
DROPOUT: Final = 0.1
EPOCHS: Final = 30
BATCH: Final = 32
LEARNING_RATE: Final = 5e-4


def conv1d(seed: int) -> nn.Sequential:
    """Return the untrained network: mean MFCCs (batch, 100) in, logits (batch, 8) out.

    Four convolutions of 128 channels, five wide. That the network has 261,256 parameters in all
    leaves 14 places of 128 channels to the last layer: the 100 coefficients are pooled by seven.
    The pooling follows the second convolution, as in networks of that time.
    """
    torch.manual_seed(seed)
    layers: list[nn.Module] = [nn.Unflatten(1, (1, COEFFICIENTS))]
    for number, channels in enumerate((1, CHANNELS, CHANNELS, CHANNELS)):
        layers += [
            nn.Conv1d(channels, CHANNELS, KERNEL, padding="same"),
            nn.ReLU(),
            nn.Dropout(DROPOUT),
        ]
        if number == 1:
            layers.append(nn.MaxPool1d(POOL))
    places = COEFFICIENTS // POOL
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(places * CHANNELS, len(EMOTIONS)))


def train(
    features: Tensor,
    emotions: Tensor,
    held_out: NDArray[np.bool_],
    seed: int,
    epochs: int = EPOCHS,
) -> tuple[nn.Sequential, list[Epoch]]:
    """Train the network on all examples but those held out, which are only watched.

    Parameters
    ----------
    features : Tensor of float32, shape (n, 100)
    emotions : Tensor of int64, shape (n,)
    held_out : ndarray of bool, shape (n,)
    seed : int
        Of the first weights, the order and the dropout.
    epochs : int
        There is no choosing of the best one, which the examples held out would have to do.

    Returns
    -------
    nn.Sequential
        In evaluation mode.
    list of Epoch
        One for each epoch; what is held out counts as NaN where nothing is.
    """
    network = conv1d(seed)
    held = torch.from_numpy(held_out)
    inputs, targets = features[~held], emotions[~held]
    optimiser = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    history = []
    for _ in range(epochs):
        network.train()
        for batch in torch.randperm(len(inputs)).split(BATCH):
            optimiser.zero_grad()
            functional.cross_entropy(network(inputs[batch]), targets[batch]).backward()
            optimiser.step()
        network.eval()
        trained = _judge(network, inputs, targets)
        history.append(Epoch(*trained, *_judge(network, features[held], emotions[held])))
    return network, history


def _judge(network: nn.Sequential, inputs: Tensor, targets: Tensor) -> tuple[float, float]:
    """Return loss and accuracy."""
    with torch.inference_mode():
        logits = network(inputs)
        loss = functional.cross_entropy(logits, targets)
        return float(loss), float((logits.argmax(1) == targets).float().mean())
