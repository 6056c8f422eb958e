"""Faces of FER2013: reading, deduplication, and augmentation as in a live feed.

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
"""Classes of FER2013, in the order of the network's output."""

SIZE: Final = 64
"""Side of the network's input, in pixels."""

BORDER: Final = cv2.BORDER_REPLICATE
"""Fill outside an image, as in live crops."""

Part = Literal["train", "validation"]


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Labelled faces.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, 48, 48)
        Grey images.
    targets : ndarray of float32, shape (n, 7)
        Probability of each of :data:`LABELS`; rows sum to 1.
    """

    images: NDArray[np.uint8]
    targets: NDArray[np.float32]

    @property
    def classes(self) -> NDArray[np.int64]:
        """Index of the most likely of :data:`LABELS`: int64, shape (n,)."""
        return np.asarray(self.targets.argmax(axis=1))


def fer2013_names(archive: Path, part: Part) -> list[str]:
    """Return the paths of one part of FER2013 in its archive, in order."""
    with zipfile.ZipFile(archive) as members:
        names = sorted(members.namelist())
    return [
        name
        for name in names
        if name.startswith(f"{part}/") and name.endswith(".jpg") and name.count("/") == 2
    ]


def read_fer2013(archive: Path, part: Part) -> Faces:
    """Read one part of FER2013 from an archive of ``PART/LABEL/NAME.jpg``, in order of names.

    Raises
    ------
    ValueError
        If the archive has no images of that part.
    """
    images, targets = [], []
    names = fer2013_names(archive, part)
    with zipfile.ZipFile(archive) as members:
        for name in names:
            data = np.frombuffer(members.read(name), np.uint8)
            images.append(_grey(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)))
            targets.append(LABELS.index(name.split("/")[1]))
    if not images:
        raise ValueError(f"{archive} has no images {part}/LABEL/NAME.jpg")
    return Faces(np.stack(images), np.eye(len(LABELS), dtype=np.float32)[targets])


def occurs_in(faces: Faces, others: Faces) -> NDArray[np.bool_]:
    """Return whether each face has an identical image in ``others``: bool, shape (n,)."""
    known = {image.tobytes() for image in others.images}
    return np.array([image.tobytes() in known for image in faces.images])


def to_input(images: NDArray[np.uint8] | Sequence[Grey]) -> NDArray[np.float32]:
    """Scale images to the network's input: float32, shape (n, 64, 64, 1), -1 to 1."""
    scaled = [cv2.resize(image, (SIZE, SIZE)) for image in images]
    return np.stack(scaled)[..., None] / np.float32(127.5) - 1


def augment(image: Grey, random: np.random.Generator, strength: float = 1.0) -> Grey:
    """Return a random variation of a face in camera, light and pose, 64 x 64 pixels.

    Parameters
    ----------
    image : ndarray of uint8, shape (n, n)
        The face in grey.
    random : numpy.random.Generator
        Source of randomness.
    strength : float
        Scales every probability and every range; at 0 only mirroring remains.
    """
    worn = put_on_glasses(image, random) if random.random() < 0.08 * strength else image
    degraded = degrade(relight(worn, random, strength), random, strength)
    return erase(warp(degraded, random, strength), random, strength)


