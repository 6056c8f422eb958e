"""Export of a trained network to ONNX: samples to probabilities, affect and embedding.

``python -m models.voice.export --network voice.pt --folds folds.npz --model models/voice`` reads
the network from :mod:`models.voice.train` and the calibration from :mod:`models.voice.evaluate`,
writes the ONNX file into the folder of the model, and writes its hash into the card.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import onnx
import onnxruntime
import torch
import typer

from models import graph
from models.voice.calibration import Calibration
from models.voice.network import VoiceNetwork

OPSET: Final = 18
OUTPUTS: Final = ("probabilities", "valence_arousal", "embedding")
TOLERANCE: Final = 1e-3
"""Largest accepted difference of an output from PyTorch, before products are made int8."""

INT8_TOLERANCE: Final = 0.1
"""Largest accepted difference of a probability after it."""


def export(network: VoiceNetwork, calibration: Calibration, path: Path) -> str:
    """Write the calibrated network with int8 products and return its SHA-256.

    Other weights are stored as fp16 with a Cast to fp32. Training rounds them to fp16, so that this
    costs no accuracy.

    Raises
    ------
    RuntimeError
        If the results of the graph differ from PyTorch's, before and after the products are made
        int8.
    """
    network.eval()
    with torch.no_grad():
        network.classify.weight /= calibration.temperature
        network.classify.bias /= calibration.temperature
        network.classify.bias += torch.from_numpy(calibration.bias)
    dynamic = torch.export.Dim.DYNAMIC
    program = torch.onnx.export(
        network,
        (torch.randn(2, 32_000),),
        dynamo=True,
        opset_version=OPSET,
        input_names=["samples"],
        output_names=list(OUTPUTS),
        dynamic_shapes=({0: dynamic, 1: dynamic},),
        verbose=False,
    )
    model = program.model_proto
    assert model is not None
    if (difference := _largest_difference(network, model, OUTPUTS)) > TOLERANCE:
        raise RuntimeError(f"the graph differs from PyTorch by {difference:.1e}")
    graph.quantize_products(model)
    if (difference := _largest_difference(network, model, OUTPUTS[:1])) > INT8_TOLERANCE:
        raise RuntimeError(f"int8 changes probabilities by {difference:.2f}")
    graph.store_fp16(model)
    return graph.save(model, path)


def _largest_difference(
    network: VoiceNetwork, model: onnx.ModelProto, outputs: Sequence[str]
) -> float:
    """Return the largest difference of some outputs from PyTorch, on noise of three lengths."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    differences = []
    for shape in ((1, 16_000), (3, 47_123), (1, 160_000)):
        samples = torch.randn(shape, generator=torch.Generator().manual_seed(0)) * 0.1
        with torch.inference_mode():
            expected = dict(zip(OUTPUTS, network(samples), strict=True))
        found = session.run(outputs, {"samples": samples.numpy()})
        differences += [
            float(np.abs(value - expected[name].numpy()).max())
            for name, value in zip(outputs, found, strict=True)
        ]
    return max(differences)


def main(
    network: Annotated[Path, typer.Option(help="Output of models.voice.train.")],
    folds: Annotated[Path, typer.Option(help="Output of models.voice.evaluate.")],
    model: Annotated[Path, typer.Option(help="Folder of the model, with its card.")],
) -> None:
    """Calibrate and export a voice network, and write its hash into the card."""
    with np.load(folds) as found:
        calibration = Calibration(float(found["temperature"]), found["bias"])
    file, card = model / f"{model.name}.onnx", model / "card.md"
    digest = export(torch.load(network, weights_only=False), calibration, file)
    text = card.read_text(encoding="utf-8")
    card.write_text(re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', text, count=1))
    print(f"{calibration}\n{file}: {file.stat().st_size} bytes, {digest}")


if __name__ == "__main__":
    typer.run(main)
