"""Where networks run: worker threads, and one batch for requests that wait at the same moment."""

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

# Read when onnxruntime is imported: without it, events about every session are kept to be sent to
# Microsoft.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from inference.card import ModelCard, ModelError, TensorSpec, read_card

Tensors: TypeAlias = dict[str, NDArray[Any]]

MAX_WAITING: Final = 256
"""Requests that may wait at once; each session waits for one at a time."""

MAX_BATCH: Final = 32
"""Samples in one batch at most."""

_DTYPES: Final = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
}
"""Element types as onnxruntime and as NumPy call them."""


class Runtime(Protocol):
    """A place where networks run."""

    def card(self, model: str) -> ModelCard:
        """Return the card of a model."""

    def run(self, model: str, inputs: Tensors) -> Tensors:
        """Run a model on a batch (axis 0 of every tensor) and wait for its outputs.

        May be called from any thread but the event loop's.

        Raises
        ------
        ModelError
            If an input is not what the card asks for, or the runtime is full or closed.
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
    """Runs networks with onnxruntime in worker threads of this process.

    Every worker runs one batch at a time on one thread. A free worker takes the request that has
    waited longest, and all others that wait for the same model with the same shapes, as one batch:
    batches form under load and cost nobody any delay otherwise.

    Parameters
    ----------
    directories : sequence of Path
        Where to look for ``NAME/card.md``; the first that has it wins. A hyphen in a name is an
        underscore in the folder's, which may be a Python package.
    models : sequence of str
        The models to load.
    workers : int
        Worker threads.
    substitutes : mapping of str to str
        Models to load in place of others: the name that is asked for, and the one that answers.

    Raises
    ------
    ModelError
        If a model is missing, is not what its card says, or cannot do the work of the one it takes
        the place of.
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
        self._waiting: deque[_Request] = deque()
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
        """Run a model on a batch and wait for its outputs; see :meth:`Runtime.run`."""
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
            if len(self._waiting) >= MAX_WAITING:
                raise ModelError("too many requests wait for the networks")
            self._waiting.append(request)
            self._wake.notify()
        return request.result.result()

    def close(self) -> None:
        """Finish what waits, stop the workers, and let go of the networks."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        for worker in self._workers:
            worker.join()
        # Whoever still knows the runtime need not keep the networks in memory.
        self._models.clear()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._waiting:
                    if self._closed:
                        return
                    self._wake.wait()
                batch = _take(self._waiting)
            _run(self._models[batch[0].model], batch)


def _find(name: str, directories: Sequence[Path]) -> ModelCard:
    for directory in directories:
        path = directory / name.replace("-", "_") / "card.md"
        if path.is_file():
            return read_card(path)
    looked = ", ".join(str(directory) for directory in directories)
    raise ModelError(f"no model {name!r} (a folder with card.md) in {looked}")


def _load(place: str, name: str, directories: Sequence[Path]) -> _Model:
    """Load the model ``name`` to do what ``place`` is asked for."""
    card = _find(name, directories)
    if name != place:
        wanted = _find(place, directories)
        takes, needed = _interface(card.inputs), _interface(wanted.inputs)
        gives, asked = _interface(card.outputs), _interface(wanted.outputs)
        if takes != needed or not gives & asked:
            raise ModelError(
                f"{name} cannot take the place of {place}, which makes {asked} of {needed}: "
                f"it makes {gives} of {takes}"
            )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            card.model, options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise ModelError(f"onnxruntime cannot load {card.model}: {error}") from error
    for kind, specs, nodes in (
        ("input", card.inputs, session.get_inputs()),
        ("output", card.outputs, session.get_outputs()),
    ):
        described = {spec.name: (spec.dtype, *spec.shape) for spec in specs}
        actual = {n.name: (_DTYPES.get(n.type, n.type), *n.shape) for n in nodes}
        if described.keys() != actual.keys() or not all(
            _fits(described[name], actual[name]) for name in actual
        ):
            raise ModelError(
                f"{card.model}: the card describes the {kind}s {described}, the graph has {actual}"
            )
    return _Model(card, session)


def _interface(specs: Iterable[TensorSpec]) -> set[tuple[int | str, ...]]:
    return {(spec.name, spec.dtype, *spec.shape) for spec in specs}


def _fits(described: tuple[int | str, ...], actual: tuple[int | str, ...]) -> bool:
    """Return whether type and axes are the graph's; an axis without a number there is free."""
    return (
        described[0] == actual[0]
        and len(described) == len(actual)
        and all(
            axis == wanted
            for wanted, axis in zip(described[1:], actual[1:], strict=True)
            if isinstance(axis, int)
        )
    )


def _take(waiting: deque[_Request]) -> list[_Request]:
    """Remove and return the oldest request and all that fit into one batch with it."""
    batch = [waiting.popleft()]
    size = batch[0].size
    for request in list(waiting):
        alike = (request.model, request.shape) == (batch[0].model, batch[0].shape)
        if alike and size + request.size <= MAX_BATCH:
            waiting.remove(request)
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
