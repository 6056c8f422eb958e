"""Corpora that the face network is trained and chosen on: FER2013 with FER+, LFW, and CK+.

Every picture can have two answers: the votes of a crowd (FER+), and one label. FER2013's own labels
come from the words that its pictures were found with; the crowd of FER+ chose the same label first
in 62 % of them. Both are kept, because fear and disgust nearly vanish in the votes.

Barsoum et al. 2016, "Training deep networks for facial expression recognition with crowd-sourced
label distribution", arXiv 1608.01041. Lucey et al. 2010, "The extended Cohn-Kanade dataset (CK+)".
Huang et al. 2007, "Labeled faces in the wild".
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.face.emotion import Grey
from models.face_emotion.faces import LABELS, SIZE, Part, fer2013_names, read_fer2013
from models.labelled import NAMES

VOTED: Final = (*LABELS, "contempt")
"""Classes of the votes, in the order of the network's first head."""

COLUMNS: Final = (
    "anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral", "contempt",
)  # fmt: skip
"""Columns of ``ferplus.csv`` with the votes for :data:`VOTED`."""

REJECTED: Final = ("unknown", "NF")
"""Columns with the votes for no emotion and for no face."""

POSED_COPIES: Final = 3
"""How often the posed faces of CK+ are in each epoch of the training."""

HELD_OUT_SHARE: Final = 6
"""One of so many people of LFW and of CK+ is held out."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Faces with the opinions of people on them.

    Attributes
    ----------
    images : tuple of ndarray of uint8, shape (n, n)
        Grey square faces of any size.
    votes : ndarray of float32, shape (len(images), 8)
        Share of the crowd that chose each of :data:`VOTED`; a row of zeros if nobody was asked.
    labels : ndarray of float32, shape (len(images), 7)
        Probability of each of :data:`LABELS` by the corpus; a row of zeros if it has no label.
    people : tuple of str
        Person of each picture, by name; "" if unknown.
    """

    images: tuple[Grey, ...]
    votes: NDArray[np.float32]
    labels: NDArray[np.float32]
    people: tuple[str, ...]

    def chosen(self, indices: NDArray[np.int64]) -> Examples:
        """Return the examples at some indices, in that order."""
        return Examples(
            tuple(self.images[n] for n in indices),
            self.votes[indices],
            self.labels[indices],
            tuple(self.people[n] for n in indices),
        )

    def split(self) -> tuple[Examples, Examples]:
        """Return those of most people and those of one in six, who are held out."""
        held = np.array([zlib.crc32(name.encode()) % HELD_OUT_SHARE == 0 for name in self.people])
        return self.chosen(np.flatnonzero(~held)), self.chosen(np.flatnonzero(held))


def join(parts: Sequence[Examples]) -> Examples:
    """Return all examples of several corpora."""
    return Examples(
        tuple(image for part in parts for image in part.images),
        np.concatenate([part.votes for part in parts]),
        np.concatenate([part.labels for part in parts]),
        tuple(name for part in parts for name in part.people),
    )


def merge_duplicates(examples: Examples) -> Examples:
    """Keep one of each set of identical pictures, with the mean of their opinions."""
    groups: dict[bytes, list[int]] = {}
    for index, image in enumerate(examples.images):
        groups.setdefault(image.tobytes(), []).append(index)
    first = np.array([indices[0] for indices in groups.values()])
    kept = examples.chosen(first)
    return Examples(
        kept.images,
        np.stack([examples.votes[indices].mean(axis=0) for indices in groups.values()]),
        np.stack([examples.labels[indices].mean(axis=0) for indices in groups.values()]),
        kept.people,
    )


def read_votes(table: Path) -> dict[str, NDArray[np.int64]]:
    """Read the votes of FER+ by picture: int64, shape (10,), :data:`COLUMNS` then `REJECTED`."""
    with table.open(encoding="utf-8", newline="") as file:
        return {
            row["path"]: np.array([int(row[column]) for column in (*COLUMNS, *REJECTED)])
            for row in csv.DictReader(file)
        }


