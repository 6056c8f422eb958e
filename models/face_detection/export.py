"""Conversion of ``face_detection.onnx`` from MediaPipe's wheel; see the card.

``python -m models.face_detection.export MEDIAPIPE_WHEEL``
"""

from __future__ import annotations

import sys
from pathlib import Path

from models import graph, mediapipe

MEMBER = "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite"
SHA256 = "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1"


def main(wheel: str) -> None:
    """Convert the network and print the hash for the card."""
    tflite = mediapipe.densify(mediapipe.read_tflite(Path(wheel), MEMBER, SHA256))
    model = mediapipe.to_onnx(tflite)
    graph.rename(model, {"input_1": "image", "Identity": "boxes", "Identity_1": "scores"})
    graph.reshape_output(model, "scores", (-1, 2304))
    graph.make_batch_dynamic(model)
    graph.store_fp16(model)
    print(graph.save(model, Path(__file__).with_name("face_detection.onnx")))


if __name__ == "__main__":
    main(*sys.argv[1:])
