"""Judge the exported face network on the validation part of FER2013.

``python -m models.face_emotion.evaluate fer2013.zip`` prints its figures as Markdown, for the
faces as they are and for spoilt ones, and draws the confusion matrix beside this file.
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
from models.pictures import draw_confusion

FOLDER: Final = Path(__file__).parent

AS_THEY_ARE: Final = "as they are"

SPOILT: Final[Mapping[str, Callable[[Grey], Grey]]] = {
    AS_THEY_ARE: lambda face: face,
    "blurred by 1 pixel of 48": lambda face: faces.blur(face, 1),
    "blurred by 2 pixels": lambda face: faces.blur(face, 2),
    "a quarter of the light": lambda face: faces.dim(face, 1 / 4),
    "a twelfth of the light": lambda face: faces.dim(face, 1 / 12),
    "JPEG of quality 20": lambda face: faces.compress(face, 20),
    "24 pixels a side": lambda face: faces.shrink(face, 24),
    "16 pixels a side": lambda face: faces.shrink(face, 16),
    "turned by 20 degrees": lambda face: faces.rotate(face, 20),
    "turned by -20 degrees": lambda face: faces.rotate(face, -20),
}
"""What is done to the faces, and its name."""


def answer(
    runtime: Runtime, pictures: NDArray[np.uint8], spoil: Callable[[Grey], Grey]
) -> list[Distribution]:
    """Return what the network says of faces after something was done to them."""
    inputs = [np.asarray(cv2.resize(spoil(face), (SIZE, SIZE)), np.uint8) for face in pictures]
    return [
        probs
        for start in range(0, len(inputs), 64)
        for probs in read_emotions(runtime, inputs[start : start + 64])
    ]


def judge(truth: Faces, answers: list[Distribution]) -> Score:
    """Score answers in the eight emotions against the labels of FER2013."""
    return score([NAMES[LABELS[label]] for label in truth.classes], answers)


def report(runtime: Runtime, held_out: Faces, trained: Faces) -> tuple[str, Score]:
    """Return the figures as Markdown, and those of the faces as they are once more."""
    answers = {name: answer(runtime, held_out.pictures, do) for name, do in SPOILT.items()}
    scores = {name: judge(held_out, given) for name, given in answers.items()}
    new = ~occurs_in(held_out, trained)
    unseen = Faces(held_out.pictures[new], held_out.targets[new])
    kept = [given for given, keep in zip(answers[AS_THEY_ARE], new, strict=True) if keep]
    scores["as they are, without those that are in train too"] = judge(unseen, kept)
    rows = ["| faces | n | accuracy | UAR | ECE |", "|---|---|---|---|---|"]
    rows += [
        f"| {name} | {s.n} | {s.accuracy:.1%} | {s.uar:.1%} | {s.ece:.3f} |"
        for name, s in scores.items()
    ]
    return "\n".join(rows), scores[AS_THEY_ARE]


def main(
    archive: Annotated[Path, typer.Argument(help="FER2013 as PART/LABEL/NAME.jpg.")],
    models: Annotated[Path, typer.Argument(help="Where face_emotion/card.md is.")] = FOLDER.parent,
) -> None:
    """Print the figures of a face network and draw its confusion matrix beside its card."""
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
