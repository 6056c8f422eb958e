"""Export of a trained network to ONNX: samples to probabilities, affect and embedding.

``python -m models.voice.export --network voice.pt --folds folds.npz --model models/voice`` reads
the network from :mod:`models.voice.train` and the temperature from :mod:`models.voice.evaluate`,
writes the ONNX file into the folder of the model, and writes its hash into the card.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import onnxruntime
import torch
import typer

from models import graph
from models.voice.network import VoiceNetwork

OPSET: Final = 18
OUTPUTS: Final = ("probabilities", "valence_arousal", "embedding")
TOLERANCE: Final = 1e-3
"""Largest accepted difference of an output from PyTorch."""


def export(network: VoiceNetwork, temperature: float, path: Path) -> str:
    """Write the calibrated network and return its SHA-256.

    Weights are stored as fp16 with a Cast to fp32. Training rounds them to fp16, so that this costs
    no accuracy.

    Raises
    ------
    RuntimeError
        If the results of the written file differ from PyTorch's.
    """
    network.eval()
    with torch.no_grad():
        network.classify.weight /= temperature
        network.classify.bias /= temperature
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
    graph.store_fp16(model)
    digest = graph.save(model, path)

    session = onnxruntime.InferenceSession(path)
    for shape in ((1, 16_000), (3, 47_123), (1, 160_000)):
        samples = torch.randn(shape, generator=torch.Generator().manual_seed(0)) * 0.1
        with torch.inference_mode():
            expected = [value.numpy() for value in network(samples)]
        found = session.run(OUTPUTS, {"samples": samples.numpy()})
        difference = max(np.abs(a - b).max() for a, b in zip(expected, found, strict=True))
        if difference > TOLERANCE:
            raise RuntimeError(f"{path} differs from PyTorch by {difference:.1e} at {shape}")
    return digest


def main(
    network: Annotated[Path, typer.Option(help="Output of models.voice.train.")],
    folds: Annotated[Path, typer.Option(help="Output of models.voice.evaluate.")],
    model: Annotated[Path, typer.Option(help="Folder of the model, with its card.")],
) -> None:
    """Calibrate and export a voice network, and write its hash into the card."""
    with np.load(folds) as found:
        temperature = float(found["temperature"])
    file, card = model / f"{model.name}.onnx", model / "card.md"
    digest = export(torch.load(network, weights_only=False), temperature, file)
    text = card.read_text(encoding="utf-8")
    card.write_text(re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', text, count=1))
    print(f"temperature {temperature:.3f}\n{file}: {file.stat().st_size} bytes, {digest}")


if __name__ == "__main__":
    typer.run(main)
