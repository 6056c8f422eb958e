"""Training of the voice network.

``python -m models.voice.train --dataset FOLDER --whisper model.bin --out voice.pt`` trains on all
examples in FOLDER, the output of :mod:`models.voice.dataset`; with ``--commercial``, only on those
of corpora that allow commercial use.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from inference.emotion import EMOTIONS, VALENCE_AROUSAL
from models.voice.corpora import CORPORA, RAVDESS, SONG, Floats, label_meanings, level
from models.voice.dataset import Dataset, read_dataset
from models.voice.encoder import Encoder, read_whisper
from models.voice.network import DIMENSIONS, STATISTICS, VoiceNetwork

SHARES: Final[Mapping[str, float]] = MappingProxyType({RAVDESS: 3.0, SONG: 0.3})
"""Sampling weights of corpora, 1 where none is given. RAVDESS alone has all eight emotions, and
people sing less than they speak."""

VOTE_SHARE: Final = 0.5
"""Weight of what listeners heard in the target of an acted recording; the rest is its label."""

FIRST_TRAINED: Final = 1
"""Index of the first trained block of the encoder."""

BATCH: Final = 32
PROBE_PENALTY: Final = 0.1
"""L2 penalty, relative to the mean cross-entropy, for initializing the head."""

RIDGE: Final = 0.1
"""L2 penalty of valence and arousal, relative to the mean squared error."""

RATE: Final = 5e-5
WARM_UP: Final = 0.1
"""Share of the steps during which the learning rate of the blocks rises from 0."""

WEIGHT_DECAY: Final = 0.05
LABEL_SMOOTHING: Final = 0.05
MIXUP: Final = 0.2
"""Both parameters of the beta distribution of the mixing ratio."""

COORDINATES: Final = np.array([VALENCE_AROUSAL[emotion] for emotion in EMOTIONS], np.float32)

MAX_MASK: Final = 0.25
"""Largest share of an example's frames that is masked."""

EMA_DECAY: Final = 0.99
"""Decay per step of the moving average of the weights."""

UNKNOWN: Final = -30.0
"""Logit of an emotion that no corpus has: the network never answers it."""

LENGTH_STEP: Final = 6
"""Examples are truncated to a multiple of this number of frames, so that they form batches."""

CHUNK: Final = 5000
"""Number of examples between two calls of ``on_chunk``."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Length of a training.

    Attributes
    ----------
    examples : int
        Number of examples, drawn with replacement.
    probe_size : int
        Number of examples from which the head is initialized.
    """

    examples: int = 20_000
    probe_size: int = 6000


SCHEDULE: Final = Schedule()
"""Default schedule."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Examples of equal length.

    Attributes
    ----------
    frames : Tensor of float32, shape (n, time, 512)
        Output of :meth:`~models.voice.encoder.Encoder.lower`.
    targets : Tensor of float32, shape (n, 8)
        Distribution to predict.
    meanings : Tensor of float32, shape (n, 8, 8)
        See :func:`~models.voice.corpora.label_meanings`.
    affect : Tensor of float32, shape (n, 2)
        Valence and arousal to predict: those of the targets, nearer to neutral if the emotion is
        expressed weakly.
    """

    frames: Tensor
    targets: Tensor
    meanings: Tensor
    affect: Tensor

    def shuffled(self, order: Tensor) -> Batch:
        """Return the examples in another order."""
        return Batch(*(getattr(self, field.name)[order] for field in fields(self)))


def draw_weights(rows: NDArray[np.void]) -> NDArray[np.float64]:
    """Return the probability with which each example is drawn.

    A corpus has the weight of the square root of its number of speakers, what it can teach about
    other speakers, times its weight in :data:`SHARES`. Within a corpus, all combinations of speaker
    and emotion are equally likely.
    """
    cells = list(
        zip(*(rows[name].tolist() for name in ("corpus", "speaker", "emotion")), strict=True)
    )
    sizes, kinds = Counter(cells), Counter(corpus for corpus, _, _ in set(cells))
    speakers = Counter(corpus for corpus, _ in {(corpus, speaker) for corpus, speaker, _ in cells})
    shares = {
        corpus: math.sqrt(count) * SHARES.get(corpus, 1) for corpus, count in speakers.items()
    }
    weights = np.array([shares[cell[0]] / kinds[cell[0]] / sizes[cell] for cell in cells])
    return np.asarray(weights / weights.sum())


