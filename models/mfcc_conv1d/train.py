"""Training, evaluation and export of the voice network of the 2020 system.

``python -m models.mfcc_conv1d.train --data FOLDER``, where FOLDER contains RAVDESS speech. Prints
and plots the metrics of five random folds, as in 2020, and of five folds by speaker. Then trains on
all recordings, writes ``mfcc_conv1d.onnx`` and its hash into the card, and compares its features
with librosa's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from rich.progress import track
from torch import Tensor, nn

from inference.emotion import EMOTIONS
from models.evaluation import accuracy, confusion_matrix, recall, unweighted_average_recall
from models.mfcc_conv1d.export import export
from models.mfcc_conv1d.features import graph_mean_mfcc, mean_mfcc
from models.mfcc_conv1d.network import train
from models.plots import Epoch, draw_confusion, draw_curves
from models.recordings import Recording, ravdess, read_audio

FOLDS: Final = 5
FOLDER: Final = Path(__file__).parent


def random_folds(recordings: list[Recording], seed: int) -> Iterator[NDArray[np.bool_]]:
    """Yield the mask of held-out recordings of each fold, at random.

    Speakers of the held-out recordings, and mostly the same sentence in the same emotion, therefore
    also occur in training.
    """
    folds = np.random.default_rng(seed).permutation(len(recordings)) % FOLDS
    for fold in range(FOLDS):
        yield folds == fold


def speaker_folds(recordings: list[Recording], seed: int) -> Iterator[NDArray[np.bool_]]:
    """Yield the mask of held-out recordings of each fold, by speaker; independent of the seed."""
    speakers = np.array([recording.speaker for recording in recordings])
    names = sorted(set(speakers))
    for fold in range(FOLDS):
        yield np.isin(speakers, names[fold::FOLDS])


SPLITS: Final = {"random": random_folds, "speaker": speaker_folds}
"""Ways to split the recordings into folds, by name."""


def cross_validate(
    features: Tensor, emotions: Tensor, folds: Iterator[NDArray[np.bool_]], seed: int
) -> tuple[NDArray[np.int64], list[Epoch]]:
    """Predict every recording with a network trained on the other folds.

    Returns
    -------
    ndarray of int, shape (n,)
        Predicted emotions.
    list of Epoch
        Training history of the first fold.
    """
    predicted = np.zeros(len(emotions), np.int64)
    histories = []
    for held in track(folds, "Folds", total=FOLDS):
        network, history = train(features, emotions, held, seed)
        histories.append(history)
        with torch.inference_mode():
            predicted[held] = network(features[torch.from_numpy(held)]).argmax(1).numpy()
    return predicted, histories[0]


def agreement(
    network: nn.Sequential, recordings: list[Recording], features: Tensor
) -> tuple[float, float]:
    """Compare the exported feature extraction with librosa.

    Returns
    -------
    float
        Largest difference of a coefficient, in dB.
    float
        Share of recordings with the same prediction.
    """
    with torch.inference_mode():
        by_graph = torch.cat(
            [
                graph_mean_mfcc(torch.from_numpy(read_audio(recording.path))[None])
                for recording in track(recordings, "Comparing")
            ]
        )
        same = network(by_graph).argmax(1) == network(features).argmax(1)
    return float((by_graph - features).abs().max()), float(same.float().mean())


def main(
    data: Annotated[list[Path], typer.Option(help="Folder with RAVDESS; repeatable.")],
    seeds: Annotated[int, typer.Option(min=1, help="Number of evaluations to average.")] = 2,
    evaluate_only: Annotated[
        bool, typer.Option("--evaluate-only", help="Print the metrics and write nothing.")
    ] = False,
) -> None:
    """Train, evaluate and export the network."""
    # More threads gain little on small matrices and cost much on a busy machine.
    torch.set_num_threads(1)
    recordings = [recording for folder in data for recording in ravdess(folder)]
    features = torch.from_numpy(
        np.stack([mean_mfcc(recording.path) for recording in track(recordings, "Features")])
    )
    truth = np.array([EMOTIONS.index(recording.emotion) for recording in recordings])
    emotions = torch.from_numpy(truth)
    men = np.array([int(recording.speaker) % 2 == 1 for recording in recordings])

    print(f"| split | n | accuracy | UAR | men | women | {' | '.join(EMOTIONS)} |")
    print("|---" * (6 + len(EMOTIONS)) + "|")
    for name, split in SPLITS.items():
        metrics = []
        for seed in range(seeds):
            predicted, history = cross_validate(features, emotions, split(recordings, seed), seed)
            confusion = confusion_matrix(truth, predicted, len(EMOTIONS))
            metrics.append(
                (
                    accuracy(truth, predicted),
                    unweighted_average_recall(confusion),
                    accuracy(truth[men], predicted[men]),
                    accuracy(truth[~men], predicted[~men]),
                    *recall(confusion),
                )
            )
            if seed == 0 and not evaluate_only:
                draw_confusion(
                    confusion, EMOTIONS, FOLDER / f"confusion-{name}.png", f"{name} split"
                )
                draw_curves(history, FOLDER / f"curves-{name}.png", f"{name} split, first fold")
        means = " | ".join(f"{value:.1%}" for value in np.mean(metrics, axis=0))
        print(f"| {name} | {len(truth)} | {means} |")
    if evaluate_only:
        return

    network, _ = train(features, emotions, np.zeros(len(truth), np.bool_), seed=0)
    model = FOLDER / "mfcc_conv1d.onnx"
    digest = export(network, model)
    card = FOLDER / "card.md"
    text = card.read_text(encoding="utf-8")
    card.write_text(re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', text, count=1))
    difference, same = agreement(network, recordings, features)
    print(
        f"\ncompared with librosa: at most {difference:.2f} dB apart, {same:.1%} same predictions"
    )
    print(f"{model}: {model.stat().st_size} bytes, {digest}")


if __name__ == "__main__":
    typer.run(main)
