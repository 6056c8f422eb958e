"""What every converted graph goes through: clear names, a free batch, half the size on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def rename(model: onnx.ModelProto, names: Mapping[str, str]) -> None:
    """Give inputs and outputs of the graph the names the card uses.

    Raises
    ------
    KeyError
        If the graph has no input or output of an old name.
    """
    graph = model.graph
    ends = {value.name: value for value in (*graph.input, *graph.output)}
    for old, new in names.items():
        ends[old].name = new
        for node in graph.node:
            node.input[:] = [new if name == old else name for name in node.input]
            node.output[:] = [new if name == old else name for name in node.output]


def reshape_output(model: onnx.ModelProto, name: str, shape: Sequence[int]) -> None:
    """Let the Reshape that makes an output give ``shape`` (batch first, -1 for the batch).

    Raises
    ------
    StopIteration
        If the output does not come from a Reshape.
    """
    graph = model.graph
    node = next(n for n in graph.node if n.op_type == "Reshape" and n.output[0] == name)
    node.input[1] = f"{name}_shape"
    target = np.array(shape, np.int64)
    graph.initializer.append(numpy_helper.from_array(target, node.input[1]))
    output = next(value for value in graph.output if value.name == name)
    output.CopyFrom(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))


def free_batch(model: onnx.ModelProto) -> None:
    """Let axis 0 of every input and output be any size.

    Reshapes that name a batch of 1 keep the axis as it comes instead (0 in ONNX).
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
    # Shapes inferred for a batch of 1 are wrong from here on.
    del graph.value_info[:]


def split_prelu(model: onnx.ModelProto) -> None:
    """Write every PRelu as relu(x) + slope * (x - relu(x)), which is the same to the last bit.

    onnxruntime 1.32 runs the four operations four times faster than the one.
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


def store_fp16(model: onnx.ModelProto) -> None:
    """Store as fp16 every weight that loses nothing by it, with a Cast back to fp32 after each.

    A runtime folds the casts when it loads the graph: the file is smaller, the network the same.
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
    """Tell whether a tensor of fp32 values would be the same in fp16."""
    if tensor.data_type != TensorProto.FLOAT:
        return False
    values = numpy_helper.to_array(tensor)
    with np.errstate(over="ignore"):
        return np.array_equal(values.astype(np.float16).astype(np.float32), values)


def number(model: onnx.ModelProto) -> None:
    """Name nodes and tensors by their place, and drop notes and the constants that no node reads.

    A converter draws names that differ from run to run, and notes which lines of which files on
    this machine each node came from; with this its file depends on neither.
    """
    graph = model.graph
    for noted in (model, graph, *graph.node, *graph.value_info, *graph.initializer):
        del noted.metadata_props[:]
    names = {value.name: value.name for value in (*graph.input, *graph.output)}
    names[""] = ""
    for place, node in enumerate(graph.node):
        node.name = f"{node.op_type}_{place}"
        for ends in (node.input, node.output):
            ends[:] = [names.setdefault(name, f"tensor_{len(names)}") for name in ends]
    kept = [tensor for tensor in graph.initializer if tensor.name in names]
    for tensor in kept:
        tensor.name = names[tensor.name]
    del graph.initializer[:]
    graph.initializer.extend(sorted(kept, key=lambda tensor: tensor.name))


def save(model: onnx.ModelProto, path: Path) -> str:
    """Write the graph, checked and with numbered names, and return its sha256 for the card."""
    number(model)
    onnx.checker.check_model(model, full_check=True)
    data = model.SerializeToString(deterministic=True)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()
