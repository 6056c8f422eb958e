"""Training of the voice network.

``python -m models.voice.train --dataset FOLDER --whisper model.bin --out voice.pt`` trains on all
examples in FOLDER, the output of :mod:`models.voice.dataset`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from inference.emotion import EMOTIONS
from models.voice.corpora import EMODB, NEMO, RAVDESS, SONG
from models.voice.dataset import Dataset, read_dataset
from models.voice.encoder import Encoder, read_whisper
from models.voice.network import STATISTICS, VoiceNetwork

Floats: TypeAlias = NDArray[np.float32]
Batch: TypeAlias = tuple[Tensor, Tensor]

CORPUS_SHARES: Final[Mapping[str, float]] = MappingProxyType(
    {RAVDESS: 0.6, SONG: 0.1, NEMO: 0.2, EMODB: 0.1}
)
"""Share of each corpus in the training examples."""

FIRST_TRAINED: Final = 1
"""Index of the first trained block of the encoder."""

BATCH: Final = 32
PROBE_PENALTY: Final = 0.1
"""L2 penalty, relative to the mean cross-entropy, for initializing the head."""

HEAD_RATE: Final = 3e-4
BLOCK_RATE: Final = 3e-4
WARM_UP: Final = 0.1
"""Share of the steps during which the learning rate of the blocks rises from 0."""

WEIGHT_DECAY: Final = 0.05
LABEL_SMOOTHING: Final = 0.05
MIXUP: Final = 0.2
"""Both parameters of the beta distribution of the mixing ratio."""

MAX_MASK: Final = 0.25
"""Largest share of an example's frames that is masked."""

EMA_DECAY: Final = 0.98
"""Decay per step of the moving average of the weights."""

LENGTH_STEP: Final = 6
"""Examples are truncated to a multiple of this number of frames, so that they form batches."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Length of a training.

    Attributes
    ----------
    epochs, epoch_size : int
        Number of epochs, and of examples in each.
    probe_size : int
        Number of examples from which the head is initialized.
    """

    epochs: int = 5
    epoch_size: int = 3000
    probe_size: int = 4000


SCHEDULE: Final = Schedule()
"""Schedule of the shipped network."""


