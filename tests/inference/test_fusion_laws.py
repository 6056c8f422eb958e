"""What holds of every pair of opinions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.emotion import EMOTIONS, Distribution, log_probs, uniform
from inference.fusion import (
    AGREEMENT,
    FACE_PRIOR,
    SURE,
    combine,
    fuse,
    log_likelihood,
    weighted_mean,
)
from inference.reading import Reading

reliabilities = st.floats(0, 1)
orders = st.permutations(range(len(EMOTIONS))).map(np.array)


def distributions(least: float = 0.0) -> st.SearchStrategy[Distribution]:
    shares = st.lists(st.floats(least, 1), min_size=8, max_size=8)
    return shares.filter(lambda each: sum(each) > 0.1).map(normalised)


def normalised(shares: list[float]) -> Distribution:
    return np.array([share / sum(shares) for share in shares], np.float32)


def seen(evidence: Distribution) -> Distribution:
    """Return what the face network says of a face that shows this."""
    return normalised(list(evidence * FACE_PRIOR))


readings = st.builds(Reading, distributions(), reliabilities)
maybe = st.none() | readings


@given(maybe, maybe)
def test_a_fusion_is_a_distribution_that_rules_nothing_out(
    voice: Reading | None, face: Reading | None
) -> None:
    fused = fuse(voice, face)
    assert fused.probs.dtype == np.float32
    assert fused.probs.shape == (len(EMOTIONS),)
    assert fused.probs.sum() == pytest.approx(1, abs=1e-5)
    assert (fused.probs > 0).all()
    assert 0 <= fused.reliability <= 1


@given(maybe, maybe)
def test_two_are_worth_at_least_as_much_as_one(voice: Reading | None, face: Reading | None) -> None:
    both = fuse(voice, face).reliability
    one, other = (reading.reliability if reading else 0.0 for reading in (voice, face))
    assert both >= max(one, other) - 1e-12
    assert both <= one + other + 1e-12


@given(maybe, distributions(), reliabilities)
def test_what_says_nothing_changes_nothing(
    other: Reading | None, probs: Distribution, reliability: float
) -> None:
    unheard = Reading(probs, 0.0)
    np.testing.assert_array_equal(fuse(unheard, other).probs, fuse(None, other).probs)
    np.testing.assert_array_equal(fuse(other, unheard).probs, fuse(other, None).probs)
    voice, face = Reading(uniform(), reliability), Reading(FACE_PRIOR, reliability)
    np.testing.assert_allclose(fuse(voice, other).probs, fuse(None, other).probs, rtol=1e-4)
    np.testing.assert_allclose(fuse(other, face).probs, fuse(other, None).probs, rtol=1e-4)


@given(distributions(), distributions(), orders)
def test_no_emotion_is_treated_differently(
    one: Distribution, other: Distribution, order: np.ndarray
) -> None:
    mood, agreement = combine(one, other)
    turned, same = combine(one[order], other[order])
    np.testing.assert_allclose(turned, mood[order], rtol=1e-6)
    assert same == pytest.approx(agreement)


@given(distributions(), distributions())
def test_the_order_of_the_opinions_does_not_matter(one: Distribution, other: Distribution) -> None:
    mood, agreement = combine(one, other)
    turned, same = combine(other, one)
    np.testing.assert_allclose(turned, mood, rtol=1e-6)
    assert same == pytest.approx(agreement)


@given(distributions())
def test_an_opinion_that_says_nothing_has_no_effect(one: Distribution) -> None:
    mood, agreement = combine(one, uniform())
    np.testing.assert_allclose(mood, one, atol=1e-6)
    assert agreement == pytest.approx(AGREEMENT)


@given(distributions(), distributions(), st.integers(0, 7), st.integers(1, 7))
def test_opinions_sure_of_different_emotions_make_no_third(
    one: Distribution, other: Distribution, first: int, step: int
) -> None:
    second = (first + step) % 8
    mood, _ = combine(sure_of(first, one), sure_of(second, other))
    assert int(mood.argmax()) in (first, second)


@given(st.floats(0.75, 0.99), st.floats(0.75, 0.99), st.integers(0, 7), st.integers(1, 7))
def test_a_mood_of_two_minds_is_less_certain_than_either(
    one: float, other: float, first: int, step: int
) -> None:
    a, b = sure_of(first, uniform(), one), sure_of((first + step) % 8, uniform(), other)
    mood, agreement = combine(a, b)
    assert agreement < 0.5
    assert mood.max() < min(a.max(), b.max())


def sure_of(emotion: int, rest: Distribution, least: float = 0.501) -> Distribution:
    """Return an opinion with at least this probability for an emotion."""
    opinion = (1 - least) * rest
    opinion[emotion] += least
    return opinion


@given(distributions(), orders)
def test_nothing_agrees_with_an_opinion_more_than_itself(
    one: Distribution, order: np.ndarray
) -> None:
    assert combine(one, one[order]).agreement <= combine(one, one).agreement + 1e-9


@given(st.integers(0, 7), st.floats(0.2, 0.95), reliabilities, reliabilities)
def test_a_more_reliable_reading_has_more_say(
    emotion: int, probability: float, one: float, two: float
) -> None:
    less, more = sorted((one, two))
    answer = np.full(8, (1 - probability) / 7, np.float32)
    answer[emotion] = probability
    for other in range(8):
        opposed = Reading(sure_of(other, uniform(), 0.6), 0.5)
        before, after = (fuse(Reading(answer, worth), opposed) for worth in (less, more))
        assert after.probs[emotion] >= before.probs[emotion] - 1e-4
        before, after = (fuse(opposed, Reading(seen(answer), worth)) for worth in (less, more))
        assert after.probs[emotion] >= before.probs[emotion] - 1e-4


@given(distributions(), reliabilities)
def test_two_that_say_the_same_are_at_least_as_sure_as_one(
    heard: Distribution, worth: float
) -> None:
    opinion = heard**worth / np.sum(heard**worth)
    best = int(opinion.argmax())
    assert combine(opinion, opinion).probs[best] >= opinion[best] - 1e-5


@given(distributions())
def test_what_the_face_is_sure_of_stays_its_likeliest(shown: Distribution) -> None:
    evidence = log_likelihood(shown, FACE_PRIOR)
    divided = log_probs(shown) - np.log(FACE_PRIOR)
    firsts = shown == shown.max()
    if shown.max() >= SURE:
        assert evidence[firsts].max() == evidence.max()
        np.testing.assert_allclose(evidence[firsts], divided[firsts], atol=1e-5)
    assert (evidence <= divided).all()


moments = st.lists(
    st.tuples(distributions(), st.just(0.0) | st.floats(1e-3, 1)), min_size=1, max_size=6
)


def mean(told: list[tuple[Distribution, float]]) -> Distribution:
    return weighted_mean([probs for probs, _ in told], np.array([w for _, w in told], np.float32))


@given(moments)
def test_a_mean_lies_between_what_counts(told: list[tuple[Distribution, float]]) -> None:
    found = mean(told)
    assert found.dtype == np.float32
    assert found.sum() == pytest.approx(1, abs=1e-4)
    counted = [probs for probs, weight in told if weight] or [uniform()]
    assert (found >= np.min(counted, axis=0) - 1e-5).all()
    assert (found <= np.max(counted, axis=0) + 1e-5).all()


@given(moments, st.data(), st.floats(0.125, 1))
def test_a_mean_depends_on_shares_and_not_on_order_or_unit(
    told: list[tuple[Distribution, float]], data: st.DataObject, unit: float
) -> None:
    found = mean(told)
    np.testing.assert_allclose(mean(data.draw(st.permutations(told))), found, atol=1e-5)
    lighter = [(probs, weight * unit) for probs, weight in told]
    np.testing.assert_allclose(mean(lighter), found, atol=1e-5)
