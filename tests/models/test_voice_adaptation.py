from pathlib import Path

import numpy as np
import pytest

from inference.emotion import EMOTIONS
from models.voice.adaptation import (
    BALANCED,
    LENGTH,
    SINGLE,
    SKEWED,
    WAYS,
    Clips,
    gains,
    read_clips,
    report,
    running_mean,
    streams,
)


def clips_of(speakers: int, bias: float, seed: int = 0) -> Clips:
    """Return clips of speakers who each sound like one emotion, whatever they express."""
    random = np.random.default_rng(seed)
    emotions = np.tile(np.arange(len(EMOTIONS)), 5 * speakers)
    names = np.repeat([f"{seed}-{n}" for n in range(speakers)], 5 * len(EMOTIONS))
    biases = bias * np.eye(len(EMOTIONS))[np.repeat(random.permutation(8)[:speakers], 40)]
    logits = 2 * np.eye(len(EMOTIONS))[emotions] + biases + random.normal(size=(len(emotions), 8))
    return Clips(logits - logits.mean(axis=1, keepdims=True), emotions, names)


@pytest.fixture(scope="module")
def corpora() -> dict[str, Clips]:
    return {name: clips_of(4, 2.0, seed) for seed, name in enumerate(("ASED", "Hindi"))}


def test_streams_are_of_one_speaker_and_of_the_stated_moods() -> None:
    clips = clips_of(2, 1.0)
    found = list(streams(clips))
    assert [kind for kind, _ in found].count(SINGLE) == 2 * len(EMOTIONS)
    for kind, rows in found:
        assert len(rows) == LENGTH
        assert len(set(clips.speakers[rows])) == 1
        moods, counts = np.unique(clips.emotions[rows], return_counts=True)
        assert (len(moods) == 1) == (kind == SINGLE)
        if kind == SKEWED:
            assert counts.max() > LENGTH / 2


def test_few_recordings_make_no_stream() -> None:
    clips = clips_of(1, 1.0)
    assert not list(streams(Clips(clips.logits[:19], clips.emotions[:19], clips.speakers[:19])))


def test_a_speakers_bias_is_found_in_balanced_streams(corpora: dict[str, Clips]) -> None:
    change = gains(corpora, running_mean(8))
    assert all(value > 0 for (kind, _), value in change.items() if kind == BALANCED)
    assert {kind for kind, _ in change} == {BALANCED, SKEWED, SINGLE}


def test_a_single_mood_is_taken_for_the_speakers_bias() -> None:
    unbiased = {name: clips_of(4, 0.0, seed) for seed, name in enumerate(("ASED", "Hindi"))}
    change = gains(unbiased, running_mean(8))
    assert all(value < 0 for (kind, _), value in change.items() if kind == SINGLE)


def test_the_report_states_every_way(corpora: dict[str, Clips], tmp_path: Path) -> None:
    assert report(corpora).count("\n") == len(WAYS) + 1
    everything = {name: np.repeat(name, len(clips.emotions)) for name, clips in corpora.items()}
    np.savez(
        tmp_path / "folds.npz",
        corpus=np.concatenate(list(everything.values())),
        condition=np.repeat("clip", sum(map(len, everything.values()))),
        logits=np.concatenate([clips.logits for clips in corpora.values()]).astype(np.float32),
        emotion=np.concatenate([clips.emotions for clips in corpora.values()]),
        speaker=np.concatenate([clips.speakers for clips in corpora.values()]),
    )
    back = read_clips(tmp_path / "folds.npz")
    assert back.keys() == corpora.keys()
    np.testing.assert_allclose(back["ASED"].logits, corpora["ASED"].logits, atol=1e-5)
