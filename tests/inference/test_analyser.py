"""Tests of the analyser with the real networks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference import (
    EMOTIONS,
    MODELS,
    Analyser,
    FaceReading,
    LocalRuntime,
    Mood,
    Reading,
    VoiceReading,
    overall,
)
from inference.emotion import uniform
from stream import AudioBlock, FileSource, SessionClock, VideoFrame, Window, Windows, WindowSpec
from tests.media import clip

MODEL_DIRECTORY = Path(__file__).parent.parent.parent / "models"


@pytest.fixture(scope="module")
def runtime() -> Iterator[LocalRuntime]:
    runtime = LocalRuntime([MODEL_DIRECTORY], MODELS, workers=1)
    yield runtime
    runtime.close()


@pytest.fixture
async def windows() -> list[Window]:
    return [w async for w in Windows(FileSource(clip()), SessionClock(), WindowSpec())]


def moods(runtime: LocalRuntime, windows: Sequence[Window]) -> list[Mood]:
    analyser = Analyser(runtime)
    return [analyser.update(window) for window in windows]


def empty(start: float, seconds: int) -> list[Window]:
    """Return windows with black frames and silence."""
    black = np.zeros((240, 320, 3), dtype=np.uint8)
    return [
        Window(
            t,
            AudioBlock(t - 3, np.zeros(48_000, dtype=np.float32)),
            tuple(VideoFrame(t - 1 + n / 5, black) for n in range(1, 6)),
        )
        for t in (start + n for n in range(1, seconds + 1))
    ]


async def test_voice_and_face_are_fused(runtime: LocalRuntime, windows: list[Window]) -> None:
    result = moods(runtime, windows)
    last = result[2]
    assert last.voice is not None
    assert last.face is not None
    assert last.voice.reliability > 0.3
    assert last.face.reliability > 0.3
    assert last.probs.sum() == pytest.approx(1, abs=1e-5)
    assert last.confidence == pytest.approx(float(last.probs[EMOTIONS.index(last.label)]))
    assert -1 <= last.valence <= 1
    assert -1 <= last.arousal <= 1


async def test_the_reasons_are_the_moods_of_either_track_alone(
    runtime: LocalRuntime, windows: list[Window]
) -> None:
    deaf = moods(runtime, [replace(window, audio=None) for window in windows])
    blind = moods(runtime, [replace(window, frames=None) for window in windows])
    for both, seen, heard in zip(moods(runtime, windows), deaf, blind, strict=True):
        assert both.without is not None
        for alternative, alone in ((both.without.face, heard), (both.without.voice, seen)):
            assert alternative.label == EMOTIONS[int(alone.probs.argmax())]
            assert alternative.confidence == pytest.approx(float(alone.probs.max()), abs=1e-5)
    assert all(mood.without is None and not mood.conflict for mood in (*deaf, *blind))


async def test_a_set_begins_with_the_likeliest_emotion(
    runtime: LocalRuntime, windows: list[Window]
) -> None:
    result = moods(runtime, [*windows[:3], *empty(3.0, 20)])
    for mood in result:
        assert mood.set[0] == EMOTIONS[int(mood.probs.argmax())]
    assert len(result[-1].set) > len(result[2].set), "without evidence, every mood is possible"


async def test_a_missing_track_is_none(runtime: LocalRuntime, windows: list[Window]) -> None:
    deaf = moods(runtime, [replace(window, audio=None) for window in windows])
    blind = moods(runtime, [replace(window, frames=None) for window in windows])
    assert all(mood.voice is None and mood.face is not None for mood in deaf)
    assert all(mood.face is None and mood.voice is not None for mood in blind)


async def test_dark_frames_leave_the_voice(runtime: LocalRuntime, windows: list[Window]) -> None:
    def darkened(window: Window) -> Window:
        frames = window.frames or ()
        return replace(window, frames=tuple(replace(f, image=f.image // 64) for f in frames))

    dark = moods(runtime, [darkened(window) for window in windows])
    blind = moods(runtime, [replace(window, frames=None) for window in windows])
    assert [mood.label for mood in dark] == [mood.label for mood in blind]
    for seen, heard in zip(dark, blind, strict=True):
        np.testing.assert_allclose(seen.probs, heard.probs, atol=0.05)


async def test_silence_leaves_the_face(runtime: LocalRuntime, windows: list[Window]) -> None:
    def silenced(window: Window) -> Window:
        assert window.audio is not None
        return replace(window, audio=replace(window.audio, samples=window.audio.samples * 0))

    silent = moods(runtime, [silenced(window) for window in windows])
    deaf = moods(runtime, [replace(window, audio=None) for window in windows])
    for seen, heard in zip(silent, deaf, strict=True):
        np.testing.assert_allclose(seen.probs, heard.probs, atol=1e-6)


async def test_the_mood_becomes_uncertain_without_evidence(
    runtime: LocalRuntime, windows: list[Window]
) -> None:
    result = moods(runtime, [*windows[:3], *empty(3.0, 40)])
    assert result[2].probs.max() > 0.2
    np.testing.assert_allclose(result[-1].probs, uniform(), atol=0.01)
    assert result[-1].voice is not None
    assert result[-1].voice.reliability == 0


def test_a_recording_is_pooled_by_reliability() -> None:
    def mood(t: float, voice: VoiceReading) -> Mood:
        return Mood(t, "neutral", 0.125, uniform(), 0.0, 0.0, voice, None)

    happy = np.eye(8, dtype=np.float32)[2]
    result = overall(
        [mood(1, VoiceReading(happy, 0.8, True)), mood(2, VoiceReading(uniform(), 0.0, False))]
    )
    assert result.face is None
    assert isinstance(result.voice, Reading)
    np.testing.assert_allclose(result.voice.probs, happy)
    assert result.voice.reliability == pytest.approx(0.8)
    assert result.mood.probs.argmax() == 2
    assert result.set == ("happy",)
    assert not result.conflict


def test_a_recording_of_two_minds_is_a_conflict() -> None:
    angry, neutral = np.full((2, 8), 0.01, np.float32)
    angry[4], neutral[:2] = 0.93, 0.47
    voice, face = VoiceReading(angry, 0.9, True), FaceReading(neutral, 0.9)
    result = overall([Mood(1, "neutral", 0.125, uniform(), 0.0, 0.0, voice, face)])
    assert result.conflict
    assert set(result.set) == {"angry", "neutral", "calm"}
    assert result.mood.probs.max() < 0.6


def test_a_recording_without_evidence_is_uncertain() -> None:
    result = overall([])
    assert result.voice is result.face is None
    np.testing.assert_allclose(result.mood.probs, uniform())
