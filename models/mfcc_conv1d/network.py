"""The Conv1D network of the 2020 system and its training."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from inference.emotion import EMOTIONS
from models.mfcc_conv1d.features import COEFFICIENTS
from models.plots import Epoch

CHANNELS: Final = 128
KERNEL: Final = 5
POOL: Final = 7
DROPOUT: Final = 0.1
EPOCHS: Final = 30
BATCH: Final = 32
LEARNING_RATE: Final = 5e-4


def conv1d(seed: int) -> nn.Sequential:
    """Return the untrained network: mean MFCCs (batch, 100) in, logits (batch, 8) out.

    Four convolutions with 128 channels and kernel size 5. The published total of 261,256 parameters
    implies 14 positions of 128 channels at the last layer: the 100 coefficients are pooled by 7.
    The pooling follows the second convolution, as was common at the time.
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
    positions = COEFFICIENTS // POOL
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(positions * CHANNELS, len(EMOTIONS)))


def train(
    features: Tensor,
    emotions: Tensor,
    held_out: NDArray[np.bool_],
    seed: int,
    epochs: int = EPOCHS,
) -> tuple[nn.Sequential, list[Epoch]]:
    """Train the network on all examples except the held-out ones.

    Parameters
    ----------
    features : Tensor of float32, shape (n, 100)
        Mean MFCCs.
    emotions : Tensor of int64, shape (n,)
        True emotions.
    held_out : ndarray of bool, shape (n,)
        Examples that are evaluated after each epoch and not trained on.
    seed : int
        Seed of weights, order and dropout.
    epochs : int
        Number of epochs. The last one is used: choosing the best would need the held-out examples.

    Returns
    -------
    nn.Sequential
        The network, in evaluation mode.
    list of Epoch
        Metrics of each epoch; NaN for held-out examples if there are none.
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
        trained = _loss_and_accuracy(network, inputs, targets)
        history.append(
            Epoch(*trained, *_loss_and_accuracy(network, features[held], emotions[held]))
        )
    return network, history


def _loss_and_accuracy(
    network: nn.Sequential, inputs: Tensor, targets: Tensor
) -> tuple[float, float]:
    """Return loss and accuracy."""
    with torch.inference_mode():
        logits = network(inputs)
        loss = functional.cross_entropy(logits, targets)
        return float(loss), float((logits.argmax(1) == targets).float().mean())
