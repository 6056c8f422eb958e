"""Runtime for neural networks: worker threads with dynamic batching."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

# Must be set before onnxruntime is imported; otherwise it stores telemetry to send to Microsoft.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from inference.card import ModelCard, ModelError, TensorSpec, read_card

Tensors: TypeAlias = dict[str, NDArray[Any]]

MAX_QUEUED: Final = 256
"""Maximum number of queued requests; each session has one at a time."""

MAX_BATCH: Final = 32
"""Maximum number of samples in a batch."""

_DTYPES: Final = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
}
"""NumPy names of onnxruntime's element types."""


class Runtime(Protocol):
    """Executor of neural networks."""

    def card(self, model: str) -> ModelCard:
        """Return the card of a model."""

    def run(self, model: str, inputs: Tensors) -> Tensors:
        """Run a model on a batch (axis 0 of every tensor) and return its outputs.

        Blocks: call it from any thread but the event loop's.

        Raises
        ------
        ModelError
            If an input does not match the card, the network fails, or the runtime is overloaded or
            closed.
        """


@dataclass(slots=True, eq=False)
class _Request:
    model: str
    inputs: Tensors
    shape: tuple[tuple[int, ...], ...]
    size: int
    result: Future[Tensors] = field(default_factory=Future)


@dataclass(slots=True)
class _Model:
    card: ModelCard
    session: onnxruntime.InferenceSession


