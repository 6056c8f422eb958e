import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, uniform
from inference.reading import VoiceReading
from inference.runtime import LocalRuntime
from inference.voice import (
    VoiceActivity,
    VoiceReader,
    level_db,
    reliability,
    speech_span,
)
from models.recordings import read_audio
from stream import (
    SAMPLE_RATE,
    WINDOW_LENGTH,
    AudioBlock,
    FileSource,
    SessionClock,
    Windows,
    WindowSpec,
)
from tests.media import DATA
from tests.speech import PAUSES, SPEECH, spoken

ROOT = Path(__file__).parents[2]
ANGRY = DATA / "ravdess" / "speech" / "Actor_05" / "03-01-05-02-01-01-05.flac"
CHUNK = 512
SECONDS = 24.7

Samples = NDArray[np.float32]


@pytest.fixture(scope="module")
def runtime() -> Iterator[LocalRuntime]:
    runtime = LocalRuntime([ROOT / "models"], ["voice_activity", "voice"], workers=1)
    yield runtime
    runtime.close()


@pytest.fixture(scope="module")
def sentence() -> Samples:
    """A few words, with a pause before and after them."""
    return spoken(7.1, 10.3)


def noise(seconds: float, amplitude: float = 0.1) -> Samples:
    random = np.random.default_rng(0)
    return random.normal(scale=amplitude, size=round(seconds * SAMPLE_RATE)).astype(np.float32)


def windows(samples: Samples, hop: float, length: float = WINDOW_LENGTH) -> list[AudioBlock]:
    """Return the windows of a live session, the first after one hop."""
    step = round(hop * SAMPLE_RATE)
    blocks = []
    for end in range(step, len(samples) + 1, step):
        start = max(0, end - round(length * SAMPLE_RATE))
        blocks.append(AudioBlock(start / SAMPLE_RATE, samples[start:end]))
    return blocks


def is_unknown(reading: VoiceReading) -> bool:
    return reading.reliability == 0 and np.array_equal(reading.probs, uniform())


class TestSpeechSpan:
    def test_runs_from_first_to_last_speech_with_padding_in_steps(self) -> None:
        speech = np.zeros(93, bool)
        speech[30:70] = True  # 0.96 s to 2.24 s: 1.28 s, with padding 1.58 s
        span = speech_span(speech, CHUNK, 0, 48_000)
        assert span is not None
        start, end = span
        assert end - start == 32_000
        assert start <= 30 * CHUNK - 2400
        assert end >= 70 * CHUNK + 2400

    def test_shifts_with_the_offset_of_the_chunks(self) -> None:
        speech = np.zeros(80, bool)
        speech[20:60] = True
        early = speech_span(speech, CHUNK, 0, 48_000)
        late = speech_span(speech, CHUNK, 300, 48_000)
        assert early is not None
        assert late is not None
        assert (late[0] - early[0], late[1] - early[1]) == (300, 300)

    @pytest.mark.parametrize("first", [0, 77])
    def test_stays_inside_the_window(self, first: int) -> None:
        speech = np.zeros(93, bool)
        speech[first : first + 16] = True
        span = speech_span(speech, CHUNK, 0, 48_000)
        assert span is not None
        assert 0 <= span[0] < span[1] <= 48_000
        assert span[1] - span[0] == 16_000

    def test_is_the_window_if_the_steps_do_not_fit(self) -> None:
        assert speech_span(np.ones(60, bool), CHUNK, 0, 31_000) == (0, 31_000)

    def test_is_none_for_little_speech_or_a_short_window(self) -> None:
        speech = np.zeros(93, bool)
        speech[:15] = True
        assert speech_span(speech, CHUNK, 0, 48_000) is None
        assert speech_span(np.ones(31, bool), CHUNK, 0, 15_999) is None


class TestReliability:
    def test_grows_with_speech_and_falls_with_silence(self) -> None:
        spoken = [reliability(s, 0.0, -25.0, 0.0) for s in (0.5, 1.0, 1.5, 3.0)]
        assert spoken == pytest.approx([0.6, 0.8, 1, 1])
        silent = [reliability(2.0, s, -25.0, 0.0) for s in (0.0, 0.5, 1.75, 3.0)]
        assert silent == pytest.approx([1, 1, 0.5, 0])

    def test_falls_with_low_level_and_clipping(self) -> None:
        assert reliability(2.0, 0.0, -72.5, 0.0) == pytest.approx(0.5)
        assert reliability(2.0, 0.0, -90.0, 0.0) == 0
        assert reliability(2.0, 0.0, -5.0, 0.05) == pytest.approx(0.5)
        assert reliability(2.0, 0.0, -5.0, 0.4) == 0

    def test_level_is_relative_to_full_scale(self) -> None:
        assert level_db(np.full(100, 0.1, np.float32)) == pytest.approx(-20, abs=1e-4)
        assert level_db(np.zeros(100, np.float32)) == pytest.approx(-120)


