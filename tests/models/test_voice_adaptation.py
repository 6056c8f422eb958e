from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from inference.adaptation import MEANS_SETTING, SpeakerAdaptation
from inference.card import read_card
from inference.emotion import EMOTIONS
from inference.voice import reliability
from models.voice.adaptation import (
    BALANCED,
    CHANGED,
    KINDS,
    LENGTH,
    SINGLE,
    SKEWED,
    Predictions,
    mean_log_probs,
    merit,
    most_speech,
    read_predictions,
    report,
    report_single,
    sessions,
    simulate,
    write_means,
)
from models.voice.corpora import RAVDESS
from models.voice.examples import LIVE

SPEAKERS = 6


@pytest.fixture(scope="module")
def folds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the output of an evaluation: two folds of speakers, each with its own offset."""
    random = np.random.default_rng(0)
    rows = []
    for speaker in range(SPEAKERS):
        offset = random.normal(scale=1.6, size=8)
        for take in range(3):
            for emotion in range(8):
                mean = 2.5 * np.eye(8)[emotion] + offset
                for t, speech in ((2.0, 0.9), (3.0, 1.6), (3.5, 1.6)):
                    logits = mean + random.normal(scale=0.8, size=8)
                    path = f"{speaker}-{take}-{emotion}.flac"
                    rows.append((path, str(speaker), emotion, LIVE, t, speech, speaker % 2, logits))
                rows.append((path, str(speaker), emotion, "clip", 3.5, 1.6, speaker % 2, logits))
    names = ("path", "speaker", "emotion", "condition", "t_end", "speech", "fold", "logits")
    columns = dict(zip(names, map(np.array, zip(*rows, strict=True)), strict=True))
    file = tmp_path_factory.mktemp("folds") / "folds.npz"
    np.savez(file, allow_pickle=False, corpus=np.full(len(rows), RAVDESS), **columns)
    return file


@pytest.fixture(scope="module")
def live(folds: Path) -> Predictions:
    return read_predictions(folds, RAVDESS, LIVE)


def test_windows_have_the_reliability_of_live_ones(live: Predictions) -> None:
    assert len(live.folds) == SPEAKERS * 24 * 3
    assert live.probs.sum(axis=1) == pytest.approx(1)
    expected = [reliability(speech, 0, -25, 0) for speech in (0.9, 1.6, 1.6)]
    assert live.reliability[:3] == pytest.approx(expected)
    assert live.new_share[:4] == pytest.approx([2 / 3, 1 / 3, 1 / 6, 2 / 3])


def test_the_window_with_most_speech_of_each_recording_is_chosen(live: Predictions) -> None:
    best = most_speech(live)
    assert len(best.recordings) == len(set(live.recordings)) == SPEAKERS * 24
    assert np.array_equal(best.probs, live.probs[2::3])
    assert set(best.new_share) == {1.0}


def test_sessions_match_their_kinds(live: Predictions) -> None:
    predictions = most_speech(live)
    found = list(sessions(predictions, seeds=1))
    assert Counter(session.kind for session in found) == {
        BALANCED: SPEAKERS,
        CHANGED: SPEAKERS,
        SKEWED: SPEAKERS,
        SINGLE: SPEAKERS * 8,
    }
    quiet = []
    for session in found:
        scored = session.rows[-session.scored :]
        assert set(predictions.speakers[scored]) == {session.speaker}
        if session.kind == BALANCED:
            assert sorted(session.rows) == sorted(
                np.flatnonzero(predictions.speakers == session.speaker)
            )
        elif session.kind == CHANGED:
            before = session.rows[: -session.scored]
            assert session.speaker not in predictions.speakers[before]
            assert set(predictions.folds[before]) == set(predictions.folds[scored])
        elif session.kind == SKEWED:
            quiet += [*(predictions.emotions[scored] < 2)]
        else:
            assert len(set(predictions.emotions[scored])) == 1
            assert len(scored) == LENGTH
    assert np.mean(quiet) == pytest.approx(0.7, abs=0.1)


def test_live_windows_are_in_order_of_time(live: Predictions) -> None:
    session = next(session for session in sessions(live, seeds=1) if session.kind == SKEWED)
    assert len(session.rows) == 3 * LENGTH
    starts = session.rows.reshape(-1, 3)
    assert (np.diff(starts, axis=1) == 1).all()


def test_adaptation_helps_if_speakers_differ(live: Predictions) -> None:
    predictions = most_speech(live)
    means_of = {fold: mean_log_probs(live[live.folds != fold]) for fold in (0, 1)}
    outcomes = simulate(predictions, means_of, {}, seeds=1)
    assert {kind for kind, _ in outcomes} == set(KINDS)
    truth, predicted, adapted = np.concatenate(
        [outcomes[BALANCED, fold] for fold in (0, 1)], axis=1
    )
    assert np.mean(adapted == truth) > np.mean(predicted == truth) + 0.05
    assert len(report("window", outcomes)) == 2 + len(KINDS)
    assert len(report_single(outcomes)) == 4


def test_settings_that_lose_in_any_kind_rank_last() -> None:
    better, worse = (np.array([[0, 1], *rest]) for rest in ([[0, 0], [0, 1]], [[0, 1], [0, 0]]))
    outcomes = {(kind, 0): better for kind in KINDS}
    assert merit(outcomes, [0]) == (0, 0.5)
    assert merit({**outcomes, (SINGLE, 0): worse}, [0]) == (-0.5, 0.25)


def test_the_means_in_the_card_are_replaced(tmp_path: Path, live: Predictions) -> None:
    card = tmp_path / "card.md"
    card.write_text(f"+++\n[settings]\n{MEANS_SETTING} = [\n    [1, 2],\n]\nsize = 3\n+++\n")
    means = mean_log_probs(live)
    write_means(means, card)
    write_means(means, card)
    lines = card.read_text().splitlines()
    assert lines[:3] == ["+++", "[settings]", f"{MEANS_SETTING} = ["]
    assert (len(lines), lines[-2:]) == (14, ["size = 3", "+++"])
    card.write_text("+++\n+++\n")
    with pytest.raises(ValueError, match=MEANS_SETTING):
        write_means(means, card)


def test_the_voice_card_has_means() -> None:
    card = read_card(Path(__file__).parents[2] / "models" / "voice" / "card.md")
    assert SpeakerAdaptation.for_model(card) is not None
    means = np.array(card.setting(MEANS_SETTING))
    assert (means.argmax(axis=1) == np.arange(len(EMOTIONS))).all()
