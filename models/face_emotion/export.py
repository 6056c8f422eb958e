"""Calibration and export of the trained face network to ``face_emotion.onnx``.

``python -m models.face_emotion.export fer2013.zip face.pt`` fits the temperature on the validation
part, writes the network next to this file, and writes its hash into the card.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import onnx
import onnxruntime
import torch
import typer
from onnx import numpy_helper
from torch import Tensor, nn

from models import graph
from models.evaluation import fit_temperature
from models.face_emotion.faces import LABELS, SIZE, Faces, read_fer2013, to_input
from models.face_emotion.network import Network

OPSET: Final = 18
TOLERANCE: Final = 2e-3
"""Largest accepted change of a probability by rounding the weights."""

FOLDER: Final = Path(__file__).parent


class Classifier(nn.Module):
    """Network for inference: probabilities from a face and its mirror image.

    Parameters
    ----------
    network : Network
        The trained network.
    temperature : float
        Divisor of the logits before the softmax.
    """

    def __init__(self, network: Network, temperature: float = 1.0) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def logits(self, face: Tensor) -> Tensor:
        """Return the mean logits of the face and its mirror image, shape (n, 7)."""
        both = self.network(torch.cat([face, face.flip(2)]))
        return both.reshape(2, -1, len(LABELS)).mean(0)

    def forward(self, face: Tensor) -> Tensor:
        """Return the probabilities, shape (n, 7)."""
        return (self.logits(face) / self.temperature).softmax(1)


def read_weights(path: Path) -> Network:
    """Return the trained network."""
    network = Network()
    network.load_state_dict(torch.load(path, weights_only=True))
    return network


def calibrate(network: Network, faces: Faces) -> Classifier:
    """Return the classifier with the temperature that fits these faces best."""
    classifier = Classifier(network)
    classifier.eval()
    with torch.inference_mode():
        inputs = torch.from_numpy(to_input(faces.images)).split(256)
        logits = torch.cat([classifier.logits(batch) for batch in inputs])
    classifier.temperature = fit_temperature(logits.numpy(), faces.targets)
    return classifier


def round_weights(model: onnx.ModelProto) -> None:
    """Round the weights to values that fp16 represents exactly."""
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            values = numpy_helper.to_array(tensor).astype(np.float16).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def export(classifier: Classifier, path: Path) -> str:
    """Write the classifier and return its SHA-256.

    Raises
    ------
    RuntimeError
        If the results of the written file differ from PyTorch's.
    """
    faces = torch.rand((3, SIZE, SIZE, 1), generator=torch.Generator().manual_seed(0)) * 2 - 1
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


def main(
    archive: Annotated[Path, typer.Argument(help="FER2013 as PART/LABEL/NAME.jpg.")],
    weights: Annotated[Path, typer.Argument(help="Weights, written by the training.")],
) -> None:
    """Calibrate and export the face network."""
    torch.set_num_threads(1)
    classifier = calibrate(read_weights(weights), read_fer2013(archive, "validation"))
    model = FOLDER / "face_emotion.onnx"
    digest = export(classifier, model)
    card = FOLDER / "card.md"
    text = card.read_text(encoding="utf-8")
    card.write_text(re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', text, count=1))
    print(f"temperature {classifier.temperature:.3f}, {model.stat().st_size} bytes, {digest}")


if __name__ == "__main__":
    typer.run(main)