def draw_batches(dataset: Dataset, count: int, random: np.random.Generator) -> list[Batch]:
    """Draw random examples (frames and emotions), in batches of equal length.

    Each corpus has its share; within a corpus all combinations of speaker and emotion are equally
    likely.
    """
    rows = dataset.rows
    cells = [(row["corpus"], row["speaker"], row["emotion"]) for row in rows]
    sizes, kinds = Counter(cells), Counter(corpus for corpus, _, _ in set(cells))
    weights = np.array([CORPUS_SHARES[cell[0]] / kinds[cell[0]] / sizes[cell] for cell in cells])
    buckets = defaultdict(list)
    for n in random.choice(len(rows), count, p=weights / weights.sum()):
        buckets[len(dataset.frames[n]) // LENGTH_STEP].append(n)
    batches = [
        (steps * LENGTH_STEP, bucket[start : start + BATCH])
        for steps, bucket in buckets.items()
        for start in range(0, len(bucket), BATCH)
    ]
    random.shuffle(batches)
    return [
        (
            torch.stack([dataset.frames[n][:length] for n in batch]),
            torch.from_numpy(rows["emotion"][batch]),
        )
        for length, batch in batches
    ]


def initialize_head(
    network: VoiceNetwork, dataset: Dataset, random: np.random.Generator, size: int
) -> None:
    """Initialize the head by logistic regression on the statistics of the pretrained blocks.

    Fine-tuning from there keeps the accuracy of a linear probe on other corpora (Kumar et al. 2022,
    "Fine-tuning can distort pretrained features", arXiv 2202.10054).
    """
    batches = draw_batches(dataset, size, random)
    with torch.no_grad():
        statistics = torch.cat([network.statistics(frames.float()) for frames, _ in batches])
    targets = torch.cat([emotions for _, emotions in batches])
    network.mean.copy_(statistics.mean(0))
    network.scale.copy_(statistics.std(0) + 1e-6)
    inputs = (statistics - network.mean) / network.scale
    weight = torch.zeros(len(EMOTIONS), STATISTICS, requires_grad=True)
    bias = torch.zeros(len(EMOTIONS), requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=40, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        fit = functional.cross_entropy(functional.linear(inputs, weight, bias), targets)
        total = fit + PROBE_PENALTY * weight.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    with torch.no_grad():
        # The first dimensions of the embedding are the logits; the others start at random.
        network.project.reset_parameters()
        network.project.weight[: len(EMOTIONS)] = weight
        network.project.bias[: len(EMOTIONS)] = bias
        network.classify.weight.zero_().fill_diagonal_(1)
        network.classify.bias.zero_()


def mix_and_mask(
    frames: Tensor, emotions: Tensor, random: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Mask a span of each example and mix examples in pairs; return frames and soft targets.

    SpecAugment (Park et al. 2019) and mixup (Zhang et al. 2018).
    """
    count, time, _ = frames.shape
    width = int(random.integers(0, round(MAX_MASK * time) + 1))
    first = torch.from_numpy(random.integers(0, time - width + 1, (count, 1)))
    index = torch.arange(time)
    masked = (first <= index) & (index < first + width)
    frames = torch.where(masked[..., None], frames.mean(1, keepdim=True), frames)
    ratio = float(random.beta(MIXUP, MIXUP))
    share = max(ratio, 1 - ratio)
    other = torch.from_numpy(random.permutation(count))
    targets = functional.one_hot(emotions, len(EMOTIONS)).float()
    return (
        share * frames + (1 - share) * frames[other],
        share * targets + (1 - share) * targets[other],
    )


def train(
    network: VoiceNetwork,
    dataset: Dataset,
    seed: int,
    on_epoch: Callable[[VoiceNetwork, float, float], None] | None = None,
    schedule: Schedule = SCHEDULE,
) -> None:
    """Train a network in place, except for the encoder's lower part.

    The result is the moving average of the weights (Polyak), rounded to fp16 as for storage.

    Parameters
    ----------
    network : VoiceNetwork
        Network to train.
    dataset : Dataset
        Training examples.
    seed : int
        Random seed.
    on_epoch : callable, optional
        Called after each epoch with the averaged network, and the mean loss and the accuracy on
        the training examples.
    schedule : Schedule
        Length of the training.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network.encoder.requires_grad_(False)
    initialize_head(network, dataset, random, schedule.probe_size)
    blocks = [
        parameter.requires_grad_()
        for block in network.encoder.blocks[FIRST_TRAINED:]
        for parameter in block.parameters()
    ]
    head = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    optimiser = torch.optim.AdamW(
        [{"params": head, "lr": HEAD_RATE}, {"params": blocks, "lr": BLOCK_RATE}],
        weight_decay=WEIGHT_DECAY,
    )
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(EMA_DECAY), use_buffers=True)
    for epoch in range(schedule.epochs):
        network.train()
        batches = draw_batches(dataset, schedule.epoch_size, random)
        losses, hits = [], []
        for step, (frames, emotions) in enumerate(batches):
            progress = (epoch + step / len(batches)) / schedule.epochs
            rate = 0.5 * (1 + math.cos(math.pi * progress))
            head_group, block_group = optimiser.param_groups
            head_group["lr"] = HEAD_RATE * rate
            block_group["lr"] = BLOCK_RATE * rate * min(1, progress / WARM_UP)
            mixed, targets = mix_and_mask(frames.float(), emotions, random)
            logits = network.classify(network.embed(mixed))
            loss = functional.cross_entropy(logits, targets, label_smoothing=LABEL_SMOOTHING)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*head, *blocks], 1.0)
            optimiser.step()
            average.update_parameters(network)
            losses.append(loss.item())
            hits.append((logits.argmax(1) == targets.argmax(1)).float().mean().item())
        if on_epoch:
            on_epoch(average.module.eval(), float(np.mean(losses)), float(np.mean(hits)))
    network.load_state_dict(average.module.state_dict())
    network.half().float().eval()


def predict(network: VoiceNetwork, dataset: Dataset) -> Floats:
    """Return the logits of all examples: float32, shape (n, 8)."""
    buckets = defaultdict(list)
    for n, frames in enumerate(dataset.frames):
        buckets[len(frames)].append(n)
    logits = np.zeros((len(dataset.frames), len(EMOTIONS)), np.float32)
    with torch.inference_mode():
        for bucket in buckets.values():
            for start in range(0, len(bucket), BATCH):
                batch = bucket[start : start + BATCH]
                frames = torch.stack([dataset.frames[n] for n in batch]).float()
                logits[batch] = network.classify(network.embed(frames)).numpy()
    return logits


def main(
    dataset: Annotated[Path, typer.Option(help="Output of models.voice.dataset.")],
    whisper: Annotated[Path, typer.Option(help="Whisper tiny.en as CTranslate2 model.bin.")],
    out: Annotated[Path, typer.Option(help="File for the network.")],
    seed: int = 0,
) -> None:
    """Train the voice network on all examples, for models.voice.export."""
    torch.set_num_threads(1)
    data = read_dataset(dataset)
    network = VoiceNetwork(Encoder(read_whisper(whisper)))
    train(network, data, seed, lambda _, loss, hits: print(f"loss {loss:.3f}, accuracy {hits:.1%}"))
    torch.save(network, out)


if __name__ == "__main__":
    typer.run(main)
