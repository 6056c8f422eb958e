import doctest

import numpy as np
import pytest

from inference.emotion import EMOTIONS, Distribution, Emotion, uniform
from models import evaluation
from models.evaluation import (
    accuracy,
    confusion_matrix,
    expected_calibration_error,
    recall,
    score,
    score_groups,
    unweighted_average_recall,
)

TRUTH = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 0, 0, 0, 1, 1, 0, 2])


def test_accuracy_and_average_recall_differ_for_uneven_classes() -> None:
    confusion = confusion_matrix(TRUTH, PREDICTED, 3)
    assert confusion.tolist() == [[5, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert accuracy(TRUTH, PREDICTED) == pytest.approx(7 / 9)
    assert recall(confusion) == pytest.approx([5 / 6, 1 / 2, 1])
    assert unweighted_average_recall(confusion) == pytest.approx((5 / 6 + 1 / 2 + 1) / 3)


def test_absent_classes_are_ignored() -> None:
    confusion = confusion_matrix(TRUTH, PREDICTED, 4)
    assert np.isnan(recall(confusion)[3])
    assert unweighted_average_recall(confusion) == pytest.approx((5 / 6 + 1 / 2 + 1) / 3)


def test_calibration_error_is_small_for_calibrated_and_large_for_overconfident_probabilities() -> (
    None
):
    random = np.random.default_rng(0)
    confidence = random.uniform(0.5, 1, 20_000)
    truth = (random.random(20_000) > confidence).astype(int)
    calibrated = np.stack([confidence, 1 - confidence], axis=1)
    overconfident = np.stack([np.full(20_000, 0.99), np.full(20_000, 0.01)], axis=1)
    assert expected_calibration_error(truth, calibrated) < 0.02
    assert expected_calibration_error(truth, overconfident) == pytest.approx(
        0.99 - np.mean(truth == 0), abs=1e-6
    )


def answer(**probabilities: float) -> Distribution:
    return np.array([probabilities.get(emotion, 0.0) for emotion in EMOTIONS], np.float32)


def test_predictions_are_restricted_to_the_emotions_that_occur() -> None:
    truth: list[Emotion] = ["happy", "happy", "happy", "sad", "sad"]
    right, wrong = answer(happy=0.9, sad=0.1), answer(sad=0.5, happy=0.3, angry=0.2)
    result = score(truth, [right, right, wrong, answer(angry=0.6, sad=0.4), answer(angry=1)])
    assert (result.n, result.accuracy, result.unanswered) == (5, 0.6, 1)
    assert result.per_class == {"happy": pytest.approx(2 / 3), "sad": 0.5}
    assert result.uar == pytest.approx(7 / 12)
    assert result.confusion[2] == [0, 0, 2, 1, 0, 0, 0, 0]
    assert result.confusion[3] == [0, 0, 0, 1, 0, 0, 0, 0]
    assert np.shape(result.confusion) == (8, 8)
    assert result.ece == pytest.approx((2 * 0.1 + 0.625) / 5)


def test_a_single_emotion_is_scored_among_all_eight() -> None:
    result = score(["happy", "happy"], [answer(happy=0.6, sad=0.4), answer(happy=0.4, sad=0.6)])
    assert (result.accuracy, result.per_class) == (0.5, {"happy": 0.5})
    assert result.confusion[2] == [0, 0, 1, 1, 0, 0, 0, 0]
    neutral = score(["neutral"], [answer(neutral=0.4, calm=0.6)])
    assert neutral.accuracy == 0, "calm is an alternative, too"


def test_groups_are_scored_among_the_same_emotions() -> None:
    truth: list[Emotion] = ["sad", "happy", "happy"]
    doubtful = answer(happy=0.4, sad=0.3, angry=0.3)
    scores = score_groups(["b", "b", "a"], truth, [doubtful, doubtful, doubtful])
    assert list(scores) == ["a", "b"]
    assert (scores["a"].n, scores["a"].accuracy) == (1, 1)
    assert scores["b"].per_class == {"happy": 1, "sad": 0}
    assert scores["a"].ece == pytest.approx(3 / 7), "angry is no alternative here either"


def test_an_unanswered_prediction_is_an_error_even_for_the_first_emotion() -> None:
    result = score(["neutral", "neutral", "calm"], [uniform(), answer(neutral=1), answer(calm=1)])
    assert (result.n, result.unanswered) == (3, 1)
    assert result.accuracy == pytest.approx(2 / 3)
    assert result.per_class == {"neutral": 0.5, "calm": 1}
    assert result.uar == 0.75
    assert np.sum(result.confusion) == 2, "unanswered predictions are in no column"
    assert result.ece == pytest.approx(1 / 2 / 3)


SPLIT = answer(neutral=0.3, calm=0.3, sad=0.4)


@pytest.mark.parametrize(
    ("truth", "accuracy"),
    [
        (["neutral", "sad"], 0.5),
        (["calm", "sad"], 0.5),
        (["neutral", "calm", "sad"], 1 / 3),
        (["sad", "happy"], 0.5),
    ],
)
def test_neutral_and_calm_are_merged_if_the_labels_have_only_one(
    truth: list[Emotion], accuracy: float
) -> None:
    result = score(truth, [SPLIT] * len(truth))
    assert result.accuracy == pytest.approx(accuracy)
    assert result.per_class["sad"] == (len({"neutral", "calm"} & set(truth)) != 1)


def test_docstring_examples() -> None:
    assert doctest.testmod(evaluation).failed == 0
