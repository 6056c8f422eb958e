"""Train the voice network.

``python -m models.voice.train --dataset FOLDER --whisper model.bin --out voice.pt`` trains it on
everything in FOLDER, which :mod:`models.voice.dataset` wrote.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
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

SHARES: Final[Mapping[str, float]] = MappingProxyType(
    {RAVDESS: 0.6, SONG: 0.1, NEMO: 0.2, EMODB: 0.1}
)
"""How often each corpus is drawn from, relative to the others."""

FIRST_TRAINED: Final = 1
"""Block from which on the encoder is trained, counted from 0."""

EPOCHS: Final = 5
EPOCH: Final = 3000
"""Examples drawn in an epoch."""

BATCH: Final = 32
PROBED: Final = 4000
"""Examples from which the head is started."""

PENALTY: Final = 0.1
"""Of the squared weights against the mean cross-entropy, where the head is started."""

HEAD_RATE: Final = 3e-4
BLOCK_RATE: Final = 3e-4
WARM_UP: Final = 0.1
"""Share of the steps in which the blocks' learning rate rises from 0."""

WEIGHT_DECAY: Final = 0.05
SMOOTHING: Final = 0.05
MIXUP: Final = 0.2
"""Both parameters of the beta distribution from which the shares of a mixture are drawn."""

MASKED: Final = 0.25
"""Longest part of an example's time that is masked."""

AVERAGE: Final = 0.98
"""Decay of the moving average over the weights."""

QUANTUM: Final = 6
"""Frames to a multiple of which examples are cut short, so that they fit into batches."""


def draw(dataset: Dataset, count: int, random: np.random.Generator) -> list[Batch]:
    """Return a random choice of frames and emotions in batches of one length each.

    Each corpus has its share; in it every speaker and, for each, every emotion is as likely as
    any other.
    """
    rows = dataset.rows
    cells = [(row["corpus"], row["speaker"], row["emotion"]) for row in rows]
    sizes, kinds = Counter(cells), Counter(corpus for corpus, _, _ in set(cells))
    weights = np.array([SHARES[cell[0]] / kinds[cell[0]] / sizes[cell] for cell in cells])
    buckets = defaultdict(list)
    for n in random.choice(len(rows), count, p=weights / weights.sum()):
        buckets[len(dataset.frames[n]) // QUANTUM].append(n)
    batches = [
        (quanta * QUANTUM, bucket[start : start + BATCH])
        for quanta, bucket in buckets.items()
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


def start(network: VoiceNetwork, dataset: Dataset, random: np.random.Generator) -> None:
    """Let the head begin as logistic regression on what the pretrained blocks say.

    From there, training keeps what a linear probe would get on other corpora (Kumar et al. 2022,
    "Fine-tuning can distort pretrained features", arXiv 2202.10054).
    """
    batches = draw(dataset, PROBED, random)
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
        total = fit + PENALTY * weight.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    with torch.no_grad():
        # The first dimensions of the embedding are the logits; the rest is free to be found.
        network.project.reset_parameters()
        network.project.weight[: len(EMOTIONS)] = weight
        network.project.bias[: len(EMOTIONS)] = bias
        network.classify.weight.zero_().fill_diagonal_(1)
        network.classify.bias.zero_()


def mix(frames: Tensor, emotions: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return examples mixed two by two (mixup, Zhang et al. 2018), and the shares of emotions.

    A part of the time of each is masked as well (SpecAugment, Park et al. 2019).
    """
    count, time, _ = frames.shape
    width = int(random.integers(0, round(MASKED * time) + 1))
    first = torch.from_numpy(random.integers(0, time - width + 1, (count, 1)))
    places = torch.arange(time)
    masked = (first <= places) & (places < first + width)
    frames = torch.where(masked[..., None], frames.mean(1, keepdim=True), frames)
    share = float(max(draw := random.beta(MIXUP, MIXUP), 1 - draw))
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
    watch: Callable[[VoiceNetwork, float, float], None] | None = None,
) -> None:
    """Train a network in place, all but the encoder's lower part.

    What remains is the moving average of its weights (Polyak), rounded to fp16, as it is stored.

    Parameters
    ----------
    network : VoiceNetwork
    dataset : Dataset
    seed : int
    watch : callable, optional
        Called after each epoch with the averaged network, and the mean loss and the accuracy over
        what was drawn.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network.encoder.requires_grad_(False)
    start(network, dataset, random)
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
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE), use_buffers=True)
    for epoch in range(EPOCHS):
        network.train()
        batches = draw(dataset, EPOCH, random)
        losses, hits = [], []
        for step, (frames, emotions) in enumerate(batches):
            progress = (epoch + step / len(batches)) / EPOCHS
            rate = 0.5 * (1 + math.cos(math.pi * progress))
            head_group, block_group = optimiser.param_groups
            head_group["lr"] = HEAD_RATE * rate
            block_group["lr"] = BLOCK_RATE * rate * min(1, progress / WARM_UP)
            mixed, targets = mix(frames.float(), emotions, random)
            logits = network.classify(network.embed(mixed))
            loss = functional.cross_entropy(logits, targets, label_smoothing=SMOOTHING)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*head, *blocks], 1.0)
            optimiser.step()
            average.update_parameters(network)
            losses.append(loss.item())
            hits.append((logits.argmax(1) == targets.argmax(1)).float().mean().item())
        if watch:
            watch(average.module.eval(), float(np.mean(losses)), float(np.mean(hits)))
    network.load_state_dict(average.module.state_dict())
    network.half().float().eval()


def answer(network: VoiceNetwork, dataset: Dataset) -> Floats:
    """Return the logits of all examples, shape (n, 8)."""
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
    dataset: Annotated[Path, typer.Option(help="What models.voice.dataset wrote.")],
    whisper: Annotated[Path, typer.Option(help="Whisper tiny.en as CTranslate2 model.bin.")],
    out: Annotated[Path, typer.Option(help="File for the network.")],
    seed: int = 0,
) -> None:
    """Train the voice network on all recordings, for models.voice.export."""
    torch.set_num_threads(1)
    data = read_dataset(dataset)
    network = VoiceNetwork(Encoder(read_whisper(whisper)))
    train(network, data, seed, lambda _, loss, hits: print(f"loss {loss:.3f}, right {hits:.1%}"))
    torch.save(network, out)


if __name__ == "__main__":
    typer.run(main)
