import numpy as np
import pytest

from inference.emotion import EMOTIONS, Distribution, Emotion, most_likely, uniform
from inference.fusion import FACE_PRIOR, VOICE_WEIGHT, fuse
from inference.reading import Reading

NEUTRAL, CALM = EMOTIONS.index("neutral"), EMOTIONS.index("calm")


def peaked(emotion: Emotion, p: float) -> Distribution:
    probs = np.full(8, (1 - p) / 7, dtype=np.float32)
    probs[EMOTIONS.index(emotion)] = p
    return probs


def reading(emotion: Emotion, p: float, reliability: float) -> Reading:
    return Reading(peaked(emotion, p), reliability)


def seen(emotion: Emotion, p: float, reliability: float) -> Reading:
    """Return the face reading that is equivalent to a voice reading with this distribution."""
    probs = peaked(emotion, p) * FACE_PRIOR
    return Reading(probs / probs.sum(), reliability)


def test_no_evidence_is_uniform_and_unreliable() -> None:
    fused = fuse(None, None)
    np.testing.assert_allclose(fused.probs, uniform())
    assert fused.reliability == 0


def test_a_single_reliable_voice_is_weighted() -> None:
    voice = reading("sad", 0.6, 1.0)
    fused = fuse(voice, None)
    expected = voice.probs**VOICE_WEIGHT
    np.testing.assert_allclose(fused.probs, expected / expected.sum(), rtol=1e-5)
    assert fused.reliability == 1


def test_a_face_that_shows_the_prior_is_no_evidence() -> None:
    np.testing.assert_allclose(fuse(None, Reading(FACE_PRIOR, 1.0)).probs, uniform(), rtol=1e-5)


@pytest.mark.parametrize("nothing", [None, Reading(uniform(), 0.0), reading("happy", 0.99, 0.0)])
def test_an_unreliable_reading_is_ignored(nothing: Reading | None) -> None:
    voice, face = reading("sad", 0.6, 0.8), seen("angry", 0.7, 0.8)
    np.testing.assert_array_equal(fuse(voice, nothing).probs, fuse(voice, None).probs)
    np.testing.assert_array_equal(fuse(nothing, face).probs, fuse(None, face).probs)
    assert most_likely(fuse(voice, nothing).probs) == "sad"
    assert most_likely(fuse(nothing, face).probs) == "angry"


def test_low_reliability_flattens() -> None:
    confident = fuse(reading("angry", 0.9, 1.0), None).probs.max()
    doubtful = fuse(reading("angry", 0.9, 0.3), None).probs.max()
    assert 1 / 8 < doubtful < confident


def test_agreement_is_more_certain_than_either_alone() -> None:
    voice, face = reading("happy", 0.5, 0.7), seen("happy", 0.6, 0.7)
    fused = fuse(voice, face)
    assert fused.probs[2] > max(fuse(voice, None).probs[2], fuse(None, face).probs[2])
    assert fused.reliability == pytest.approx(1 - 0.3 * 0.3)


def test_an_unreliable_disagreement_is_overruled() -> None:
    for sure, doubtful in ((0.9, 0.2), (0.8, 0.1)):
        voice_leads = fuse(reading("happy", 0.7, sure), seen("sad", 0.9, doubtful))
        face_leads = fuse(reading("happy", 0.9, doubtful), seen("sad", 0.7, sure))
        assert most_likely(voice_leads.probs) == "happy"
        assert most_likely(face_leads.probs) == "sad"


def test_a_certain_reading_does_not_rule_out_the_other() -> None:
    fused = fuse(reading("calm", 1.0, 0.5), seen("angry", 0.9, 0.9)).probs
    assert np.isfinite(fused).all()
    assert (fused > 0).all()
    assert fused.sum() == pytest.approx(1)


@pytest.mark.parametrize("emotion", ["neutral", "calm"])
def test_the_voice_decides_between_neutral_and_calm(emotion: Emotion) -> None:
    probs = np.full(8, 0.02, dtype=np.float32)
    probs[[NEUTRAL, CALM]] = 0.44
    face = Reading(probs, 1.0)
    alone = fuse(None, face).probs
    assert alone[NEUTRAL] == alone[CALM]
    voice = reading(emotion, 0.3, 0.8)
    both, heard = fuse(voice, face).probs, fuse(voice, None).probs
    assert most_likely(both) == emotion
    named, other = (NEUTRAL, CALM) if emotion == "neutral" else (CALM, NEUTRAL)
    # The face may express another emotion than the voice, so the two are a little closer.
    assert 1.5 < both[named] / both[other] < heard[named] / heard[other]
    assert both[NEUTRAL] + both[CALM] > heard[NEUTRAL] + heard[CALM]
