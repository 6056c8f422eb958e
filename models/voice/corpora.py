"""Training corpora of the voice network."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from models.labelled import NAMES
from models.recordings import Recording, ravdess

RAVDESS: Final = "RAVDESS"
SONG: Final = "RAVDESS song"
NEMO: Final = "nEMO"
EMODB: Final = "EmoDB"


def corpora(data: Path) -> dict[str, list[Recording]]:
    """Return the recordings of each corpus.

    Speaker names are unique across corpora, except that both parts of RAVDESS share theirs.

    Parameters
    ----------
    data : Path
        Folder with ``ravdess/speech``, ``ravdess/song``, ``nemo`` and ``emodb``.

    Raises
    ------
    FileNotFoundError
        If a corpus is missing.
    """
    return {
        RAVDESS: ravdess(data / "ravdess" / "speech"),
        SONG: ravdess(data / "ravdess" / "song"),
        NEMO: named_by_speaker(data / "nemo"),
        EMODB: named_by_speaker(data / "emodb"),
    }


def named_by_speaker(folder: Path) -> list[Recording]:
    """Return the recordings in a folder with names like ``SPEAKER_emotion_anything.ogg``.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    recordings = []
    for path in sorted(folder.glob("*_*_*.ogg")):
        speaker, emotion, _ = path.stem.split("_", 2)
        recordings.append(Recording(path, NAMES[emotion], f"{folder.name}-{speaker}"))
    if not recordings:
        raise FileNotFoundError(f"no recordings named SPEAKER_emotion_n.ogg in {folder}")
    return recordings
