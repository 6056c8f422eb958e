"""A runtime that records its batches."""

from inference.card import ModelCard
from inference.runtime import Runtime, Tensors


class CountingRuntime:
    """Wrapper around a runtime that records the size of every batch, by model."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.batches: dict[str, list[int]] = {}

    def card(self, model: str) -> ModelCard:
        return self._runtime.card(model)

    def run(self, model: str, inputs: Tensors) -> Tensors:
        (tensor,) = inputs.values()
        self.batches.setdefault(model, []).append(len(tensor))
        return self._runtime.run(model, inputs)
