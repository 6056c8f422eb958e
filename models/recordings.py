"""Labelled recordings for training and evaluation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Emotion
from stream.resample import Resampler

RAVDESS_NAME: Final = re.compile(r"\d\d-\d\d-(0[1-8])-\d\d-\d\d-\d\d-(\d\d)")
"""Modality-channel-emotion-intensity-statement-repetition-actor; emotions are numbered from 01 in
the order of :data:`EMOTIONS` (Livingstone & Russo 2018, doi 10.1371/journal.pone.0196391)."""


@dataclass(frozen=True, slots=True)
class Recording:
    """An audio, video or image file in which one person expresses one emotion.

    Attributes
    ----------
    path : Path
        The file.
    emotion : Emotion
        Its label.
    speaker : str
        Name of the person; empty if unknown.
    """

    path: Path
    emotion: Emotion
    speaker: str


def parse_ravdess_name(path: Path) -> Recording | None:
    """Return the label in a RAVDESS file name; None for any other name."""
    fields = RAVDESS_NAME.fullmatch(path.stem)
    return fields and Recording(path, EMOTIONS[int(fields[1]) - 1], speaker=fields[2])


def ravdess(folder: Path) -> list[Recording]:
    """Return the RAVDESS recordings below ``folder``, in order of paths.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    recordings = [
        recording for path in sorted(folder.rglob("*")) if (recording := parse_ravdess_name(path))
    ]
    if not recordings:
        raise FileNotFoundError(f"no RAVDESS recordings below {folder}")
    return recordings


def read_audio(path: Path) -> NDArray[np.float32]:
    """Return the audio of a file: mono, float32, shape (n,), 16 kHz, full scale -1 to 1."""
    resampler = Resampler()
    with av.open(path) as container:
        blocks = [
            block for frame in container.decode(audio=0) for block in resampler.push(frame, 0.0)
        ]
    return np.concatenate([block.samples for block in (*blocks, *resampler.flush())])
