"""From weights to ``voice.onnx``: samples in, probabilities and embedding out."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from models import graph
from models.voice.encoder import Weights, embed

OPSET: Final = 18
TOLERANCE: Final = 1e-3


class Head(NamedTuple):
    """A linear classifier of embeddings.

    Attributes
    ----------
    mean, scale : Tensor of float32, shape (3072,)
        Of the embeddings it was trained on.
    weight : Tensor of float32, shape (3072, 8)
    bias : Tensor of float32, shape (8,)
    temperature : float
        Divides the logits before the softmax.
    """

    mean: Tensor
    scale: Tensor
    weight: Tensor
    bias: Tensor
    temperature: float

    def logits(self, embeddings: Tensor) -> Tensor:
        """Return the logits, before the temperature, shape (batch, 8)."""
        return (embeddings - self.mean) / self.scale @ self.weight + self.bias


def export(weights: Weights, head: Head, path: Path) -> str:
    """Write the network and return its sha256.

    Whisper's weights are published as fp16 and stored as they are, each with a Cast to fp32, so
    storage costs no accuracy.

    Raises
    ------
    RuntimeError
        If the written file does not give what PyTorch gives.
    """

    def network(samples: Tensor) -> tuple[Tensor, Tensor]:
        embeddings = embed(weights, samples)
        logits = head.logits(embeddings) / head.temperature
        return logits.softmax(1), (embeddings - head.mean) / head.scale

    # PyTorch exports modules only; there is nothing in this one but the function.
    module = torch.nn.Module().eval()
    module.forward = network
    dynamic = torch.export.Dim.DYNAMIC
    program = torch.onnx.export(
        module,
        (torch.randn(2, 32_000),),
        dynamo=True,
        opset_version=OPSET,
        input_names=["samples"],
        output_names=["probabilities", "embedding"],
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
        found = session.run(["probabilities", "embedding"], {"samples": samples.numpy()})
        difference = max(np.abs(a - b).max() for a, b in zip(expected, found, strict=True))
        if difference > TOLERANCE:
            raise RuntimeError(f"{path} differs from PyTorch by {difference:.1e} at {shape}")
    return digest
