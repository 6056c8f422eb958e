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
    FaceBatch,
    Pairs,
    VoiceBatch,
    cross_validate,
    degradations,
    draw_partners,
    fit,
    pair,
    predict_faces,
    report,
)

MODEL_FOLDER = Path(__file__).parents[2] / "models"


def guesses(emotions: np.ndarray, sureness: float, random: np.random.Generator) -> np.ndarray:
    """Return calibrated predictions for some emotions."""
    logits = random.normal(size=(len(emotions), 8))
    logits[np.arange(len(emotions)), emotions] += sureness
    # The posterior given these logits: this is the only term of the densities that differs.
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


def faces(emotions: np.ndarray, random: np.random.Generator) -> FaceBatch:
    n = len(emotions)
    good = (np.full(n, value, np.float32) for value in (64.0, 0.17, 0.2))
    return FaceBatch(guesses(emotions, 2.0, random), *good)


def test_held_out_predictions_are_stored_in_half_precision(tmp_path: Path) -> None:
    held_out = voices(np.random.default_rng(0))
    write_held_out(held_out, tmp_path / "held_out.npz")
    kept = read_held_out(tmp_path / "held_out.npz")
    assert kept.names.tolist() == held_out.names.tolist()
    assert kept.emotions.tolist() == held_out.emotions.tolist()
    assert kept.begins.tolist() == [0.0] * len(kept.names)
    np.testing.assert_allclose(kept.probabilities, held_out.probabilities, atol=1e-3)


def test_the_fitted_parameters_are_in_use() -> None:
    random = np.random.default_rng(1)
    speech = random.uniform(0.5, 2.5, 50).astype(np.float32)
    heard = VoiceBatch(random.dirichlet(np.ones(8), 50).astype(np.float32), speech)
    size, sharpness, contrast = (
        random.uniform(0, high, 50).astype(np.float32) for high in (64, 0.1, 0.15)
    )
    seen = FaceBatch(random.dirichlet(np.ones(8), 50).astype(np.float32), size, sharpness, contrast)
    learned = softmax(heard.evidence(LEARNED) + seen.evidence(LEARNED))
    for n in range(50):
        quality = Quality(float(size[n]), float(sharpness[n]), float(contrast[n]), turn=0.0)
        voice = Reading(heard.probabilities[n], voice_reliability(float(speech[n]), 0, -25, 0))
        face = Reading(seen.probabilities[n], face_reliability(quality))
        np.testing.assert_allclose(fuse(voice, face).probs, learned[n], atol=1e-4)


def test_the_temperature_of_overconfident_predictions_is_found() -> None:
    random = np.random.default_rng(2)
    emotions = random.integers(0, 8, 4000)
    heard, seen = guesses(emotions, 1.5, random), faces(emotions, random)
    overconfident = softmax(2 * np.log(heard))
    pairs = Pairs(VoiceBatch(overconfident, np.full(4000, 2.0, np.float32)), seen, emotions)
    assert fit(pairs).voice_weight == pytest.approx(0.5, abs=0.051)


def test_faces_are_paired_by_emotion() -> None:
    shown = as_emotions(np.eye(7, dtype=np.float32), LABELS) > 0
    emotions = np.arange(8)
    indices = draw_partners(emotions, shown, np.random.default_rng(0))
    assert shown[indices, emotions].all()
    assert indices[EMOTIONS.index("neutral")] == indices[EMOTIONS.index("calm")]


def test_the_fusion_is_evaluated_on_held_out_speakers_and_faces() -> None:
    random = np.random.default_rng(3)
    held_out = voices(random)
    shown = np.eye(8, dtype=bool)[np.arange(160) % 8]
    seen = faces(np.arange(160) % 8, random)
    evidence_of = cross_validate(held_out, {CLEAN: seen}, shown, random)
    assert len(evidence_of.emotions) == 2 * len(held_out.names)
    confusions = []
    for evidence in (
        evidence_of.voice,
        evidence_of.face[CLEAN],
        evidence_of.voice + evidence_of.face[CLEAN],
    ):
        confusion = np.zeros((8, 8), np.int64)
        np.add.at(confusion, (evidence_of.emotions, evidence.argmax(axis=1)), 1)
        confusions.append(unweighted_average_recall(confusion))
    voice, face, both = confusions
    assert both > max(voice, face) + 0.05
    text = report(evidence_of)
    assert f"| both | {(evidence_of.conditions == '3 s').sum()} |" in text
    assert "one told from the other" in text
    assert FOLDS == 5


def test_faces_are_degraded_and_read() -> None:
    random = np.random.default_rng(4)
    images = random.integers(0, 255, (2, 48, 48), np.uint8)
    names = [name for name, _, _ in degradations(images[0], random)]
    assert names[0] == CLEAN
    runtime = LocalRuntime([MODEL_FOLDER], ["face_emotion"], workers=1)
    try:
        seen = predict_faces(runtime, Faces(images, np.eye(7, dtype=np.float32)[[0, 3]]), random)
    finally:
        runtime.close()
    assert list(seen) == names
    assert all(one.probabilities.shape == (2, 8) for one in seen.values())
    assert (seen["light x 0.03"].contrast < seen[CLEAN].contrast / 8).all()
    assert (seen["14 px"].size == 14).all()
    assert (seen["blurred by 2.5 px"].sharpness < seen[CLEAN].sharpness / 8).all()
    held_out = voices(random, speakers=1, each=8)
    shown = np.ones((2, 8), bool)
    pairs = pair(held_out, seen, shown, random)
    assert pairs.faces.probabilities.shape == (8, 8)
