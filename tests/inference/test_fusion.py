import numpy as np
import pytest

from inference.emotion import EMOTIONS, Emotion, most_likely, uniform
from inference.fusion import fuse
from inference.reading import Reading


def reading(emotion: Emotion, p: float, reliability: float) -> Reading:
    probs = np.full(8, (1 - p) / 7, dtype=np.float32)
    probs[EMOTIONS.index(emotion)] = p
    return Reading(probs, reliability)


def test_nothing_gives_uniform_without_reliability() -> None:
    fused = fuse(None, None)
    np.testing.assert_allclose(fused.probs, uniform())
    assert fused.reliability == 0


def test_a_single_reliable_modality_passes_through() -> None:
    voice = reading("sad", 0.6, 1.0)
    fused = fuse(voice, None)
    np.testing.assert_allclose(fused.probs, voice.probs, rtol=1e-5)
    assert fused.reliability == 1


def test_an_unreliable_modality_has_no_say() -> None:
    voice, face = reading("sad", 0.6, 0.8), reading("happy", 0.99, 0.0)
    np.testing.assert_allclose(fuse(voice, face).probs, fuse(voice, None).probs)


def test_low_reliability_spreads() -> None:
    confident = fuse(reading("angry", 0.9, 1.0)).probs.max()
    doubtful = fuse(reading("angry", 0.9, 0.3)).probs.max()
    assert 1 / 8 < doubtful < confident


def test_agreement_outweighs_either_alone() -> None:
    voice, face = reading("happy", 0.5, 0.7), reading("happy", 0.6, 0.7)
    fused = fuse(voice, face)
    assert fused.probs[2] > max(fuse(voice).probs[2], fuse(face).probs[2])
    assert fused.reliability == pytest.approx(1 - 0.3 * 0.3)


def test_the_more_reliable_wins_a_dispute() -> None:
    assert most_likely(fuse(reading("happy", 0.6, 0.9), reading("sad", 0.6, 0.4)).probs) == "happy"
    assert most_likely(fuse(reading("happy", 0.6, 0.4), reading("sad", 0.6, 0.9)).probs) == "sad"


def test_certainty_of_one_does_not_silence_the_other() -> None:
    certain = reading("calm", 1.0, 0.5)
    fused = fuse(certain, reading("angry", 0.9, 0.9)).probs
    assert np.isfinite(fused).all()
    assert (fused > 0).all()
    assert fused.sum() == pytest.approx(1)
