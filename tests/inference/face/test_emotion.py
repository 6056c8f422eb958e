import numpy as np
import pytest

from inference.emotion import EMOTIONS, most_likely
from inference.face.detection import detect
from inference.face.emotion import aligned_region, as_emotions, grey_crop, read_emotions
from inference.face.mesh import LEFT_EYE, RIGHT_EYE, eyes, read_meshes
from inference.face.region import Region
from inference.runtime import LocalRuntime
from tests.inference.face.scene import ASTRONAUT

SEVEN = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


@pytest.mark.parametrize(
    ("label", "emotion"),
    [
        ("angry", "angry"),
        ("disgust", "disgust"),
        ("fear", "fearful"),
        ("happy", "happy"),
        ("sad", "sad"),
        ("surprise", "surprised"),
    ],
)
def test_a_class_is_mapped_to_its_emotion(label: str, emotion: str) -> None:
    probabilities = np.eye(7, dtype=np.float32)[[SEVEN.index(label)]]
    (probs,) = as_emotions(probabilities, SEVEN)
    assert probs[EMOTIONS.index(emotion)] == 1
    assert probs.sum() == 1


def test_neutral_and_calm_share_one_class() -> None:
    probabilities = np.array([[0.2, 0, 0, 0, 0, 0, 0.8]], np.float32)
    (probs,) = as_emotions(probabilities, SEVEN)
    assert dict(zip(EMOTIONS, probs.round(4).tolist(), strict=True)) == pytest.approx(
        dict.fromkeys(EMOTIONS, 0) | {"neutral": 0.4, "calm": 0.4, "angry": 0.2}
    )


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="'contempt' is neither an emotion"):
        as_emotions(np.ones((1, 1), np.float32), ["contempt"])


@pytest.mark.parametrize("tilt", [-0.5, 0.0, 0.3])
def test_the_eyes_are_aligned(tilt: float) -> None:
    landmarks = np.zeros((468, 3), np.float32)
    across = np.array([np.cos(tilt), np.sin(tilt), 0]) * 20
    centre = np.array([200, 100, 0])
    for places, sign in ((RIGHT_EYE, -1), (LEFT_EYE, 1)):
        landmarks[list(places)] = centre + sign * across

    region = aligned_region(landmarks, distance=0.4, line=0.3)

    right, left = region.to_image(np.array([[0.3, 0.3], [0.7, 0.3]], np.float32))
    assert right == pytest.approx(eyes(landmarks)[0][:2], abs=1e-3)
    assert left == pytest.approx(eyes(landmarks)[1][:2], abs=1e-3)


def test_a_crop_of_a_large_face_is_not_aliased() -> None:
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 200
    crop = grey_crop(stripes, Region(x=128, y=128, side=256), 64)
    assert crop.shape == (64, 64)
    assert crop[8:-8, 8:-8] == pytest.approx(100, abs=2)


def test_a_smile_is_happy_alone_and_in_a_batch(runtime: LocalRuntime) -> None:
    (landmarks,), _ = read_meshes(runtime, ASTRONAUT, [detect(runtime, ASTRONAUT)[0].region])
    smile = grey_crop(ASTRONAUT, aligned_region(landmarks, 0.36, 0.38), 64)
    noise = np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.uint8)
    together = read_emotions(runtime, [smile, noise])
    assert most_likely(together[0]) == "happy"
    assert together[0].max() > 0.9
    for crop, probs in zip((smile, noise), together, strict=True):
        assert probs.sum() == pytest.approx(1)
        assert probs == pytest.approx(read_emotions(runtime, [crop])[0], abs=1e-5)


def test_no_crops(runtime: LocalRuntime) -> None:
    assert read_emotions(runtime, []) == []
