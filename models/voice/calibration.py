"""Calibration of the voice network for strangers: one temperature, fitted to corpora left out."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.fusion import softmax
from models.voice.corpora import Floats, label_meanings

TEMPERATURES: Final = np.geomspace(0.3, 3, 231)


def label_probabilities(logits: Floats, emotions: NDArray[np.int64]) -> Floats:
    """Return the probabilities of a corpus's labels: float32, shape (n, 8).

    Parameters
    ----------
    logits : ndarray of float32, shape (n, 8)
        Outputs of the network.
    emotions : ndarray of int
        Labels that occur in the corpus; the others get no probability.
    """
    meanings = label_meanings(emotions)
    known = np.where(meanings.any(axis=0), logits, -np.inf)
    return np.asarray(softmax(known) @ meanings.T, np.float32)


def fit_temperature(
    logits: Floats, emotions: NDArray[np.int64], corpora: NDArray[np.str_]
) -> float:
    """Return the temperature that maximizes the likelihood of the labels (Guo et al. 2017).

    Every corpus counts the same, and in it every label, so that neither a large corpus nor a
    frequent label decides how certain the network may be of a stranger.

    Parameters
    ----------
    logits : ndarray of float32, shape (n, 8)
        Outputs of networks for corpora that they were not trained on.
    emotions : ndarray of int, shape (n,)
        True emotions.
    corpora : ndarray of str, shape (n,)
        Corpus of each row.
    """

    def loss(temperature: float) -> float:
        losses = []
        for corpus in np.unique(corpora):
            of = corpora == corpus
            probabilities = label_probabilities(logits[of] / temperature, emotions[of])
            truth = probabilities[np.arange(len(probabilities)), emotions[of]]
            losses += [
                -np.log(np.maximum(truth[emotions[of] == emotion], 1e-7)).mean()
                for emotion in np.unique(emotions[of])
            ]
        return float(np.mean(losses))

    return float(min(TEMPERATURES.tolist(), key=loss))
