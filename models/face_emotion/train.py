"""Training of the face network on FER2013 with FER+, on LFW, and on CK+.

``python -m models.face_emotion.train DATA face.pt`` writes the weights, and the metrics beside
them, after every epoch, and finally the curves next to this file. DATA has ``fer2013.zip`` and the
folder ``faces``. The first stage trains on the opinions of people, the second on a mean of these
and the network's own, because many are wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import torch
import typer
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.evaluation import accuracy
from models.face_emotion.corpora import Examples, read_corpora
from models.face_emotion.faces import augment, to_input
from models.face_emotion.network import Network
from models.plots import Epoch, draw_curves

BATCH: Final = 128
WEIGHT_DECAY: Final = 5e-4
EMA_DECAY: Final = 0.998
"""Decay per step of the moving average of the weights."""

LABEL_SMOOTHING: Final = 0.1
"""Share of every label that is spread over all classes."""

OPINION_WEIGHT: Final = 0.7
"""Weight of people's opinions relative to the network's own, in the second stage."""


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
    label_share : float
        Share of the labels in the loss; the rest is that of the votes.
    """

    epochs: int
    peak_rate: float
    sizes: Mapping[float, int]
    strength: float
    label_share: float


FIRST: Final = Stage(
    epochs=28, peak_rate=0.1, sizes={0.0: 32, 0.35: 40, 0.7: 48}, strength=1.0, label_share=0.5
)
SECOND: Final = Stage(
    epochs=48, peak_rate=0.06, sizes={0.0: 40, 0.35: 48}, strength=0.5, label_share=0.7
)


def predict(network: nn.Module, examples: Examples) -> tuple[Tensor, Tensor]:
    """Return the logits of unaugmented faces: float32, shapes (n, 8) and (n, 7)."""
    network.eval()
    with torch.inference_mode():
        batches = torch.from_numpy(to_input(examples.images)).split(2 * BATCH)
        votes, labels = zip(*(network(batch) for batch in batches), strict=True)
    return torch.cat(votes), torch.cat(labels)


def bootstrap(network: nn.Module, examples: Examples) -> Examples:
    """Return the examples with each opinion averaged with the network's own.

    Reed et al. 2015, "Training deep neural networks on noisy labels with bootstrapping",
    arXiv 1412.6596.
    """
    votes, labels = (logits.softmax(1).numpy() for logits in predict(network, examples))
    return Examples(
        examples.images,
        _mean_opinion(examples.votes, votes),
        _mean_opinion(examples.labels, labels),
        examples.people,
    )


def _mean_opinion(asked: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Average two opinions; where nobody was asked, nobody is."""
    mean = OPINION_WEIGHT * asked + (1 - OPINION_WEIGHT) * own
    return np.where(asked.any(axis=1, keepdims=True), mean, 0).astype(np.float32)


def opinion_loss(logits: Tensor, asked: Tensor, smoothing: float = 0.0) -> Tensor:
    """Return the mean cross-entropy over the faces that somebody was asked about."""
    known = asked.sum(1) > 0
    return functional.cross_entropy(logits[known], asked[known], label_smoothing=smoothing)


def joint_loss(
    logits: tuple[Tensor, Tensor],
    asked: tuple[Tensor, Tensor],
    label_share: float,
    smoothing: float = 0.0,
) -> Tensor:
    """Return the loss of votes and labels together; only the labels are smoothed."""
    votes, labels = (
        opinion_loss(logits[0], asked[0]),
        opinion_loss(logits[1], asked[1], smoothing),
    )
    return (1 - label_share) * votes + label_share * labels


def train(
    network: Network,
    examples: Examples,
    held_out: Examples,
    stage: Stage,
    random: np.random.Generator,
) -> Iterator[tuple[Epoch, Network]]:
    """Train a network.

    Yields
    ------
    epoch : Epoch
        Loss of both heads together and accuracy of the labels: of the network on augmented faces,
        and of the average on held-out ones.
    average : Network
        Network with the moving average of the weights.
    """
    network = network.to(memory_format=torch.channels_last)
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(EMA_DECAY), use_buffers=True)
    optimiser = torch.optim.SGD(
        network.parameters(), momentum=0.9, nesterov=True, weight_decay=WEIGHT_DECAY
    )
    held_opinions = torch.from_numpy(held_out.votes), torch.from_numpy(held_out.labels)
    steps = len(examples.images) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, stage.peak_rate, stage.epochs * steps, pct_start=0.1, cycle_momentum=False
    )
    for epoch in range(stage.epochs):
        starts = [start for start in stage.sizes if start * stage.epochs <= epoch]
        network.size = average.module.size = stage.sizes[max(starts)]
        network.train()
        order = random.permutation(len(examples.images))
        losses, hits = [], []
        for chosen in order[: steps * BATCH].reshape(steps, BATCH):
            augmented = [augment(examples.images[n], random, stage.strength) for n in chosen]
            votes = torch.from_numpy(examples.votes[chosen])
            labels = torch.from_numpy(examples.labels[chosen])
            voted, labelled = network(torch.from_numpy(to_input(augmented)))
            loss = joint_loss(
                (voted, labelled), (votes, labels), stage.label_share, LABEL_SMOOTHING
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            average.update_parameters(network)
            losses.append(loss.item())
            hits.append(accuracy(labels.argmax(1).numpy(), labelled.argmax(1).numpy()))
        voted, labelled = predict(average.module, held_out)
        yield (
            Epoch(
                trained_loss=float(np.mean(losses)),
                trained_accuracy=float(np.mean(hits)),
                loss=joint_loss((voted, labelled), held_opinions, stage.label_share).item(),
                accuracy=accuracy(held_out.labels.argmax(1), labelled.argmax(1).numpy()),
            ),
            average.module,
        )


def main(
    data: Annotated[Path, typer.Argument(help="Folder with fer2013.zip and faces.")],
    weights: Annotated[Path, typer.Argument(help="File for the weights.")],
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
    second: Annotated[
        bool, typer.Option("--second", help="Only the second stage, from the weights in the file.")
    ] = False,
) -> None:
    """Train the face network."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    corpora, network = read_corpora(data), Network()
    metrics, history = weights.with_suffix(".json"), []
    if second:
        network.load_state_dict(torch.load(weights, weights_only=True))
        history = [Epoch(**epoch) for epoch in json.loads(metrics.read_text())]
    for stage in (SECOND,) if second else (FIRST, SECOND):
        random = np.random.default_rng(seed + (stage is SECOND))
        examples = corpora.trained if stage is FIRST else bootstrap(network, corpora.trained)
        for epoch, average in train(network, examples, corpora.validation, stage, random):
            history.append(epoch)
            torch.save(average.state_dict(), weights)
            metrics.write_text(json.dumps([asdict(epoch) for epoch in history]))
            posed = predict(average, corpora.posed)[1].argmax(1).numpy()
            print(
                f"epoch {len(history)}: {epoch}, "
                f"posed {accuracy(corpora.posed.labels.argmax(1), posed):.3f}",
                flush=True,
            )
        network = average
    draw_curves(history, Path(__file__).with_name("curves.png"), "Face network")


if __name__ == "__main__":
    typer.run(main)
