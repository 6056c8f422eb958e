"""The faces of FER2013: where they come from, which occur twice, and how a live feed spoils them.

Goodfellow et al. 2013, "Challenges in representation learning: a report on three machine learning
contests", arXiv 1307.0414.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.face.emotion import Grey

LABELS: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""The classes of FER2013, in the order of the network's output."""

SIZE: Final = 64
"""Pixels a side of the network's input."""

BORDER: Final = cv2.BORDER_REPLICATE
"""What lies outside a picture, as in the live crop."""

Part = Literal["train", "validation"]


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Faces and what they are said to show.

    Attributes
    ----------
    pictures : ndarray of uint8, shape (n, 48, 48)
        Grey.
    targets : ndarray of float32, shape (n, 7)
        How likely each of :data:`LABELS` is; rows sum to 1.
    """

    pictures: NDArray[np.uint8]
    targets: NDArray[np.float32]

    @property
    def classes(self) -> NDArray[np.int64]:
        """The likeliest of :data:`LABELS`, int64 of shape (n,)."""
        return np.asarray(self.targets.argmax(axis=1))


def read_fer2013(archive: Path, part: Part) -> Faces:
    """Read one part of FER2013 from an archive of ``PART/LABEL/NAME.jpg``, in order of names.

    Raises
    ------
    ValueError
        If the archive has no picture of that part.
    """
    pictures, targets = [], []
    with zipfile.ZipFile(archive) as members:
        for name in sorted(members.namelist()):
            folder, _, rest = name.partition("/")
            label, _, file = rest.partition("/")
            if folder != part or not file.endswith(".jpg"):
                continue
            data = np.frombuffer(members.read(name), np.uint8)
            pictures.append(_grey(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)))
            targets.append(LABELS.index(label))
    if not pictures:
        raise ValueError(f"{archive} has no pictures {part}/LABEL/NAME.jpg")
    return Faces(np.stack(pictures), np.eye(len(LABELS), dtype=np.float32)[targets])


def merge_duplicates(faces: Faces) -> Faces:
    """Keep one of each set of identical pictures, with the mean of what they are said to show."""
    groups: dict[bytes, list[int]] = {}
    for place, picture in enumerate(faces.pictures):
        groups.setdefault(picture.tobytes(), []).append(place)
    first = [places[0] for places in groups.values()]
    targets = [faces.targets[places].mean(axis=0) for places in groups.values()]
    return Faces(faces.pictures[first], np.stack(targets))


def occurs_in(faces: Faces, others: Faces) -> NDArray[np.bool_]:
    """Return for each face whether the identical picture is among others, bool of shape (n,)."""
    known = {picture.tobytes() for picture in others.pictures}
    return np.array([picture.tobytes() in known for picture in faces.pictures])


def to_input(pictures: NDArray[np.uint8] | Sequence[Grey]) -> NDArray[np.float32]:
    """Scale pictures to the network's input: float32 of shape (n, 64, 64, 1), from -1 to 1."""
    scaled = [cv2.resize(picture, (SIZE, SIZE)) for picture in pictures]
    return np.stack(scaled)[..., None] / np.float32(127.5) - 1


def augment(picture: Grey, random: np.random.Generator, strength: float = 1.0) -> Grey:
    """Return the face as another camera, light and pose might have shown it, 64 x 64 pixels.

    Parameters
    ----------
    picture : ndarray of uint8, shape (n, n)
    random : numpy.random.Generator
    strength : float
        Scales every chance and every range; 0 changes nothing but left and right.
    """
    spoilt = degrade(picture, random, strength)
    return hide(move(spoilt, random, strength), random, strength)


def degrade(picture: Grey, random: np.random.Generator, strength: float) -> Grey:
    """Spoil a face as a cheap camera does: far away, out of focus, in the dark, compressed."""
    if random.random() < 0.1 * strength:
        picture = shrink(picture, int(random.integers(14, 40)))
    if random.random() < 0.1 * strength:
        picture = blur(picture, random.uniform(0.4, 1.8))
    if random.random() < 0.15 * strength:
        gain, deviation = 10 ** random.uniform(-1, 0.1), random.uniform(0, 3)
        noise = np.float32(deviation) * random.standard_normal(picture.shape, np.float32)
        picture = dim(picture, gain, noise)
    if random.random() < 0.1 * strength:
        picture = compress(picture, int(random.integers(15, 70)))
    return picture


def shrink(picture: Grey, size: int) -> Grey:
    """Return what is left of a face that had ``size`` pixels a side."""
    small = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    return _grey(cv2.resize(small, picture.shape[::-1]))


def blur(picture: Grey, sigma: float) -> Grey:
    """Blur by a Gaussian of ``sigma`` pixels."""
    return _grey(cv2.GaussianBlur(picture, (0, 0), sigma))


def dim(picture: Grey, gain: float, noise: NDArray[np.float32] | float = 0.0) -> Grey:
    """Multiply the light by ``gain`` and add noise, in grey levels."""
    return _grey(np.clip(np.rint(picture * np.float32(gain) + noise), 0, 255))


def compress(picture: Grey, quality: int) -> Grey:
    """Compress as JPEG of a quality from 0 to 100."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _grey(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def rotate(picture: Grey, degrees: float) -> Grey:
    """Turn a face about its middle."""
    height, width = picture.shape
    transform = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    return _grey(cv2.warpAffine(picture, transform, (width, height), borderMode=BORDER))


def move(picture: Grey, random: np.random.Generator, strength: float) -> Grey:
    """Mirror, turn, scale, shift and slant a face, and scale it to the network's input.

    At full strength turns reach 25 degrees, shifts 8 %, and width and height change by up to a
    sixth, each on its own; the corners then move by up to 6 % each, which slants the face as a
    turned head does.
    """
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    corners *= 1 + strength * random.uniform(-0.13, 0.18, 2)
    corners += strength * random.uniform(-0.06, 0.06, (4, 2))
    angle = strength * np.deg2rad(np.clip(random.normal(scale=9), -25, 25))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = corners @ turn + strength * random.uniform(-0.08, 0.08, 2)
    if random.random() < 0.5:
        corners[:, 0] *= -1
    source = ((corners + 0.5) * picture.shape[0] - 0.5).astype(np.float32)
    target = np.array([[0, 0], [SIZE, 0], [SIZE, SIZE], [0, SIZE]], np.float32) - np.float32(0.5)
    transform = cv2.getPerspectiveTransform(source, target)
    return _grey(cv2.warpPerspective(picture, transform, (SIZE, SIZE), borderMode=BORDER))


def hide(picture: Grey, random: np.random.Generator, strength: float) -> Grey:
    """Cover a rectangle in one of four faces (Zhong et al. 2020, arXiv 1708.04896)."""
    if random.random() < 0.25 * strength:
        width, height = random.integers(SIZE // 8, SIZE // 2, 2)
        x, y = random.integers(0, SIZE - width), random.integers(0, SIZE - height)
        picture[y : y + height, x : x + width] = picture[y, x]
    return picture


def _grey(picture: object) -> Grey:
    return np.asarray(picture, np.uint8)
