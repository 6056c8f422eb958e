"""Predictions of voice networks for held-out speakers, window by window.

The shipped network is trained on all available speakers, so its predictions for them are too good.
Whatever is fitted to predictions or measured with them therefore uses those of the folds:
``held_out.npz`` next to this file, made from the output of :mod:`models.voice.evaluate` by
``python -m models.fusion.held_out folds.npz``. Each corpus in it was predicted by networks that
were not trained on the speaker, or on any speaker of that corpus.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from inference.fusion import softmax
from models.voice.corpora import SONG
from models.voice.examples import CLIP, DEGRADED, LIVE, WINDOWS

FILE: Final = Path(__file__).parent / "held_out.npz"

LENGTHS: Final = {name: WINDOWS[name] for name in WINDOWS if name != CLIP} | {
    DEGRADED: WINDOWS[LIVE]
}
"""Conditions that are kept, with the lengths of their windows in seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Windows of recordings with predictions of a network not trained on the speaker.

    Attributes
    ----------
    names : ndarray of str, shape (n,)
        File names of the recordings.
    conditions : ndarray of str, shape (n,)
        Keys of :data:`LENGTHS`.
    ends : ndarray of float32, shape (n,)
        End of the window in the recording, in seconds.
    speech : ndarray of float32, shape (n,)
        Amount of speech in the window, in seconds.
    probabilities : ndarray of float32, shape (n, 8)
        Predicted distributions.
    corpora, speakers : ndarray of str, shape (n,)
        Corpus of each window, and its speaker in that corpus.
    emotions : ndarray of int, shape (n,)
        True emotions, as indices in :data:`~inference.emotion.EMOTIONS`.
    """

    names: NDArray[np.str_]
    conditions: NDArray[np.str_]
    ends: NDArray[np.float32]
    speech: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    corpora: NDArray[np.str_]
    speakers: NDArray[np.str_]
    emotions: NDArray[np.int64]

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> HeldOut:
        """Return the windows selected by a mask, shape (n,), or by indices."""
        return HeldOut(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @property
    def begins(self) -> NDArray[np.float32]:
        """Starts of the windows, in seconds; negative if a window starts before its recording."""
        lengths = np.array([LENGTHS[condition] for condition in self.conditions.tolist()])
        return np.asarray(self.ends - lengths, np.float32)

    @property
    def people(self) -> NDArray[np.str_]:
        """Speakers, named so that no two corpora share one."""
        pairs = zip(self.corpora.tolist(), self.speakers.tolist(), strict=True)
        return np.array([f"{corpus}/{speaker}" for corpus, speaker in pairs])


COLUMNS: Final = {field.name: field.name for field in fields(HeldOut)} | {
    "corpora": "corpus",
    "speakers": "speaker",
    "emotions": "emotion",
}
"""Names in the file, by attribute; emotions are stored by name."""


def read_held_out(file: Path = FILE) -> HeldOut:
    """Read a file written by :func:`write_held_out`.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    with np.load(file, allow_pickle=False) as data:
        if missing := sorted(set(COLUMNS.values()) - set(data)):
            raise ValueError(
                f"{file} has no {' and no '.join(missing)}: make it with models.fusion.held_out"
            )
        columns = {attribute: data[name] for attribute, name in COLUMNS.items()}
    columns["emotions"] = np.array([EMOTIONS.index(name) for name in columns["emotions"].tolist()])
    columns["probabilities"] = columns["probabilities"].astype(np.float32)
    return HeldOut(**columns)


def write_held_out(held_out: HeldOut, file: Path = FILE) -> None:
    """Write the windows, with probabilities in half precision."""
    columns = {name: getattr(held_out, attribute) for attribute, name in COLUMNS.items()}
    columns["emotion"] = np.array(EMOTIONS)[held_out.emotions]
    columns["probabilities"] = held_out.probabilities.astype(np.float16)
    np.savez_compressed(file, **columns)


def main(
    answers: Annotated[Path, typer.Argument(help="Output of models.voice.evaluate.")],
) -> None:
    """Extract the predictions for the windows of speech, of every corpus."""
    with np.load(answers, allow_pickle=False) as data:
        kept = HeldOut(
            names=np.array([Path(path).name for path in data["path"].tolist()]),
            conditions=data["condition"],
            ends=data["t_end"].astype(np.float32),
            speech=data["speech"].astype(np.float32),
            probabilities=softmax(data["logits"]).astype(np.float32),
            corpora=data["corpus"],
            speakers=data["speaker"],
            emotions=data["emotion"].astype(np.int64),
        )[(data["corpus"] != SONG) & np.isin(data["condition"], list(LENGTHS))]
    write_held_out(kept)
    for corpus in sorted(set(kept.corpora.tolist())):
        of = kept[kept.corpora == corpus]
        print(f"{corpus}: {len(of.names)} windows of {len(set(of.people.tolist()))} speakers")


if __name__ == "__main__":
    typer.run(main)
