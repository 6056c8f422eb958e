"""Adaptation to a speaker without labels, measured on corpora that were left out.

``python -m models.voice.adaptation folds.npz``, where folds.npz is the output of
:mod:`models.voice.evaluate`, prints how much each way changes the recall in streams of one
speaker. All ways remove an estimate of what the speaker adds to the logits in every mood. None
passes in streams of a single mood, where mood and speaker look alike: the product does not adapt
without a profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

import numpy as np
import typer
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from inference.fusion import softmax
from models.evaluation import confusion_matrix, unweighted_average_recall
from models.voice.corpora import RAVDESS, SONG, label_probabilities
from models.voice.examples import CLIP

BALANCED: Final = "balanced"
SKEWED: Final = "70 % of one mood"
SINGLE: Final = "single mood"

SKEW: Final = 0.7
LENGTH: Final = 40
"""Number of recordings in a stream, drawn with replacement."""

MIN_RECORDINGS: Final = 20
"""Minimum number of recordings of a speaker."""

Floats: TypeAlias = NDArray[np.float64]
Adapt: TypeAlias = Callable[[Floats, Floats], Floats]
"""Maps the centred logits of a stream, shape (n, 8), to adapted ones, given the mean of each
emotion over other corpora, shape (8, 8)."""


@dataclass(frozen=True, slots=True, eq=False)
class Clips:
    """Predictions for the recordings of one corpus that was left out.

    Attributes
    ----------
    logits : ndarray of float, shape (n, 8)
        Centred: their mean is 0.
    emotions : ndarray of int, shape (n,)
        True emotions.
    speakers : ndarray of str, shape (n,)
        Speaker of each recording.
    """

    logits: Floats
    emotions: NDArray[np.int64]
    speakers: NDArray[np.str_]


def running_mean(shrinkage: float, sharpness: float = 1.0) -> Adapt:
    """Return the adaptation by the mean distance from what the expected emotion looks like.

    Each recording is compared with the mean of the emotions, weighted by its own posterior: no
    emotion is decided on. The mean is shrunk like one of ``shrinkage`` more recordings without any
    distance; the posterior is that of the logits times ``sharpness``.
    """

    def adapt(logits: Floats, means: Floats) -> Floats:
        total, adapted = np.zeros(len(EMOTIONS)), []
        for count, row in enumerate(logits):
            adapted.append(row - total / (count + shrinkage))
            total += row - softmax(sharpness * adapted[-1]) @ means
        return np.array(adapted)

    return adapt


def mean_of_emotions(within: float, across: float) -> Adapt:
    """Return the adaptation by the distance from each emotion, balanced over the emotions.

    Random effects on two levels (Laird, N. M. & Ware, J. H. (1982), Biometrics 38(4), 963-974):
    recordings within emotions, and emotions within the speaker, so that a lasting mood counts once.
    The assignment to emotions is soft, as in the E step of EM.
    """

    def adapt(logits: Floats, means: Floats) -> Floats:
        distances, weights, adapted = np.zeros_like(means), np.zeros(len(EMOTIONS)), []
        for row in logits:
            share = 1 / (weights + within)
            adapted.append(row - share @ distances / (share @ weights + across))
            posterior = softmax(adapted[-1])
            distances += posterior[:, None] * (row - means)
            weights += posterior
        return np.array(adapted)

    return adapt


WAYS: Final[Mapping[str, Adapt]] = MappingProxyType(
    {
        "running mean, shrinkage 8": running_mean(8),
        "running mean, shrinkage 32": running_mean(32),
        "running mean, shrinkage 8, flat posterior": running_mean(8, sharpness=0.3),
        "mean of emotions, 3 and 1": mean_of_emotions(3, 1),
        "mean of emotions, 8 and 3": mean_of_emotions(8, 3),
    }
)


def streams(clips: Clips) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield the kind and the recordings of streams of every speaker with enough of them."""
    for number, speaker in enumerate(np.unique(clips.speakers)):
        own = np.flatnonzero(clips.speakers == speaker)
        emotions = clips.emotions[own]
        present, counts = np.unique(emotions, return_counts=True)
        if len(own) < MIN_RECORDINGS or len(present) < 3:
            continue
        random = np.random.default_rng(number)
        count_of = dict(zip(present.tolist(), counts.tolist(), strict=True))
        even = np.array([1 / count_of[emotion] for emotion in emotions.tolist()]) / len(present)
        usual = present[0] if present[0] <= EMOTIONS.index("calm") else random.choice(present)
        alone = {emotion: (emotions == emotion) / count_of[emotion] for emotion in present.tolist()}
        skewed = SKEW * alone[int(usual)] + (1 - SKEW) * even
        for kind, weights in (
            (BALANCED, even),
            (SKEWED, skewed),
            *((SINGLE, single) for single in alone.values()),
        ):
            yield kind, random.choice(own, LENGTH, p=weights / weights.sum())


