"""How good a classifier is: figures from true classes and what was predicted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Classes = NDArray[np.integer]


def accuracy(truth: Classes, predicted: Classes) -> float:
    """Return the share of predictions that are right.

    >>> accuracy(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    0.75
    """
    return float(np.mean(truth == predicted))


def confusion_matrix(truth: Classes, predicted: Classes, classes: int) -> NDArray[np.int64]:
    """Return how often each class (row) was taken for each class (column).

    >>> confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), 2).tolist()
    [[1, 1], [0, 2]]
    """
    matrix = np.zeros((classes, classes), np.int64)
    np.add.at(matrix, (truth, predicted), 1)
    return matrix


def recall(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the recall of each class, NaN where it never occurs.

    >>> recall(np.array([[1, 1], [0, 2]])).tolist()
    [0.5, 1.0]
    """
    counts = confusion.sum(axis=1)
    recalls = np.full(len(counts), np.nan)
    np.divide(confusion.diagonal(), counts, out=recalls, where=counts > 0)
    return recalls


def unweighted_average_recall(confusion: NDArray[np.int64]) -> float:
    """Return the mean recall over the classes that occur, each counting the same.

    >>> unweighted_average_recall(np.array([[1, 1], [0, 2]]))
    0.75
    """
    return float(np.nanmean(recall(confusion)))


def expected_calibration_error(
    truth: Classes, probabilities: NDArray[np.floating], bins: int = 15
) -> float:
    """Return by how much confidence and accuracy differ on average.

    The predictions are grouped into bins of equal width by the probability of their most likely
    class (Guo et al. 2017, "On calibration of modern neural networks", arXiv 1706.04599).

    Parameters
    ----------
    truth : ndarray of int, shape (n,)
    probabilities : ndarray of float, shape (n, classes)
    bins : int

    Returns
    -------
    float
        In [0, 1]; 0 is perfect.

    Examples
    --------
    >>> expected_calibration_error(np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    0.5
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(truth))
