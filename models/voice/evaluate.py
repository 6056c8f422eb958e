"""Evaluation of the voice network on corpora and on speakers that were left out.

``python -m models.voice.evaluate --dataset FOLDER --whisper model.bin --out folds.npz`` trains five
times. Each training leaves out whole corpora, and every fifth actor of RAVDESS; together they leave
out every corpus but RAVDESS once. ``--network voice.pt`` evaluates a trained network instead, on
the corpora that it was not trained on. Both print metrics as Markdown and plot the confusion, the
former also the curves. The predictions are written to ``--out``, for calibration, for the fusion,
and for the adaptation to speakers.
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
from models.evaluation import Score, confusion_matrix, score
from models.plots import Epoch, draw_confusion, draw_curves
from models.voice.calibration import Calibration, fit_calibration
from models.voice.corpora import CORPORA, RAVDESS, SONG, level
from models.voice.dataset import ROW, Dataset, read_dataset
from models.voice.encoder import Encoder, Weights, read_whisper
from models.voice.examples import CLIP, DEGRADED, LIVE, VIEW, WINDOWS
from models.voice.network import VoiceNetwork
from models.voice.train import COORDINATES, SCHEDULE, Schedule, predict, train

LEFT_OUT: Final = (
    ("CREMA-D", "Korean"),
    ("nEMO", "EMOVO"),
    ("ASED", "EmoDB"),
    ("EmoSpeech", "AESDD", "CASIA"),
    ("Spanish", "Hindi"),
)
"""Corpora that each training leaves out."""

WATCHED: Final = 400
"""Number of recordings left out that are predicted during the training, for the curves."""

Rows: TypeAlias = NDArray[np.void]
Fold: TypeAlias = dict[str, NDArray[Any]]
"""Columns with one row per example, and a few other arrays."""


def held_out(rows: Rows) -> list[NDArray[np.bool_]]:
    """Return the mask of held-out rows of each fold: see :data:`LEFT_OUT`."""
    actors = np.unique(rows["speaker"][rows["corpus"] == RAVDESS])
    return [
        np.isin(rows["corpus"], corpora) | np.isin(rows["speaker"], actors[fold :: len(LEFT_OUT)])
        for fold, corpora in enumerate(LEFT_OUT)
    ]


def run_fold(
    dataset: Dataset,
    held: NDArray[np.bool_],
    weights: Weights,
    seed: int,
    schedule: Schedule = SCHEDULE,
) -> Fold:
    """Train without the held-out rows, then predict them, except for augmented views."""
    test = dataset[held & (dataset.rows["condition"] != VIEW)]
    clips = np.flatnonzero(test.rows["condition"] == CLIP)
    random = np.random.default_rng(seed)
    watched = test[np.isin(np.arange(len(test.rows)), random.permutation(clips)[:WATCHED])]
    truth = torch.from_numpy(watched.rows["emotion"])
    network = VoiceNetwork(Encoder(weights))
    curve = []

    def on_chunk(averaged: VoiceNetwork, loss: float, accuracy: float) -> None:
        logits = torch.from_numpy(predict(averaged, watched)["logits"])
        held_accuracy = (logits.argmax(1) == truth).float().mean().item()
        curve.append(
            (loss, accuracy, functional.cross_entropy(logits, truth).item(), held_accuracy)
        )
        print(
            f"{len(curve)}: loss {loss:.3f}, {accuracy:.1%}; held out {held_accuracy:.1%}",
            flush=True,
        )

    train(network, dataset[~held], seed, on_chunk, schedule)
    return {**predictions(network, test), "curve": np.array(curve, np.float32)}


def predictions(network: VoiceNetwork, test: Dataset) -> Fold:
    """Return the rows of a test set with the network's outputs."""
    outputs = predict(network, test)
    columns = {name: test.rows[name] for name in ROW.names or ()}
    return {**columns, **outputs, "embedding": outputs["embedding"].astype(np.float16)}


