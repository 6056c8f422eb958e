"""Judge the adaptation to speakers on simulated sessions, and find the means it needs.

``python -m models.voice.adaptation FOLDS`` where FOLDS is what :mod:`models.voice.evaluate` wrote.
Prints the figures as Markdown and writes the means into the card. With ``--tune`` it searches for
the settings of :class:`~inference.adaptation.SpeakerAdaptation` instead, and judges the search.
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
from models.voice.examples import CLIP, WINDOWS

LIVE: Final = "3 s"
"""The condition of live sessions: windows of 3 s, one a second."""

BALANCED: Final = "all moods alike"
SKEWED: Final = "70 % neutral and calm"
SINGLE: Final = "one mood only"
CHANGED: Final = "all alike, after another speaker"
KINDS: Final = (BALANCED, SKEWED, SINGLE, CHANGED)

QUIET: Final = 0.7
"""Share of neutral and calm in a skewed session."""

LENGTH: Final = 40
"""Recordings in a session for which they are drawn with replacement."""

SEEDS: Final = 2
"""Sessions of each kind with each speaker."""

MARGIN: Final = 1.2
"""Factor on the means: the greater, the less somebody loses who stays in one mood, and the less the
others gain."""

GRID: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {"within": (0.5, 1.0, 2.0), "across": (0.25, 0.5, 1.0), "memory": (10.0, 20.0)}
)

CARD: Final = Path(__file__).parent / "card.md"

Rows = NDArray[np.intp]
Means = NDArray[np.float64]
Outcomes = dict[tuple[str, int], NDArray[np.int64]]
Settings = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What networks said of windows of people they were not trained on, one row a window.

    Attributes
    ----------
    recordings, speakers : ndarray of str, shape (n,)
        The windows of a recording follow each other in time.
    emotions : ndarray of int, shape (n,)
        Index in :data:`EMOTIONS`.
    folds : ndarray of int, shape (n,)
        Which network it was.
    probs : ndarray of float32, shape (n, 8)
    worth : ndarray of float, shape (n,)
        The reliability of a window with so much speech.
    fresh : ndarray of float, shape (n,)
        The share of a window that is not in the one before.
    """

    recordings: NDArray[np.str_]
    speakers: NDArray[np.str_]
    emotions: NDArray[np.int64]
    folds: NDArray[np.int64]
    probs: NDArray[np.float32]
    worth: NDArray[np.float64]
    fresh: NDArray[np.float64]

    def __getitem__(self, rows: NDArray[Any]) -> Answers:
        """Return some of the rows."""
        return Answers(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """Rows of :class:`Answers` in the order they are heard; the last ``scored`` are scored."""

    kind: str
    speaker: str
    rows: Rows
    scored: int


def read_answers(path: Path, corpus: str, condition: str) -> Answers:
    """Read one condition of a corpus from a file that :mod:`models.voice.evaluate` wrote."""
    with np.load(path) as file:
        chosen = (file["corpus"] == corpus) & (file["condition"] == condition)
        columns = ("path", "speaker", "emotion", "fold", "logits", "speech", "t_end")
        recordings, speakers, emotions, folds, logits, speech, ends = (
            file[name][chosen] for name in columns
        )
    probs = np.exp(logits - logits.max(axis=1, keepdims=True))
    same = recordings[1:] == recordings[:-1]
    elapsed = np.where(np.append(False, same), np.diff(ends, prepend=0.0), ends)
    fresh = np.minimum(elapsed / WINDOWS[condition], 1) if condition != CLIP else np.ones(len(ends))
    return Answers(
        recordings=recordings,
        speakers=speakers,
        emotions=emotions,
        folds=folds,
        probs=probs / probs.sum(axis=1, keepdims=True),
        worth=np.array([reliability(s, silence=0, level=-25, clipped=0) for s in speech]),
        fresh=fresh,
    )


def fullest(answers: Answers) -> Answers:
    """Return of each recording the last of the windows that are worth most, as wholly fresh."""
    chosen = {}
    for row in np.argsort(answers.worth, kind="stable"):
        chosen[answers.recordings[row]] = row
    best = answers[np.sort(list(chosen.values()))]
    return replace(best, fresh=np.ones(len(best.fresh)))


def mean_log_probs(answers: Answers) -> Means:
    """Return the means as :class:`~inference.adaptation.SpeakerAdaptation` takes them."""
    right = answers[answers.probs.argmax(axis=1) == answers.emotions]
    weights = right.worth * [pseudo_label_weight(probs) for probs in right.probs]
    means = [
        np.average(log_probs(right.probs[of]), axis=0, weights=weights[of])
        for of in (right.emotions == emotion for emotion in range(len(EMOTIONS)))
    ]
    return MARGIN * np.array(means, np.float64)


def sessions(answers: Answers, seeds: int = SEEDS) -> Iterator[Session]:
    """Yield sessions of every kind with every speaker.

    One with all recordings in random order; one of :data:`LENGTH` recordings, of which
    :data:`QUIET` are neutral or calm; for each emotion one of as many with no other; and one with
    all recordings after all those of another speaker of the same fold.
    """
    of_recording: dict[str, list[int]] = defaultdict(list)
    of_speaker: dict[str, dict[str, int]] = defaultdict(dict)
    for row, (recording, speaker) in enumerate(
        zip(answers.recordings, answers.speakers, strict=True)
    ):
        of_recording[recording].append(row)
        of_speaker[speaker][recording] = int(answers.emotions[row])

    def play(recordings: Iterable[str]) -> Rows:
        return np.concatenate([of_recording[recording] for recording in recordings])

    folds = dict(zip(answers.speakers, answers.folds, strict=True))
    for number, (speaker, emotion_of) in enumerate(of_speaker.items()):
        near = [name for name in of_speaker if folds[name] == folds[speaker] and name != speaker]
        recordings, emotions = np.array([*emotion_of]), np.array([*emotion_of.values()])
        quiet = emotions <= EMOTIONS.index("calm")
        for seed in range(seeds):
            random = np.random.default_rng((seed, number))
            every = play(random.permutation(recordings))
            yield Session(BALANCED, speaker, every, len(every))
            before = play(random.permutation([*of_speaker[random.choice(near)]]))
            yield Session(CHANGED, speaker, np.concatenate([before, every]), len(every))
            shares = [quiet / quiet.sum() * QUIET + ~quiet / (~quiet).sum() * (1 - QUIET)]
            moods = [emotions == emotion for emotion in np.unique(emotions)]
            shares += [mood / mood.sum() for mood in moods]
            for kind, share in zip((SKEWED, *[SINGLE] * len(moods)), shares, strict=True):
                rows = play(random.choice(recordings, LENGTH, p=share))
                yield Session(kind, speaker, rows, len(rows))


def adapt(answers: Answers, rows: Rows, means: Means, settings: Settings) -> list[Distribution]:
    """Return the answers of a session, each adapted by those before it."""
    adaptation = SpeakerAdaptation(means, **settings)
    adapted = []
    for row in rows:
        adapted.append(adaptation.adapt(answers.probs[row]))
        adaptation.update(answers.probs[row], answers.worth[row] * answers.fresh[row])
    return adapted


def judge(
    answers: Answers, means_of: Mapping[int, Means], settings: Settings, seeds: int = SEEDS
) -> Outcomes:
    """Run all sessions.

    Parameters
    ----------
    answers : Answers
    means_of : mapping from int to ndarray of float, shape (8, 8)
        The means for each fold, from other folds.
    settings : mapping
        Of :class:`~inference.adaptation.SpeakerAdaptation`.
    seeds : int
        As for :func:`sessions`.

    Returns
    -------
    dict from (str, int) to ndarray of int, shape (3, n)
        For each kind of session and fold what was meant, told, and told once adapted.
    """
    parts = defaultdict(list)
    for session in sessions(answers, seeds):
        fold = int(answers.folds[session.rows[-1]])
        adapted = adapt(answers, session.rows, means_of[fold], settings)[-session.scored :]
        rows = session.rows[-session.scored :]
        told = answers.probs[rows].argmax(axis=1)
        parts[session.kind, fold].append([answers.emotions[rows], told, np.argmax(adapted, axis=1)])
    return {key: np.concatenate(part, axis=1) for key, part in parts.items()}


def pool(outcomes: Outcomes, kind: str, folds: Collection[int]) -> NDArray[np.int64]:
    """Return the outcomes of one kind of session in some folds together, shape (3, n)."""
    return np.concatenate([outcomes[kind, fold] for fold in folds], axis=1)


def figures(truth: NDArray[np.int64], told: NDArray[np.int64]) -> tuple[float, float]:
    """Return accuracy and unweighted average recall."""
    confusion = confusion_matrix(truth, told, len(EMOTIONS))
    return accuracy(truth, told), unweighted_average_recall(confusion)


def merit(outcomes: Outcomes, folds: Collection[int]) -> tuple[float, float]:
    """Return what settings are chosen by, the greater the better.

    First the worst loss of accuracy in any kind of session, as a negative number or 0; then the
    mean gain of unweighted average recall.
    """
    gains = []
    for kind in KINDS:
        truth, told, adapted = pool(outcomes, kind, folds)
        gains.append(np.subtract(figures(truth, adapted), figures(truth, told)))
    return min(0.0, float(np.min(gains, axis=0)[0])), float(np.mean(gains, axis=0)[1])


def tune(answers: Answers, means_of: Mapping[int, Means]) -> str:
    """Search :data:`GRID`, and return as Markdown what is best and what the search is worth.

    For the latter, each fold is adapted by the settings that are best on the others.
    """
    grid = [dict(zip(GRID, point, strict=True)) for point in itertools.product(*GRID.values())]
    tried = [judge(answers, means_of, settings, seeds=1) for settings in track(grid, "Tuning")]

    def best(folds: Collection[int]) -> int:
        return max(range(len(grid)), key=lambda n: merit(tried[n], folds))

    folds = {fold for _, fold in tried[0]}
    chosen = {fold: best(folds - {fold}) for fold in folds}
    nested = {(kind, fold): tried[chosen[fold]][kind, fold] for kind, fold in tried[0]}
    lines = [f"best: {grid[best(folds)]}"]
    lines += [f"best but for fold {fold}: {grid[n]}" for fold, n in chosen.items()]
    return "\n".join([*lines, "", *report("fullest, chosen on other folds", nested)])


def report(windows: str, outcomes: Outcomes) -> list[str]:
    """Return the lines of a Markdown table."""
    lines = [
        f"| {windows} | n | accuracy | adapted | UAR | adapted |",
        "|---|---|---|---|---|---|",
    ]
    for kind in dict.fromkeys(kind for kind, _ in outcomes):
        truth, told, adapted = pool(outcomes, kind, [f for k, f in outcomes if k == kind])
        pairs = zip(figures(truth, told), figures(truth, adapted), strict=True)
        cells = [f"{value:.1%}" for pair in pairs for value in pair]
        lines.append(f"| {kind} | {len(truth)} | {' | '.join(cells)} |")
    return lines


def report_single(outcomes: Outcomes) -> list[str]:
    """Return a Markdown table of the sessions with one mood only: the recall of each."""
    truth, *told = pool(outcomes, SINGLE, [fold for kind, fold in outcomes if kind == SINGLE])
    lines = [f"| {SINGLE} | {' | '.join(EMOTIONS)} |", "|---" * 9 + "|"]
    for name, answers in zip(("as told", "adapted"), told, strict=True):
        recalls = recall(confusion_matrix(truth, answers, len(EMOTIONS)))
        lines.append(f"| {name} | {' | '.join(f'{value:.1%}' for value in recalls)} |")
    return lines


def write_means(means: Means, card: Path) -> None:
    """Write the means into a card, instead of those it has."""
    rows = "".join(f"    [{', '.join(f'{value:.2f}' for value in row)}],\n" for row in means)
    text, count = re.subn(
        rf"^{MEANS_SETTING} = \[\n.*?^\]$",
        f"{MEANS_SETTING} = [\n{rows}]",
        card.read_text(encoding="utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    )
    if count != 1:
        raise ValueError(f"{card} needs {MEANS_SETTING} in its [settings] once")
    card.write_text(text, encoding="utf-8")


def main(
    folds: Annotated[Path, typer.Argument(help="What models.voice.evaluate wrote.")],
    search: Annotated[bool, typer.Option("--tune", help="Search for settings.")] = False,
) -> None:
    """Judge the adaptation to speakers and write its means into the card."""
    live = read_answers(folds, RAVDESS, LIVE)
    means_of = {fold: mean_log_probs(live[live.folds != fold]) for fold in np.unique(live.folds)}
    if search:
        print(tune(fullest(live), means_of))
        return
    for name, answers in {"fullest 3 s window": fullest(live), "every 3 s window": live}.items():
        outcomes = judge(answers, means_of, {})
        print("\n".join([*report(name, outcomes), "", *report_single(outcomes), ""]))
    write_means(mean_log_probs(live), CARD)


if __name__ == "__main__":
    typer.run(main)