class LocalRuntime:
    """Runtime that uses onnxruntime in worker threads of this process.

    Each worker runs one batch at a time, single-threaded. A free worker takes the oldest request,
    and all queued requests for the same model with the same shapes, as one batch: batches form
    under load and never delay a request.

    Parameters
    ----------
    directories : sequence of Path
        Folders to search for ``NAME/card.md``, in order of precedence. Hyphens in a model's name
        become underscores in its folder's name, which may be a Python package.
    models : sequence of str
        Models to load.
    workers : int
        Number of worker threads.
    substitutes : mapping of str to str
        Models to load in place of others, by the name of the model they replace.

    Raises
    ------
    ModelError
        If a model is missing, does not match its card, or is not compatible with the model it
        replaces.
    """

    def __init__(
        self,
        directories: Sequence[Path],
        models: Sequence[str],
        workers: int,
        substitutes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._models = {
            name: _load(name, substitutes.get(name, name), directories) for name in models
        }
        self._cards = {name: model.card for name, model in self._models.items()}
        self._queue: deque[_Request] = deque()
        self._wake = threading.Condition()
        self._closed = False
        self._workers = [
            threading.Thread(target=self._work, name=f"inference-{n}", daemon=True)
            for n in range(workers)
        ]
        for worker in self._workers:
            worker.start()

    def card(self, model: str) -> ModelCard:
        """Return the card of a loaded model."""
        return self._cards[model]

    def run(self, model: str, inputs: Tensors) -> Tensors:
        """Run a model on a batch and return its outputs; see :meth:`Runtime.run`."""
        specs = self._cards[model].inputs
        for spec in specs:
            if spec.name not in inputs:
                raise ModelError(f"{model} needs the input {spec.name}")
            spec.check(inputs[spec.name])
        tensors = [inputs[spec.name] for spec in specs]
        sizes = {len(tensor) for tensor in tensors}
        if len(sizes) != 1:
            raise ModelError(f"the inputs of {model} differ in batch size: {sorted(sizes)}")
        shape = tuple(tensor.shape[1:] for tensor in tensors)
        request = _Request(model, inputs, shape, sizes.pop())
        with self._wake:
            if self._closed:
                raise ModelError("the runtime is closed")
            if len(self._queue) >= MAX_QUEUED:
                raise ModelError("too many inference requests are queued")
            self._queue.append(request)
            self._wake.notify()
        return request.result.result()

    def close(self) -> None:
        """Finish the queued requests, stop the workers and free the networks."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        for worker in self._workers:
            worker.join()
        # A remaining reference to this runtime must not keep the networks in memory.
        self._models.clear()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._queue:
                    if self._closed:
                        return
                    self._wake.wait()
                batch = _next_batch(self._queue)
            _run(self._models[batch[0].model], batch)


def _find(name: str, directories: Sequence[Path]) -> ModelCard:
    for directory in directories:
        path = directory / name.replace("-", "_") / "card.md"
        if path.is_file():
            return read_card(path)
    searched = ", ".join(str(directory) for directory in directories)
    raise ModelError(f"model {name!r} (a folder with card.md) not found in {searched}")


def _load(role: str, name: str, directories: Sequence[Path]) -> _Model:
    """Load the model ``name`` to serve requests for the model ``role``."""
    card = _find(name, directories)
    if name != role:
        _check_compatible(name, card, role, _find(role, directories))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            card.model, options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise ModelError(f"onnxruntime can't load {card.model}: {error}") from error
    for kind, specs, nodes in (
        ("input", card.inputs, session.get_inputs()),
        ("output", card.outputs, session.get_outputs()),
    ):
        described = {spec.name: (spec.dtype, *spec.shape) for spec in specs}
        actual = {n.name: (_DTYPES.get(n.type, n.type), *n.shape) for n in nodes}
        if described.keys() != actual.keys() or not all(
            _matches(described[name], actual[name]) for name in actual
        ):
            raise ModelError(
                f"{card.model}: the card describes the {kind}s {described}, the graph has {actual}"
            )
    return _Model(card, session)


def _check_compatible(name: str, card: ModelCard, role: str, replaced: ModelCard) -> None:
    """Raise ModelError unless the inputs are equal and at least one output is.

    Models that name their classes need not have the same number of them.
    """
    inputs, outputs = _interface(card.inputs), _interface(card.outputs, card.settings)
    needed = _interface(replaced.inputs)
    expected = _interface(replaced.outputs, replaced.settings)
    if inputs != needed or not outputs & expected:
        raise ModelError(
            f"{name} can't replace {role}: it maps {inputs} to {outputs} instead of "
            f"{needed} to {expected}"
        )


def _interface(
    specs: Iterable[TensorSpec], settings: Mapping[str, Any] = MappingProxyType({})
) -> set[tuple[int | str, ...]]:
    classes = len(settings.get("labels", ()))
    return {
        (spec.name, spec.dtype, *("classes" if axis == classes else axis for axis in spec.shape))
        for spec in specs
    }


def _matches(described: tuple[int | str, ...], actual: tuple[int | str, ...]) -> bool:
    """Return whether type and shape match the graph's, whose named axes may have any size."""
    return (
        described[0] == actual[0]
        and len(described) == len(actual)
        and all(
            axis == size
            for size, axis in zip(described[1:], actual[1:], strict=True)
            if isinstance(axis, int)
        )
    )


def _next_batch(queue: deque[_Request]) -> list[_Request]:
    """Remove and return the oldest request and all others that fit into its batch."""
    batch = [queue.popleft()]
    size = batch[0].size
    for request in list(queue):
        same = (request.model, request.shape) == (batch[0].model, batch[0].shape)
        if same and size + request.size <= MAX_BATCH:
            queue.remove(request)
            batch.append(request)
            size += request.size
    return batch


def _run(model: _Model, batch: list[_Request]) -> None:
    try:
        if len(batch) == 1:
            feed = batch[0].inputs
        else:
            feed = {
                spec.name: np.concatenate([request.inputs[spec.name] for request in batch])
                for spec in model.card.inputs
            }
        names = [spec.name for spec in model.card.outputs]
        outputs = dict(zip(names, model.session.run(names, feed), strict=True))
    except Exception as error:
        for request in batch:
            request.result.set_exception(ModelError(f"{model.card.name} failed: {error}"))
        return
    start = 0
    for request in batch:
        end = start + request.size
        request.result.set_result({name: value[start:end] for name, value in outputs.items()})
        start = end
