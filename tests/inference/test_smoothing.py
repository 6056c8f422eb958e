import numpy as np
import pytest

from inference.emotion import EMOTIONS, Distribution, Emotion, most_likely, uniform
from inference.smoothing import MoodFilter, SteadyLabel


def peaked(emotion: Emotion, p: float = 0.7) -> Distribution:
    probs = np.full(8, (1 - p) / 7, dtype=np.float32)
    probs[EMOTIONS.index(emotion)] = p
    return probs


def after(evidence: list[tuple[float, Distribution]], dwell: float = 8.0) -> Distribution:
    mood = MoodFilter(dwell=dwell, decorrelation=3.0)
    for t, likelihood in evidence:
        mood.update(t, likelihood)
    return mood.get()


def test_starts_uniform() -> None:
    np.testing.assert_allclose(after([]), uniform())


def test_steady_evidence_increases_confidence() -> None:
    confidence = [after([(float(t), peaked("sad")) for t in range(1, n + 1)])[3] for n in (1, 3, 6)]
    assert confidence == sorted(confidence)
    assert confidence[-1] > 0.7


def test_one_outlier_does_not_change_the_mood() -> None:
    steady = [(float(t), peaked("calm")) for t in range(1, 10)]
    assert most_likely(after([*steady, (10.0, peaked("angry"))])) == "calm"


def test_a_lasting_change_is_followed_within_seconds() -> None:
    steady = [(float(t), peaked("calm")) for t in range(1, 10)]
    change = [(float(t), peaked("angry")) for t in range(10, 15)]
    assert most_likely(after(steady + change)) == "angry"


def test_the_mood_decays_to_uniform_without_evidence() -> None:
    steady = [(float(t), peaked("happy")) for t in range(1, 10)]
    silence = [(float(t), uniform()) for t in range(10, 60)]
    np.testing.assert_allclose(after(steady + silence), uniform(), atol=0.01)


def test_decay_depends_on_time_not_on_the_number_of_updates() -> None:
    steady = [(float(t), peaked("happy")) for t in range(1, 10)]
    many = after(steady + [(9 + n / 10, uniform()) for n in range(1, 51)])
    one = after([*steady, (14.0, uniform())])
    np.testing.assert_allclose(many, one, atol=1e-4)


def test_overlapping_evidence_counts_once() -> None:
    often = after([(n / 4, peaked("happy")) for n in range(1, 13)], dwell=1e6)
    once = after([(3.0, peaked("happy"))], dwell=1e6)
    np.testing.assert_allclose(often, once, atol=1e-4)


def test_a_longer_dwell_is_slower() -> None:
    evidence = [(float(t), peaked("calm")) for t in range(1, 10)] + [(10.0, peaked("angry", 0.9))]
    assert after(evidence, dwell=30)[4] < after(evidence, dwell=3)[4]


def test_a_repeated_time_adds_nothing() -> None:
    np.testing.assert_allclose(
        after([(1.0, peaked("sad"))]), after([(1.0, peaked("sad")), (1.0, peaked("angry"))])
    )


@pytest.mark.parametrize(("dwell", "decorrelation"), [(0.0, 3.0), (8.0, -1.0)])
def test_refuses_durations_that_are_not_positive(dwell: float, decorrelation: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        MoodFilter(dwell, decorrelation)


def test_the_label_changes_with_hysteresis() -> None:
    label = SteadyLabel(lead=0.1)
    assert label.get() == "neutral"
    label.update(peaked("happy", 0.5))
    assert label.get() == "happy"
    narrow = np.array([0, 0, 0.45, 0.5, 0.05, 0, 0, 0], dtype=np.float32)
    label.update(narrow)
    assert label.get() == "happy"
    label.update(peaked("sad", 0.5))
    assert label.get() == "sad"
