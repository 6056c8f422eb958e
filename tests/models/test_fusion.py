from pathlib import Path

import numpy as np
import pytest

from inference import LocalRuntime
from inference.emotion import EMOTIONS
from inference.face.emotion import as_emotions
from inference.face.quality import Quality
from inference.face.quality import reliability as face_reliability
from inference.fusion import fuse
from inference.reading import Reading
from inference.voice import reliability as voice_reliability
from models.evaluation import unweighted_average_recall
from models.face_emotion.faces import LABELS, Faces
from models.fusion.held_out import HeldOut, read_held_out, softmax, write_held_out
from models.fusion.learn import (
    CLEAN,
    FOLDS,
    LEARNED,
    Looks,
    Pairs,
    Voices,
    cross_validate,
    fit,
    look,
    mix,
    partners,
    report,
    spoil,
)

MODEL_FOLDER = Path(__file__).parents[2] / "models"


def guesses(emotions: np.ndarray, sureness: float, random: np.random.Generator) -> np.ndarray:
    """Calibrated answers: the emotion is drawn from what they say."""
    logits = random.normal(size=(len(emotions), 8))
    logits[np.arange(len(emotions)), emotions] += sureness
    # The likelihood of these logits, as normal densities, in which only this term differs.
    return softmax(sureness * logits)


def voices(random: np.random.Generator, speakers: int = 10, each: int = 24) -> HeldOut:
    n = speakers * each
    emotions = np.arange(n) % 8
    names = [
        f"03-01-{emotion + 1:02}-01-01-01-{speaker + 1:02}.flac"
        for speaker, emotion in zip(np.arange(n) // each, emotions, strict=True)
    ]
    return HeldOut(
        names=np.array(names),
        conditions=np.array(["3 s", "degraded"])[np.arange(n) // 8 % 2],
        ends=np.full(n, 3.0, np.float32),
        speech=(0.5 + np.arange(n) % 21 / 10).astype(np.float32),
        probabilities=guesses(emotions, 2.0, random),
    )


def looks(emotions: np.ndarray, random: np.random.Generator) -> Looks:
    n = len(emotions)
    good = (np.full(n, value, np.float32) for value in (64.0, 0.17, 0.2))
    return Looks(guesses(emotions, 2.0, random), *good)


def test_what_is_held_out_is_kept_in_half_precision(tmp_path: Path) -> None:
    held_out = voices(np.random.default_rng(0))
    write_held_out(held_out, tmp_path / "held_out.npz")
    kept = read_held_out(tmp_path / "held_out.npz")
    assert kept.names.tolist() == held_out.names.tolist()
    assert kept.emotions.tolist() == held_out.emotions.tolist()
    assert kept.begins.tolist() == [0.0] * len(kept.names)
    np.testing.assert_allclose(kept.probabilities, held_out.probabilities, atol=1e-3)


def test_what_was_learned_is_what_is_live() -> None:
    random = np.random.default_rng(1)
    speech = random.uniform(0.5, 2.5, 50).astype(np.float32)
    heard = Voices(random.dirichlet(np.ones(8), 50).astype(np.float32), speech)
    size, sharpness, contrast = (
        random.uniform(0, high, 50).astype(np.float32) for high in (64, 0.1, 0.15)
    )
    seen = Looks(random.dirichlet(np.ones(8), 50).astype(np.float32), size, sharpness, contrast)
    learned = softmax(heard.evidence(LEARNED) + seen.evidence(LEARNED))
    for n in range(50):
        quality = Quality(float(size[n]), float(sharpness[n]), float(contrast[n]), turn=0.0)
        voice = Reading(heard.probabilities[n], voice_reliability(float(speech[n]), 0, -25, 0))
        face = Reading(seen.probabilities[n], face_reliability(quality))
        np.testing.assert_allclose(fuse(voice, face).probs, learned[n], atol=1e-4)


def test_finds_the_temperature_of_answers_that_claim_too_much() -> None:
    random = np.random.default_rng(2)
    emotions = random.integers(0, 8, 4000)
    heard, seen = guesses(emotions, 1.5, random), looks(emotions, random)
    overconfident = softmax(2 * np.log(heard))
    pairs = Pairs(Voices(overconfident, np.full(4000, 2.0, np.float32)), seen, emotions)
    assert fit(pairs).voice_weight == pytest.approx(0.5, abs=0.051)


def test_faces_are_paired_by_what_they_show() -> None:
    shown = as_emotions(np.eye(7, dtype=np.float32), LABELS) > 0
    emotions = np.arange(8)
    places = partners(emotions, shown, np.random.default_rng(0))
    assert shown[places, emotions].all()
    assert places[EMOTIONS.index("neutral")] == places[EMOTIONS.index("calm")]


def test_both_together_are_judged_on_speakers_and_faces_held_out() -> None:
    random = np.random.default_rng(3)
    held_out = voices(random)
    shown = np.eye(8, dtype=bool)[np.arange(160) % 8]
    seen = looks(np.arange(160) % 8, random)
    judged = cross_validate(held_out, {CLEAN: seen}, shown, random)
    assert len(judged.emotions) == 2 * len(held_out.names)
    confusions = []
    for evidence in (judged.voice, judged.face[CLEAN], judged.voice + judged.face[CLEAN]):
        confusion = np.zeros((8, 8), np.int64)
        np.add.at(confusion, (judged.emotions, evidence.argmax(axis=1)), 1)
        confusions.append(unweighted_average_recall(confusion))
    voice, face, both = confusions
    assert both > max(voice, face) + 0.05
    text = report(judged)
    assert f"| both | {(judged.conditions == '3 s').sum()} |" in text
    assert "one told from the other" in text
    assert FOLDS == 5


def test_faces_are_spoilt_and_looked_at() -> None:
    random = np.random.default_rng(4)
    pictures = random.integers(0, 255, (2, 48, 48), np.uint8)
    names = [name for name, _, _ in spoil(pictures[0], random)]
    assert names[0] == CLEAN
    runtime = LocalRuntime([MODEL_FOLDER], ["face_emotion"], workers=1)
    try:
        seen = look(runtime, Faces(pictures, np.eye(7, dtype=np.float32)[[0, 3]]), random)
    finally:
        runtime.close()
    assert list(seen) == names
    assert all(one.probabilities.shape == (2, 8) for one in seen.values())
    assert (seen["light x 0.03"].contrast < seen[CLEAN].contrast / 8).all()
    assert (seen["14 px"].size == 14).all()
    assert (seen["blurred by 2.5 px"].sharpness < seen[CLEAN].sharpness / 8).all()
    held_out = voices(random, speakers=1, each=8)
    shown = np.ones((2, 8), bool)
    pairs = mix(held_out, seen, shown, random)
    assert pairs.looks.probabilities.shape == (8, 8)
