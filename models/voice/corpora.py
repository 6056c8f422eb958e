"""Corpora of the voice network: where they are, what they allow, and what their labels mean.

All are folders of the data that the card names; none is part of the project.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from inference.fusion import softmax
from models.labelled import NAMES
from models.recordings import Recording, parse_ravdess_name, ravdess

Floats: TypeAlias = NDArray[np.float32]

RAVDESS: Final = "RAVDESS"
SONG: Final = "RAVDESS song"
CREMA_D: Final = "CREMA-D"


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus of labelled recordings.

    Attributes
    ----------
    folder : str
        Where it lies in the data.
    language : str
        What is spoken.
    read : callable
        Returns the recordings below a folder; raises FileNotFoundError if there are none.
    commercial : bool
        Whether its licence allows commercial use of what is made from it.
    """

    folder: str
    language: str
    read: Callable[[Path], list[Recording]]
    commercial: bool = False


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


CORPORA: Final[Mapping[str, Corpus]] = MappingProxyType(
    {
        RAVDESS: Corpus("ravdess/speech", "English", ravdess),
        SONG: Corpus("ravdess/song", "English, sung", ravdess),
        CREMA_D: Corpus("voices/crema-d", "English", named_by_speaker, commercial=True),
        "nEMO": Corpus("nemo", "Polish", named_by_speaker),
        "EmoDB": Corpus("emodb", "German", named_by_speaker),
        "ASED": Corpus("voices/ased", "Amharic", named_by_speaker),
        "EmoSpeech": Corpus("voices/emospeech", "Hindi and English", named_by_speaker),
        "Spanish": Corpus("voices/spanish", "Spanish", named_by_speaker),
        "Hindi": Corpus("voices/hindi", "Hindi", named_by_speaker),
        "AESDD": Corpus("voices/aesdd", "Greek", named_by_speaker),
        "EMOVO": Corpus("voices/emovo", "Italian", named_by_speaker),
        "CASIA": Corpus("voices/casia", "Mandarin", named_by_speaker),
        "Korean": Corpus("voices/korean", "Korean", named_by_speaker),
    }
)
"""All corpora. Speaker names are unique, except that both parts of RAVDESS share theirs."""


def label_meanings(emotions: NDArray[np.int64]) -> Floats:
    """Return which emotions each label of a corpus stands for: float32, shape (8, 8).

    Row k has a one for every emotion that the label k covers, and only zeros if the corpus does not
    have that label. A corpus that has only one of neutral and calm does not separate them, so that
    its label covers both.

    Parameters
    ----------
    emotions : ndarray of int
        Labels that occur in the corpus, as indices in :data:`EMOTIONS`.
    """
    meanings = np.zeros((len(EMOTIONS),) * 2, np.float32)
    meanings[emotions, emotions] = 1
    quiet = [EMOTIONS.index("neutral"), EMOTIONS.index("calm")]
    present = np.intersect1d(quiet, emotions)
    if len(present) == 1:
        meanings[present[0], quiet] = 1
    return meanings


def label_probabilities(logits: Floats, emotions: NDArray[np.int64]) -> Floats:
    """Return the probabilities of a corpus's labels: float32, shape (n, 8).

    Parameters
    ----------
    logits : ndarray of float32, shape (n, 8)
        Outputs of the network.
    emotions : ndarray of int
        Labels that occur in the corpus; the others get no probability.
    """
    meanings = label_meanings(emotions)
    known = np.where(meanings.any(axis=0), logits, -np.inf)
    return np.asarray(softmax(known) @ meanings.T, np.float32)


def read_votes(file: Path) -> dict[str, NDArray[np.float32]]:
    """Return how the listeners of CREMA-D labelled each clip by its sound alone.

    Parameters
    ----------
    file : Path
        ``votes.csv`` with the columns ``clip`` and ``voice_EMOTION``.

    Returns
    -------
    dict from str to ndarray of float32, shape (8,)
        Share of each emotion, by clip, such as ``1001_DFA_ANG_XX``.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        counts = {
            row["clip"]: np.array([float(row.get(f"voice_{e}") or 0) for e in EMOTIONS], np.float32)
            for row in csv.DictReader(lines)
        }
    return {clip: votes / votes.sum() for clip, votes in counts.items() if votes.any()}


CREMA_D_LEVELS: Final = {"LO": 0.5, "MD": 0.75, "HI": 1.0}
RAVDESS_LEVELS: Final = {"01": 0.75, "02": 1.0}
USUAL_LEVEL: Final = 0.75


def level(path: Path) -> float:
    """Return how strongly a recording expresses its emotion, in (0, 1].

    RAVDESS and part of CREMA-D name it; for the others it is :data:`USUAL_LEVEL`.

    >>> level(Path("1001_angry_1001-IEO-ANG-LO.ogg"))
    0.5
    >>> level(Path("03-01-05-02-01-01-01.flac"))
    1.0
    """
    if parse_ravdess_name(path):
        return RAVDESS_LEVELS[path.stem.split("-")[3]]
    return CREMA_D_LEVELS.get(path.stem.rsplit("-", 1)[-1], USUAL_LEVEL)


def crema_d_clip(path: Path) -> str:
    """Return the clip's name in ``votes.csv``.

    >>> crema_d_clip(Path("1001_angry_1001-DFA-ANG-XX.ogg"))
    '1001_DFA_ANG_XX'
    """
    return path.stem.rsplit("_", 1)[-1].replace("-", "_")
