"""Plots for the model cards: training curves and confusion matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.evaluation import recall

DPI: Final = 100
TRAINED: Final = "#8c6bb1"
HELD_OUT: Final = "#d95f0e"
GRID: Final = "#dddddd"


@dataclass(frozen=True, slots=True)
class Epoch:
    """Metrics after one epoch of training.

    Attributes
    ----------
    trained_loss, trained_accuracy : float
        On the training examples.
    loss, accuracy : float
        On held-out examples.
    """

    trained_loss: float
    trained_accuracy: float
    loss: float
    accuracy: float


def draw_curves(epochs: Sequence[Epoch], path: Path, title: str) -> None:
    """Plot loss and accuracy over the epochs of a training, side by side, as PNG.

    Parameters
    ----------
    epochs : sequence of Epoch
        In order, at least one.
    path : Path
        File to write.
    title : str
        Title of the figure.

    Raises
    ------
    ValueError
        If there are no epochs.
    """
    if not epochs:
        raise ValueError("there are no epochs to draw")
    figure = Figure(figsize=(8, 3), dpi=DPI, layout="constrained")
    figure.suptitle(title, fontsize=11)
    numbers = range(1, len(epochs) + 1)
    curves = {
        "loss": [(epoch.trained_loss, epoch.loss) for epoch in epochs],
        "accuracy": [(epoch.trained_accuracy, epoch.accuracy) for epoch in epochs],
    }
    for axes, (name, values) in zip(figure.subplots(1, 2), curves.items(), strict=True):
        trained, held_out = zip(*values, strict=True)
        # A line through a single point is invisible.
        marker = "o" if len(epochs) == 1 else None
        axes.plot(numbers, trained, color=TRAINED, marker=marker, label="trained on")
        axes.plot(numbers, held_out, color=HELD_OUT, marker=marker, label="held out")
        axes.set_xlabel("epoch")
        axes.set_ylabel(name)
        axes.set_ylim(0, 1 if name == "accuracy" else None)
        axes.grid(color=GRID, linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    _save(figure, path)


def draw_confusion(
    confusion: NDArray[np.int64], classes: Sequence[str], path: Path, title: str
) -> None:
    """Plot a confusion matrix with the recall of each class, as PNG.

    Cells show counts and are shaded by their share of the row.

    Parameters
    ----------
    confusion : ndarray of int, shape (k, k)
        True classes in rows; see :func:`~models.evaluation.confusion_matrix`.
    classes : sequence of str
        Names of the k classes.
    path : Path
        File to write.
    title : str
        Title of the figure.

    Raises
    ------
    ValueError
        If the shape of the matrix does not match the number of classes.
    """
    size = len(classes)
    if confusion.shape != (size, size):
        raise ValueError(f"{size} classes need a matrix of {size} x {size}, not {confusion.shape}")
    recalls = recall(confusion)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    # The additional column is for the recalls.
    figure = Figure(figsize=(2.2 + 0.62 * size, 1.5 + 0.46 * size), dpi=DPI, layout="constrained")
    figure.suptitle(title, fontsize=11)
    axes = figure.subplots()
    axes.imshow(shares, cmap="Purples", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(confusion):
        colour = "white" if shares[row, column] > 0.55 else "black" if count else GRID
        axes.text(column, row, str(count), ha="center", va="center", color=colour)
    for row, value in enumerate(recalls):
        text = "" if np.isnan(value) else f"{value:.0%}"
        axes.text(size, row, text, ha="center", va="center", fontweight="bold")
    axes.set_xlim(-0.5, size + 0.5)
    axes.set_xticks(range(size + 1), [*classes, "recall"], rotation=40, ha="left")
    axes.xaxis.tick_top()
    axes.set_yticks(range(size), classes)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_ylabel("true")
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    # By default the file names matplotlib's version and would change with every update.
    figure.savefig(
        path,
        format="png",
        facecolor="white",
        metadata={"Software": None},
        pil_kwargs={"optimize": True},
    )
