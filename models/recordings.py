"""Labelled recordings for training and evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Emotion
from stream.resample import Resampler


@dataclass(frozen=True, slots=True)
class Recording:
    """A file in which one speaker acts one emotion."""

    path: Path
    emotion: Emotion
    speaker: str


def ravdess(folder: Path) -> list[Recording]:
    """Return the recordings of RAVDESS below ``folder``, in order of their paths.

    File names read modality-channel-emotion-intensity-statement-repetition-actor, the emotion
    counted from 01 in the order of :data:`EMOTIONS` (Livingstone & Russo 2018,
    doi 10.1371/journal.pone.0196391).

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    recordings = []
    for path in sorted(folder.rglob("??-??-??-??-??-??-??.*")):
        fields = path.stem.split("-")
        recordings.append(Recording(path, EMOTIONS[int(fields[2]) - 1], speaker=fields[6]))
    if not recordings:
        raise FileNotFoundError(f"no RAVDESS recordings below {folder}")
    return recordings


def read_audio(path: Path) -> NDArray[np.float32]:
    """Return the sound of a file as mono float32 samples at 16 kHz, full scale -1 to 1."""
    resampler = Resampler()
    with av.open(path) as container:
        blocks = [
            block for frame in container.decode(audio=0) for block in resampler.push(frame, 0.0)
        ]
    return np.concatenate([block.samples for block in (*blocks, *resampler.flush())])
