"""Score ``face_emotion.onnx`` on FER2013's validation part (PublicTest); see the card.

``python -m models.face_emotion.evaluate FER2013_ZIP``, a zip of ``validation/LABEL/NAME.jpg``.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.runtime import LocalRuntime
from models import evaluation

BATCH = 32


def read_faces(archive: Path, part: str, side: int) -> tuple[NDArray[np.uint8], list[str]]:
    """Return grey faces, uint8 of shape (n, side, side), and the folder name of each."""
    faces, names = [], []
    with zipfile.ZipFile(archive) as files:
        for path in map(Path, sorted(files.namelist())):
            if path.suffix == ".jpg" and path.parts[0] == part:
                data = np.frombuffer(files.read(path.as_posix()), np.uint8)
                face = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
                faces.append(cv2.resize(np.asarray(face), (side, side)))
                names.append(path.parts[1])
    return np.array(faces, np.uint8), names


def evaluate(archive: Path) -> tuple[list[str], NDArray[np.int64]]:
    """Return the model's classes and their confusion, true ones in rows."""
    runtime = LocalRuntime([Path(__file__).parents[1]], ["face_emotion"], workers=1)
    settings = runtime.card("face_emotion").settings
    labels: list[str] = settings["labels"]
    faces, names = read_faces(archive, "validation", settings["size"])
    predicted = []
    for start in range(0, len(faces), BATCH):
        batch = faces[start : start + BATCH, :, :, None].astype(np.float32) / 127.5 - 1
        outputs = runtime.run("face_emotion", {"face": batch})
        predicted.append(outputs["probabilities"].argmax(axis=1))
    runtime.close()
    truth = np.array([labels.index(name) for name in names])
    return labels, evaluation.confusion_matrix(truth, np.concatenate(predicted), len(labels))


def main(archive: str) -> None:
    """Print accuracy, unweighted average recall and the confusion matrix as Markdown."""
    labels, confusion = evaluate(Path(archive))
    accuracy = confusion.trace() / confusion.sum()
    uar = evaluation.unweighted_average_recall(confusion)
    print(f"n {confusion.sum()}, accuracy {accuracy:.3f}, UAR {uar:.3f}\n")
    print("| true | " + " | ".join(labels) + " | recall |")
    print("|---" * (len(labels) + 2) + "|")
    for label, row, recall in zip(labels, confusion, evaluation.recall(confusion), strict=True):
        print(f"| {label} | " + " | ".join(map(str, row)) + f" | {recall:.2f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
