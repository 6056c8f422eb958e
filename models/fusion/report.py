"""Report of the fusion's cross-validation, as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.conformal import likelier_mass
from inference.emotion import EMOTIONS
from inference.fusion import SURE, softmax
from models.evaluation import (
    accuracy,
    confusion_matrix,
    expected_calibration_error,
    recall,
    unweighted_average_recall,
)
from models.fusion.cross_validation import HeldOutMoods
from models.fusion.pairs import CLEAN, CONFLICTS, Classes
from models.voice.examples import DEGRADED, LIVE

NEUTRAL: Final = EMOTIONS.index("neutral")
CALM: Final = EMOTIONS.index("calm")


def report(moods: HeldOutMoods, degraded: Sequence[str]) -> str:
    """Return the metrics as Markdown.

    Parameters
    ----------
    moods : HeldOutMoods
        The result of :func:`~models.fusion.cross_validation.cross_validate`.
    degraded : sequence of str
        Names of the degradations.
    """
    live = moods[moods.conditions == LIVE]
    clean = list(degraded).index(CLEAN)
    together = softmax(np.log(live.voice) + np.log(live.agreeing_face[:, clean]))
    rows = [
        "| 3 s windows, faces as they are | n | accuracy | UAR | ECE |",
        "|---|---|---|---|---|",
    ]
    for name, probs in (
        ("voice", live.voice),
        ("face", live.agreeing_face[:, clean]),
        ("both", live.agreeing_mood[:, clean]),
        ("both, as a product", together),
    ):
        s = _score(probs, live.heard)
        rows.append(f"| {name} | {len(probs)} | {s.accuracy:.1%} | {s.uar:.1%} | {s.ece:.3f} |")
    rows += ["", "| UAR, face | voice | face | both |", "|---|---|---|---|"]
    rows += [_row(name, live, number) for number, name in enumerate(degraded)]
    rows += ["", "| UAR, voice | voice | face | both |", "|---|---|---|---|"]
    for name, chosen in (
        ("0.5 to 1 s of speech", live[live.speech < 1]),
        ("1 to 1.5 s of speech", live[(live.speech >= 1) & (live.speech < 1.5)]),
        ("more speech", live[live.speech >= 1.5]),
        (DEGRADED, moods[moods.conditions == DEGRADED]),
    ):
        rows.append(_row(name, chosen, clean))
    parts = (_neutral_and_calm(live, clean), _conflicts(live), _sets(live, clean))
    return "\n".join([*rows, *(line for part in parts for line in ("", *part))])


def third_emotions(
    one: NDArray[np.floating], other: NDArray[np.floating], mood: NDArray[np.floating]
) -> tuple[int, float]:
    """Return how many pairs are sure of different emotions, and the share with a third mood.

    An opinion is sure of an emotion with a probability of at least one half. Neutral and calm count
    as one emotion, because faces do not separate them.

    Parameters
    ----------
    one, other, mood : ndarray of float, shape (n, 8)
        The opinions, and their combinations.
    """
    merged = [np.delete(probs, CALM, axis=1) for probs in (one, other, mood)]
    for probs, kept in zip((one, other), merged, strict=False):
        kept[:, NEUTRAL] += probs[:, CALM]
    a, b = (kept.argmax(axis=1) for kept in merged[:2])
    sure = np.minimum(merged[0].max(axis=1), merged[1].max(axis=1)) >= SURE
    different = sure & (a != b)
    label = mood.argmax(axis=1)
    label = np.where(label == CALM, NEUTRAL, label)
    label -= label > CALM
    third = (label != a) & (label != b)
    count = int(np.count_nonzero(different))
    return count, float(np.mean(third[different])) if count else 0.0


@dataclass(frozen=True, slots=True)
class _Score:
    """Metrics of predictions; see :class:`models.evaluation.Score`."""

    accuracy: float
    uar: float
    ece: float


def _score(probabilities: NDArray[np.floating], emotions: Classes) -> _Score:
    """Score some predictions."""
    predicted = probabilities.argmax(axis=1)
    return _Score(
        accuracy=accuracy(emotions, predicted),
        uar=unweighted_average_recall(confusion_matrix(emotions, predicted, len(EMOTIONS))),
        ece=expected_calibration_error(emotions, probabilities),
    )


def _row(name: str, moods: HeldOutMoods, number: int) -> str:
    faces = moods.agreeing_face[:, number], moods.agreeing_mood[:, number]
    uars = [_score(probs, moods.heard).uar for probs in (moods.voice, *faces)]
    return f"| {name} | {' | '.join(f'{uar:.1%}' for uar in uars)} |"


def _neutral_and_calm(live: HeldOutMoods, clean: int) -> Iterator[str]:
    """Yield a table of how well neutral and calm are separated, and found among the others."""
    pair = np.isin(live.heard, (NEUTRAL, CALM))
    yield "| neutral and calm | voice | face | both |"
    yield "|---|---|---|---|"
    separated, found = [], []
    for probs in (live.voice, live.agreeing_face[:, clean], live.agreeing_mood[:, clean]):
        difference = probs[pair][:, CALM] - probs[pair][:, NEUTRAL]
        calm = np.where(difference == 0, 0.5, difference > 0)
        separated.append(np.mean(np.where(live.heard[pair] == CALM, calm, 1 - calm)))
        predicted = np.where((p := probs.argmax(axis=1)) == CALM, NEUTRAL, p)
        merged = np.where(live.heard == CALM, NEUTRAL, live.heard)
        found.append(recall(confusion_matrix(merged, predicted, len(EMOTIONS)))[NEUTRAL])
    yield "| one told from the other | " + " | ".join(f"{value:.1%}" for value in separated) + " |"
    yield "| found to be one of them | " + " | ".join(f"{value:.1%}" for value in found) + " |"


def _conflicts(live: HeldOutMoods) -> Iterator[str]:
    """Yield tables of what becomes of pairs that disagree."""
    product = softmax(np.log(live.voice) + np.log(live.face))
    yield f"| {CONFLICTS:.0%} conflicts | as a product | as it is |"
    yield "|---|---|---|"
    twice = np.concatenate([live.heard, live.seen])
    eces = [_score(np.concatenate([p, p]), twice).ece for p in (product, live.mood)]
    yield f"| ECE | {eces[0]:.3f} | {eces[1]:.3f} |"
    for name, opinions in (
        ("opinions", (live.voice, live.face)),
        ("networks", (live.voice_output, live.face_output)),
    ):
        (n, before), (_, now) = (third_emotions(*opinions, p) for p in (product, live.mood))
        yield f"| a third emotion, {name} sure of different ones ({n}) | {before:.2%} | {now:.2%} |"
    conflict = live.heard != live.seen
    for name, chosen in (("agree", ~conflict), ("disagree", conflict)):
        means = (p[chosen].max(axis=1).mean() for p in (product, live.mood))
        yield f"| mean confidence, pairs that {name} | {' | '.join(f'{p:.1%}' for p in means)} |"
        taken = np.mean(live.agreement[chosen] < 0.5)
        yield f"| taken for a conflict, pairs that {name} | 0.0% | {taken:.1%} |"


def _sets(live: HeldOutMoods, clean: int) -> Iterator[str]:
    """Yield a table of coverage and size of prediction sets, by corpus."""
    yield "| sets: coverage, mean size | voice | face | both | both, with conflicts |"
    yield "|---|---|---|---|---|"
    for corpus in sorted(set(live.corpora.tolist())):
        own = live[live.corpora == corpus]
        cells = [
            _coverage(own, own.voice, own.heard),
            _coverage(own, own.agreeing_face[:, clean], own.heard),
            _coverage(own, own.agreeing_mood[:, clean], own.heard),
            _coverage(own, own.mood, own.heard, own.seen),
        ]
        yield f"| {corpus} | {' | '.join(cells)} |"


def _coverage(moods: HeldOutMoods, probs: NDArray[np.floating], *truths: Classes) -> str:
    covered = np.mean([likelier_mass(probs, truth) <= moods.threshold for truth in truths])
    every = [np.full(len(probs), n) for n in range(len(EMOTIONS))]
    sizes = np.sum([likelier_mass(probs, one) <= moods.threshold for one in every], axis=0)
    return f"{covered:.3f}, {sizes.mean():.2f}"
