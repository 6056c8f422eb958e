"""Predictions of voice networks for held-out speakers, window by window.

The shipped network is trained on all available speakers, so its predictions for them are too good.
Whatever is fitted to predictions or measured with them therefore uses those of the folds:
``held_out.npz`` next to this file, made from the output of :mod:`models.voice.evaluate` by
``python -m models.fusion.held_out folds.npz``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from models.recordings import parse_ravdess_name
from models.voice.corpora import RAVDESS
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
        RAVDESS file names of the recordings.
    conditions : ndarray of str, shape (n,)
        Keys of :data:`LENGTHS`.
    ends : ndarray of float32, shape (n,)
        End of the window in the recording, in seconds.
    speech : ndarray of float32, shape (n,)
        Amount of speech in the window, in seconds.
    probabilities : ndarray of float32, shape (n, 8)
        Predicted distributions.
    """

    names: NDArray[np.str_]
    conditions: NDArray[np.str_]
    ends: NDArray[np.float32]
    speech: NDArray[np.float32]
    probabilities: NDArray[np.float32]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> HeldOut:
        """Return the windows selected by the mask ``chosen``, shape (n,)."""
        return HeldOut(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @property
    def begins(self) -> NDArray[np.float32]:
        """Starts of the windows, in seconds; negative if a window starts before its recording."""
        lengths = np.array([LENGTHS[condition] for condition in self.conditions.tolist()])
        return np.asarray(self.ends - lengths, np.float32)

    @property
    def emotions(self) -> NDArray[np.int64]:
        """True emotions, as indices in :data:`~inference.emotion.EMOTIONS`."""
        return np.array([EMOTIONS.index(_parse_name(name)[0]) for name in self.names.tolist()])

    @property
    def speakers(self) -> NDArray[np.str_]:
        """Speaker of each window."""
        return np.array([_parse_name(name)[1] for name in self.names.tolist()])


def _parse_name(name: str) -> tuple[str, str]:
    recording = parse_ravdess_name(Path(name))
    if recording is None:
        raise ValueError(f"{name} is not a RAVDESS file name")
    return recording.emotion, recording.speaker


def read_held_out(file: Path = FILE) -> HeldOut:
    """Read a file written by :func:`write_held_out`."""
    with np.load(file, allow_pickle=False) as data:
        return HeldOut(**{**data, "probabilities": data["probabilities"].astype(np.float32)})


def write_held_out(held_out: HeldOut, file: Path = FILE) -> None:
    """Write the windows, with probabilities in half precision."""
    columns = {field.name: getattr(held_out, field.name) for field in fields(HeldOut)}
    columns["probabilities"] = held_out.probabilities.astype(np.float16)
    np.savez_compressed(file, **columns)


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the probabilities of logits along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def main(
    answers: Annotated[Path, typer.Argument(help="Output of models.voice.evaluate.")],
) -> None:
    """Extract the predictions for the windows of RAVDESS speech."""
    with np.load(answers, allow_pickle=False) as data:
        chosen = (data["corpus"] == RAVDESS) & np.isin(data["condition"], list(LENGTHS))
        kept = HeldOut(
            names=np.array([Path(path).name for path in data["path"].tolist()]),
            conditions=data["condition"],
            ends=data["t_end"].astype(np.float32),
            speech=data["speech"].astype(np.float32),
            probabilities=softmax(data["logits"]),
        )[chosen]
    write_held_out(kept)
    print(f"{FILE}: {len(kept.names)} windows of {len(set(kept.names.tolist()))} recordings")


if __name__ == "__main__":
    typer.run(main)