class Examples:
    """Training examples, drawn at random.

    Parameters
    ----------
    dataset : Dataset
        What to draw from.
    random : numpy.random.Generator
        Source of randomness.
    """

    def __init__(self, dataset: Dataset, random: np.random.Generator) -> None:
        self._dataset = dataset
        self._random = random
        self._weights = draw_weights(dataset.rows)
        corpora = dataset.rows["corpus"]
        self._meanings = {
            str(corpus): label_meanings(np.unique(dataset.rows["emotion"][corpora == corpus]))
            for corpus in np.unique(corpora)
        }

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which emotions the labels of some corpus cover, shape (8,)."""
        covered = [meanings.any(axis=0) for meanings in self._meanings.values()]
        return np.asarray(np.any(covered, axis=0))

    def draw(self, count: int) -> Iterator[Batch]:
        """Draw examples, and yield them in batches of equal length, in random order."""
        rows = self._dataset.rows
        buckets: dict[int, list[int]] = defaultdict(list)
        for n in self._random.choice(len(rows), count, p=self._weights).tolist():
            buckets[int(rows["length"][n]) // LENGTH_STEP].append(n)
        batches = [
            (steps * LENGTH_STEP, bucket[start : start + BATCH])
            for steps, bucket in buckets.items()
            for start in range(0, len(bucket), BATCH)
        ]
        for number in self._random.permutation(len(batches)).tolist():
            length, batch = batches[number]
            chosen = rows[batch]
            expected = targets(chosen)
            meanings = [self._meanings[corpus] for corpus in chosen["corpus"].tolist()]
            levels = [[level(Path(name))] for name in chosen["path"].tolist()]
            yield Batch(
                torch.stack([self._dataset.frames(n)[:length] for n in batch]).float(),
                torch.from_numpy(expected),
                torch.from_numpy(np.stack(meanings)),
                torch.from_numpy(np.array(levels, np.float32) * (expected @ COORDINATES)),
            )


def targets(rows: NDArray[np.void]) -> Floats:
    """Return the distributions to predict, shape (n, 8).

    The label of a recording, mixed with the votes of its listeners where there are some: an acted
    emotion that few people hear should not be predicted with certainty.
    """
    labels = np.eye(len(EMOTIONS), dtype=np.float32)[rows["emotion"]]
    share = VOTE_SHARE * rows["votes"].any(axis=1, keepdims=True).astype(np.float32)
    return np.asarray((1 - share) * labels + share * rows["votes"], np.float32)


def label_loss(logits: Tensor, batch: Batch) -> Tensor:
    """Return the mean cross-entropy among the labels of each example's corpus.

    A corpus says nothing about the emotions that it does not have: they are left out, as if the
    person who labelled it had been asked which of its labels fits best. Otherwise the network would
    learn which corpus has which labels.

    Parameters
    ----------
    logits : Tensor of float32, shape (n, 8)
    batch : Batch
        Its frames are not used.
    """
    labels = batch.meanings.any(2).float()
    smoothed = LABEL_SMOOTHING * labels / labels.sum(1, keepdim=True)
    expected = (1 - LABEL_SMOOTHING) * batch.targets + smoothed
    return -(expected * label_log_probabilities(logits, batch.meanings)).sum(1).mean()


def label_log_probabilities(logits: Tensor, meanings: Tensor) -> Tensor:
    """Return the log-probabilities of the labels of each row's corpus, shape (n, 8).

    Parameters
    ----------
    logits : Tensor of float32, shape (n, 8)
    meanings : Tensor of float32, shape (n, 8, 8)
        See :func:`~models.voice.corpora.label_meanings`; labels that the corpus does not have get
        the logarithm of a tiny probability.
    """
    probabilities = logits.masked_fill(~meanings.any(1), -torch.inf).softmax(1)
    return torch.einsum("nj,nkj->nk", probabilities, meanings).clamp(min=1e-7).log()


def initialize_head(network: VoiceNetwork, batches: list[Batch]) -> None:
    """Initialize the head by logistic regression on the statistics of the pretrained blocks.

    Fine-tuning from there keeps the accuracy of a linear probe on other corpora (Kumar et al. 2022,
    "Fine-tuning can distort pretrained features", arXiv 2202.10054).
    """
    with torch.no_grad():
        statistics = torch.cat([network.statistics(batch.frames) for batch in batches])
    network.mean.copy_(statistics.mean(0))
    network.scale.copy_(statistics.std(0) + 1e-6)
    inputs = (statistics - network.mean) / network.scale
    ends = np.cumsum([len(batch.frames) for batch in batches])[:-1].tolist()
    weight = torch.zeros(len(EMOTIONS), STATISTICS, requires_grad=True)
    bias = torch.zeros(len(EMOTIONS), requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=40, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        logits = functional.linear(inputs, weight, bias).tensor_split(ends)
        fits = [
            label_loss(part, batch) * len(part) for part, batch in zip(logits, batches, strict=True)
        ]
        total = torch.stack(fits).sum() / len(inputs) + PROBE_PENALTY * weight.square().sum()
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


def fit_affect(network: VoiceNetwork, batches: list[Batch]) -> None:
    """Fit valence and arousal to the embeddings of a trained network, by ridge regression.

    Not by training: as a second loss, they cost the emotions of strangers 2 points.
    """
    with torch.no_grad():
        embeddings = torch.cat([network.embed(batch.frames) for batch in batches])
        affect = torch.cat([batch.affect for batch in batches])
        means = embeddings.mean(0), affect.mean(0)
        centred = embeddings - means[0]
        covariance = centred.T @ centred / len(centred)
        products = centred.T @ (affect - means[1]) / len(centred)
        weight = torch.linalg.solve(covariance + RIDGE * torch.eye(DIMENSIONS), products)
        network.affect.weight.copy_(weight.T)
        network.affect.bias.copy_(means[1] - means[0] @ weight)


def mask(batch: Batch, random: np.random.Generator) -> Tensor:
    """Return the frames with a span set to the mean (SpecAugment, Park et al. 2019)."""
    count, time, _ = batch.frames.shape
    width = int(random.integers(0, round(MAX_MASK * time) + 1))
    first = torch.from_numpy(random.integers(0, time - width + 1, (count, 1)))
    index = torch.arange(time)
    masked = (first <= index) & (index < first + width)
    return torch.where(masked[..., None], batch.frames.mean(1, keepdim=True), batch.frames)


def train(
    network: VoiceNetwork,
    dataset: Dataset,
    seed: int,
    on_chunk: Callable[[VoiceNetwork, float, float], None] | None = None,
    schedule: Schedule = SCHEDULE,
) -> None:
    """Train a network in place, except for the encoder's lower part.

    The result is the moving average of the weights (Polyak), rounded to fp16 as for storage. It
    gives no probability to emotions that no corpus of the dataset has.

    Parameters
    ----------
    network : VoiceNetwork
        Network to train.
    dataset : Dataset
        Training examples.
    seed : int
        Random seed.
    on_chunk : callable, optional
        Called after every :data:`CHUNK` examples with the averaged network, and the mean loss and
        the accuracy on these examples.
    schedule : Schedule
        Length of the training.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    examples = Examples(dataset, random)
    network.encoder.requires_grad_(False)
    initialize_head(network, list(examples.draw(schedule.probe_size)))
    for block in network.encoder.blocks[FIRST_TRAINED:]:
        block.requires_grad_()
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    blocks = list(network.encoder.parameters())
    head = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    optimiser = torch.optim.AdamW(
        [{"params": head}, {"params": [p for p in blocks if p.requires_grad]}],
        lr=RATE,
        weight_decay=WEIGHT_DECAY,
    )
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(EMA_DECAY), use_buffers=True)
    done = 0
    while done < schedule.examples:
        network.train()
        losses, hits = [], []
        for batch in examples.draw(min(CHUNK, schedule.examples - done)):
            progress = done / schedule.examples
            rate = 0.5 * RATE * (1 + math.cos(math.pi * progress))
            head_group, block_group = optimiser.param_groups
            head_group["lr"] = rate
            block_group["lr"] = rate * min(1, progress / WARM_UP)
            frames = mask(batch, random)
            order = torch.from_numpy(random.permutation(len(frames)))
            share = float(random.beta(MIXUP, MIXUP))
            share = max(share, 1 - share)
            logits = network.classify(network.embed(share * frames + (1 - share) * frames[order]))
            # Mixup (Zhang et al. 2018); the two examples may come from corpora of different labels.
            parts = ((share, batch), (1 - share, batch.shuffled(order)))
            loss = torch.stack([weight * label_loss(logits, part) for weight, part in parts]).sum()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            average.update_parameters(network)
            done += len(frames)
            losses.append(loss.item())
            hits.append((logits.argmax(1) == batch.targets.argmax(1)).float().mean().item())
        if on_chunk:
            on_chunk(average.module.eval(), float(np.mean(losses)), float(np.mean(hits)))
    network.load_state_dict(average.module.state_dict())
    fit_affect(network.eval(), list(examples.draw(schedule.probe_size)))
    known = torch.from_numpy(examples.known)
    with torch.no_grad():
        network.classify.weight[~known] = 0
        network.classify.bias[~known] = UNKNOWN
    network.half().float().eval()


