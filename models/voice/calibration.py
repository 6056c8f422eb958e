"""Calibration of the voice network for strangers, fitted to corpora that were left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inference.emotion import EMOTIONS
from models.voice.corpora import Floats, label_meanings
from models.voice.train import label_log_probabilities

BIAS_PENALTY: Final = 0.003
"""L2 penalty of the biases, relative to the mean cross-entropy."""


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Temperature and biases of logits (Guo et al. 2017, arXiv 1706.04599).

    Attributes
    ----------
    temperature : float
        Divisor of the logits.
    bias : ndarray of float32, shape (8,)
        Added to the result.
    """

    temperature: float
    bias: Floats

    def apply(self, logits: Floats) -> Floats:
        """Return calibrated logits, shape (n, 8)."""
        return np.asarray(logits / np.float32(self.temperature) + self.bias, np.float32)


def fit_calibration(
    logits: Floats, emotions: NDArray[np.int64], corpora: NDArray[np.str_], biased: bool
) -> Calibration:
    """Return the calibration that maximizes the likelihood of the labels.

    Every corpus counts the same, and in it every label, so that neither a large corpus nor a
    frequent label decides what the network answers to a stranger.

    Parameters
    ----------
    logits : ndarray of float32, shape (n, 8)
        Outputs of networks for corpora that they were not trained on.
    emotions : ndarray of int, shape (n,)
        True emotions.
    corpora : ndarray of str, shape (n,)
        Corpus of each row.
    biased : bool
        Whether to fit biases. On corpora left out, they gain 6 points for a network that was
        trained on one corpus, and lose one for a network that was trained on many.
    """
    scale = torch.zeros(1, requires_grad=True)
    bias = torch.zeros(len(EMOTIONS), requires_grad=biased)
    of_corpora = [corpora == corpus for corpus in np.unique(corpora)]
    parts = [(torch.from_numpy(logits[of]).float(), emotions[of]) for of in of_corpora]
    optimiser = torch.optim.LBFGS(
        [scale, bias] if biased else [scale], max_iter=60, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        optimiser.zero_grad()
        losses = [_label_loss(values * scale.exp() + bias, labels) for values, labels in parts]
        total = torch.stack(losses).mean() + BIAS_PENALTY * bias.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    return Calibration(float((-scale.detach()).exp()), bias.detach().numpy())


def _label_loss(logits: Tensor, emotions: NDArray[np.int64]) -> Tensor:
    """Return the mean cross-entropy of a corpus's labels, every label weighted equally."""
    meanings = torch.from_numpy(label_meanings(emotions))
    answers = label_log_probabilities(logits, meanings.expand(len(logits), -1, -1))
    losses = -answers[torch.arange(len(logits)), torch.from_numpy(emotions)]
    return torch.stack([losses[emotions == label].mean() for label in np.unique(emotions)]).mean()
