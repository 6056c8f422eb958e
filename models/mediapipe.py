"""Conversion of networks in MediaPipe's wheel to ONNX.

Needs a separate environment: ``tf2onnx==1.17.0 tensorflow-cpu==2.21.0 numpy==1.26.4``.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from tensorflow.lite.python.schema_py_generated import BufferT, BuiltinOperator
from tensorflow.lite.tools import flatbuffer_utils

OPSET = 17


def read_tflite(wheel: Path, member: str, sha256: str) -> bytes:
    """Return a network of the wheel (``pip download --no-deps mediapipe==0.10.21``).

    Raises
    ------
    ValueError
        If its hash is not the expected one.
    """
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(member)
    digest = hashlib.sha256(data).hexdigest()
    if digest != sha256:
        raise ValueError(f"{member} of {wheel} has sha256 {digest}, expected {sha256}")
    return data


def densify(tflite: bytes) -> bytes:
    """Replace sparse weights (DENSIFY operations, which ONNX lacks) with constants."""
    # The default delegate does not expose the dense weights.
    interpreter = tf.lite.Interpreter(
        model_content=tflite,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    interpreter.invoke()
    model = flatbuffer_utils.convert_bytearray_to_object(tflite)
    graph = model.subgraphs[0]
    kept = []
    for operator in graph.operators:
        if model.operatorCodes[operator.opcodeIndex].builtinCode != BuiltinOperator.DENSIFY:
            kept.append(operator)
            continue
        (sparse,), (index,) = operator.inputs, operator.outputs
        graph.tensors[sparse].buffer = 0
        buffer = BufferT()
        buffer.data = np.frombuffer(interpreter.get_tensor(index).tobytes(), np.uint8)
        graph.tensors[index].buffer = len(model.buffers)
        model.buffers.append(buffer)
    graph.operators = kept
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def to_onnx(tflite: bytes) -> onnx.ModelProto:
    """Convert a network; keeps TensorFlow Lite's names and batch size."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        path.write_bytes(tflite)
        model: onnx.ModelProto
        model, _ = tf2onnx.convert.from_tflite(str(path), opset=OPSET)
    return model
