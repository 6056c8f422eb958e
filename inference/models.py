"""Load the networks that an analyser needs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from inference.analyser import MODELS
from inference.face.emotion import MODEL as FACE
from inference.runtime import LocalRuntime

SHIPPED: Final = Path(__file__).parent.parent / "models"
"""Folder of the networks that come with Moodcue."""


def load_models(
    *directories: Path, voice: str = "voice", face: str = FACE, workers: int | None = None
) -> LocalRuntime:
    """Load the networks that an :class:`~inference.Analyser` needs.

    Parameters
    ----------
    directories : Path
        Folders with models of your own, each in a folder ``NAME`` with a ``card.md``; they come
        before those shipped with Moodcue.
    voice : str
        Name of the voice model: ``voice``, ``voice-open`` for commercial use, ``mfcc-conv1d`` of
        the 2020 system, or your own.
    face : str
        Name of the model that reads the emotion of a face: ``face_emotion``, ``mini-xception`` of
        the 2020 system, or your own.
    workers : int, optional
        Worker threads; by default one for each processor that this process may use.

    Returns
    -------
    LocalRuntime
        Can be shared by analysers; close it after use.

    Raises
    ------
    ModelError
        If a model is missing, does not match its card, or cannot replace the one it stands for.
    """
    folders = (*directories, SHIPPED)
    return LocalRuntime(folders, MODELS, workers or processors(), {"voice": voice, FACE: face})


def processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