def share_votes(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the share of each class among the votes for one, without those of a single voter.

    As in FER+, one vote of ten counts as a mistake.

    Parameters
    ----------
    counts : ndarray of int64, shape (10,)
        Votes for the eight classes, for unknown, and for no face.

    Returns
    -------
    ndarray of float32, shape (8,)
        Zeros if most voters saw no emotion or no face.

    Examples
    --------
    >>> share_votes(np.array([6, 0, 1, 0, 2, 0, 0, 0, 1, 0])).tolist()
    [0.75, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.0]
    """
    kept = np.where(counts > counts.sum() / 8, counts, 0)[: len(VOTED)]
    if counts[len(VOTED) :].sum() * 2 > counts.sum() or not kept.any():
        return np.zeros(len(VOTED), np.float32)
    return np.asarray(kept / kept.sum(), np.float32)


def majority(counts: NDArray[np.int64]) -> int | None:
    """Return the class with more than half of all votes: an index of :data:`VOTED`, or None."""
    best = int(counts.argmax())
    return best if best < len(VOTED) and counts[best] * 2 > counts.sum() else None


def read_fer(
    archive: Path, part: Part, votes: Mapping[str, NDArray[np.int64]], without: frozenset[str]
) -> Examples:
    """Read a part of FER2013 with the votes of FER+.

    Parameters
    ----------
    archive : Path
        FER2013 as ``PART/LABEL/NAME.jpg``.
    part : str
        Part to read.
    votes : mapping of str to ndarray
        See :func:`read_votes`.
    without : frozenset of str
        Pictures to leave out, by their paths in the archive.

    Raises
    ------
    ValueError
        If the archive has no images of that part.
    """
    faces, names = read_fer2013(archive, part), fer2013_names(archive, part)
    kept = np.array([n for n, name in enumerate(names) if name not in without])
    nobody = np.zeros(len(VOTED) + len(REJECTED), np.int64)
    shares = np.stack([share_votes(votes.get(names[n], nobody)) for n in kept])
    return Examples(tuple(faces.images[kept]), shares, faces.targets[kept], tuple("" for _ in kept))


def read_names(listing: Path) -> frozenset[str]:
    """Read a list of pictures, one in each line."""
    return frozenset(listing.read_text(encoding="utf-8").split())


def read_people(archive: Path) -> Examples:
    """Read faces from an archive of ``LABEL/PERSON_NUMBER.EXTENSION``, in order of names.

    The label counts as the vote of all. Pictures are scaled down to the network's input size.

    Raises
    ------
    ValueError
        If the archive has no such pictures.
    """
    images, classes, people = [], [], []
    with zipfile.ZipFile(archive) as members:
        for name in sorted(members.namelist()):
            label, _, file = name.partition("/")
            if NAMES.get(label) is None or not file.endswith((".jpg", ".png")):
                continue
            image = cv2.imdecode(np.frombuffer(members.read(name), np.uint8), cv2.IMREAD_GRAYSCALE)
            if image is None:
                raise ValueError(f"{archive}: {name} can't be read as an image")
            if max(image.shape) > SIZE:
                image = cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
            images.append(np.asarray(image, np.uint8))
            classes.append([NAMES[of] for of in LABELS].index(NAMES[label]))
            people.append(person(file))
    if not images:
        raise ValueError(f"{archive} has no images LABEL/PERSON_NUMBER.jpg or .png")
    return Examples(
        tuple(images),
        np.eye(len(VOTED), dtype=np.float32)[classes],
        np.eye(len(LABELS), dtype=np.float32)[classes],
        tuple(people),
    )


def person(file: str) -> str:
    """Return the person of a picture of LFW or CK+, from its file name.

    >>> person("Tony_Blair_0001.jpg"), person("S010_004_00000017.png")
    ('Tony_Blair', 'S010')
    """
    parts = file.rpartition(".")[0].split("_")
    return "_".join(part for part in parts if not part.isdigit())


@dataclass(frozen=True, slots=True, eq=False)
class Corpora:
    """What a face network learns from, and who is held out.

    Attributes
    ----------
    trained : Examples
        Of all corpora together, with :data:`POSED_COPIES` of the posed ones.
    validation : Examples
        Part ``validation`` of FER2013.
    majority : ndarray of int64, shape (len(validation.images),)
        What most of the crowd of FER+ saw in it: an index of :data:`VOTED`, or -1.
    lfw, posed : Examples
        Held-out people of LFW and of CK+.
    """

    trained: Examples
    validation: Examples
    majority: NDArray[np.int64]
    lfw: Examples
    posed: Examples

    @property
    def held_out(self) -> dict[str, Examples]:
        """All that is not trained on, by name."""
        return {"validation": self.validation, "lfw": self.lfw, "posed": self.posed}


def read_corpora(data: Path) -> Corpora:
    """Read all corpora from the folder with ``fer2013.zip`` and ``faces``."""
    archive, faces = data / "fer2013.zip", data / "faces"
    votes, leaks = read_votes(faces / "ferplus.csv"), read_names(faces / "fer2013-leaks.txt")
    fer = merge_duplicates(read_fer(archive, "train", votes, leaks))
    lfw, lfw_held = read_people(faces / "lfw.zip").split()
    posed, posed_held = read_people(faces / "ck48.zip").split()
    majorities = [
        majority(votes[name]) if name in votes else None
        for name in fer2013_names(archive, "validation")
    ]
    return Corpora(
        trained=join([fer, lfw, *[posed] * POSED_COPIES]),
        validation=read_fer(archive, "validation", votes, frozenset()),
        majority=np.array([-1 if of is None else of for of in majorities]),
        lfw=lfw_held,
        posed=posed_held,
    )
