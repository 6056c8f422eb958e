"""Training of the face network of the 2020 system, and its export to ``mini_xception.onnx``.

``python -m models.mini_xception.train DATA`` trains it on the pictures of the face network, writes
the file next to this one, and writes its hash into the card. Each picture counts with the mean of
the votes and the label; neutral counts half as calm, because the pictures do not tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from inference.face.emotion import as_emotions
from models.evaluation import accuracy
from models.face_emotion.corpora import Examples, read_corpora
from models.face_emotion.export import export, write_hash
from models.face_emotion.faces import LABELS, augment, to_input
from models.mini_xception.network import MiniXception
from models.plots import Epoch, draw_curves

BATCH: Final = 128
EPOCHS: Final = 4
PEAK_RATE: Final = 4e-3
STRENGTH: Final = 0.5
"""Strength of :func:`~models.face_emotion.faces.augment`; small networks need little."""

FOLDER: Final = Path(__file__).parent


def emotions(examples: Examples) -> NDArray[np.float32]:
    """Return the mean of votes and label of each face, over the eight emotions: shape (n, 8)."""
    votes = examples.votes[:, : len(LABELS)]
    opinions = votes / np.maximum(votes.sum(axis=1, keepdims=True), 1e-6) + examples.labels
    return as_emotions(opinions, LABELS)


def predict(network: nn.Module, examples: Examples) -> Tensor:
    """Return the logits of unaugmented faces: float32, shape (n, 8)."""
    network.eval()
    with torch.inference_mode():
        batches = torch.from_numpy(to_input(examples.images)).split(256)
        return torch.cat([network(batch) for batch in batches])


def train(
    network: MiniXception,
    examples: Examples,
    held_out: Examples,
    epochs: int,
    random: np.random.Generator,
) -> Iterator[Epoch]:
    """Train a network; yield its metrics after each epoch."""
    targets, held_targets = (torch.from_numpy(emotions(of)) for of in (examples, held_out))
    optimiser = torch.optim.Adam(network.parameters(), PEAK_RATE)
    steps = len(examples.images) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, PEAK_RATE, epochs * steps, pct_start=0.1
    )
    for _ in range(epochs):
        network.train()
        order = random.permutation(len(examples.images))
        losses, hits = [], []
        for chosen in order[: steps * BATCH].reshape(steps, BATCH):
            augmented = [augment(examples.images[n], random, STRENGTH) for n in chosen]
            logits = network(torch.from_numpy(to_input(augmented)))
            loss = functional.cross_entropy(logits, targets[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            hits.append(_agreement(logits, targets[chosen]))
        logits = predict(network, held_out)
        yield Epoch(
            trained_loss=float(np.mean(losses)),
            trained_accuracy=float(np.mean(hits)),
            loss=functional.cross_entropy(logits, held_targets).item(),
            accuracy=_agreement(logits, held_targets),
        )


def _agreement(logits: Tensor, targets: Tensor) -> float:
    """Return the share of faces with the same emotion; neutral and calm count as one."""
    predicted, true = (
        torch.cat([of[:, :2].sum(1, keepdim=True), of[:, 2:]], 1).argmax(1).numpy()
        for of in (logits.softmax(1), targets)
    )
    return accuracy(true, predicted)


def main(
    data: Annotated[Path, typer.Argument(help="Folder with fer2013.zip and faces.")],
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
) -> None:
    """Train and export the network."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    corpora, network, history = read_corpora(data), MiniXception(), []
    random = np.random.default_rng(seed)
    for epoch in train(network, corpora.trained, corpora.validation, EPOCHS, random):
        history.append(epoch)
        print(f"epoch {len(history)}: {epoch}", flush=True)
    draw_curves(history, FOLDER / "curves.png", "mini_XCEPTION")
    model = FOLDER / "mini_xception.onnx"
    digest = export(nn.Sequential(network, nn.Softmax(1)), model)
    write_hash(FOLDER / "card.md", digest)
    print(f"{model}: {model.stat().st_size} bytes, {digest}")


if __name__ == "__main__":
    typer.run(main)
