"""Evaluation of an exported face network on people left out of the training.

``python -m models.face_emotion.evaluate DATA`` prints its metrics as Markdown: by FER2013's own
labels, by the majority of FER+, on held-out people of LFW and CK+, on degraded faces, by the
brightness of the face, and by how far the head is turned. It plots the confusion matrices next to
the network's card. ``--model mini-xception`` does the same for the network of the 2020 system.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution, Emotion
from inference.face import detection, mesh
from inference.face.emotion import MODEL, Grey, aligned_region, grey_crop, read_emotions
from inference.face.quality import measure, reliability
from inference.face.tracking import FaceTracker
from inference.runtime import LocalRuntime, Runtime
from models.evaluation import Score, score
from models.face_emotion import faces
from models.face_emotion.corpora import Corpora, Examples, read_corpora
from models.face_emotion.faces import LABELS, SIZE
from models.labelled import NAMES
from models.plots import draw_confusion

FOLDER: Final = Path(__file__).parent

DEGRADATIONS: Final[Mapping[str, Callable[[Grey], Grey]]] = {
    "blurred by 1 pixel of 48": lambda face: faces.blur(face, 1),
    "blurred by 2 pixels": lambda face: faces.blur(face, 2),
    "a quarter of the brightness": lambda face: faces.dim(face, 1 / 4),
    "a twelfth of the brightness": lambda face: faces.dim(face, 1 / 12),
    "JPEG quality 20": lambda face: faces.compress(face, 20),
    "24 x 24 pixels": lambda face: faces.shrink(face, 24),
    "16 x 16 pixels": lambda face: faces.shrink(face, 16),
    "rotated by 20 degrees": lambda face: faces.rotate(face, 20),
    "rotated by -20 degrees": lambda face: faces.rotate(face, -20),
    "with glasses": lambda face: faces.put_on_glasses(face, np.random.default_rng(face.sum())),
}
"""Degradations of the faces, by name."""

TURNS: Final = (0.0, 15.0, 25.0, 35.0, 45.0, 90.0)
"""Bounds of the angles of heads that are scored together, in degrees."""

TITLES: Final = {
    "FER2013 validation, own labels": "confusion.png",
    "FER2013 validation, FER+ majority": "confusion-ferplus.png",
    "CK+, 18 people left out": "confusion-posed.png",
}
"""Pictures of confusion matrices, by the set they are of."""


def unchanged(face: Grey) -> Grey:
    """Return the face as it is."""
    return face


def predict(
    runtime: Runtime, images: Sequence[Grey], degrade: Callable[[Grey], Grey] = unchanged
) -> list[Distribution]:
    """Return the network's predictions for degraded faces."""
    inputs = [np.asarray(cv2.resize(degrade(face), (SIZE, SIZE)), np.uint8) for face in images]
    return [
        probs
        for start in range(0, len(inputs), 64)
        for probs in read_emotions(runtime, inputs[start : start + 64])
    ]


def emotions(classes: NDArray[np.int64]) -> list[Emotion]:
    """Return the emotions of indices of :data:`LABELS`."""
    return [NAMES[LABELS[index]] for index in classes]


def score_labels(examples: Examples, predictions: list[Distribution]) -> Score:
    """Score predictions of the eight emotions against the labels of a corpus."""
    return score(emotions(examples.labels.argmax(axis=1)), predictions)


def score_majority(
    majority: NDArray[np.int64], predictions: list[Distribution]
) -> tuple[Score, float]:
    """Score predictions against the majority of a crowd of eight classes.

    Parameters
    ----------
    majority : ndarray of int64, shape (n,)
        Index of :data:`~models.face_emotion.corpora.VOTED`; -1 for faces without a majority.
    predictions : list of ndarray of float32, shape (8,)
        One for each face.

    Returns
    -------
    score : Score
        Over the faces with a majority for one of the seven classes.
    accuracy : float
        Over these and those with a majority for contempt, which no prediction names.
    """
    known = np.flatnonzero((majority >= 0) & (majority < len(LABELS)))
    result = score(emotions(majority[known]), [predictions[n] for n in known])
    return result, result.accuracy * result.n / int((majority >= 0).sum())


