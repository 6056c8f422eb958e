"""Export of the trained Conv1D to ``mfcc_conv1d.onnx``: 16 kHz samples to probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from models import graph
from models.mfcc_conv1d.features import graph_mean_mfcc

OPSET: Final = 18
TOLERANCE: Final = 1e-3
"""Largest accepted difference of a probability from PyTorch."""


class SamplesToProbabilities(nn.Module):
    """Feature extraction and network combined.

    Parameters
    ----------
    network : nn.Sequential
        Network from mean MFCCs to logits.
    """

    def __init__(self, network: nn.Sequential) -> None:
        super().__init__()
        self.network = network

    def forward(self, samples: Tensor) -> Tensor:
        """Return the probabilities, shape (batch, 8), of samples of shape (batch, n) at 16 kHz."""
        logits: Tensor = self.network(graph_mean_mfcc(samples))
        return logits.softmax(1)


def export(network: nn.Sequential, path: Path) -> str:
    """Write the network with its feature extraction and return its SHA-256.

    Raises
    ------
    RuntimeError
        If the results of the written file differ from PyTorch's.
    """
    module = SamplesToProbabilities(network).eval()
    random = torch.Generator().manual_seed(0)
    examples = [
        torch.randn(shape, generator=random) * 0.1
        for shape in ((1, 16_000), (3, 47_123), (1, 160_000))
    ]
    # Before the export, which would leave traced tensors in the caches of constants.
    with torch.inference_mode():
        expected = [module(samples).numpy() for samples in examples]
    dynamic = torch.export.Dim.DYNAMIC
    program = torch.onnx.export(
        module,
        (torch.randn(2, 32_000),),
        dynamo=True,
        opset_version=OPSET,
        input_names=["samples"],
        output_names=["probabilities"],
        dynamic_shapes=({0: dynamic, 1: dynamic},),
        verbose=False,
    )
    digest = graph.save(program.model_proto, path)

    session = onnxruntime.InferenceSession(path)
    for samples, reference in zip(examples, expected, strict=True):
        (found,) = session.run(["probabilities"], {"samples": samples.numpy()})
        if (difference := np.abs(reference - found).max()) > TOLERANCE:
            raise RuntimeError(f"{path} differs from PyTorch by {difference:.1e}")
    return digest
