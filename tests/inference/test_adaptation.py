from pathlib import Path

import numpy as np
import pytest

from inference.adaptation import MEANS_SETTING, SpeakerAdaptation, pseudo_label_weight
from inference.card import ModelCard, ModelError
from inference.emotion import EMOTIONS, Distribution, log_probs, uniform

MEANS = np.log(0.03 + 0.76 * np.eye(8))
OFFSET = np.array([-1.0, 0.4, 0.8, -0.5, 0.9, 0.0, -0.3, -0.3])
"""Offset of a speaker."""


def spoken(emotion: int, offset: float = 0.0, seed: int = 0, doubt: float = 0.7) -> Distribution:
    """Return a classifier's distribution for one window of a speaker with a scaled OFFSET."""
    random = np.random.default_rng((seed, emotion))
    logits = MEANS[emotion] + random.normal(scale=doubt, size=8) + offset * OFFSET
    probs = np.exp(logits)
    return np.asarray(probs / probs.sum(), np.float32)


def adapted_to(windows: int, offset: float = 1.0) -> SpeakerAdaptation:
    """Return an adaptation to a speaker who goes through the moods in turn."""
    adaptation = SpeakerAdaptation(MEANS)
    for n in range(windows):
        adaptation.update(spoken(n % 8, offset, seed=n), weight=1.0)
    return adaptation


def error(adaptation: SpeakerAdaptation, offset: float = 1.0) -> float:
    """Return the error of the estimated offset, up to a constant, which cancels out."""
    found = -np.log(adaptation.adapt(uniform()) * 8)
    return float(np.std(found - offset * OFFSET))


def test_a_new_adaptation_changes_nothing() -> None:
    probs = spoken(3)
    assert SpeakerAdaptation(MEANS).adapt(probs) == pytest.approx(probs, abs=1e-6)


def test_the_offset_of_a_speaker_is_removed() -> None:
    errors = [error(adapted_to(windows)) for windows in (0, 4, 16, 64)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0] / 2
    adapted = adapted_to(64).adapt(spoken(6, 1.0))
    assert adapted.dtype == np.float32
    assert adapted.sum() == pytest.approx(1, abs=1e-6)
    assert np.abs(adapted - spoken(6)).sum() < np.abs(spoken(6, 1.0) - spoken(6)).sum() / 2


def test_an_average_speaker_is_left_unchanged() -> None:
    assert error(adapted_to(64, offset=0.0), offset=0.0) < 0.25


def test_a_lasting_mood_is_not_mistaken_for_the_speaker() -> None:
    angry = EMOTIONS.index("angry")
    once, often = (SpeakerAdaptation(MEANS) for _ in range(2))
    outspoken = np.exp(MEANS[angry] * 0.5)
    outspoken = np.asarray(outspoken / outspoken.sum(), np.float32)
    for adaptation, windows in ((once, 1), (often, 200)):
        for _ in range(windows):
            adaptation.update(outspoken, weight=1.0)
    raw_offset = log_probs(outspoken) - MEANS[angry]
    moved = [np.ptp(np.log(adaptation.adapt(uniform()))) for adaptation in (once, often)]
    assert 0 < moved[0] < moved[1] < 0.75 * np.ptp(raw_offset)
    assert often.adapt(outspoken).argmax() == angry


def test_windows_are_weighted() -> None:
    full, half, none = (SpeakerAdaptation(MEANS) for _ in range(3))
    for _ in range(3):
        full.update(spoken(2, 1.0), weight=1.0)
        half.update(spoken(2, 1.0), weight=0.5)
        none.update(spoken(2, 1.0), weight=0.0)
    moved = [np.ptp(adaptation.adapt(uniform())) for adaptation in (none, half, full)]
    assert moved[0] == 0
    assert moved[0] < moved[1] < moved[2]


def test_overlapping_windows_count_once() -> None:
    apart, overlapping = SpeakerAdaptation(MEANS), SpeakerAdaptation(MEANS)
    for n in range(24):
        window = spoken(n % 8, 1.0, seed=n)
        apart.update(window, weight=1.0)
        for _ in range(3):
            overlapping.update(window, weight=1 / 3)
    assert overlapping.adapt(uniform()) == pytest.approx(apart.adapt(uniform()), abs=0.02)


def test_a_change_of_speaker_is_followed() -> None:
    adaptation = adapted_to(400, offset=-1.0)
    misled = error(adaptation)
    for n in range(40):
        adaptation.update(spoken(n % 8, 1.0, seed=n), weight=1.0)
    assert misled > 1
    assert error(adaptation) < misled / 2


def test_certain_distributions_are_bounded_by_the_floor() -> None:
    adaptation = SpeakerAdaptation(MEANS)
    certain = np.eye(8, dtype=np.float32)[4]
    for _ in range(1000):
        adaptation.update(certain, weight=1.0)
    moved = np.log(adaptation.adapt(uniform()))
    assert np.ptp(moved) < np.ptp(log_probs(certain) - MEANS[4])


def test_uncertain_pseudo_labels_have_little_weight() -> None:
    assert pseudo_label_weight(np.eye(8, dtype=np.float32)[0]) == 1
    assert pseudo_label_weight(uniform()) < 0.01


def card(settings: dict[str, object]) -> ModelCard:
    return ModelCard("voice", "MIT", Path("voice.onnx"), "", (), (), settings)


def test_only_a_model_whose_card_has_means_is_adapted() -> None:
    assert SpeakerAdaptation.for_model(card({})) is None
    adaptation = SpeakerAdaptation.for_model(card({MEANS_SETTING: MEANS.tolist()}))
    assert adaptation is not None
    assert adaptation.adapt(uniform()) == pytest.approx(uniform())


@pytest.mark.parametrize(
    "means", [[], [[0.0] * 8] * 7, [[0.0] * 7] * 8, [[float("nan")] * 8] * 8, 3, "x"]
)
def test_invalid_means_are_an_error(means: object) -> None:
    with pytest.raises(ModelError, match="card of voice"):
        SpeakerAdaptation.for_model(card({MEANS_SETTING: means}))