def predict(network: VoiceNetwork, dataset: Dataset) -> dict[str, Floats]:
    """Return the outputs of a network for all examples, in float32.

    Returns
    -------
    dict from str to ndarray
        ``logits``, shape (n, 8); ``affect``, valence and arousal, shape (n, 2); ``embedding``,
        shape (n, 64).
    """
    buckets: dict[int, list[int]] = defaultdict(list)
    for n, length in enumerate(dataset.rows["length"].tolist()):
        buckets[length].append(n)
    sizes = {"logits": len(EMOTIONS), "affect": 2, "embedding": DIMENSIONS}
    outputs = {
        name: np.zeros((len(dataset.rows), size), np.float32) for name, size in sizes.items()
    }
    with torch.inference_mode():
        for bucket in buckets.values():
            for start in range(0, len(bucket), BATCH):
                batch = bucket[start : start + BATCH]
                frames = torch.stack([dataset.frames(n) for n in batch]).float()
                embedding = network.embed(frames)
                outputs["logits"][batch] = network.classify(embedding).numpy()
                outputs["affect"][batch] = network.affect(embedding).numpy()
                outputs["embedding"][batch] = embedding.numpy()
    return outputs


def main(
    dataset: Annotated[Path, typer.Option(help="Output of models.voice.dataset.")],
    whisper: Annotated[Path, typer.Option(help="Whisper base as CTranslate2 model.bin.")],
    out: Annotated[Path, typer.Option(help="File for the network.")],
    commercial: Annotated[
        bool, typer.Option("--commercial", help="Only corpora that allow commercial use.")
    ] = False,
    examples: Annotated[int, typer.Option(help="Number of examples to train on.")] = (
        SCHEDULE.examples
    ),
    seed: int = 0,
) -> None:
    """Train a voice network on all examples, for models.voice.export."""
    torch.set_num_threads(1)
    names = [name for name, corpus in CORPORA.items() if corpus.commercial or not commercial]
    network = VoiceNetwork(Encoder(read_whisper(whisper)))
    train(network, read_dataset(dataset, names), seed, print_progress, Schedule(examples))
    torch.save(network, out)


def print_progress(_: VoiceNetwork, loss: float, accuracy: float) -> None:
    """Print loss and accuracy on the training examples."""
    print(f"loss {loss:.3f}, accuracy {accuracy:.1%}", flush=True)


if __name__ == "__main__":
    typer.run(main)
