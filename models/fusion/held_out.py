"""What voice networks answered for speakers they were not trained on, window by window.

The network that is shipped has heard every speaker there is; what it says of them flatters. So
whatever is learned from its answers, or measured by them, takes those of the folds instead:
``held_out.npz`` beside this file, from the output of :mod:`models.voice.evaluate` by
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
from models.recordings import named_by_ravdess
from models.voice.corpora import RAVDESS
from models.voice.examples import CLIP, DEGRADED, LIVE, WINDOWS

FILE: Final = Path(__file__).parent / "held_out.npz"

LENGTHS: Final = {name: WINDOWS[name] for name in WINDOWS if name != CLIP} | {
    DEGRADED: WINDOWS[LIVE]
}
"""The conditions that are kept, and the seconds of their windows."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Windows of recordings, and what a network that never heard the speaker made of each.

    Attributes
    ----------
    names : ndarray of str, shape (n,)
        The recordings' file names, which are RAVDESS's.
    conditions : ndarray of str, shape (n,)
        A key of :data:`LENGTHS`.
    ends : ndarray of float32, shape (n,)
        Where the window ends in the recording, in seconds.
    speech : ndarray of float32, shape (n,)
        Seconds of speech in it.
    probabilities : ndarray of float32, shape (n, 8)
    """

    names: NDArray[np.str_]
    conditions: NDArray[np.str_]
    ends: NDArray[np.float32]
    speech: NDArray[np.float32]
    probabilities: NDArray[np.float32]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> HeldOut:
        """Return the windows where ``chosen``, shape (n,), is true."""
        return HeldOut(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @property
    def begins(self) -> NDArray[np.float32]:
        """Where the windows begin, in seconds: before 0 where the recording began within one."""
        lengths = np.array([LENGTHS[condition] for condition in self.conditions.tolist()])
        return np.asarray(self.ends - lengths, np.float32)

    @property
    def emotions(self) -> NDArray[np.int64]:
        """What was acted, as index in :data:`~inference.emotion.EMOTIONS`."""
        return np.array([EMOTIONS.index(_named(name)[0]) for name in self.names.tolist()])

    @property
    def speakers(self) -> NDArray[np.str_]:
        """Who spoke."""
        return np.array([_named(name)[1] for name in self.names.tolist()])


def _named(name: str) -> tuple[str, str]:
    recording = named_by_ravdess(Path(name))
    if recording is None:
        raise ValueError(f"{name} is no name of a RAVDESS recording")
    return recording.emotion, recording.speaker


def read_held_out(file: Path = FILE) -> HeldOut:
    """Return what :func:`write_held_out` wrote."""
    with np.load(file, allow_pickle=False) as data:
        return HeldOut(**{**data, "probabilities": data["probabilities"].astype(np.float32)})


def write_held_out(held_out: HeldOut, file: Path = FILE) -> None:
    """Write the windows, their probabilities in half precision."""
    columns = {field.name: getattr(held_out, field.name) for field in fields(HeldOut)}
    columns["probabilities"] = held_out.probabilities.astype(np.float16)
    np.savez_compressed(file, **columns)


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the probabilities of logits, along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def main(
    answers: Annotated[Path, typer.Argument(help="What models.voice.evaluate wrote.")],
) -> None:
    """Keep the answers to the windows of RAVDESS speech, without their embeddings."""
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
