from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto

from inference.card import read_card
from models import evaluation
from models.face_emotion.evaluate import evaluate

ROOT = Path(__file__).parents[2]
FER2013 = ROOT / "../shared/data/fer2013.zip"
NAMES = ("face_detection", "face_mesh", "face_emotion")


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_gives_what_each_picture_gives_alone(name: str) -> None:
    card = read_card(ROOT / "models" / name / "card.md")
    session = onnxruntime.InferenceSession(card.model)
    (spec,) = card.inputs
    shape = [3, *(int(size) for size in spec.shape[1:])]
    pictures = np.random.default_rng(0).random(shape, np.float32)
    together = session.run(None, {spec.name: pictures})
    for n in range(3):
        alone = session.run(None, {spec.name: pictures[n : n + 1]})
        for output, batch, single in zip(card.outputs, together, alone, strict=True):
            output.check(batch)
            assert batch[n] == pytest.approx(single[0], abs=1e-3)


@pytest.mark.parametrize("name", ["face_detection", "face_mesh"])
def test_weights_take_two_bytes(name: str) -> None:
    model = onnx.load(read_card(ROOT / "models" / name / "card.md").model)
    types = {tensor.data_type for tensor in model.graph.initializer}
    assert types == {TensorProto.FLOAT16, TensorProto.INT64}


def test_emotion_is_as_good_as_its_card_says() -> None:
    if not FER2013.is_file():
        pytest.skip("needs FER2013 in ../shared/data")
    _, confusion = evaluate(FER2013)
    assert confusion.sum() == 3589
    assert confusion.trace() / confusion.sum() == pytest.approx(0.652, abs=0.002)
    assert evaluation.unweighted_average_recall(confusion) == pytest.approx(0.613, abs=0.002)
