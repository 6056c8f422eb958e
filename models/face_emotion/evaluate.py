"""Evaluation of the exported face network on the validation part of FER2013.

``python -m models.face_emotion.evaluate fer2013.zip`` prints its metrics as Markdown, for unchanged
and for degraded faces, and plots the confusion matrix next to this file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution
from inference.face.emotion import MODEL, Grey, read_emotions
from inference.runtime import LocalRuntime, Runtime
from models.evaluation import Score, score
from models.face_emotion import faces
from models.face_emotion.faces import LABELS, SIZE, Faces, occurs_in, read_fer2013
from models.labelled import NAMES
from models.plots import draw_confusion

FOLDER: Final = Path(__file__).parent

UNCHANGED: Final = "unchanged"

DEGRADATIONS: Final[Mapping[str, Callable[[Grey], Grey]]] = {
    UNCHANGED: lambda face: face,
    "blurred by 1 pixel of 48": lambda face: faces.blur(face, 1),
    "blurred by 2 pixels": lambda face: faces.blur(face, 2),
    "a quarter of the brightness": lambda face: faces.dim(face, 1 / 4),
    "a twelfth of the brightness": lambda face: faces.dim(face, 1 / 12),
    "JPEG quality 20": lambda face: faces.compress(face, 20),
    "24 x 24 pixels": lambda face: faces.shrink(face, 24),
    "16 x 16 pixels": lambda face: faces.shrink(face, 16),
    "rotated by 20 degrees": lambda face: faces.rotate(face, 20),
    "rotated by -20 degrees": lambda face: faces.rotate(face, -20),
}
"""Degradations of the faces, by name."""


def predict(
    runtime: Runtime, images: NDArray[np.uint8], degrade: Callable[[Grey], Grey]
) -> list[Distribution]:
    """Return the network's predictions for degraded faces."""
    inputs = [np.asarray(cv2.resize(degrade(face), (SIZE, SIZE)), np.uint8) for face in images]
    return [
        probs
        for start in range(0, len(inputs), 64)
        for probs in read_emotions(runtime, inputs[start : start + 64])
    ]


def evaluate(truth: Faces, predictions: list[Distribution]) -> Score:
    """Score predictions of the eight emotions against the labels of FER2013."""
    return score([NAMES[LABELS[label]] for label in truth.classes], predictions)


def report(runtime: Runtime, held_out: Faces, trained: Faces) -> tuple[str, Score]:
    """Return the metrics as Markdown, and the score of the unchanged faces."""
    predictions = {
        name: predict(runtime, held_out.images, degrade) for name, degrade in DEGRADATIONS.items()
    }
    scores = {name: evaluate(held_out, predicted) for name, predicted in predictions.items()}
    new = ~occurs_in(held_out, trained)
    unseen = Faces(held_out.images[new], held_out.targets[new])
    kept = [probs for probs, keep in zip(predictions[UNCHANGED], new, strict=True) if keep]
    scores["unchanged, without those also in train"] = evaluate(unseen, kept)
    rows = ["| faces | n | accuracy | UAR | ECE |", "|---|---|---|---|---|"]
    rows += [
        f"| {name} | {s.n} | {s.accuracy:.1%} | {s.uar:.1%} | {s.ece:.3f} |"
        for name, s in scores.items()
    ]
    return "\n".join(rows), scores[UNCHANGED]


def main(
    archive: Annotated[Path, typer.Argument(help="FER2013 as PART/LABEL/NAME.jpg.")],
    models: Annotated[
        Path, typer.Argument(help="Folder with face_emotion/card.md.")
    ] = FOLDER.parent,
) -> None:
    """Print the metrics of a face network and plot its confusion matrix next to its card."""
    held_out, trained = read_fer2013(archive, "validation"), read_fer2013(archive, "train")
    with closing(LocalRuntime([models], [MODEL], workers=1)) as runtime:
        text, clean = report(runtime, held_out, trained)
    print(text)
    present = [EMOTIONS.index(emotion) for emotion in clean.per_class]
    confusion = np.array(clean.confusion)[np.ix_(present, present)]
    title = f"FER2013 validation, accuracy {clean.accuracy:.1%}"
    draw_confusion(confusion, list(clean.per_class), models / MODEL / "confusion.png", title)


if __name__ == "__main__":
    typer.run(main)
