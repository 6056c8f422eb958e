from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference import LocalRuntime
from inference.emotion import EMOTIONS
from inference.face.emotion import as_emotions
from inference.face.quality import Quality
from inference.face.quality import reliability as face_reliability
from inference.fusion import FACE_FREQUENCIES, combine, fuse, softmax
from inference.reading import Reading
from inference.voice import reliability as voice_reliability
from models.evaluation import unweighted_average_recall
from models.face_emotion.faces import LABELS, Faces
from models.fusion.cross_validation import FOLDS, cross_validate, folds
from models.fusion.held_out import COLUMNS, HeldOut, read_held_out, write_held_out
from models.fusion.pairs import (
    CLEAN,
    CONFLICTS,
    FaceBatch,
    Pairs,
    VoiceBatch,
    balance,
    degradations,
    draw_conflicts,
    draw_partners,
    draw_voices,
    mean_output,
    pair,
    predict_faces,
)
from models.fusion.parameters import LEARNED, face_opinions, fit, fit_sets, voice_opinions
from models.fusion.report import report, third_emotions

MODEL_FOLDER = Path(__file__).parents[2] / "models"


def guesses(emotions: np.ndarray, sureness: float, random: np.random.Generator) -> np.ndarray:
    """Return calibrated predictions for some emotions."""
    logits = random.normal(size=(len(emotions), 8))
    logits[np.arange(len(emotions)), emotions] += sureness
    # The posterior given these logits: this is the only term of the densities that differs.
    return softmax(sureness * logits).astype(np.float32)


