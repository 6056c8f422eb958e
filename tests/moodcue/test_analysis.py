"""Moodcue as a library: no database, no server, no connection."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import psutil
import pytest

import moodcue
from inference import EMOTIONS
from stream import sample_path
from web.sessions.engine import Engine


@pytest.fixture(scope="module")
def models() -> moodcue.LocalRuntime:
    return moodcue.load_models(workers=1)


def test_a_recording_has_a_mood_for_each_second(models: moodcue.LocalRuntime) -> None:
    moods = [*moodcue.analyze(sample_path(), models=models)]
    assert [mood.t for mood in moods] == list(range(1, len(moods) + 1))
    assert len(moods) > 20
    for mood in moods:
        assert mood.label in EMOTIONS
        assert mood.probs.sum() == pytest.approx(1, abs=1e-4)


def test_iteration_can_stop_early(models: moodcue.LocalRuntime) -> None:
    moods = moodcue.analyze(sample_path(), models=models)
    assert next(moods).t == 1
    moods.close()
    moods.close()
    assert next(moods, None) is None


def test_closing_before_the_first_mood_closes_the_file() -> None:
    before = psutil.Process().num_fds()
    moodcue.analyze(sample_path()).close()
    assert psutil.Process().num_fds() == before


async def test_a_source_can_be_listened_to(models: moodcue.LocalRuntime) -> None:
    source = moodcue.FileSource(sample_path())
    heard = []
    async for mood in moodcue.listen(source, models=models, windows=moodcue.WindowSpec(2, 2)):
        heard.append(mood.t)
        if len(heard) == 3:
            break
    assert heard == [2, 4, 6]


async def test_a_coroutine_is_told_to_listen() -> None:
    with pytest.raises(RuntimeError, match="listen"):
        moodcue.analyze(sample_path())


def test_a_file_without_media_is_an_error_at_once(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no media")
    with pytest.raises(moodcue.SourceError, match=r"notes\.txt"):
        moodcue.analyze(path)


def test_an_unknown_model_is_an_error_at_once() -> None:
    with pytest.raises(moodcue.ModelError, match="nowhere"):
        moodcue.load_models(voice="nowhere")


def test_cues_follow_the_mood(models: moodcue.LocalRuntime) -> None:
    cues = moodcue.Cues(moodcue.builtin_tracks())
    assert cues.get() == []
    lists = [
        new
        for mood in moodcue.analyze(sample_path(), models=models)
        if (new := cues.update(mood)) is not None
    ]
    assert lists
    assert all(len({cue.track.id for cue in new}) == 10 for new in lists)
    assert cues.get()[0].track == lists[-1][0].track


def test_cues_obey_their_settings() -> None:
    sad = moodcue.CueSettings(mood="sad", filters=moodcue.Filters(tempo=(None, 90)))
    cues = moodcue.Cues(moodcue.builtin_tracks(), sad).get()
    assert {cue.emotion for cue in cues} == {"sad"}
    assert all(cue.track.bpm is not None and cue.track.bpm <= 90 for cue in cues)


async def test_the_moods_are_those_of_the_engine(models: moodcue.LocalRuntime) -> None:
    """A session and the library give the same moods for the same media."""
    from inference import Analyser, analyse_windows
    from recommender import CueList, Ranker, TrackIndex

    spec = moodcue.WindowSpec()
    engine = Engine(Analyser(models, spec.length), CueList(Ranker(TrackIndex(()))))
    source = moodcue.FileSource(sample_path())
    clock = moodcue.SessionClock()
    ours = [step.result[0] async for step in analyse_windows(source, clock, spec, engine.update)]
    await source.close()
    moods = await asyncio.to_thread(lambda: [*moodcue.analyze(sample_path(), models=models)])
    assert [mood.label for mood in moods] == [mood.label for mood in ours]
    for mood, other in zip(moods, ours, strict=True):
        np.testing.assert_allclose(mood.probs, other.probs, atol=1e-5)
