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


def test_order_is_that_of_ravdess() -> None:
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
def test_certainty_lies_at_the_emotions_own_place(emotion: str) -> None:
    one_hot = np.array([e == emotion for e in EMOTIONS], dtype=np.float32)
    assert most_likely(one_hot) == emotion
    place = {str(e): point for e, point in VALENCE_AROUSAL.items()}[emotion]
    assert valence_arousal(one_hot) == pytest.approx(place)


def test_mapping_names_every_emotion_and_rounds() -> None:
    mapping = as_mapping(uniform())
    assert tuple(mapping) == EMOTIONS
    assert sum(mapping.values()) == pytest.approx(1)