class TestVoiceActivity:
    def test_windows_give_the_same_probabilities_as_the_recording(
        self, runtime: LocalRuntime, sentence: Samples
    ) -> None:
        at_once = VoiceActivity(runtime)
        at_once.update(0, sentence)
        _, expected = at_once.get()
        assert expected.max() > 0.9
        for hop in (0.3, 1.0):
            activity = VoiceActivity(runtime)
            seen = {}
            for window in windows(sentence, hop):
                activity.update(round(window.t * SAMPLE_RATE), window.samples)
                first, probabilities = activity.get()
                assert first >= round(window.t * SAMPLE_RATE)
                assert first % CHUNK == 0
                seen.update({first // CHUNK + i: p for i, p in enumerate(probabilities)})
            assert list(seen) == list(range(len(seen)))
            assert len(seen) * CHUNK > len(sentence) - SAMPLE_RATE - CHUNK
            assert np.allclose(list(seen.values()), expected[: len(seen)], atol=1e-5)

    def test_finds_the_sentences_and_the_pauses_between_them(self, runtime: LocalRuntime) -> None:
        activity = VoiceActivity(runtime)
        whole = spoken(0, SECONDS)
        probabilities = np.zeros(len(whole) // CHUNK)
        for start in range(0, len(whole), SAMPLE_RATE):
            activity.update(start, whole[start : start + 2 * SAMPLE_RATE])
            first, latest = activity.get()
            probabilities[first // CHUNK : first // CHUNK + len(latest)] = latest
        speech = probabilities >= activity.threshold
        chunk = CHUNK / SAMPLE_RATE
        for begin, end in PAUSES:
            assert not speech[math.ceil(begin / chunk) : int(end / chunk)].any()
        for (_, begin), (end, _) in pairwise([(0.0, 0.4), *PAUSES]):
            assert speech[math.ceil(begin / chunk) : int(end / chunk)].mean() > 0.8

    def test_a_gap_resets_the_state(self, runtime: LocalRuntime, sentence: Samples) -> None:
        fresh = VoiceActivity(runtime)
        fresh.update(200_000, sentence)
        activity = VoiceActivity(runtime)
        activity.update(0, sentence[:20_000])
        activity.update(200_000, sentence)
        assert activity.get()[0] == fresh.get()[0] == 200_000
        assert np.array_equal(activity.get()[1], fresh.get()[1])

    def test_a_step_back_in_time_resets_the_state(
        self, runtime: LocalRuntime, sentence: Samples
    ) -> None:
        activity = VoiceActivity(runtime)
        activity.update(200_000, sentence)
        activity.update(0, sentence)
        assert activity.get()[0] == 0
        assert len(activity.get()[1]) == len(sentence) // CHUNK

    def test_waits_for_a_complete_chunk(self, runtime: LocalRuntime) -> None:
        activity = VoiceActivity(runtime)
        activity.update(0, noise(0.031))
        assert len(activity.get()[1]) == 0
        activity.update(0, noise(0.040))
        assert len(activity.get()[1]) == 1


class TestVoiceReader:
    @pytest.mark.skipif(not ANGRY.is_file(), reason="needs the labels of RAVDESS in ../shared/data")
    @pytest.mark.parametrize("hop", [0.5, 1.0])
    def test_recognizes_anger(self, runtime: LocalRuntime, hop: float) -> None:
        reader = VoiceReader(runtime)
        readings = [reader.update(window) for window in windows(read_audio(ANGRY), hop)]
        best = max(readings, key=lambda reading: reading.reliability)
        assert best.reliability > 0.8
        assert EMOTIONS[int(best.probs.argmax())] == "angry"

    @pytest.mark.parametrize("hop", [0.5, 1.0])
    async def test_reads_every_window_of_a_person_who_speaks(
        self, runtime: LocalRuntime, hop: float
    ) -> None:
        reader = VoiceReader(runtime)
        source = FileSource(SPEECH)
        cut = [window async for window in Windows(source, SessionClock(), WindowSpec(3.0, hop))]
        await source.close()
        assert len(cut) == pytest.approx(SECONDS / hop, abs=1)
        for window in cut:
            assert window.audio is not None
            reading = reader.update(window.audio)
            assert reading.probs.dtype == np.float32
            assert reading.probs.sum() == pytest.approx(1, abs=1e-5)
            if window.t > 1:
                assert reading.reliability > 0.8
                assert reading.doubt is None
                assert not is_unknown(reading)

    def test_reliability_decays_after_speech(
        self, runtime: LocalRuntime, sentence: Samples
    ) -> None:
        reader = VoiceReader(runtime)
        quiet = noise(6, amplitude=1e-4)
        readings = [reader.update(w) for w in windows(np.concatenate([sentence, quiet]), hop=1.0)]
        best = max(range(len(readings)), key=lambda n: readings[n].reliability)
        later = [reading.reliability for reading in readings[best:]]
        assert later == sorted(later, reverse=True)
        assert is_unknown(readings[-1])
        assert not readings[-1].speech

    def test_speech_in_two_parts_with_a_gap_between(
        self, runtime: LocalRuntime, sentence: Samples
    ) -> None:
        reader = VoiceReader(runtime)
        half = len(sentence) // 2
        reader.update(AudioBlock(0.0, sentence[:half]))
        after_gap = reader.update(AudioBlock(100.0, sentence[half:]))
        alone = VoiceReader(runtime).update(AudioBlock(100.0, sentence[half:]))
        assert np.array_equal(after_gap.probs, alone.probs)
        assert after_gap.reliability == alone.reliability

    @pytest.mark.parametrize(
        "samples",
        [
            np.zeros(0, np.float32),
            np.zeros(48_000, np.float32),
            noise(3.0),
            noise(0.4),
            np.full(48_000, np.nan, np.float32),
            np.sign(noise(3.0)),
        ],
        ids=["empty", "digital zero", "noise", "short", "not a number", "clipped noise"],
    )
    def test_no_speech_is_no_evidence(self, runtime: LocalRuntime, samples: Samples) -> None:
        reading = VoiceReader(runtime).update(AudioBlock(5.0, samples))
        assert is_unknown(reading)
        assert not reading.speech
        assert reading.doubt == "no_speech"

    def test_non_finite_samples_are_tolerated(
        self, runtime: LocalRuntime, sentence: Samples
    ) -> None:
        broken = sentence.copy()
        broken[20_000] = np.nan
        broken[30_000] = np.inf
        reading = VoiceReader(runtime).update(AudioBlock(0.0, broken))
        assert np.isfinite(reading.probs).all()
        assert reading.reliability > 0

    def test_clipped_speech_is_less_reliable(
        self, runtime: LocalRuntime, sentence: Samples
    ) -> None:
        clean = VoiceReader(runtime).update(AudioBlock(0.0, sentence))
        clipped = VoiceReader(runtime).update(AudioBlock(0.0, np.clip(sentence * 50, -1, 0.9999)))
        assert 0 <= clipped.reliability < clean.reliability
        assert (clean.doubt, clipped.doubt) == (None, "clipped")

    def test_the_level_does_not_change_the_distribution(
        self, runtime: LocalRuntime, sentence: Samples
    ) -> None:
        loud = VoiceReader(runtime).update(AudioBlock(0.0, sentence))
        quiet = VoiceReader(runtime).update(AudioBlock(0.0, sentence * np.float32(0.25)))
        assert np.abs(loud.probs - quiet.probs).max() < 0.1

    def test_only_the_end_of_a_long_window_is_used(
        self, runtime: LocalRuntime, sentence: Samples
    ) -> None:
        silence = np.zeros(20 * SAMPLE_RATE, np.float32)
        after = VoiceReader(runtime).update(AudioBlock(0.0, np.concatenate([silence, sentence])))
        before = VoiceReader(runtime).update(AudioBlock(0.0, np.concatenate([sentence, silence])))
        assert after.reliability > 0.8
        assert is_unknown(before)

    def test_sessions_are_independent(self, runtime: LocalRuntime, sentence: Samples) -> None:
        alone, first, second = (VoiceReader(runtime) for _ in range(3))
        for window in windows(sentence, 1.0):
            expected = alone.update(window)
            second.update(AudioBlock(window.t, noise(len(window.samples) / SAMPLE_RATE)))
            assert np.array_equal(first.update(window).probs, expected.probs)
