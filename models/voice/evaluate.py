"""Evaluation of the voice network on held-out speakers and on a held-out corpus.

``python -m models.voice.evaluate --dataset FOLDER --whisper model.bin --out folds.npz`` trains five
times with different RAVDESS actors held out and once without nEMO, prints metrics as Markdown, and
plots curves and confusion next to this file. The held-out predictions are written to ``--out``, for
fitting the temperature, speaker adaptation and fusion.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from torch.nn import functional

from inference.emotion import EMOTIONS
from models.evaluation import Score, confusion_matrix, fit_temperature, occurring, score
from models.plots import Epoch, draw_confusion, draw_curves
from models.voice.corpora import NEMO, RAVDESS
from models.voice.dataset import ROW, Dataset, read_dataset
from models.voice.encoder import Encoder, Weights, read_whisper
from models.voice.examples import CLIP, DEGRADED, LIVE, VIEW, WINDOWS
from models.voice.network import VoiceNetwork
from models.voice.train import SCHEDULE, Schedule, predict, train

FOLDS: Final = 5
MOST_SPEECH: Final = f"{LIVE}, most speech"
"""The live window with the most speech of each recording (the last, if several)."""

FOLDER: Final = Path(__file__).parent

Rows: TypeAlias = NDArray[np.void]
Fold: TypeAlias = dict[str, NDArray[Any]]
"""Columns with one row per example, and a few other arrays."""


def held_out(rows: Rows) -> list[NDArray[np.bool_]]:
    """Return the mask of held-out rows of each fold.

    Each of the first folds holds out every fifth RAVDESS actor, the last one nEMO.
    """
    actors = np.unique(rows["speaker"][rows["corpus"] == RAVDESS])
    speakers = [np.isin(rows["speaker"], actors[fold::FOLDS]) for fold in range(FOLDS)]
    return [*speakers, rows["corpus"] == NEMO]


def run_fold(
    dataset: Dataset,
    held: NDArray[np.bool_],
    weights: Weights,
    seed: int,
    schedule: Schedule = SCHEDULE,
) -> Fold:
    """Train without the held-out rows, then predict them.

    Predicts all windows of RAVDESS speech, and whole clips of nEMO.
    """
    rows = dataset.rows
    scored = (rows["corpus"] == RAVDESS) & (rows["condition"] != VIEW)
    scored |= (rows["corpus"] == NEMO) & (rows["condition"] == CLIP)
    test, trained_on = dataset[held & scored], dataset[~held]
    validation = test[np.isin(test.rows["condition"], (LIVE, CLIP))]
    targets = torch.from_numpy(validation.rows["emotion"])
    network = VoiceNetwork(Encoder(weights))
    curve = []

    def on_epoch(averaged: VoiceNetwork, loss: float, accuracy: float) -> None:
        logits = torch.from_numpy(predict(averaged, validation))
        validation_accuracy = (logits.argmax(1) == targets).float().mean().item()
        validation_loss = functional.cross_entropy(logits, targets).item()
        curve.append((loss, accuracy, validation_loss, validation_accuracy))

    train(network, trained_on, seed, on_epoch, schedule)
    return {
        **{name: test.rows[name] for name in ROW.names or ()},
        "logits": predict(network, test),
        "curve": np.array(curve, np.float32),
    }


def merge(folds: list[Fold]) -> Fold:
    """Concatenate and calibrate the results of :func:`run_fold` for all folds.

    The temperature of each fold is fitted to the live windows of the others; ``temperature`` is
    fitted to all folds.
    """
    rows = {
        name: np.concatenate([fold[name] for fold in folds])
        for name in (*(ROW.names or ()), "logits")
    }
    number = np.repeat(np.arange(len(folds)), [len(fold["logits"]) for fold in folds])
    live = rows["condition"] == LIVE
    others = [live & (number != fold) for fold in range(len(folds))]
    truth = np.eye(len(EMOTIONS), dtype=np.float32)[rows["emotion"]]
    temperatures = np.array(
        [fit_temperature(rows["logits"][other], truth[other]) for other in others], np.float32
    )
    return {
        **rows,
        "fold": number,
        "logits": rows["logits"] / temperatures[number, None],
        "temperature": np.array(fit_temperature(rows["logits"][live], truth[live])),
    }


def groups(merged: Fold) -> dict[str, NDArray[np.bool_]]:
    """Return the masks of the rows that are scored together, by name."""
    condition, ravdess = merged["condition"], merged["corpus"] == RAVDESS
    found = {name: ravdess & (condition == name) for name in (*WINDOWS, DEGRADED)}
    live = found[LIVE]
    best: dict[str, int] = {}
    for n in np.flatnonzero(live):
        path = merged["path"][n]
        if path not in best or merged["speech"][n] >= merged["speech"][best[path]]:
            best[path] = int(n)
    found[MOST_SPEECH] = np.isin(np.arange(len(live)), list(best.values()))
    for low in (0.5, 1.0, 1.5, 2.0):
        spoken = (low <= merged["speech"]) & (merged["speech"] < low + 0.5)
        found[f"{LIVE}, {low:g} to {low + 0.5:g} s spoken"] = live & spoken
    men = np.array([speaker.isdigit() and int(speaker) % 2 == 1 for speaker in merged["speaker"]])
    found |= {
        f"{MOST_SPEECH}, men": found[MOST_SPEECH] & men,
        f"{MOST_SPEECH}, women": found[MOST_SPEECH] & ~men,
    }
    return found | {f"{NEMO}, held out": ~ravdess}


def report(merged: Fold) -> str:
    """Return the metrics of all groups and two confusion matrices as Markdown."""
    logits = torch.from_numpy(merged["logits"])
    predictions = logits.softmax(1).numpy()
    scores: dict[str, Score] = {}
    for name, chosen in groups(merged).items():
        if not chosen.any():
            continue
        truth = [EMOTIONS[emotion] for emotion in merged["emotion"][chosen]]
        scores[name] = score(truth, list(predictions[chosen]), occurring(truth))
    lines = ["| windows | n | accuracy | UAR | ECE |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {found.n} | {found.accuracy:.1%} | {found.uar:.1%} | {found.ece:.3f} |"
        for name, found in scores.items()
    ]
    for name in (MOST_SPEECH, LIVE):
        lines += ["", f"| {name} | {' | '.join(EMOTIONS)} | recall |", "|---" * 10 + "|"]
        for emotion, counts in zip(EMOTIONS, scores[name].confusion, strict=True):
            recall = scores[name].per_class[emotion]
            lines.append(f"| {emotion} | {' | '.join(map(str, counts))} | {recall:.1%} |")
    return "\n".join(lines)


def draw(folds: list[Fold], merged: Fold) -> None:
    """Plot the mean curve of the folds by speaker, and the confusion, next to this file."""
    curve = np.mean([fold["curve"] for fold in folds[:FOLDS]], axis=0)
    draw_curves(
        [Epoch(*map(float, row)) for row in curve], FOLDER / "curves.png", "Mean of five folds"
    )
    chosen = groups(merged)[MOST_SPEECH]
    confusion = confusion_matrix(
        merged["emotion"][chosen], merged["logits"][chosen].argmax(1), len(EMOTIONS)
    )
    draw_confusion(confusion, EMOTIONS, FOLDER / "confusion.png", "RAVDESS by speaker")


def main(
    dataset: Annotated[Path, typer.Option(help="Output of models.voice.dataset.")],
    whisper: Annotated[Path, typer.Option(help="Whisper tiny.en as CTranslate2 model.bin.")],
    out: Annotated[Path, typer.Option(help="File for the held-out predictions.")],
    seed: int = 0,
) -> None:
    """Evaluate the voice network on held-out speakers and a held-out corpus."""
    torch.set_num_threads(1)
    data, weights = read_dataset(dataset), read_whisper(whisper)
    folds = []
    for number, held in enumerate(held_out(data.rows)):
        part = out.with_suffix(f".{number}.npz")
        if not part.exists():
            # A fold takes minutes: an interrupted evaluation resumes with the missing folds.
            np.savez(part, allow_pickle=False, **run_fold(data, held, weights, seed))
        with np.load(part) as found:
            folds.append(dict(found))
    merged = merge(folds)
    np.savez(out, allow_pickle=False, **merged)
    draw(folds, merged)
    print(report(merged))


if __name__ == "__main__":
    typer.run(main)
