"""Judge the voice network on people, and on a corpus, that it was not trained on.

``python -m models.voice.evaluate --dataset FOLDER --whisper model.bin --out folds.npz`` trains five
times with other RAVDESS actors held out and once without nEMO, prints the figures as Markdown and
draws curves and confusion beside this file. What was answered for those held out is written to
``--out``, for whatever is fitted on answers: the temperature, speaker adaptation, fusion.
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
from models.pictures import Epoch, draw_confusion, draw_curves
from models.voice.corpora import NEMO, RAVDESS
from models.voice.dataset import ROW, Dataset, read_dataset
from models.voice.encoder import Encoder, Weights, read_whisper
from models.voice.examples import CLIP, DEGRADED, LIVE, VIEW, WINDOWS
from models.voice.network import VoiceNetwork
from models.voice.train import answer, train

FOLDS: Final = 5
FULLEST: Final = "3 s, fullest"
"""Of the 3 s windows of each recording, the last of those with the most speech."""

FOLDER: Final = Path(__file__).parent

Rows: TypeAlias = NDArray[np.void]
Fold: TypeAlias = dict[str, NDArray[Any]]
"""Columns with a row for each example, and a few arrays of their own."""


def held_out(rows: Rows) -> list[NDArray[np.bool_]]:
    """Return for each fold which rows are kept from training.

    In the first folds that is all of every fifth RAVDESS actor, in the last one nEMO.
    """
    actors = np.unique(rows["speaker"][rows["corpus"] == RAVDESS])
    speakers = [np.isin(rows["speaker"], actors[fold::FOLDS]) for fold in range(FOLDS)]
    return [*speakers, rows["corpus"] == NEMO]


def judge(dataset: Dataset, held: NDArray[np.bool_], weights: Weights, seed: int) -> Fold:
    """Train without what is held out, and ask the network about that.

    It is asked about all windows of RAVDESS speech, and about whole clips of nEMO.
    """
    rows = dataset.rows
    asked = (rows["corpus"] == RAVDESS) & (rows["condition"] != VIEW)
    asked |= (rows["corpus"] == NEMO) & (rows["condition"] == CLIP)
    test, trained_on = dataset[held & asked], dataset[~held]
    watched = test[np.isin(test.rows["condition"], (LIVE, CLIP))]
    targets = torch.from_numpy(watched.rows["emotion"])
    network = VoiceNetwork(Encoder(weights))
    curve = []

    def watch(averaged: VoiceNetwork, loss: float, hits: float) -> None:
        logits = torch.from_numpy(answer(averaged, watched))
        right = (logits.argmax(1) == targets).float().mean().item()
        curve.append((loss, hits, functional.cross_entropy(logits, targets).item(), right))

    train(network, trained_on, seed, watch)
    return {
        **{name: test.rows[name] for name in ROW.names or ()},
        "logits": answer(network, test),
        "curve": np.array(curve, np.float32),
    }


def merge(folds: list[Fold]) -> Fold:
    """Return what :func:`judge` gave for all folds, calibrated, one row for each example.

    The temperature of each fold is found on the live windows of the others; ``temperature`` is the
    one of all.
    """
    rows = {
        name: np.concatenate([fold[name] for fold in folds])
        for name in (*(ROW.names or ()), "logits")
    }
    number = np.repeat(np.arange(len(folds)), [len(fold["logits"]) for fold in folds])
    live = rows["condition"] == LIVE
    others = [live & (number != fold) for fold in range(len(folds))]
    truth = np.eye(len(EMOTIONS), dtype=np.float32)[rows["emotion"]]
    found = [fit_temperature(rows["logits"][o], truth[o]) for o in others]
    temperatures = np.array(found, np.float32)
    return {
        **rows,
        "fold": number,
        "logits": rows["logits"] / temperatures[number, None],
        "temperature": np.array(fit_temperature(rows["logits"][live], truth[live])),
    }


def groups(merged: Fold) -> dict[str, NDArray[np.bool_]]:
    """Return, by name, the rows that are scored together."""
    condition, ravdess = merged["condition"], merged["corpus"] == RAVDESS
    found = {name: ravdess & (condition == name) for name in (*WINDOWS, DEGRADED)}
    live = found[LIVE]
    best: dict[str, int] = {}
    for n in np.flatnonzero(live):
        path = merged["path"][n]
        if path not in best or merged["speech"][n] >= merged["speech"][best[path]]:
            best[path] = int(n)
    found[FULLEST] = np.isin(np.arange(len(live)), list(best.values()))
    for low in (0.5, 1.0, 1.5, 2.0):
        spoken = (low <= merged["speech"]) & (merged["speech"] < low + 0.5)
        found[f"{LIVE}, {low:g} to {low + 0.5:g} s spoken"] = live & spoken
    men = np.array([speaker.isdigit() and int(speaker) % 2 == 1 for speaker in merged["speaker"]])
    found |= {f"{FULLEST}, men": found[FULLEST] & men, f"{FULLEST}, women": found[FULLEST] & ~men}
    return found | {f"{NEMO}, never heard": ~ravdess}


def report(merged: Fold) -> str:
    """Return the figures as Markdown: each group, and the confusion of two."""
    logits = torch.from_numpy(merged["logits"])
    answers = logits.softmax(1).numpy()
    scores: dict[str, Score] = {}
    for name, chosen in groups(merged).items():
        if not chosen.any():
            continue
        truth = [EMOTIONS[emotion] for emotion in merged["emotion"][chosen]]
        scores[name] = score(truth, list(answers[chosen]), occurring(truth))
    lines = ["| windows | n | accuracy | UAR | ECE |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {found.n} | {found.accuracy:.1%} | {found.uar:.1%} | {found.ece:.3f} |"
        for name, found in scores.items()
    ]
    for name in (FULLEST, LIVE):
        lines += ["", f"| {name} | {' | '.join(EMOTIONS)} | recall |", "|---" * 10 + "|"]
        for emotion, counts in zip(EMOTIONS, scores[name].confusion, strict=True):
            hit = scores[name].per_class[emotion]
            lines.append(f"| {emotion} | {' | '.join(map(str, counts))} | {hit:.1%} |")
    return "\n".join(lines)


def draw(folds: list[Fold], merged: Fold) -> None:
    """Draw the mean curve of the folds by speaker, and the confusion, beside this file."""
    curve = np.mean([fold["curve"] for fold in folds[:FOLDS]], axis=0)
    draw_curves(
        [Epoch(*map(float, row)) for row in curve], FOLDER / "curves.png", "Mean of five folds"
    )
    chosen = groups(merged)[FULLEST]
    confusion = confusion_matrix(
        merged["emotion"][chosen], merged["logits"][chosen].argmax(1), len(EMOTIONS)
    )
    draw_confusion(confusion, EMOTIONS, FOLDER / "confusion.png", "RAVDESS by speaker")


def main(
    dataset: Annotated[Path, typer.Option(help="What models.voice.dataset wrote.")],
    whisper: Annotated[Path, typer.Option(help="Whisper tiny.en as CTranslate2 model.bin.")],
    out: Annotated[Path, typer.Option(help="File for the answers of all folds.")],
    seed: int = 0,
) -> None:
    """Judge the voice network by speakers and by a corpus it has not heard."""
    torch.set_num_threads(1)
    data, weights = read_dataset(dataset), read_whisper(whisper)
    folds = []
    for number, held in enumerate(held_out(data.rows)):
        part = out.with_suffix(f".{number}.npz")
        if not part.exists():
            # One fold takes minutes: what was interrupted goes on here.
            np.savez(part, allow_pickle=False, **judge(data, held, weights, seed))
        with np.load(part) as found:
            folds.append(dict(found))
    merged = merge(folds)
    np.savez(out, allow_pickle=False, **merged)
    draw(folds, merged)
    print(report(merged))


if __name__ == "__main__":
    typer.run(main)