def merge(folds: list[Fold], biased: bool = False) -> Fold:
    """Concatenate and calibrate the results of :func:`run_fold` for all folds.

    Each fold is calibrated, with or without biases, on the live windows that the others left out;
    ``temperature`` and ``bias`` are fitted to all of them.
    """
    names = (*(ROW.names or ()), "logits", "affect", "embedding")
    rows = {name: np.concatenate([fold[name] for fold in folds]) for name in names}
    number = np.repeat(np.arange(len(folds)), [len(fold["logits"]) for fold in folds])
    live = rows["condition"] == LIVE

    def fitted(chosen: NDArray[np.bool_]) -> Calibration:
        logits, emotions, corpora = (rows[name][chosen] for name in ("logits", "emotion", "corpus"))
        return fit_calibration(logits, emotions, corpora, biased)

    calibrated = [
        fitted(live & (number != fold)).apply(rows["logits"][number == fold])
        for fold in range(len(folds))
    ]
    shipped = fitted(live)
    return {
        **rows,
        "fold": number,
        "logits": np.concatenate(calibrated),
        "temperature": np.array(shipped.temperature),
        "bias": shipped.bias,
    }


def groups(merged: Fold) -> dict[str, NDArray[np.bool_]]:
    """Return the masks of the rows that are scored together, by name."""
    condition, corpus = merged["condition"], merged["corpus"]
    unknown = [name for name in CORPORA if name not in (RAVDESS, SONG)]
    found = {f"{name}, clip": (corpus == name) & (condition == CLIP) for name in unknown}
    found |= {f"{name}, {LIVE}": (corpus == name) & (condition == LIVE) for name in unknown}
    found[f"{SONG}, clip"] = (corpus == SONG) & (condition == CLIP)
    found |= {
        f"{RAVDESS}, {name}": (corpus == RAVDESS) & (condition == name)
        for name in (*WINDOWS, DEGRADED)
    }
    strong = np.array([level(Path(name)) == 1 for name in merged["path"].tolist()])
    clips = found[f"{RAVDESS}, {CLIP}"]
    found |= {f"{RAVDESS}, clip, strong": clips & strong, f"{RAVDESS}, clip, weak": clips & ~strong}
    return {name: chosen for name, chosen in found.items() if chosen.any()}


def score_group(merged: Fold, chosen: NDArray[np.bool_]) -> Score:
    """Score some rows among the labels that occur in them; see :func:`models.evaluation.score`."""
    probabilities = torch.from_numpy(merged["logits"][chosen]).softmax(1).numpy()
    return score([EMOTIONS[n] for n in merged["emotion"][chosen]], list(probabilities))


def report(merged: Fold) -> str:
    """Return the metrics of all groups as Markdown."""
    lines = ["| left out | n | speakers | accuracy | UAR | ECE |", "|---|---|---|---|---|---|"]
    for name, chosen in groups(merged).items():
        found = score_group(merged, chosen)
        speakers = len(np.unique(merged["speaker"][chosen]))
        lines.append(
            f"| {name} | {found.n} | {speakers} | {found.accuracy:.1%} | {found.uar:.1%} "
            f"| {found.ece:.3f} |"
        )
    return "\n".join(lines)


def strangers(merged: Fold, condition: str) -> list[NDArray[np.bool_]]:
    """Return the masks of the rows of each corpus but RAVDESS, for one condition."""
    return [
        chosen
        for name, chosen in groups(merged).items()
        if name.endswith(f", {condition}") and not name.startswith(RAVDESS)
    ]


def mean_score(merged: Fold, condition: str) -> tuple[float, float]:
    """Return the mean UAR and ECE over all corpora of strangers, for one condition."""
    scores = [score_group(merged, chosen) for chosen in strangers(merged, condition)]
    return float(np.mean([s.uar for s in scores])), float(np.mean([s.ece for s in scores]))