def put_on_glasses(image: Grey, random: np.random.Generator) -> Grey:
    """Draw glasses of a random shape on a face; the lenses of a quarter are dark."""
    size = image.shape[0]
    image, shade = image.copy(), int(random.integers(0, 90))
    half = (size * random.uniform([0.1, 0.07], [0.15, 0.12])).astype(int).tolist()
    height = int(size * random.uniform(0.37, 0.43))
    thickness = -1 if random.random() < 0.25 else max(1, size // 40)
    centres = [int(size * (0.5 + side * 0.185)) for side in (-1, 1)]
    round_lenses = random.random() < 0.5
    for x in centres:
        if round_lenses:
            cv2.ellipse(image, (x, height), half, 0, 0, 360, shade, thickness)
        else:
            start, end = (x - half[0], height - half[1]), (x + half[0], height + half[1])
            cv2.rectangle(image, start, end, shade, thickness)
    bridge = (centres[0] + half[0], height), (centres[1] - half[0], height)
    cv2.line(image, *bridge, shade, 1)
    return image


def relight(image: Grey, random: np.random.Generator, strength: float) -> Grey:
    """Change the contrast curve at random, and light some faces from one side.

    A tenth gets its contrast equalised in parts, like the even light of a studio.
    """
    if random.random() < 0.1 * strength:
        image = _grey(cv2.createCLAHE(random.uniform(1, 4), (4, 4)).apply(image))
    if random.random() < 0.3 * strength:
        gamma, slope = np.exp(random.uniform(-0.6, 0.6)), random.uniform(-0.7, 0.7, 2)
        steps = np.linspace(-0.5, 0.5, image.shape[0], dtype=np.float32)
        light = 1 + slope[0] * steps[:, None] + slope[1] * steps
        image = _grey(np.clip(255 * light * (image / np.float32(255)) ** gamma, 0, 255))
    return image


def degrade(image: Grey, random: np.random.Generator, strength: float) -> Grey:
    """Degrade a face at random: low resolution, blur, darkness with noise, compression."""
    if random.random() < 0.1 * strength:
        image = shrink(image, int(random.integers(14, 40)))
    if random.random() < 0.1 * strength:
        image = blur(image, random.uniform(0.4, 1.8))
    if random.random() < 0.15 * strength:
        gain, deviation = 10 ** random.uniform(-1, 0.1), random.uniform(0, 3)
        noise = np.float32(deviation) * random.standard_normal(image.shape, np.float32)
        image = dim(image, gain, noise)
    if random.random() < 0.1 * strength:
        image = compress(image, int(random.integers(15, 70)))
    return image


def shrink(image: Grey, size: int) -> Grey:
    """Reduce the resolution to ``size`` x ``size`` pixels, at the same image size."""
    small = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)
    return _grey(cv2.resize(small, image.shape[::-1]))


def blur(image: Grey, sigma: float) -> Grey:
    """Blur with a Gaussian of ``sigma`` pixels."""
    return _grey(cv2.GaussianBlur(image, (0, 0), sigma))


def dim(image: Grey, gain: float, noise: NDArray[np.float32] | float = 0.0) -> Grey:
    """Scale the brightness by ``gain`` and add noise, in grey levels."""
    return _grey(np.clip(np.rint(image * np.float32(gain) + noise), 0, 255))


def compress(image: Grey, quality: int) -> Grey:
    """Compress as JPEG with a quality from 0 to 100."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _grey(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def rotate(image: Grey, degrees: float) -> Grey:
    """Rotate a face about its centre."""
    height, width = image.shape
    transform = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    return _grey(cv2.warpAffine(image, transform, (width, height), borderMode=BORDER))


def warp(image: Grey, random: np.random.Generator, strength: float) -> Grey:
    """Mirror, rotate, scale, shift and slant a face at random, at the network's input size.

    At full strength: rotation by up to 25 degrees, shifts by up to 8 %, width and height changed
    independently by up to a sixth, and each corner moved by up to 6 %, which slants the face like a
    turned head.
    """
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    corners *= 1 + strength * random.uniform(-0.13, 0.18, 2)
    corners += strength * random.uniform(-0.06, 0.06, (4, 2))
    angle = strength * np.deg2rad(np.clip(random.normal(scale=9), -25, 25))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = corners @ rotation + strength * random.uniform(-0.08, 0.08, 2)
    if random.random() < 0.5:
        corners[:, 0] *= -1
    source = ((corners + 0.5) * image.shape[0] - 0.5).astype(np.float32)
    target = np.array([[0, 0], [SIZE, 0], [SIZE, SIZE], [0, SIZE]], np.float32) - np.float32(0.5)
    transform = cv2.getPerspectiveTransform(source, target)
    return _grey(cv2.warpPerspective(image, transform, (SIZE, SIZE), borderMode=BORDER))


def erase(image: Grey, random: np.random.Generator, strength: float) -> Grey:
    """Cover a rectangle in a quarter of the faces.

    Zhong et al. 2020, "Random erasing data augmentation", arXiv 1708.04896.
    """
    if random.random() < 0.25 * strength:
        width, height = random.integers(SIZE // 8, SIZE // 2, 2)
        x, y = random.integers(0, SIZE - width), random.integers(0, SIZE - height)
        image[y : y + height, x : x + width] = image[y, x]
    return image


def _grey(image: object) -> Grey:
    return np.asarray(image, np.uint8)
