"""A model is a file with a card: what goes in and out, in which units, and what it is worth.

A card is Markdown with TOML front matter between ``+++`` lines. The front matter is the contract
that the runtime checks; the prose is for people.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stream.media import SAMPLE_RATE


class ModelError(Exception):
    """A model, its card, or what was fed to it is not as it should be; the message says how."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One input or output as the card describes it.

    Attributes
    ----------
    name : str
        Name in the ONNX graph.
    dtype : str
        NumPy name of the element type.
    shape : tuple of int or str
        A number is exact, a name is free; axis 0 is always ``"batch"``.
    limits : dict
        Smallest and largest size of named axes, both included.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]
    limits: dict[str, tuple[int, int]]

    def check(self, value: NDArray[Any]) -> None:
        """Raise ModelError unless ``value`` is what the card promises."""
        if value.dtype != np.dtype(self.dtype):
            raise ModelError(f"{self.name} must be {self.dtype}, not {value.dtype}")
        if value.ndim != len(self.shape):
            raise ModelError(f"{self.name} must have the axes {self.shape}, not {value.shape}")
        for axis, size in zip(self.shape, value.shape, strict=True):
            if isinstance(axis, int):
                low = high = axis
            else:
                low, high = self.limits.get(axis, (1, size))
            if not low <= size <= high:
                wanted = f"{low}" if low == high else f"{low} to {high}"
                raise ModelError(f"{self.name}: axis {axis} must be {wanted}, not {size}")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The machine-readable part of a card.

    Attributes
    ----------
    name, licence : str
        As written in the card.
    model : Path
        The ONNX file, beside the card.
    sha256 : str
        Of the ONNX file, in hexadecimal.
    inputs, outputs : tuple of TensorSpec
        In the order of the graph.
    settings : dict
        Constants that belong to the model, such as a temperature or a threshold.
    """

    name: str
    licence: str
    model: Path
    sha256: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    settings: dict[str, Any]

    def setting(self, name: str) -> Any:
        """Return a constant of the model.

        Raises
        ------
        ModelError
            If the card lacks it.
        """
        try:
            return self.settings[name]
        except KeyError:
            raise ModelError(f"the card of {self.name} needs {name} in its [settings]") from None


def read_card(path: Path) -> ModelCard:
    """Read the card at ``path`` (``models/NAME/card.md``) and check its file's hash.

    Raises
    ------
    ModelError
        If the card or the file is missing, malformed, or does not belong to the other.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelError(f"the model card {path} cannot be read: {error.strerror}") from error
    opening, _, rest = text.partition("+++\n")
    front, closing, _ = rest.partition("\n+++")
    if opening or not closing:
        raise ModelError(f"{path} must begin with TOML front matter between +++ lines")
    try:
        values = tomllib.loads(front)
        card = ModelCard(
            name=values["name"],
            licence=values["licence"],
            model=path.parent / values["file"],
            sha256=values["sha256"],
            inputs=_tensors(values["inputs"]),
            outputs=_tensors(values["outputs"]),
            settings=values.get("settings", {}),
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"the front matter of {path} is not complete: {error}") from error
    try:
        digest = hashlib.sha256(card.model.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"the model {card.model} cannot be read: {error.strerror}") from error
    if digest != card.sha256:
        raise ModelError(f"{card.model} is not the file its card describes: sha256 {digest}")
    return card


def _tensors(table: dict[str, dict[str, Any]]) -> tuple[TensorSpec, ...]:
    return tuple(_tensor(name, spec) for name, spec in table.items())


def _tensor(name: str, spec: dict[str, Any]) -> TensorSpec:
    if (rate := spec.get("rate_hz", SAMPLE_RATE)) != SAMPLE_RATE:
        raise ModelError(f"{name} is sound at {rate} Hz; here all sound is at {SAMPLE_RATE} Hz")
    return TensorSpec(
        name=name,
        dtype=spec["dtype"],
        shape=tuple(spec["shape"]),
        limits={axis: (low, high) for axis, (low, high) in spec.get("limits", {}).items()},
    )
