from __future__ import annotations

import numpy as np
import pytest

from inference.emotion import EMOTIONS, VALENCE_AROUSAL, Distribution
from recommender.ranking.query import MoodQuery, supporting_modality, total_variation
from tests.recommender.ranking.samples import query, spread


@pytest.mark.parametrize(
    ("voice", "face", "modality"),
    [
        (spread(sad=0.8), None, "voice"),
        (None, spread(sad=0.8), "face"),
        (spread(sad=0.8), spread(sad=0.7), "mood"),
        (spread(sad=0.8), spread(happy=0.8), "voice"),
        (spread(happy=0.8), spread(sad=0.8), "face"),
        (spread(sad=0.3), spread(sad=0.9), "face"),
        (spread(sad=0.5), spread(sad=0.9), "mood"),
        (spread(happy=0.8), spread(happy=0.8), "mood"),
        (spread(happy=0.6, sad=0.1), spread(happy=0.6, sad=0.01), "mood"),
        (None, None, "mood"),
    ],
)
def test_which_modality_supports_an_emotion(
    voice: Distribution | None, face: Distribution | None, modality: str
) -> None:
    assert supporting_modality("sad", voice, face) == modality


def test_an_emotion_by_itself_lies_where_it_belongs() -> None:
    for emotion in EMOTIONS:
        single = MoodQuery.from_emotion(emotion)
        assert (single.valence, single.arousal) == VALENCE_AROUSAL[emotion]


def test_uncertainty_is_0_for_one_emotion_and_1_for_the_uniform_distribution() -> None:
    assert MoodQuery.from_emotion("sad").uncertainty == 0
    uniform = MoodQuery.from_distribution(np.full(8, 1 / 8, dtype=np.float32))
    assert uniform.uncertainty == pytest.approx(1)
    assert 0 < query(spread(sad=0.6)).uncertainty < 1


def test_the_total_variation_of_distributions_without_overlap_is_1() -> None:
    sad, happy = (MoodQuery.from_emotion(emotion).probs for emotion in ("sad", "happy"))
    assert total_variation(sad, happy) == 1
    assert total_variation(sad, sad) == 0
