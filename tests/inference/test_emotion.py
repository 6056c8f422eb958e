import numpy as np
import pytest

from inference.emotion import (
    EMOTIONS,
    VALENCE_AROUSAL,
    as_mapping,
    most_likely,
    uniform,
    valence_arousal,
)


def test_the_order_is_that_of_ravdess() -> None:
    assert EMOTIONS == (
        "neutral",
        "calm",
        "happy",
        "sad",
        "angry",
        "fearful",
        "disgust",
        "surprised",
    )


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_certain_distribution_has_its_emotions_coordinates(emotion: str) -> None:
    one_hot = np.array([e == emotion for e in EMOTIONS], dtype=np.float32)
    assert most_likely(one_hot) == emotion
    expected = {str(e): point for e, point in VALENCE_AROUSAL.items()}[emotion]
    assert valence_arousal(one_hot) == pytest.approx(expected)


def test_the_mapping_has_every_emotion_rounded() -> None:
    mapping = as_mapping(uniform())
    assert tuple(mapping) == EMOTIONS
    assert sum(mapping.values()) == pytest.approx(1)