def affect_report(merged: Fold) -> str:
    """Return how well valence and arousal of strangers' clips follow those of their labels.

    Pearson's correlation, as the mean over corpora: of the network's own output, and of the mean
    that its probabilities give.
    """
    probabilities = torch.from_numpy(merged["logits"]).softmax(1).numpy()
    sources = {"own output": merged["affect"], "from probabilities": probabilities @ COORDINATES}
    corpora = strangers(merged, CLIP)
    lines = ["| strangers, clips | valence | arousal |", "|---|---|---|"]
    for name, values in sources.items():
        means = [
            np.mean([_correlation(values[of], merged["emotion"][of], axis) for of in corpora])
            for axis in range(2)
        ]
        lines.append(f"| {name} | {means[0]:.2f} | {means[1]:.2f} |")
    return "\n".join(lines)


def _correlation(values: NDArray[np.float32], emotions: NDArray[np.int64], axis: int) -> float:
    return float(np.corrcoef(values[:, axis], COORDINATES[emotions, axis])[0, 1])


def draw(merged: Fold, folder: Path, curve: NDArray[np.float32] | None) -> None:
    """Plot the confusion on all strangers, and the mean curve of the folds."""
    chosen = (merged["condition"] == CLIP) & ~np.isin(merged["corpus"], (RAVDESS, SONG))
    confusion = confusion_matrix(
        merged["emotion"][chosen], merged["logits"][chosen].argmax(1), len(EMOTIONS)
    )
    draw_confusion(confusion, EMOTIONS, folder / "confusion.png", "Corpora left out, clips")
    if curve is not None:
        epochs = [Epoch(*map(float, row)) for row in curve]
        draw_curves(epochs, folder / "curves.png", "Mean of five folds, steps of 5,000 examples")


def main(
    dataset: Annotated[Path, typer.Option(help="Output of models.voice.dataset.")],
    whisper: Annotated[Path, typer.Option(help="Whisper base as CTranslate2 model.bin.")],
    out: Annotated[Path, typer.Option(help="File for the predictions.")],
    network: Annotated[
        Path | None, typer.Option(help="A network trained with --commercial, instead of folds.")
    ] = None,
    only: Annotated[list[int] | None, typer.Option(help="Only train for these folds.")] = None,
    pictures: Annotated[
        Path, typer.Option(help="Folder for the pictures of curves and confusion.")
    ] = Path(__file__).parent,
    seed: int = 0,
) -> None:
    """Evaluate a voice network on corpora and speakers that were left out."""
    torch.set_num_threads(1)
    data = read_dataset(dataset)
    if network:
        left_out = [name for name, corpus in CORPORA.items() if not corpus.commercial]
        trained = torch.load(network, weights_only=False)
        evaluated = data[data.rows["condition"] != VIEW]
        folds = [
            predictions(trained, evaluated[evaluated.rows["corpus"] == name]) for name in left_out
        ]
    else:
        folds = train_folds(data, read_whisper(whisper), out, only, seed)
    merged = merge(folds, biased=network is not None)
    np.savez(out, allow_pickle=False, **merged)
    draw(merged, pictures, None if network else np.mean([fold["curve"] for fold in folds], axis=0))
    print(report(merged))
    print(affect_report(merged))
    for condition in (CLIP, LIVE):
        uar, ece = mean_score(merged, condition)
        print(f"{condition}: mean UAR {uar:.1%}, mean ECE {ece:.3f}")


def train_folds(
    data: Dataset, weights: Weights, out: Path, only: list[int] | None, seed: int
) -> list[Fold]:
    """Train for the folds, or for some of them, and return the results of all.

    A fold takes a quarter of an hour: each is stored next to ``out``, so that an interrupted
    evaluation resumes with the missing ones.

    Raises
    ------
    typer.Exit
        If other folds remain to be trained.
    """
    parts = {fold: out.with_suffix(f".{fold}.npz") for fold in range(len(LEFT_OUT))}
    for fold, held in enumerate(held_out(data.rows)):
        if not parts[fold].exists() and (only is None or fold in only):
            np.savez(parts[fold], allow_pickle=False, **run_fold(data, held, weights, seed))
    if missing := [str(fold) for fold, part in parts.items() if not part.exists()]:
        print(f"folds {', '.join(missing)} remain: run again without --only")
        raise typer.Exit
    return [dict(np.load(part)) for part in parts.values()]


if __name__ == "__main__":
    typer.run(main)
