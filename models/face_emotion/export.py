"""Calibration and export of the trained face network to ``face_emotion.onnx``.

``python -m models.face_emotion.export DATA face.pt`` prints what each way to join the two opinions
of the network would give on people left out, fits the temperature on them, writes the network next
to this file, and writes its hash into the card.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import numpy as np
import onnx
import onnxruntime
import torch
import typer
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from models import graph
from models.evaluation import (
    accuracy,
    confusion_matrix,
    fit_temperature,
    unweighted_average_recall,
)
from models.face_emotion.corpora import Corpora, Examples, join, read_corpora
from models.face_emotion.faces import LABELS, SIZE, to_input
from models.face_emotion.network import Network

OPSET: Final = 18
TOLERANCE: Final = 2e-3
"""Largest accepted change of a probability by rounding the weights."""

LABEL_SHARE: Final = 0.5
"""Weight of the predicted label relative to the predicted votes."""

PRIOR_EXPONENT: Final = 0.4
"""Exponent of the class frequencies of the training, by which the opinion is divided."""

FOLDER: Final = Path(__file__).parent

Values: TypeAlias = NDArray[np.float32]


class Classifier(nn.Module):
    """Network for inference: probabilities from a face and its mirror image.

    Parameters
    ----------
    network : Network
        The trained network.
    share : float
        Weight of the predicted label relative to the predicted votes.
    bias : ndarray of float32, shape (7,)
        Added to the logarithm of the joint opinion.
    temperature : float
        Divisor of the sum before the softmax.
    """

    bias: Tensor

    def __init__(
        self, network: Network, share: float, bias: Values, temperature: float = 1.0
    ) -> None:
        super().__init__()
        self.network = network
        self.share = share
        self.temperature = temperature
        self.register_buffer("bias", torch.from_numpy(bias))

    def logits(self, face: Tensor) -> Tensor:
        """Return the joint opinion on the face and its mirror image, shape (n, 7)."""
        votes, labels = (
            logits.reshape(2, -1, logits.shape[1]).mean(0)
            for logits in self.network(torch.cat([face, face.flip(2)]))
        )
        # Without contempt, which is not an answer.
        voted = votes[:, : len(LABELS)].softmax(1)
        opinion = (1 - self.share) * voted + self.share * labels.softmax(1)
        return opinion.log() + self.bias

    def forward(self, face: Tensor) -> Tensor:
        """Return the probabilities, shape (n, 7)."""
        return (self.logits(face) / self.temperature).softmax(1)


def frequencies(examples: Examples, share: float) -> Values:
    """Return how often each of :data:`LABELS` is in the joint opinion of people: shape (7,)."""
    votes = examples.votes[:, : len(LABELS)].sum(axis=0)
    labels = examples.labels.sum(axis=0)
    joint = (1 - share) * votes / votes.sum() + share * labels / labels.sum()
    return np.asarray(joint, np.float32)


def read_weights(path: Path) -> Network:
    """Return the trained network."""
    network = Network()
    network.load_state_dict(torch.load(path, weights_only=True))
    return network


def predict(classifier: Classifier, examples: Examples) -> Values:
    """Return the joint opinion on each face, as logits: shape (n, 7)."""
    classifier.eval()
    with torch.inference_mode():
        inputs = torch.from_numpy(to_input(examples.images)).split(256)
        return np.asarray(torch.cat([classifier.logits(batch) for batch in inputs]))


def calibrate(classifier: Classifier, held_out: Examples) -> None:
    """Set the temperature that fits the labels of these faces best."""
    classifier.temperature = fit_temperature(predict(classifier, held_out), held_out.labels)


def compare(network: Network, corpora: Corpora) -> str:
    """Return the accuracy on people left out for several shares and exponents, as Markdown."""
    rows = [
        "| share of the label | exponent | FER2013, accuracy | UAR | FER+ majority | LFW | CK+ |",
        "|---|---|---|---|---|---|---|",
    ]
    voted, labelled = (
        {
            name: predict(Classifier(network, share, np.zeros(len(LABELS), np.float32)), examples)
            for name, examples in corpora.held_out.items()
        }
        for share in (0.0, 1.0)
    )
    for share in np.linspace(0, 1, 11).round(1).tolist():
        for exponent in (0.0, 0.2, 0.4):
            prior = exponent * np.log(frequencies(corpora.trained, share))
            found = {
                name: ((1 - share) * np.exp(voted[name]) + share * np.exp(labelled[name]))
                / np.exp(prior)
                for name in voted
            }
            chosen = {name: values.argmax(axis=1) for name, values in found.items()}
            truth = {name: e.labels.argmax(axis=1) for name, e in corpora.held_out.items()}
            matrix = confusion_matrix(truth["validation"], chosen["validation"], len(LABELS))
            asked = corpora.majority >= 0
            cells = [
                accuracy(truth["validation"], chosen["validation"]),
                unweighted_average_recall(matrix),
                accuracy(corpora.majority[asked], chosen["validation"][asked]),
                accuracy(truth["lfw"], chosen["lfw"]),
                accuracy(truth["posed"], chosen["posed"]),
            ]
            rows.append(f"| {share} | {exponent} | {' | '.join(f'{c:.1%}' for c in cells)} |")
    return "\n".join(rows)


def round_weights(model: onnx.ModelProto) -> None:
    """Round the weights to values that fp16 represents exactly."""
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            values = numpy_helper.to_array(tensor).astype(np.float16).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def export(classifier: nn.Module, path: Path) -> str:
    """Write a classifier of faces and return its SHA-256.

    Raises
    ------
    RuntimeError
        If the results of the written file differ from PyTorch's.
    """
    faces = torch.rand((3, SIZE, SIZE, 1), generator=torch.Generator().manual_seed(0)) * 2 - 1
    classifier.eval()
    program = torch.onnx.export(
        classifier,
        (faces,),
        dynamo=True,
        opset_version=OPSET,
        input_names=["face"],
        output_names=["probabilities"],
        dynamic_shapes=({0: torch.export.Dim.DYNAMIC},),
        verbose=False,
    )
    model = program.model_proto
    for node in model.graph.node:
        # All sides are even, so that rounding up has no effect but a lower speed.
        if node.op_type == "AveragePool":
            kept = [attribute for attribute in node.attribute if attribute.name != "ceil_mode"]
            del node.attribute[:]
            node.attribute.extend(kept)
    round_weights(model)
    graph.store_fp16(model)
    digest = graph.save(model, path)

    session = onnxruntime.InferenceSession(path)
    for count in (1, 3):
        with torch.inference_mode():
            expected = classifier(faces[:count]).numpy()
        (found,) = session.run(None, {"face": faces[:count].numpy()})
        difference = float(np.abs(expected - found).max())
        if difference > TOLERANCE:
            raise RuntimeError(f"{path} differs from PyTorch by {difference:.1e}")
    return digest


def write_hash(card: Path, digest: str) -> None:
    """Write the hash of a model file into its card."""
    text = card.read_text(encoding="utf-8")
    card.write_text(re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', text, count=1))


def main(
    data: Annotated[Path, typer.Argument(help="Folder with fer2013.zip and faces.")],
    weights: Annotated[Path, typer.Argument(help="Weights, written by the training.")],
) -> None:
    """Calibrate and export the face network."""
    torch.set_num_threads(1)
    network, corpora = read_weights(weights), read_corpora(data)
    print(compare(network, corpora))
    prior = frequencies(corpora.trained, LABEL_SHARE)
    bias = np.float32(-PRIOR_EXPONENT) * np.log(prior)
    classifier = Classifier(network, LABEL_SHARE, bias)
    calibrate(classifier, join(list(corpora.held_out.values())))
    model = FOLDER / "face_emotion.onnx"
    digest = export(classifier, model)
    write_hash(FOLDER / "card.md", digest)
    print(f"class frequencies {dict(zip(LABELS, prior.round(4).tolist(), strict=True))}")
    print(f"temperature {classifier.temperature:.3f}, {model.stat().st_size} bytes, {digest}")


if __name__ == "__main__":
    typer.run(main)
