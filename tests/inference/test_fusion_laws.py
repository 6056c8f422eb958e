"""What holds of every pair of opinions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.emotion import EMOTIONS, Distribution, log_probs, uniform
from inference.fusion import FACE_PRIOR, fuse, weighted_mean
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


# Above the floor, at which opinions are cut off: its place differs for the face by emotion.
clear = distributions(least=0.02)


@given(clear, clear, reliabilities, reliabilities, orders)
def test_no_emotion_is_treated_differently(
    heard: Distribution, shown: Distribution, worth: float, other: float, order: np.ndarray
) -> None:
    fused = fuse(Reading(heard, worth), Reading(seen(shown), other))
    turned = fuse(Reading(heard[order], worth), Reading(seen(shown[order]), other))
    np.testing.assert_allclose(turned.probs, fused.probs[order], rtol=1e-3)


@given(distributions(), maybe, reliabilities, reliabilities)
def test_a_more_reliable_voice_has_more_say(
    heard: Distribution, face: Reading | None, one: float, two: float
) -> None:
    less, more = sorted((one, two))
    says = log_probs(heard)
    before, after = (fuse(Reading(heard, worth), face).probs @ says for worth in (less, more))
    assert after >= before - 1e-4


@given(distributions(), maybe, reliabilities, reliabilities)
def test_a_more_reliable_face_has_more_say(
    shown: Distribution, voice: Reading | None, one: float, two: float
) -> None:
    less, more = sorted((one, two))
    says = log_probs(shown) - np.log(FACE_PRIOR)
    before, after = (fuse(voice, Reading(shown, worth)).probs @ says for worth in (less, more))
    assert after >= before - 1e-4


@given(clear, clear, reliabilities)
def test_two_that_say_the_same_are_at_least_as_sure_as_one(
    heard: Distribution, shown: Distribution, worth: float
) -> None:
    voice = Reading(heard, worth)
    best = int(heard.argmax())
    agreeing = fuse(voice, Reading(seen(heard), worth)).probs
    assert agreeing[best] >= fuse(voice, None).probs[best] - 1e-5


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
