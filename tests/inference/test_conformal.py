"""Sets of emotions: what they hold, and how often."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.conformal import (
    AdaptiveThreshold,
    fit_threshold,
    likelier_mass,
    prediction_set,
)
from inference.emotion import EMOTIONS, Distribution, uniform
from tests.inference.test_fusion_laws import distributions

thresholds = st.floats(0, 1)


@given(distributions(), thresholds)
def test_a_set_holds_the_likeliest_emotions(probs: Distribution, threshold: float) -> None:
    found = prediction_set(probs, threshold)
    inside = [float(probs[EMOTIONS.index(emotion)]) for emotion in found]
    outside = [float(p) for emotion, p in zip(EMOTIONS, probs, strict=True) if emotion not in found]
    assert inside == sorted(inside, reverse=True)
    assert inside[0] == probs.max()
    assert not outside or max(outside) < min(inside)
    assert not outside or sum(inside) > threshold - 1e-5
    assert sum(p for p in inside if p > min(inside)) <= threshold + 1e-5, "no smaller set will do"


@given(distributions(), thresholds, thresholds)
def test_a_higher_threshold_takes_in_more(probs: Distribution, one: float, two: float) -> None:
    low, high = sorted((one, two))
    small, large = prediction_set(probs, low), prediction_set(probs, high)
    assert large[: len(small)] == small


@given(distributions(), st.integers(0, 7), thresholds)
def test_a_set_holds_what_scores_at_most_the_threshold(
    probs: Distribution, emotion: int, threshold: float
) -> None:
    (score,) = likelier_mass(probs[None], np.array([emotion]))
    assert (EMOTIONS[emotion] in prediction_set(probs, threshold)) == (score <= threshold)


def test_without_evidence_every_emotion_is_possible() -> None:
    assert prediction_set(uniform()) == EMOTIONS


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=60),
    st.floats(0.05, 0.95),
)
def test_the_threshold_covers_as_many_as_promised(scores: list[float], coverage: float) -> None:
    found = fit_threshold(np.array(scores), coverage)
    covered = np.mean(np.array(scores) <= found)
    assert covered >= min(coverage, len(scores) / (len(scores) + 1)) - 1e-9


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.05, 0.95))
def test_a_weight_counts_like_repetition(scores: list[float], coverage: float) -> None:
    many = np.repeat(np.array(scores), 40)
    weights = np.tile([1.0, 3.0], len(many) // 2)
    repeated = np.repeat(many, weights.astype(int))
    weighted = fit_threshold(many, coverage, weights)
    near = [fit_threshold(repeated, min(max(coverage + d, 0), 1)) for d in (-0.03, 0.03)]
    assert near[0] <= weighted <= near[1]


def test_held_out_scores_are_covered_as_promised() -> None:
    random = np.random.default_rng(0)
    covered = []
    for _ in range(200):
        scores = random.beta(1, 3, 400)
        covered.append(np.mean(scores[200:] <= fit_threshold(scores[:200])))
    assert np.mean(covered) == pytest.approx(0.9, abs=0.01)


@given(
    st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=200),
    thresholds,
    st.sampled_from((0.01, 0.05, 0.2)),
)
def test_corrections_bound_the_misses_of_any_sequence(
    scores: list[float], first: float, step: float
) -> None:
    threshold = AdaptiveThreshold(first, coverage=0.9, step=step)
    misses = 0
    for score in scores:
        held = score <= threshold.get()
        misses += not held
        threshold.update(held)
    assert misses / len(scores) <= 0.1 + (1 + step) / (step * len(scores))


def test_corrections_restore_the_coverage_on_a_person_who_is_read_worse() -> None:
    random = np.random.default_rng(1)
    scores = random.beta(4, 1, 4000)
    fixed = fit_threshold(random.beta(1, 3, 1000))
    assert np.mean(scores <= fixed) < 0.5
    threshold = AdaptiveThreshold(fixed)
    held = []
    for score in scores:
        held.append(score <= threshold.get())
        threshold.update(held[-1])
    assert np.mean(held[1000:]) == pytest.approx(0.9, abs=0.02)
