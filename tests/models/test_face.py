from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto

from inference.card import read_card

ROOT = Path(__file__).parents[2]
NAMES = ("face_detection", "face_mesh", "face_emotion")


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_equals_single_runs(name: str) -> None:
    card = read_card(ROOT / "models" / name / "card.md")
    session = onnxruntime.InferenceSession(card.model)
    (spec,) = card.inputs
    shape = [3, *(int(size) for size in spec.shape[1:])]
    images = np.random.default_rng(0).random(shape, np.float32)
    together = session.run(None, {spec.name: images})
    for n in range(3):
        alone = session.run(None, {spec.name: images[n : n + 1]})
        for output, batch, single in zip(card.outputs, together, alone, strict=True):
            output.check(batch)
            assert batch[n] == pytest.approx(single[0], abs=1e-3)


@pytest.mark.parametrize("name", ["face_detection", "face_mesh"])
def test_weights_are_fp16(name: str) -> None:
    model = onnx.load(read_card(ROOT / "models" / name / "card.md").model)
    types = {tensor.data_type for tensor in model.graph.initializer}
    assert types == {TensorProto.FLOAT16, TensorProto.INT64}