def brightness(examples: Examples) -> NDArray[np.float64]:
    """Return the mean grey of the middle of each face, where the skin is: shape (n,)."""
    middle = slice(SIZE // 4, 3 * SIZE // 4)
    scaled = [cv2.resize(face, (SIZE, SIZE))[middle, middle] for face in examples.images]
    return np.array([face.mean() for face in scaled])


class LiveReading(NamedTuple):
    """A face read like in a live frame.

    Attributes
    ----------
    turn : float
        Angle to the side, in degrees, as estimated by the mesh.
    reliability : float
        Reliability of the emotion, in [0, 1].
    probs : ndarray of float32, shape (8,)
        Emotion.
    """

    turn: float
    reliability: float
    probs: Distribution


def read_live(runtime: Runtime, image: Grey) -> LiveReading | None:
    """Find the face in a picture and read it; return None if none is found."""
    picture = np.repeat(image[..., None], 3, axis=2)
    if not (found := FaceTracker(runtime).update(0.0, picture)):
        return None
    card, landmarks = runtime.card(MODEL), found[0].landmarks
    region = aligned_region(landmarks, card.setting("eye_distance"), card.setting("eye_line"))
    crop, pose = grey_crop(picture, region, card.setting("size")), mesh.head_pose(landmarks)
    (probs,) = read_emotions(runtime, [crop])
    return LiveReading(abs(pose.yaw), reliability(measure(crop, region.side, pose)), probs)


def turn_rows(runtime: Runtime, examples: Examples) -> list[str]:
    """Return accuracy and reliability by how far heads are turned, as rows of Markdown."""
    readings = {n: read_live(runtime, image) for n, image in enumerate(examples.images)}
    found = {n: reading for n, reading in readings.items() if reading}
    rows = ["| head turned by | found | accuracy | mean reliability |", "|---" * 4 + "|"]
    for low, high in pairwise(TURNS):
        chosen = [n for n, reading in found.items() if low <= reading.turn < high]
        if chosen:
            of = [found[n] for n in chosen]
            result = score_labels(examples.chosen(np.array(chosen)), [r.probs for r in of])
            trust = np.mean([reading.reliability for reading in of])
            rows.append(
                f"| {low:g} to {high:g} degrees | {len(of)} | {result.accuracy:.1%} | {trust:.2f} |"
            )
    return [*rows, f"| no face found | {len(readings) - len(found)} | | |"]


def report(runtime: Runtime, corpora: Corpora) -> tuple[str, dict[str, Score]]:
    """Return the metrics as Markdown, and the scores of unchanged faces by the names of sets."""
    held_out = corpora.held_out
    predictions = {name: predict(runtime, of.images) for name, of in held_out.items()}
    by_labels = {name: score_labels(of, predictions[name]) for name, of in held_out.items()}
    by_crowd, crowd_accuracy = score_majority(corpora.majority, predictions["validation"])
    scores = dict(zip(TITLES, (by_labels["validation"], by_crowd, by_labels["posed"]), strict=True))
    rows = ["| faces | n | accuracy | UAR | ECE |", "|---|---|---|---|---|"]
    for name, s in (*scores.items(), ("LFW, people left out", by_labels["lfw"])):
        rows.append(f"| {name} | {s.n} | {s.accuracy:.1%} | {s.uar:.1%} | {s.ece:.3f} |")
    asked = int((corpora.majority >= 0).sum())
    rows.append(f"| FER+ majority with contempt, an error | {asked} | {crowd_accuracy:.1%} |||")

    rows += ["", "| FER2013 validation | own labels | UAR | ECE | FER+ majority |"]
    rows.append("|---" * 5 + "|")
    for name, degrade in {"unchanged": unchanged, **DEGRADATIONS}.items():
        degraded = predict(runtime, corpora.validation.images, degrade)
        s = score_labels(corpora.validation, degraded)
        _, accuracy = score_majority(corpora.majority, degraded)
        rows.append(f"| {name} | {s.accuracy:.1%} | {s.uar:.1%} | {s.ece:.3f} | {accuracy:.1%} |")

    rows += ["", "| brightness of the face | LFW, people left out | FER+ majority |"]
    rows.append("|---" * 3 + "|")
    thirds = {}
    for name in ("lfw", "validation"):
        grey = brightness(held_out[name])
        thirds[name] = np.searchsorted(np.quantile(grey, [1 / 3, 2 / 3]), grey)
    for number, third in enumerate(("darkest third", "middle third", "brightest third")):
        own = np.flatnonzero(thirds["lfw"] == number)
        lfw = score_labels(corpora.lfw.chosen(own), [predictions["lfw"][n] for n in own])
        elsewhere = np.where(thirds["validation"] == number, corpora.majority, -1)
        _, accuracy = score_majority(elsewhere, predictions["validation"])
        rows.append(f"| {third} | {lfw.accuracy:.1%} | {accuracy:.1%} |")

    rows += ["", *turn_rows(runtime, corpora.lfw)]

    for name, s in scores.items():
        rows += ["", f"{name}:", "", *confusion_rows(s)]
    return "\n".join(rows), scores


def confusion_rows(result: Score) -> list[str]:
    """Return the confusion matrix over the emotions that occur, as rows of Markdown."""
    present = [EMOTIONS.index(emotion) for emotion in result.per_class]
    rows = [f"| true | {' | '.join(result.per_class)} | recall |"]
    rows.append("|---" * (len(present) + 2) + "|")
    for index, (emotion, recall) in zip(present, result.per_class.items(), strict=True):
        counts = " | ".join(str(result.confusion[index][other]) for other in present)
        rows.append(f"| {emotion} | {counts} | {recall:.2f} |")
    return rows


def main(
    data: Annotated[Path, typer.Argument(help="Folder with fer2013.zip and faces.")],
    model: Annotated[str, typer.Option(help="Name of the network.")] = MODEL,
    models: Annotated[Path, typer.Option(help="Folder with NAME/card.md.")] = FOLDER.parent,
) -> None:
    """Print the metrics of a face network and plot its confusion matrices next to its card."""
    corpora = read_corpora(data)
    needed = [MODEL, detection.MODEL, mesh.MODEL]
    with closing(LocalRuntime([models, FOLDER.parent], needed, 1, {MODEL: model})) as runtime:
        text, scores = report(runtime, corpora)
        folder = runtime.card(MODEL).model.parent
    print(text)
    for (title, file), result in zip(TITLES.items(), scores.values(), strict=True):
        present = [EMOTIONS.index(emotion) for emotion in result.per_class]
        confusion = np.array(result.confusion)[np.ix_(present, present)]
        heading = f"{title}, accuracy {result.accuracy:.1%}"
        draw_confusion(confusion, list(result.per_class), folder / file, heading)


if __name__ == "__main__":
    typer.run(main)
