"""Training of the face network on FER2013.

``python -m models.face_emotion.train fer2013.zip face.pt`` writes the weights after every epoch,
and finally the curves next to this file. The first stage trains on the labels, the second on a mean
of the labels and the network's own predictions, because many labels are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import torch
import typer
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.evaluation import accuracy
from models.face_emotion.faces import Faces, augment, merge_duplicates, read_fer2013, to_input
from models.face_emotion.network import Network
from models.plots import Epoch, draw_curves

BATCH: Final = 128
WEIGHT_DECAY: Final = 5e-4
EMA_DECAY: Final = 0.998
"""Decay per step of the moving average of the weights."""

LABEL_SMOOTHING: Final = 0.1
"""Share of every target that is spread over all classes."""

LABEL_WEIGHT: Final = 0.7
"""Weight of the labels relative to the network's own predictions, in the second stage."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Training stage with its own schedule.

    Attributes
    ----------
    epochs : int
        Number of epochs.
    peak_rate : float
        Peak learning rate, reached after a tenth of the stage; cosine annealing before and after.
    sizes : dict from float to int
        Resolution of the faces in pixels, by the share of the stage at which it starts. Small sizes
        are faster and suffice initially (Tan and Le 2021, arXiv 2104.00298).
    strength : float
        Strength of :func:`~models.face_emotion.faces.augment`.
    """

    epochs: int
    peak_rate: float
    sizes: Mapping[float, int]
    strength: float


FIRST: Final = Stage(epochs=44, peak_rate=0.1, sizes={0.0: 32, 0.3: 40, 0.6: 48}, strength=1.0)
SECOND: Final = Stage(epochs=20, peak_rate=0.04, sizes={0.0: 48}, strength=0.5)


def predict(network: nn.Module, faces: Faces) -> Tensor:
    """Return the logits of unaugmented faces: float32, shape (n, 7)."""
    network.eval()
    # bfloat16 is twice as fast on processors that support it.
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        batches = torch.from_numpy(to_input(faces.images)).split(2 * BATCH)
        return torch.cat([network(batch) for batch in batches]).float()


def bootstrap(network: nn.Module, faces: Faces) -> Faces:
    """Return the faces with targets averaged with the network's predictions.

    Reed et al. 2015, "Training deep neural networks on noisy labels with bootstrapping",
    arXiv 1412.6596.
    """
    predicted = predict(network, faces).softmax(1).numpy()
    return Faces(faces.images, LABEL_WEIGHT * faces.targets + (1 - LABEL_WEIGHT) * predicted)


def train(
    network: Network, faces: Faces, held_out: Faces, stage: Stage, random: np.random.Generator
) -> Iterator[tuple[Epoch, Network]]:
    """Train a network.

    Yields
    ------
    epoch : Epoch
        Metrics of the network on augmented faces, and of the average on held-out ones.
    average : Network
        Network with the moving average of the weights.
    """
    network = network.to(memory_format=torch.channels_last)
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(EMA_DECAY), use_buffers=True)
    optimiser = torch.optim.SGD(
        network.parameters(), momentum=0.9, nesterov=True, weight_decay=WEIGHT_DECAY
    )
    steps = len(faces.images) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, stage.peak_rate, stage.epochs * steps, pct_start=0.1, cycle_momentum=False
    )
    for epoch in range(stage.epochs):
        starts = [start for start in stage.sizes if start * stage.epochs <= epoch]
        network.size = average.module.size = stage.sizes[max(starts)]
        network.train()
        order = random.permutation(len(faces.images))
        losses, hits = [], []
        for chosen in order[: steps * BATCH].reshape(steps, BATCH):
            augmented = [augment(faces.images[n], random, stage.strength) for n in chosen]
            targets = torch.from_numpy(faces.targets[chosen])
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(torch.from_numpy(to_input(augmented))).float()
            loss = functional.cross_entropy(logits, targets, label_smoothing=LABEL_SMOOTHING)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            average.update_parameters(network)
            losses.append(loss.item())
            hits.append(accuracy(targets.argmax(1).numpy(), logits.argmax(1).numpy()))
        logits = predict(average.module, held_out)
        yield (
            Epoch(
                trained_loss=float(np.mean(losses)),
                trained_accuracy=float(np.mean(hits)),
                loss=functional.cross_entropy(logits, torch.from_numpy(held_out.targets)).item(),
                accuracy=accuracy(held_out.classes, logits.argmax(1).numpy()),
            ),
            average.module,
        )


def main(
    archive: Annotated[Path, typer.Argument(help="FER2013 as PART/LABEL/NAME.jpg.")],
    weights: Annotated[Path, typer.Argument(help="File for the weights.")],
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
) -> None:
    """Train the face network on FER2013."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    faces = merge_duplicates(read_fer2013(archive, "train"))
    held_out = read_fer2013(archive, "validation")
    network, history = Network(), []
    for number, stage in enumerate((FIRST, SECOND)):
        random = np.random.default_rng(seed + number)
        targets = faces if stage is FIRST else bootstrap(network, faces)
        for epoch, average in train(network, targets, held_out, stage, random):
            history.append(epoch)
            torch.save(average.state_dict(), weights)
            print(f"epoch {len(history)}: {epoch}", flush=True)
        network = average
    draw_curves(history, Path(__file__).with_name("curves.png"), "Face network on FER2013")


if __name__ == "__main__":
    typer.run(main)
