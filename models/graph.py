"""Postprocessing of converted ONNX graphs: names, batch size, int8 products, fp16 storage."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INT8_MAX: Final = 90
"""Largest magnitude of weights and activations in int8, the latter shifted to 0 to 180: processors
without VNNI add two products in 16 bits, and 2 x 180 x 90 does not overflow."""

MIN_COLUMNS: Final = 64
"""Smallest number of columns of a matrix made int8: with fewer, scaling the input costs more."""

MIN_SCALE: Final = 1e-6
"""Smallest scale of a row of activations: a row of zeros must not divide by zero."""


def rename(model: onnx.ModelProto, names: Mapping[str, str]) -> None:
    """Rename inputs and outputs of the graph.

    Raises
    ------
    KeyError
        If the graph has no input or output with an old name.
    """
    graph = model.graph
    ends = {value.name: value for value in (*graph.input, *graph.output)}
    for old, new in names.items():
        ends[old].name = new
        for node in graph.node:
            node.input[:] = [new if name == old else name for name in node.input]
            node.output[:] = [new if name == old else name for name in node.output]


def reshape_output(model: onnx.ModelProto, name: str, shape: Sequence[int]) -> None:
    """Change the shape of an output that a Reshape produces (batch first, -1 for the batch).

    Raises
    ------
    StopIteration
        If no Reshape produces the output.
    """
    graph = model.graph
    node = next(n for n in graph.node if n.op_type == "Reshape" and n.output[0] == name)
    node.input[1] = f"{name}_shape"
    target = np.array(shape, np.int64)
    graph.initializer.append(numpy_helper.from_array(target, node.input[1]))
    output = next(value for value in graph.output if value.name == name)
    output.CopyFrom(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))


def make_batch_dynamic(model: onnx.ModelProto) -> None:
    """Make axis 0 of every input and output dynamic.

    In Reshapes, a batch size of 1 becomes 0, which in ONNX keeps the size of the axis.
    """
    graph = model.graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Reshape" and node.input[1] in constants:
            tensor = constants[node.input[1]]
            shape = numpy_helper.to_array(tensor).copy()
            if shape[0] == 1:
                shape[0] = 0
                tensor.CopyFrom(numpy_helper.from_array(shape, tensor.name))
    for value in (*graph.input, *graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    # The inferred shapes are for a batch of 1.
    del graph.value_info[:]


def decompose_prelu(model: onnx.ModelProto) -> None:
    """Replace every PRelu with relu(x) + slope * (x - relu(x)), which is bit-identical.

    onnxruntime 1.32 runs the four operations four times faster than PRelu.
    """
    graph = model.graph
    nodes = []
    for node in graph.node:
        if node.op_type == "PRelu":
            (x, slope), (y,) = node.input, node.output
            positive, negative, scaled = (
                f"{y}_{part}" for part in ("positive", "negative", "scaled")
            )
            nodes += [
                helper.make_node("Relu", [x], [positive]),
                helper.make_node("Sub", [x, positive], [negative]),
                helper.make_node("Mul", [slope, negative], [scaled]),
                helper.make_node("Add", [positive, scaled], [y]),
            ]
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def quantize_products(model: onnx.ModelProto) -> None:
    """Compute products with constant matrices in int8.

    Weights are scaled by column. Activations are scaled by row, when they are computed: unlike with
    one scale for a whole tensor, the result does not depend on the other inputs in the batch.
    """
    graph = model.graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    shared = {
        "int8_axis": np.array([-1], np.int64),
        "int8_step": np.float32(1 / INT8_MAX),
        "int8_min": np.float32(MIN_SCALE),
        "int8_offset": np.float32(INT8_MAX + 0.5),
        "int8_zero": np.uint8(INT8_MAX),
    }
    nodes = []
    for node in graph.node:
        tensor = constants.get(node.input[1]) if node.op_type == "MatMul" else None
        if tensor is None or tensor.dims[1] < MIN_COLUMNS:
            nodes.append(node)
            continue
        weights = numpy_helper.to_array(tensor)
        scales = np.maximum(np.abs(weights).max(0) / INT8_MAX, MIN_SCALE).astype(np.float32)
        (x, _), (y,) = node.input, node.output
        shared[f"{y}_weights"] = np.round(weights / scales).astype(np.int8)
        shared[f"{y}_scales"] = scales
        nodes += [
            helper.make_node(kind, inputs, [f"{y}_{output}" if output else y], **attributes)
            for kind, inputs, output, attributes in (
                ("Abs", [x], "abs", {}),
                ("ReduceMax", [f"{y}_abs", "int8_axis"], "max", {"keepdims": 1}),
                ("Mul", [f"{y}_max", "int8_step"], "step", {}),
                ("Max", [f"{y}_step", "int8_min"], "scale", {}),
                ("Div", [x, f"{y}_scale"], "scaled", {}),
                # A Cast truncates: with half a step added, it rounds.
                ("Add", [f"{y}_scaled", "int8_offset"], "shifted", {}),
                ("Cast", [f"{y}_shifted"], "uint8", {"to": TensorProto.UINT8}),
                ("MatMulInteger", [f"{y}_uint8", f"{y}_weights", "int8_zero"], "int32", {}),
                ("Cast", [f"{y}_int32"], "float", {"to": TensorProto.FLOAT}),
                ("Mul", [f"{y}_float", f"{y}_scale"], "rows", {}),
                ("Mul", [f"{y}_rows", f"{y}_scales"], "", {}),
            )
        ]
    del graph.node[:]
    graph.node.extend(nodes)
    graph.initializer.extend(numpy_helper.from_array(np.asarray(a), n) for n, a in shared.items())


def store_fp16(model: onnx.ModelProto) -> None:
    """Store every weight that fp16 represents exactly as fp16, followed by a Cast to fp32.

    Runtimes fold the casts when they load the graph: the file is smaller, the network is the same.
    """
    graph = model.graph
    halved = {tensor.name: tensor for tensor in graph.initializer if _is_fp16(tensor)}
    nodes = []
    for node in graph.node:
        for name in node.input:
            if name in halved:
                tensor = halved.pop(name)
                values = numpy_helper.to_array(tensor).astype(np.float16)
                tensor.CopyFrom(numpy_helper.from_array(values, f"{name}_fp16"))
                nodes.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
        nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def _is_fp16(tensor: TensorProto) -> bool:
    """Return whether fp16 represents a tensor of fp32 values exactly."""
    if tensor.data_type != TensorProto.FLOAT:
        return False
    values = numpy_helper.to_array(tensor)
    with np.errstate(over="ignore"):
        return np.array_equal(values.astype(np.float16).astype(np.float32), values)


def canonicalize(model: onnx.ModelProto) -> None:
    """Rename nodes and tensors by number, and remove metadata and unused constants.

    Converters generate names that differ between runs, and record the source lines of each node.
    Without both, the file is reproducible.
    """
    graph = model.graph
    for item in (model, graph, *graph.node, *graph.value_info, *graph.initializer):
        del item.metadata_props[:]
    names = {value.name: value.name for value in (*graph.input, *graph.output)}
    names[""] = ""
    for index, node in enumerate(graph.node):
        node.name = f"{node.op_type}_{index}"
        for ends in (node.input, node.output):
            ends[:] = [names.setdefault(name, f"tensor_{len(names)}") for name in ends]
    kept = [tensor for tensor in graph.initializer if tensor.name in names]
    for tensor in kept:
        tensor.name = names[tensor.name]
    del graph.initializer[:]
    graph.initializer.extend(sorted(kept, key=lambda tensor: tensor.name))


def save(model: onnx.ModelProto, path: Path) -> str:
    """Canonicalize, check and write the graph; return its SHA-256 for the card."""
    canonicalize(model)
    onnx.checker.check_model(model, full_check=True)
    data = model.SerializeToString(deterministic=True)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()
