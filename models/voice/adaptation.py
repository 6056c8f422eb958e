"""Evaluation of speaker adaptation on simulated sessions, and estimation of its means.

``python -m models.voice.adaptation FOLDS``, where FOLDS is the output of
:mod:`models.voice.evaluate`, prints metrics as Markdown and writes the means into the card. With
``--tune`` it searches for the settings of :class:`~inference.adaptation.SpeakerAdaptation` instead,
and evaluates the search.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track

from inference.adaptation import MEANS_SETTING, SpeakerAdaptation, pseudo_label_weight
from inference.emotion import EMOTIONS, Distribution, log_probs
from inference.voice import reliability
from models.evaluation import accuracy, confusion_matrix, recall, unweighted_average_recall
from models.voice.corpora import RAVDESS
from models.voice.examples import CLIP, LIVE, WINDOWS

BALANCED: Final = "balanced"
SKEWED: Final = "70 % neutral and calm"
SINGLE: Final = "single mood"
CHANGED: Final = "balanced, after another speaker"
KINDS: Final = (BALANCED, SKEWED, SINGLE, CHANGED)

QUIET_SHARE: Final = 0.7
"""Share of neutral and calm in a skewed session."""

LENGTH: Final = 40
"""Number of recordings in sessions that draw them with replacement."""

SEEDS: Final = 2
"""Number of sessions of each kind per speaker."""

MARGIN: Final = 1.2
"""Factor on the means: a larger one reduces the loss in sessions of a single mood, and the gain in
the others."""

GRID: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {"within": (0.5, 1.0, 2.0), "across": (0.25, 0.5, 1.0), "memory": (10.0, 20.0)}
)

CARD: Final = Path(__file__).parent / "card.md"

Rows = NDArray[np.intp]
Means = NDArray[np.float64]
Outcomes = dict[tuple[str, int], NDArray[np.int64]]
Settings = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Predictions for windows of held-out speakers, one row per window.

    Attributes
    ----------
    recordings, speakers : ndarray of str, shape (n,)
        Recording and speaker; windows of a recording are in order of time.
    emotions : ndarray of int, shape (n,)
        True emotions, as indices in :data:`EMOTIONS`.
    folds : ndarray of int, shape (n,)
        Fold of the network.
    probs : ndarray of float32, shape (n, 8)
        Predicted distributions.
    reliability : ndarray of float, shape (n,)
        Reliability, given the amount of speech.
    new_share : ndarray of float, shape (n,)
        Share of a window that does not overlap the previous one.
    """

    recordings: NDArray[np.str_]
    speakers: NDArray[np.str_]
    emotions: NDArray[np.int64]
    folds: NDArray[np.int64]
    probs: NDArray[np.float32]
    reliability: NDArray[np.float64]
    new_share: NDArray[np.float64]

    def __getitem__(self, rows: NDArray[Any]) -> Predictions:
        """Return the selected rows."""
        return Predictions(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """Rows of :class:`Predictions` in order of playback; the last ``scored`` are scored."""

    kind: str
    speaker: str
    rows: Rows
    scored: int


def read_predictions(path: Path, corpus: str, condition: str) -> Predictions:
    """Read one condition of a corpus from a file written by :mod:`models.voice.evaluate`."""
    with np.load(path) as file:
        chosen = (file["corpus"] == corpus) & (file["condition"] == condition)
        columns = ("path", "speaker", "emotion", "fold", "logits", "speech", "t_end")
        recordings, speakers, emotions, folds, logits, speech, ends = (
            file[name][chosen] for name in columns
        )
    probs = np.exp(logits - logits.max(axis=1, keepdims=True))
    same = recordings[1:] == recordings[:-1]
    elapsed = np.where(np.append(False, same), np.diff(ends, prepend=0.0), ends)
    new_share = np.minimum(elapsed / WINDOWS[condition], 1)
    if condition == CLIP:
        new_share = np.ones(len(ends))
    return Predictions(
        recordings=recordings,
        speakers=speakers,
        emotions=emotions,
        folds=folds,
        probs=probs / probs.sum(axis=1, keepdims=True),
        reliability=np.array([reliability(s, silence=0, level=-25, clipped=0) for s in speech]),
        new_share=new_share,
    )


def most_speech(predictions: Predictions) -> Predictions:
    """Return the most reliable window of each recording (the last, if several), without overlap."""
    chosen = {}
    for row in np.argsort(predictions.reliability, kind="stable"):
        chosen[predictions.recordings[row]] = row
    best = predictions[np.sort(list(chosen.values()))]
    return replace(best, new_share=np.ones(len(best.new_share)))


def mean_log_probs(predictions: Predictions) -> Means:
    """Return the means for :class:`~inference.adaptation.SpeakerAdaptation`."""
    correct = predictions[predictions.probs.argmax(axis=1) == predictions.emotions]
    weights = correct.reliability * [pseudo_label_weight(probs) for probs in correct.probs]
    means = [
        np.average(log_probs(correct.probs[of]), axis=0, weights=weights[of])
        for of in (correct.emotions == emotion for emotion in range(len(EMOTIONS)))
    ]
    return MARGIN * np.array(means, np.float64)


def sessions(predictions: Predictions, seeds: int = SEEDS) -> Iterator[Session]:
    """Yield sessions of every kind with every speaker.

    All recordings in random order; all recordings after those of another speaker of the same fold;
    :data:`LENGTH` recordings of which :data:`QUIET_SHARE` are neutral or calm; and, for each
    emotion, as many recordings of that emotion only.
    """
    of_recording: dict[str, list[int]] = defaultdict(list)
    of_speaker: dict[str, dict[str, int]] = defaultdict(dict)
    for row, (recording, speaker) in enumerate(
        zip(predictions.recordings, predictions.speakers, strict=True)
    ):
        of_recording[recording].append(row)
        of_speaker[speaker][recording] = int(predictions.emotions[row])

    def play(recordings: Iterable[str]) -> Rows:
        return np.concatenate([of_recording[recording] for recording in recordings])

    folds = dict(zip(predictions.speakers, predictions.folds, strict=True))
    for number, (speaker, emotion_of) in enumerate(of_speaker.items()):
        same_fold = [
            name for name in of_speaker if folds[name] == folds[speaker] and name != speaker
        ]
        recordings, emotions = np.array([*emotion_of]), np.array([*emotion_of.values()])
        quiet = emotions <= EMOTIONS.index("calm")
        for seed in range(seeds):
            random = np.random.default_rng((seed, number))
            full = play(random.permutation(recordings))
            yield Session(BALANCED, speaker, full, len(full))
            before = play(random.permutation([*of_speaker[random.choice(same_fold)]]))
            yield Session(CHANGED, speaker, np.concatenate([before, full]), len(full))
            shares = [
                quiet / quiet.sum() * QUIET_SHARE + ~quiet / (~quiet).sum() * (1 - QUIET_SHARE)
            ]
            moods = [emotions == emotion for emotion in np.unique(emotions)]
            shares += [mood / mood.sum() for mood in moods]
            for kind, share in zip((SKEWED, *[SINGLE] * len(moods)), shares, strict=True):
                rows = play(random.choice(recordings, LENGTH, p=share))
                yield Session(kind, speaker, rows, len(rows))


def adapt(
    predictions: Predictions, rows: Rows, means: Means, settings: Settings
) -> list[Distribution]:
    """Return the predictions of a session, each adapted with those before it."""
    adaptation = SpeakerAdaptation(means, **settings)
    adapted = []
    for row in rows:
        adapted.append(adaptation.adapt(predictions.probs[row]))
        adaptation.update(
            predictions.probs[row], predictions.reliability[row] * predictions.new_share[row]
        )
    return adapted


def simulate(
    predictions: Predictions, means_of: Mapping[int, Means], settings: Settings, seeds: int = SEEDS
) -> Outcomes:
    """Run all sessions.

    Parameters
    ----------
    predictions : Predictions
        Predictions to adapt.
    means_of : mapping from int to ndarray of float, shape (8, 8)
        Means for each fold, from the other folds.
    settings : mapping
        Settings of :class:`~inference.adaptation.SpeakerAdaptation`.
    seeds : int
        See :func:`sessions`.

    Returns
    -------
    dict from (str, int) to ndarray of int, shape (3, n)
        By kind of session and fold: true emotion, predicted emotion, and prediction after
        adaptation.
    """
    parts = defaultdict(list)
    for session in sessions(predictions, seeds):
        fold = int(predictions.folds[session.rows[-1]])
        adapted = adapt(predictions, session.rows, means_of[fold], settings)[-session.scored :]
        rows = session.rows[-session.scored :]
        predicted = predictions.probs[rows].argmax(axis=1)
        parts[session.kind, fold].append(
            [predictions.emotions[rows], predicted, np.argmax(adapted, axis=1)]
        )
    return {key: np.concatenate(part, axis=1) for key, part in parts.items()}


def pool(outcomes: Outcomes, kind: str, folds: Collection[int]) -> NDArray[np.int64]:
    """Concatenate the outcomes of one kind of session over folds, shape (3, n)."""
    return np.concatenate([outcomes[kind, fold] for fold in folds], axis=1)


def accuracy_and_uar(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> tuple[float, float]:
    """Return accuracy and unweighted average recall."""
    confusion = confusion_matrix(truth, predicted, len(EMOTIONS))
    return accuracy(truth, predicted), unweighted_average_recall(confusion)


def merit(outcomes: Outcomes, folds: Collection[int]) -> tuple[float, float]:
    """Return the criterion for choosing settings; larger is better.

    First the largest loss of accuracy in any kind of session, as a negative number or 0; then the
    mean gain in unweighted average recall.
    """
    gains = []
    for kind in KINDS:
        truth, predicted, adapted = pool(outcomes, kind, folds)
        gains.append(
            np.subtract(accuracy_and_uar(truth, adapted), accuracy_and_uar(truth, predicted))
        )
    return min(0.0, float(np.min(gains, axis=0)[0])), float(np.mean(gains, axis=0)[1])


def tune(predictions: Predictions, means_of: Mapping[int, Means]) -> str:
    """Search :data:`GRID`; return the best settings and a nested cross-validation as Markdown.

    In the latter, each fold is adapted with the settings that are best on the other folds.
    """
    grid = [dict(zip(GRID, point, strict=True)) for point in itertools.product(*GRID.values())]
    tried = [
        simulate(predictions, means_of, settings, seeds=1) for settings in track(grid, "Tuning")
    ]

    def best(folds: Collection[int]) -> int:
        return max(range(len(grid)), key=lambda n: merit(tried[n], folds))

    folds = {fold for _, fold in tried[0]}
    chosen = {fold: best(folds - {fold}) for fold in folds}
    nested = {(kind, fold): tried[chosen[fold]][kind, fold] for kind, fold in tried[0]}
    lines = [f"best: {grid[best(folds)]}"]
    lines += [f"best without fold {fold}: {grid[n]}" for fold, n in chosen.items()]
    return "\n".join([*lines, "", *report("most speech, chosen on other folds", nested)])


def report(windows: str, outcomes: Outcomes) -> list[str]:
    """Return the lines of a Markdown table."""
    lines = [
        f"| {windows} | n | accuracy | adapted | UAR | adapted |",
        "|---|---|---|---|---|---|",
    ]
    for kind in dict.fromkeys(kind for kind, _ in outcomes):
        truth, predicted, adapted = pool(outcomes, kind, [f for k, f in outcomes if k == kind])
        pairs = zip(
            accuracy_and_uar(truth, predicted), accuracy_and_uar(truth, adapted), strict=True
        )
        cells = [f"{value:.1%}" for pair in pairs for value in pair]
        lines.append(f"| {kind} | {len(truth)} | {' | '.join(cells)} |")
    return lines


def report_single(outcomes: Outcomes) -> list[str]:
    """Return a Markdown table of the recall of each emotion, in sessions of a single mood."""
    truth, *predictions = pool(
        outcomes, SINGLE, [fold for kind, fold in outcomes if kind == SINGLE]
    )
    lines = [f"| {SINGLE} | {' | '.join(EMOTIONS)} |", "|---" * 9 + "|"]
    for name, predicted in zip(("not adapted", "adapted"), predictions, strict=True):
        recalls = recall(confusion_matrix(truth, predicted, len(EMOTIONS)))
        lines.append(f"| {name} | {' | '.join(f'{value:.1%}' for value in recalls)} |")
    return lines


def write_means(means: Means, card: Path) -> None:
    """Replace the means in a card."""
    rows = "".join(f"    [{', '.join(f'{value:.2f}' for value in row)}],\n" for row in means)
    text, count = re.subn(
        rf"^{MEANS_SETTING} = \[\n.*?^\]$",
        f"{MEANS_SETTING} = [\n{rows}]",
        card.read_text(encoding="utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    )
    if count != 1:
        raise ValueError(f"{card} must have {MEANS_SETTING} in its [settings] once")
    card.write_text(text, encoding="utf-8")


def main(
    folds: Annotated[Path, typer.Argument(help="Output of models.voice.evaluate.")],
    search: Annotated[bool, typer.Option("--tune", help="Search for settings.")] = False,
) -> None:
    """Evaluate speaker adaptation and write its means into the card."""
    live = read_predictions(folds, RAVDESS, LIVE)
    means_of = {fold: mean_log_probs(live[live.folds != fold]) for fold in np.unique(live.folds)}
    if search:
        print(tune(most_speech(live), means_of))
        return
    windows = {
        f"{LIVE} window with most speech": most_speech(live),
        f"every {LIVE} window": live,
    }
    for name, predictions in windows.items():
        outcomes = simulate(predictions, means_of, {})
        print("\n".join([*report(name, outcomes), "", *report_single(outcomes), ""]))
    write_means(mean_log_probs(live), CARD)


if __name__ == "__main__":
    typer.run(main)