def voices(random: np.random.Generator, speakers: int = 10, each: int = 24) -> HeldOut:
    n = speakers * each
    emotions = np.arange(n) % 8
    return HeldOut(
        names=np.array([f"{number}.flac" for number in range(n)]),
        conditions=np.array(["3 s", "degraded"])[np.arange(n) // 8 % 2],
        ends=np.full(n, 3.0, np.float32),
        speech=(0.5 + np.arange(n) % 21 / 10).astype(np.float32),
        probabilities=guesses(emotions, 2.0, random),
        corpora=np.array(["RAVDESS"] * n),
        speakers=(np.arange(n) // each).astype(str),
        emotions=emotions,
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
    assert kept.people[0] == "RAVDESS/0"
    assert kept.begins.tolist() == [0.0] * len(kept.names)
    np.testing.assert_allclose(kept.probabilities, held_out.probabilities, atol=1e-3)


def test_a_file_without_the_speakers_is_refused(tmp_path: Path) -> None:
    columns = {name: np.zeros(1) for name in COLUMNS.values() if name != "speaker"}
    np.savez(tmp_path / "old.npz", allow_pickle=False, **columns)
    with pytest.raises(ValueError, match=r"old\.npz has no speaker: make it with models\.fusion"):
        read_held_out(tmp_path / "old.npz")


def test_the_fitted_parameters_are_in_use() -> None:
    random = np.random.default_rng(1)
    speech = random.uniform(0.5, 2.5, 50).astype(np.float32)
    heard = VoiceBatch(random.dirichlet(np.ones(8), 50).astype(np.float32), speech)
    size, sharpness, contrast = (
        random.uniform(0, high, 50).astype(np.float32) for high in (64, 0.1, 0.15)
    )
    seen = FaceBatch(random.dirichlet(np.ones(8), 50).astype(np.float32), size, sharpness, contrast)
    opinions = voice_opinions(heard, LEARNED), face_opinions(seen, LEARNED, FACE_FREQUENCIES)
    learned, _ = combine(*opinions, LEARNED.agreement)
    for n in range(50):
        quality = Quality(float(size[n]), float(sharpness[n]), float(contrast[n]), turn=0.0)
        voice = Reading(heard.probabilities[n], voice_reliability(float(speech[n]), 0, -25, 0))
        face = Reading(seen.probabilities[n], face_reliability(quality))
        np.testing.assert_allclose(fuse(voice, face).probs, learned[n], atol=1e-4)


def calibrated_pairs(n: int, conflicts: float, random: np.random.Generator) -> Pairs:
    """Return pairs whose opinions say exactly how sure one may be."""
    heard = random.integers(0, 8, n)
    seen = np.where(random.random(n) < conflicts, (heard + random.integers(1, 8, n)) % 8, heard)
    voice = VoiceBatch(guesses(heard, 1.5, random), np.full(n, 2.0, np.float32))
    return Pairs(voice, faces(seen, random), heard, seen, np.ones(n))


UNIFORM = np.full(8, 1 / 8, np.float32)
EYE = np.eye(8, dtype=np.float32)


def test_the_temperature_of_overconfident_predictions_is_found() -> None:
    pairs = calibrated_pairs(4000, CONFLICTS, np.random.default_rng(2))
    overconfident = softmax(2 * np.log(pairs.voices.probabilities)).astype(np.float32)
    voices = replace(pairs.voices, probabilities=overconfident)
    found = fit(replace(pairs, voices=voices), UNIFORM)
    assert found.voice_weight == pytest.approx(0.5, abs=0.051)


def test_the_share_of_conflicts_is_found() -> None:
    rare, common = (
        fit(calibrated_pairs(4000, share, np.random.default_rng(2)), UNIFORM).agreement
        for share in (0.1, 0.5)
    )
    assert common + 0.2 < rare


def test_sets_hold_the_truth_as_often_as_promised() -> None:
    random = np.random.default_rng(3)
    threshold = fit_sets(calibrated_pairs(4000, CONFLICTS, random), LEARNED, UNIFORM)
    assert 0.8 < threshold < 0.95, "calibrated probabilities keep their word"


def test_faces_are_paired_by_emotion() -> None:
    shown = as_emotions(np.eye(7, dtype=np.float32), LABELS) > 0
    emotions = np.arange(8)
    indices = draw_partners(emotions, shown, np.random.default_rng(0))
    assert shown[indices, emotions].all()
    assert indices[EMOTIONS.index("neutral")] == indices[EMOTIONS.index("calm")]


def test_conflicts_are_of_emotions_that_faces_tell_apart() -> None:
    shown = as_emotions(np.eye(7, dtype=np.float32), LABELS) > 0
    emotions = np.repeat(np.arange(8), 100)
    others = draw_conflicts(emotions, shown, np.random.default_rng(0))
    assert (emotions != others).all()
    of_neutral = set(others[emotions == EMOTIONS.index("neutral")].tolist())
    assert of_neutral == {2, 3, 4, 5, 6, 7}


def test_a_pair_in_three_disagrees() -> None:
    random = np.random.default_rng(0)
    held_out = voices(random, speakers=40)
    shown = np.eye(8, dtype=bool)[np.arange(160) % 8]
    pairs = pair(held_out, {CLEAN: faces(np.arange(160) % 8, random)}, shown, random)
    assert np.mean(pairs.heard != pairs.seen) == pytest.approx(CONFLICTS, abs=0.05)


def test_a_corpus_is_left_out_where_there_are_several() -> None:
    one = voices(np.random.default_rng(0))
    assert len(folds(one)) == FOLDS
    other = replace(one, corpora=np.array(["nEMO"] * len(one.names)))
    both = HeldOut(
        *(
            np.concatenate([getattr(each, name) for each in (one, other)])
            for name in HeldOut.__match_args__
        )
    )
    assert len(set(both.people.tolist())) == 2 * len(set(one.people.tolist()))
    parts = folds(both)
    assert [set(both.corpora[part].tolist()) for part in parts] == [{"RAVDESS"}, {"nEMO"}]
    assert balance(both.corpora, both.emotions).sum() == pytest.approx(2)


def test_a_large_corpus_is_thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    held_out = voices(np.random.default_rng(0))
    monkeypatch.setattr("models.fusion.pairs.PER_CORPUS", 100)
    assert len(draw_voices(held_out, np.random.default_rng(0)).names) == 100


def test_the_mean_output_is_that_of_faces_as_frequent_as_in_life() -> None:
    classes = np.eye(7, dtype=np.float32)[[0, 0, 3]]
    drawn = Faces(np.zeros((3, 48, 48), np.uint8), classes)
    random = np.random.default_rng(0)
    seen = replace(faces(np.array([0, 0, 1]), random), probabilities=EYE[[4, 6, 2]])
    shares = np.array([0.2, 0, 0, 0.8, 0, 0, 0])
    expected = np.array([0, 0, 0.8, 0, 0.1, 0, 0.1, 0])
    np.testing.assert_allclose(mean_output(seen, drawn, shares), expected, atol=1e-6)


def test_third_emotions_are_counted_among_pairs_sure_of_different_ones() -> None:
    def sure(*emotions: int) -> np.ndarray:
        return np.eye(8)[list(emotions)] * 0.9 + 0.1 / 8

    neither = np.full((1, 8), 0.125)
    neutral = np.eye(8)[[0]] * 0.45 + np.eye(8)[[1]] * 0.45 + 0.1 / 8
    heard = np.concatenate([sure(4, 4, 4, 1, 4), neither])
    seen = np.concatenate([sure(2, 2, 4), neutral, neutral, sure(2)])
    mood = sure(2, 7, 7, 7, 1, 7)
    count, share = third_emotions(heard, seen, mood)
    assert count == 3
    assert share == pytest.approx(1 / 3)


def test_the_fusion_is_evaluated_on_held_out_speakers_and_faces() -> None:
    random = np.random.default_rng(3)
    held_out = voices(random)
    shown = np.eye(8, dtype=bool)[np.arange(160) % 8]
    seen = faces(np.arange(160) % 8, random)
    moods = cross_validate(held_out, {CLEAN: seen}, shown, UNIFORM, random)
    assert len(moods.heard) == 2 * len(held_out.names)
    confusions = []
    for probs in (moods.voice, moods.agreeing_face[:, 0], moods.agreeing_mood[:, 0]):
        confusion = np.zeros((8, 8), np.int64)
        np.add.at(confusion, (moods.heard, probs.argmax(axis=1)), 1)
        confusions.append(unweighted_average_recall(confusion))
    voice, face, both = confusions
    assert both > max(voice, face) + 0.05
    conflict = moods.heard != moods.seen
    assert np.mean(conflict) == pytest.approx(CONFLICTS, abs=0.1)
    assert moods.agreement[conflict].mean() < moods.agreement[~conflict].mean() - 0.2
    text = report(moods, [CLEAN])
    assert f"| both | {(moods.conditions == '3 s').sum()} |" in text
    assert "one told from the other" in text
    assert "a third emotion" in text
    assert "| RAVDESS | 0." in text


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
    shown = np.arange(8) % 2 == np.arange(2)[:, None]
    pairs = pair(held_out, seen, shown, random)
    assert pairs.faces.probabilities.shape == (8, 8)
