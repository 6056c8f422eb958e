from pathlib import Path

import numpy as np
import pytest

from inference.adaptation import SETTING, SpeakerAdaptation, log_probs, trust
from inference.card import ModelCard, ModelError
from inference.emotion import EMOTIONS, Distribution, uniform

MEANS = np.log(0.03 + 0.76 * np.eye(8))
OFFSET = np.array([-1.0, 0.4, 0.8, -0.5, 0.9, 0.0, -0.3, -0.3])
"""How a speaker differs from others."""


def spoken(emotion: int, offset: float = 0.0, seed: int = 0, doubt: float = 0.7) -> Distribution:
    """Return what a classifier says of one window of a speaker with some of :data:`OFFSET`."""
    random = np.random.default_rng((seed, emotion))
    logits = MEANS[emotion] + random.normal(scale=doubt, size=8) + offset * OFFSET
    probs = np.exp(logits)
    return np.asarray(probs / probs.sum(), np.float32)


def listened(windows: int, offset: float = 1.0) -> SpeakerAdaptation:
    """Return an adaptation to a speaker whose moods come in turn."""
    adaptation = SpeakerAdaptation(MEANS)
    for n in range(windows):
        adaptation.update(spoken(n % 8, offset, seed=n), weight=1.0)
    return adaptation


def error(adaptation: SpeakerAdaptation, offset: float = 1.0) -> float:
    """Return how far the offset is missed, up to the constant that no distribution shows."""
    found = -np.log(adaptation.adapt(uniform()) * 8)
    return float(np.std(found - offset * OFFSET))


def test_before_anything_is_heard_nothing_is_changed() -> None:
    probs = spoken(3)
    assert SpeakerAdaptation(MEANS).adapt(probs) == pytest.approx(probs, abs=1e-6)


def test_the_offset_of_a_speaker_is_found_and_taken_off() -> None:
    errors = [error(listened(windows)) for windows in (0, 4, 16, 64)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0] / 2
    adapted = listened(64).adapt(spoken(6, 1.0))
    assert adapted.dtype == np.float32
    assert adapted.sum() == pytest.approx(1, abs=1e-6)
    assert np.abs(adapted - spoken(6)).sum() < np.abs(spoken(6, 1.0) - spoken(6)).sum() / 2


def test_a_speaker_like_any_other_is_left_as_heard() -> None:
    assert error(listened(64, offset=0.0), offset=0.0) < 0.25


def test_one_mood_for_long_is_not_taken_for_the_speaker() -> None:
    angry = EMOTIONS.index("angry")
    once, often = (SpeakerAdaptation(MEANS) for _ in range(2))
    outspoken = np.exp(MEANS[angry] * 0.5)
    outspoken = np.asarray(outspoken / outspoken.sum(), np.float32)
    for adaptation, windows in ((once, 1), (often, 200)):
        for _ in range(windows):
            adaptation.update(outspoken, weight=1.0)
    heard = log_probs(outspoken) - MEANS[angry]
    moved = [np.ptp(np.log(adaptation.adapt(uniform()))) for adaptation in (once, often)]
    assert 0 < moved[0] < moved[1] < 0.75 * np.ptp(heard)
    assert often.adapt(outspoken).argmax() == angry


def test_what_a_window_is_worth_counts() -> None:
    whole, half, none = (SpeakerAdaptation(MEANS) for _ in range(3))
    for _ in range(3):
        whole.update(spoken(2, 1.0), weight=1.0)
        half.update(spoken(2, 1.0), weight=0.5)
        none.update(spoken(2, 1.0), weight=0.0)
    moved = [np.ptp(adaptation.adapt(uniform())) for adaptation in (none, half, whole)]
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
    adaptation = listened(400, offset=-1.0)
    misled = error(adaptation)
    for n in range(40):
        adaptation.update(spoken(n % 8, 1.0, seed=n), weight=1.0)
    assert misled > 1
    assert error(adaptation) < misled / 2


def test_a_network_gone_wild_moves_it_no_further_than_the_floor() -> None:
    adaptation = SpeakerAdaptation(MEANS)
    certain = np.eye(8, dtype=np.float32)[4]
    for _ in range(1000):
        adaptation.update(certain, weight=1.0)
    moved = np.log(adaptation.adapt(uniform()))
    assert np.ptp(moved) < np.ptp(log_probs(certain) - MEANS[4])


def test_only_what_is_sure_is_trusted() -> None:
    assert trust(np.eye(8, dtype=np.float32)[0]) == 1
    assert trust(uniform()) < 0.01


def card(settings: dict[str, object]) -> ModelCard:
    return ModelCard("voice", "MIT", Path("voice.onnx"), "", (), (), settings)


def test_a_model_is_adapted_if_its_card_has_means() -> None:
    assert SpeakerAdaptation.for_model(card({})) is None
    adaptation = SpeakerAdaptation.for_model(card({SETTING: MEANS.tolist()}))
    assert adaptation is not None
    assert adaptation.adapt(uniform()) == pytest.approx(uniform())


@pytest.mark.parametrize(
    "means", [[], [[0.0] * 8] * 7, [[0.0] * 7] * 8, [[float("nan")] * 8] * 8, 3, "x"]
)
def test_means_that_cannot_be_are_an_error(means: object) -> None:
    with pytest.raises(ModelError, match="card of voice"):
        SpeakerAdaptation.for_model(card({SETTING: means}))
