"""Conversion of ``face_mesh.onnx`` from MediaPipe's wheel; see the card.

``python -m models.face_mesh.export MEDIAPIPE_WHEEL``
"""

from __future__ import annotations

import sys
from pathlib import Path

from models import graph, mediapipe

MEMBER = "mediapipe/modules/face_landmark/face_landmark.tflite"
SHA256 = "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814"


def main(wheel: str) -> None:
    """Convert the network and print the hash for the card."""
    model = mediapipe.to_onnx(mediapipe.read_tflite(Path(wheel), MEMBER, SHA256))
    graph.rename(model, {"input_1": "face", "conv2d_21": "landmarks", "conv2d_31": "presence"})
    graph.reshape_output(model, "landmarks", (-1, 468, 3))
    graph.reshape_output(model, "presence", (-1,))
    graph.make_batch_dynamic(model)
    graph.decompose_prelu(model)
    graph.store_fp16(model)
    print(graph.save(model, Path(__file__).with_name("face_mesh.onnx")))


if __name__ == "__main__":
    main(*sys.argv[1:])
