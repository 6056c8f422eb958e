import doctest

import numpy as np
import pytest

from models import evaluation
from models.evaluation import (
    accuracy,
    confusion_matrix,
    expected_calibration_error,
    recall,
    unweighted_average_recall,
)

TRUTH = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 0, 0, 0, 1, 1, 0, 2])


def test_accuracy_and_average_recall_differ_where_classes_are_uneven() -> None:
    confusion = confusion_matrix(TRUTH, PREDICTED, 3)
    assert confusion.tolist() == [[5, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert accuracy(TRUTH, PREDICTED) == pytest.approx(7 / 9)
    assert recall(confusion) == pytest.approx([5 / 6, 1 / 2, 1])
    assert unweighted_average_recall(confusion) == pytest.approx((5 / 6 + 1 / 2 + 1) / 3)


def test_a_class_that_never_occurs_does_not_count() -> None:
    confusion = confusion_matrix(TRUTH, PREDICTED, 4)
    assert np.isnan(recall(confusion)[3])
    assert unweighted_average_recall(confusion) == pytest.approx((5 / 6 + 1 / 2 + 1) / 3)


def test_calibration_error_is_small_for_honest_and_large_for_boastful_probabilities() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0.5, 1, 20_000)
    truth = (random.random(20_000) > confidence).astype(int)
    honest = np.stack([confidence, 1 - confidence], axis=1)
    boastful = np.stack([np.full(20_000, 0.99), np.full(20_000, 0.01)], axis=1)
    assert expected_calibration_error(truth, honest) < 0.02
    assert expected_calibration_error(truth, boastful) == pytest.approx(
        0.99 - np.mean(truth == 0), abs=1e-6
    )


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(evaluation).failed == 0