def gains(corpora: Mapping[str, Clips], adapt: Adapt) -> dict[tuple[str, str], float]:
    """Return the change of the UAR by kind of stream and corpus."""
    found = {}
    for name, clips in corpora.items():
        means = class_means([other for key, other in corpora.items() if key != name])
        parts: dict[str, list[NDArray[np.int64]]] = {}
        for kind, rows in streams(clips):
            answers = [
                label_probabilities(logits.astype(np.float32), clips.emotions).argmax(axis=1)
                for logits in (clips.logits[rows], adapt(clips.logits[rows], means))
            ]
            parts.setdefault(kind, []).append(np.stack([clips.emotions[rows], *answers]))
        for kind, outcomes in parts.items():
            truth, *predicted = np.concatenate(outcomes, axis=1)
            before, after = (
                unweighted_average_recall(confusion_matrix(truth, answer, len(EMOTIONS)))
                for answer in predicted
            )
            found[kind, name] = after - before
    return found


def class_means(corpora: list[Clips]) -> Floats:
    """Return the mean logits of each emotion, every corpus that has it counting the same."""
    means = np.zeros((len(EMOTIONS),) * 2)
    for emotion in range(len(EMOTIONS)):
        own = [clips.logits[clips.emotions == emotion] for clips in corpora]
        if own := [logits.mean(axis=0) for logits in own if len(logits)]:
            means[emotion] = np.mean(own, axis=0)
    return means


def read_clips(file: Path) -> dict[str, Clips]:
    """Read the whole recordings of all corpora that were left out, by corpus."""
    with np.load(file) as folds:
        names = ("corpus", "condition", "logits", "emotion", "speaker")
        corpus, condition, logits, emotions, speakers = (folds[name] for name in names)
    centred = (logits - logits.mean(axis=1, keepdims=True)).astype(np.float64)
    clips = {}
    for name in np.unique(corpus[~np.isin(corpus, (RAVDESS, SONG))]):
        chosen = (corpus == name) & (condition == CLIP)
        clips[str(name)] = Clips(centred[chosen], emotions[chosen], speakers[chosen])
    return clips


def report(corpora: Mapping[str, Clips]) -> str:
    """Return the mean and the worst change of the UAR, in points, as Markdown."""
    kinds = (BALANCED, SKEWED, SINGLE)
    lines = [
        f"| adaptation | {' | '.join(f'{kind} | worst' for kind in kinds)} |",
        "|---" * 7 + "|",
    ]
    for name, adapt in WAYS.items():
        change = gains(corpora, adapt)
        cells = []
        for kind in kinds:
            values = [100 * value for (of, _), value in change.items() if of == kind]
            cells += [f"{np.mean(values):+.1f}", f"{min(values):+.1f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(
    folds: Annotated[Path, typer.Argument(help="Output of models.voice.evaluate.")],
) -> None:
    """Print how much adaptation without labels changes the recall on corpora left out."""
    print(report(read_clips(folds)))


if __name__ == "__main__":
    typer.run(main)
