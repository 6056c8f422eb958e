"""Population of the voice network, and what an enrolment gains for strangers.

``python -m models.voice.people folds.npz``, where folds.npz is the output of
:mod:`models.voice.evaluate`, prints what a few recordings of a person gain, with a population that
was fitted without the person's corpus, and writes the population of all corpora next to the
network.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import numpy as np
import typer
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from inference.fusion import softmax
from inference.people import FILE, Floats, Population
from models.enrolment import Clips, Enrolment, score_enrolled
from models.voice.corpora import SONG
from models.voice.examples import CLIP

ENROLMENTS: Final[Mapping[str, Enrolment]] = MappingProxyType(
    {
        "nothing": Enrolment(0),
        "3 neutral": Enrolment(3, ("neutral",)),
        "neutral, happy, sad, angry": Enrolment(1, ("neutral", "happy", "sad", "angry")),
        "1 of each": Enrolment(1),
        "2 of each": Enrolment(2),
        "3 of each": Enrolment(3),
        "3 of each of another": Enrolment(3, own=False),
    }
)
"""What is compared, by name."""

RIDGE: Final = 1e-3
"""Added to the variances before the space is made white."""

MIN_VARIANCE: Final = 0.02
"""Smallest variance of how a person expresses an emotion."""


def fit(clips: Clips, corpora: NDArray[np.str_]) -> Population:
    """Fit a population by moments; every corpus counts the same, and in it every speaker.

    Parameters
    ----------
    clips : Clips
        Recordings; no two corpora have a speaker of the same name.
    corpora : ndarray of str, shape (n,)
        Corpus of each recording.
    """
    cells = _cells(clips)
    raw = clips.embeddings.astype(np.float64)
    residuals = np.concatenate([raw[rows] - raw[rows].mean(axis=0) for rows in cells.values()])
    covariance = residuals.T @ residuals / (len(residuals) - len(cells))
    # In this space, the recordings of a speaker and an emotion vary by 1 in every direction.
    projection = np.linalg.inv(np.linalg.cholesky(covariance + RIDGE * np.eye(len(covariance)))).T
    at = raw @ projection

    means: dict[str, dict[int, Floats]] = {}
    for (speaker, emotion), rows in cells.items():
        means.setdefault(speaker, {})[emotion] = at[rows].mean(axis=0)
    corpus = dict(zip(clips.speakers.tolist(), corpora.tolist(), strict=True))
    sizes = Counter(corpus[speaker] for speaker in means)
    weights = {speaker: 1 / sizes[corpus[speaker]] for speaker in means}

    emotions = np.zeros((len(EMOTIONS), at.shape[1]))
    for emotion in {emotion for _, emotion in cells}:
        having = [speaker for speaker, own in means.items() if emotion in own]
        distances = [
            means[speaker][emotion] - np.mean(list(means[speaker].values()), axis=0)
            for speaker in having
        ]
        emotions[emotion] = np.average(distances, axis=0, weights=[weights[s] for s in having])
    shifts = {
        speaker: np.mean([mean - emotions[emotion] for emotion, mean in own.items()], axis=0)
        for speaker, own in means.items()
    }
    shares = list(weights.values())
    mean = np.average(list(shifts.values()), axis=0, weights=shares)
    between = np.average((np.array(list(shifts.values())) - mean) ** 2, axis=0, weights=shares)

    own, within = np.zeros_like(mean), np.zeros_like(mean)
    for (speaker, emotion), rows in cells.items():
        weight = weights[speaker]
        spread = at[rows].var(axis=0, ddof=1)
        distance = means[speaker][emotion] - emotions[emotion] - shifts[speaker]
        # The mean of few recordings varies by itself.
        own += weight * (distance**2 - spread / len(rows))
        within += weight * spread
    # The shift is the mean of the same distances, which takes one of them.
    free = sum(weights[speaker] * (len(found) - 1) for speaker, found in means.items())
    return Population(
        projection=projection,
        mean=mean,
        emotions=emotions,
        between=between,
        own=np.maximum(own / free, MIN_VARIANCE),
        within=within / sum(weights[speaker] for speaker, _ in cells),
    )


def _cells(clips: Clips) -> dict[tuple[str, int], NDArray[np.int64]]:
    """Return the rows of each speaker and emotion with at least two recordings."""
    rows: dict[tuple[str, int], list[int]] = {}
    pairs = zip(clips.speakers.tolist(), clips.emotions.tolist(), strict=True)
    for row, pair in enumerate(pairs):
        rows.setdefault(pair, []).append(row)
    return {pair: np.array(found) for pair, found in sorted(rows.items()) if len(found) > 1}


def report(clips: Clips, corpora: NDArray[np.str_]) -> str:
    """Return recall and calibration by corpus and enrolment, as Markdown."""
    lines = [f"| UAR, ECE | {' | '.join(ENROLMENTS)} |", "|---" * (len(ENROLMENTS) + 1) + "|"]
    for corpus in sorted(set(corpora.tolist())):
        others = corpora != corpus
        population = fit(clips[others], corpora[others])
        scores = [
            score_enrolled(clips[~others], population, enrolment)
            for enrolment in ENROLMENTS.values()
        ]
        cells = [f"{100 * s.uar:.1f}, {s.ece:.2f}" if s else "" for s in scores]
        lines.append(f"| {corpus} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(
    folds: Annotated[Path, typer.Argument(help="Output of models.voice.evaluate.")],
    model: Annotated[Path, typer.Option(help="Folder of the model.")] = Path(__file__).parent,
) -> None:
    """Print what an enrolment gains, and write the population of the voice network."""
    with np.load(folds, allow_pickle=False) as data:
        chosen = (data["condition"] == CLIP) & (data["corpus"] != SONG)
        corpora = data["corpus"][chosen]
        names = zip(corpora.tolist(), data["speaker"][chosen].tolist(), strict=True)
        clips = Clips(
            probs=softmax(data["logits"][chosen]).astype(np.float32),
            embeddings=data["embedding"][chosen].astype(np.float32),
            emotions=data["emotion"][chosen],
            speakers=np.array([f"{corpus}/{speaker}" for corpus, speaker in names]),
        )
    print(report(clips, corpora))
    fit(clips, corpora).write(model / FILE)


if __name__ == "__main__":
    typer.run(main)
