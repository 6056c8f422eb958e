"""Model cards: inputs, outputs, units, licence and settings of each model file.

A card is Markdown with TOML front matter between ``+++`` lines. The runtime checks the front
matter; the prose is for people.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stream.media import SAMPLE_RATE


class ModelError(Exception):
    """A model, its card or its input is invalid; the message says why."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """Input or output of a model, as described by its card.

    Attributes
    ----------
    name : str
        Name in the ONNX graph.
    dtype : str
        NumPy name of the element type.
    shape : tuple of int or str
        A number is a fixed size, a name a variable one; axis 0 is always ``"batch"``.
    limits : dict
        Smallest and largest size of named axes, inclusive.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]
    limits: dict[str, tuple[int, int]]

    def check(self, value: NDArray[Any]) -> None:
        """Raise ModelError if the type or shape of ``value`` does not match."""
        if value.dtype != np.dtype(self.dtype):
            raise ModelError(f"{self.name} must be {self.dtype}, not {value.dtype}")
        if value.ndim != len(self.shape):
            raise ModelError(f"{self.name} must have shape {self.shape}, not {value.shape}")
        for axis, size in zip(self.shape, value.shape, strict=True):
            if isinstance(axis, int):
                low = high = axis
            else:
                low, high = self.limits.get(axis, (1, size))
            if not low <= size <= high:
                allowed = f"{low}" if low == high else f"{low} to {high}"
                raise ModelError(f"{self.name}: axis {axis} must be {allowed}, not {size}")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Front matter of a model card.

    Attributes
    ----------
    name, licence : str
        Name and licence of the model.
    model : Path
        Path of the ONNX file, in the same folder as the card.
    sha256 : str
        Hash of the ONNX file, in hexadecimal.
    inputs, outputs : tuple of TensorSpec
        Inputs and outputs, in the order of the graph.
    settings : dict
        Constants of the model, such as a threshold.
    commercial_use : bool or None
        Whether the licence allows commercial use; None if the card does not say.
    figures : dict
        How good the model is: numbers by name, and under ``data`` what they were measured on.
    """

    name: str
    licence: str
    model: Path
    sha256: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    settings: dict[str, Any]
    commercial_use: bool | None = None
    figures: dict[str, float | str] = field(default_factory=dict)

    def setting(self, name: str) -> Any:
        """Return a constant of the model.

        Raises
        ------
        ModelError
            If the card does not have it.
        """
        try:
            return self.settings[name]
        except KeyError:
            raise ModelError(f"the card of {self.name} needs {name} in its [settings]") from None


def read_card(path: Path) -> ModelCard:
    """Read the card at ``path`` (``models/NAME/card.md``) and verify the hash of the model file.

    Raises
    ------
    ModelError
        If either file is missing, the card is malformed, or the hash differs.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelError(f"can't read the model card {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ModelError(f"the model card {path} is not UTF-8 text") from error
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
            commercial_use=_flag(values.get("commercial_use")),
            figures=_figures(values.get("figures", {})),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the front matter of {path} is incomplete: {error}") from error
    try:
        digest = hashlib.sha256(card.model.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"can't read the model {card.model}: {error.strerror}") from error
    if digest != card.sha256:
        raise ModelError(f"{card.model} does not match its card: its SHA-256 is {digest}")
    return card


def _flag(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise TypeError(f"commercial_use must be true or false, not {value!r}")


def _figures(table: object) -> dict[str, float | str]:
    if not isinstance(table, dict) or not all(
        isinstance(value, int | float | str) for value in table.values()
    ):
        raise TypeError("figures must be a table of numbers, with a text as data")
    return table


def _tensors(table: dict[str, dict[str, Any]]) -> tuple[TensorSpec, ...]:
    return tuple(_tensor(name, spec) for name, spec in table.items())


def _tensor(name: str, spec: dict[str, Any]) -> TensorSpec:
    if (rate := spec.get("rate_hz", SAMPLE_RATE)) != SAMPLE_RATE:
        raise ModelError(f"{name} has a sample rate of {rate} Hz; it must be {SAMPLE_RATE} Hz")
    return TensorSpec(
        name=name,
        dtype=spec["dtype"],
        shape=tuple(spec["shape"]),
        limits={axis: (low, high) for axis, (low, high) in spec.get("limits", {}).items()},
    )
