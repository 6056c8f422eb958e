from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from inference.card import ModelCard, read_card
from inference.emotion import EMOTIONS
from models.face_emotion.corpora import Examples
from models.face_emotion.faces import LABELS, SIZE, to_input

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return read_card(ROOT / "models/mini_xception/card.md")


def bars(count: int, seed: int = 0) -> Examples:
    """Return faces that are easy to classify: bars whose slope is the class."""
    classes = np.random.default_rng(seed).integers(0, len(LABELS), count)
    y, x = np.mgrid[:48, :48]
    slants = np.pi * classes[:, None, None] / len(LABELS)
    waves = np.sin((x * np.cos(slants) + y * np.sin(slants)) / 3)
    labels = np.eye(len(LABELS), dtype=np.float32)[classes]
    images = (128 + 100 * waves).astype(np.uint8)
    return Examples(tuple(images), np.pad(labels, ((0, 0), (0, 1))), labels, ("",) * count)


def test_has_eight_outputs_and_the_input_of_the_face_network(card: ModelCard) -> None:
    assert card.setting("labels") == list(EMOTIONS)
    ours = read_card(ROOT / "models/face_emotion/card.md")
    assert card.inputs[0].shape == ours.inputs[0].shape
    session = onnxruntime.InferenceSession(card.model)
    (probabilities,) = session.run(None, {"face": to_input(bars(3).images)})
    assert probabilities.shape == (3, len(EMOTIONS))
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_sees_brightness_as_in_2020(card: ModelCard) -> None:
    session = onnxruntime.InferenceSession(card.model)
    face = to_input(bars(1).images)
    (light,), (dark,) = (session.run(None, {"face": of}) for of in (face, (face - 3) / 4))
    assert np.abs(light - dark).max() > 0.01


class TestNetwork:
    def test_has_the_layers_of_2020(self) -> None:
        torch = pytest.importorskip("torch", reason="needs the extra train")
        from models.mini_xception.network import WIDTHS, MiniXception, pool

        network = MiniXception()
        kernels = [m.kernel_size for m in network.modules() if isinstance(m, torch.nn.Conv2d)]
        # Two of the stem; of each block four of its body and a shortcut; and one before the pool.
        assert kernels == [
            *[(3, 3)] * 2,
            *[(3, 3), (1, 1), (3, 3), (1, 1), (1, 1)] * len(WIDTHS),
            (2, 2),
        ]
        dense = [m for m in network.modules() if isinstance(m, torch.nn.Linear)]
        assert [(m.in_features, m.out_features) for m in dense] == [(64, 64), (64, 8)]
        features = network.layers[:-7](torch.rand(1, 1, SIZE, SIZE))
        assert features.shape == (1, WIDTHS[-1], 4, 4)
        # As in Keras: an even side is padded at its end, an odd one at both ends.
        row = torch.tensor([[[[3.0, 1, 2, 0]]]])
        assert pool(row)[0, 0, 0].tolist() == [3, 2]
        assert pool(row[..., :3])[0, 0, 0].tolist() == [3, 2]

    def test_learns_the_mean_opinion_and_neutral_is_half_calm(self) -> None:
        torch = pytest.importorskip("torch", reason="needs the extra train")
        pytest.importorskip("matplotlib", reason="needs the extra train")
        from models.mini_xception.network import MiniXception
        from models.mini_xception.train import emotions, train

        torch.set_num_threads(1)
        torch.manual_seed(0)
        examples = bars(128)
        neutral = examples.labels.argmax(axis=1) == LABELS.index("neutral")
        assert (emotions(examples)[neutral, :2] == 0.5).all()
        random = np.random.default_rng(0)
        epochs = list(train(MiniXception(), examples, bars(32, 1), 3, random))
        assert epochs[-1].trained_loss < epochs[0].trained_loss
