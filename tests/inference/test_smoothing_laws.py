"""What holds of every course of moods."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.emotion import EMOTIONS, Distribution, uniform
from inference.smoothing import MoodFilter, SteadyLabel

seconds = st.floats(0, 60)
durations = st.floats(0.1, 600)
shares = st.lists(st.floats(1e-6, 1), min_size=8, max_size=8)
likelihoods = shares.map(lambda each: np.array(each, np.float32))
distributions = likelihoods.map(lambda each: each / each.sum())
courses = st.lists(st.tuples(seconds, distributions), max_size=12)


@st.composite
def filters(draw: st.DrawFn) -> tuple[MoodFilter, MoodFilter, float]:
    """Two filters that have seen the same, and when they saw it last."""
    dwell, renewal = draw(durations), draw(durations)
    both = MoodFilter(dwell, renewal), MoodFilter(dwell, renewal)
    t = 0.0
    for elapsed, likelihood in draw(courses):
        t += elapsed
        for each in both:
            each.update(t, likelihood)
    return *both, t


@given(filters())
def test_a_mood_is_always_a_distribution(seen: tuple[MoodFilter, MoodFilter, float]) -> None:
    probs = seen[0].get()
    assert probs.dtype == np.float32
    assert probs.sum() == pytest.approx(1, abs=1e-5)
    assert (probs >= 0).all()


@given(filters(), seconds, likelihoods, st.floats(0.01, 100))
def test_a_factor_of_the_likelihood_means_nothing(
    seen: tuple[MoodFilter, MoodFilter, float], later: float, likelihood: Distribution, by: float
) -> None:
    one, other, t = seen
    one.update(t + later, likelihood)
    other.update(t + later, likelihood * np.float32(by))
    np.testing.assert_allclose(one.get(), other.get(), atol=1e-5)


@given(filters(), st.lists(seconds, min_size=1, max_size=5))
def test_without_evidence_time_alone_counts(
    seen: tuple[MoodFilter, MoodFilter, float], steps: list[float]
) -> None:
    one, other, t = seen
    for each in np.cumsum(steps):
        one.update(t + float(each), uniform())
    other.update(t + float(np.cumsum(steps)[-1]), uniform())
    np.testing.assert_allclose(one.get(), other.get(), atol=1e-5)


@given(filters(), seconds, seconds)
def test_without_evidence_every_mood_fades(
    seen: tuple[MoodFilter, MoodFilter, float], one: float, two: float
) -> None:
    mood, _, t = seen
    far = [np.abs(mood.get() - uniform()).max()]
    for elapsed in (one, two):
        t += elapsed
        mood.update(t, uniform())
        far.append(np.abs(mood.get() - uniform()).max())
    assert far[0] >= far[1] - 1e-6
    assert far[1] >= far[2] - 1e-6
    mood.update(t + 1e5, uniform())
    np.testing.assert_allclose(mood.get(), uniform(), atol=1e-5)


@given(filters(), distributions)
def test_the_same_moment_twice_adds_nothing(
    seen: tuple[MoodFilter, MoodFilter, float], likelihood: Distribution
) -> None:
    mood, _, t = seen
    before = mood.get()
    mood.update(t, likelihood)
    np.testing.assert_allclose(mood.get(), before, atol=1e-6)


@given(durations, durations, courses, st.permutations(range(8)).map(np.array))
def test_no_emotion_is_treated_differently(
    dwell: float, renewal: float, course: list[tuple[float, Distribution]], order: np.ndarray
) -> None:
    plain, turned = MoodFilter(dwell, renewal), MoodFilter(dwell, renewal)
    t = 0.0
    for elapsed, likelihood in course:
        t += elapsed
        plain.update(t, likelihood)
        turned.update(t, likelihood[order])
    np.testing.assert_allclose(turned.get(), plain.get()[order], atol=1e-4)


@given(filters(), seconds, likelihoods)
def test_evidence_moves_towards_what_it_says(
    seen: tuple[MoodFilter, MoodFilter, float], later: float, likelihood: Distribution
) -> None:
    informed, uninformed, t = seen
    informed.update(t + later, likelihood)
    uninformed.update(t + later, uniform())
    best = int(likelihood.argmax())
    assert informed.get()[best] >= uninformed.get()[best] - 1e-6


@given(st.floats(0, 1), st.lists(distributions, min_size=1, max_size=12))
def test_a_label_holds_until_another_leads_enough(lead: float, told: list[Distribution]) -> None:
    def update(label: SteadyLabel, probs: Distribution) -> SteadyLabel:
        before = label.get()
        label.update(probs)
        after = label.get()
        behind = probs.max() - probs[EMOTIONS.index(after)]
        assert behind < lead or behind == 0
        if after != before:
            assert probs[EMOTIONS.index(after)] - probs[EMOTIONS.index(before)] >= lead
        label.update(probs)
        assert label.get() == after
        return label

    steady = SteadyLabel(lead)
    steady.update(told[0])
    assert EMOTIONS.index(steady.get()) == told[0].argmax()
    reduce(update, told, steady)
