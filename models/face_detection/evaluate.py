"""Faces that fill a picture: how many are found, by the margin around it.

``python -m models.face_detection.evaluate lfw.zip`` prints the share of tight crops of LFW in which
exactly one face is found, as Markdown: by the detector with several margins, and by the tracker.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import typer

from inference.face import detection, mesh
from inference.face.detection import detect
from inference.face.region import Image
from inference.face.tracking import CLOSE_MARGIN, FaceTracker
from inference.runtime import LocalRuntime

MARGINS: Final = (0.0, 0.5, CLOSE_MARGIN, 1.5)


def round_off(image: Image) -> Image:
    """Return the picture with black corners, like a round facecam."""
    height, width = image.shape[:2]
    mask = np.zeros((height, width, 1), np.uint8)
    cv2.ellipse(mask, (width // 2, height // 2), (width // 2, height // 2), 0, 0, 360, 1, -1)
    return np.asarray(image * mask, np.uint8)


def tighten(image: Image) -> Image:
    """Return the inner four fifths of the picture."""
    edge = image.shape[0] // 10
    return np.ascontiguousarray(image[edge:-edge, edge:-edge])


SHAPES: Final[Mapping[str, Callable[[Image], Image]]] = {
    "square": lambda image: image,
    "round": round_off,
    "the inner 80 %": tighten,
    "a sixth of the brightness": lambda image: np.asarray(image // 6, np.uint8),
}
"""Ways to show a tight crop, by name."""


def read_crops(archive: Path, count: int) -> list[Image]:
    """Return crops from all over an archive of pictures."""
    with zipfile.ZipFile(archive) as members:
        names = [name for name in sorted(members.namelist()) if name.endswith(".jpg")]
        data = [np.frombuffer(members.read(name), np.uint8) for name in names]
    chosen = data[:: max(1, len(data) // count)][:count]
    return [np.asarray(cv2.imdecode(one, cv2.IMREAD_COLOR_RGB), np.uint8) for one in chosen]


def main(
    archive: Annotated[Path, typer.Argument(help="LFW as LABEL/PERSON_NUMBER.jpg.")],
    count: Annotated[int, typer.Option(help="Number of crops.")] = 325,
) -> None:
    """Print how many tight crops are found."""
    crops = read_crops(archive, count)
    models = Path(__file__).parents[1]
    print(f"| margin on each side | {' | '.join(SHAPES)} |")
    print("|---" * (len(SHAPES) + 1) + "|")
    with closing(LocalRuntime([models], [detection.MODEL, mesh.MODEL], 1)) as runtime:
        finders: dict[str, Callable[[Image], Sequence[object]]] = {
            f"detector, {margin}": partial(detect, runtime, margin=margin) for margin in MARGINS
        }
        finders["tracker"] = lambda crop: FaceTracker(runtime).update(0.0, crop)
        for name, find in finders.items():
            shares = [
                np.mean([len(find(shape(crop))) == 1 for crop in crops])
                for shape in SHAPES.values()
            ]
            print(f"| {name} | {' | '.join(f'{share:.1%}' for share in shares)} |")


if __name__ == "__main__":
    typer.run(main)
