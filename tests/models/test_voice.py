from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from inference.card import ModelCard, read_card
from inference.emotion import EMOTIONS
from inference.runtime import LocalRuntime
from models.recordings import ravdess, read_audio
from models.voice.augmentation import degrade, opus, retime, reverberate
from models.voice.corpora import named_by_speaker
from models.voice.examples import (
    DEGRADED,
    VIEW,
    WINDOWS,
    Example,
    SpeechRecording,
    augmented,
    degraded,
    detect_speech,
    windows,
)
from stream.media import SAMPLE_RATE
from tests.media import DATA
from tests.speech import spoken

ROOT = Path(__file__).parents[2]
ACTOR = DATA / "ravdess" / "speech" / "Actor_05"

Samples = NDArray[np.float32]

needs_ravdess = pytest.mark.skipif(
    not ACTOR.is_dir(), reason="needs the labels of RAVDESS in ../shared/data"
)


NAMES = ("probabilities", "valence_arousal", "embedding")
UNHEARD = {"voice": set[str](), "voice_open": {"surprised"}}
"""Emotions that a network never answers, because no recording that it was trained on has them."""


@pytest.fixture(scope="module", params=["voice", "voice_open"])
def card(request: pytest.FixtureRequest) -> ModelCard:
    return read_card(ROOT / "models" / request.param / "card.md")


@pytest.fixture(scope="module")
def session(card: ModelCard) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(card.model)


def answer(session: onnxruntime.InferenceSession, samples: Samples) -> NDArray[np.float32]:
    (probabilities,) = session.run(["probabilities"], {"samples": samples})
    return np.asarray(probabilities)


def hum(seconds: float, seed: int = 0) -> Samples:
    """Return a signal with the spectrum and rhythm of a voice."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = 120 + 20 * np.sin(2 * np.pi * 0.7 * time + seed)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    tone = sum(np.sin(n * phase) / n for n in range(1, 20))
    return (0.05 * tone * (1 + np.sin(2 * np.pi * 4 * time))).astype(np.float32)


class TestNetwork:
    def test_is_small_and_stores_its_weights_as_int8_and_fp16(self, card: ModelCard) -> None:
        assert card.model.stat().st_size <= 18e6
        model = onnx.load(card.model)
        stored = {tensor.data_type for tensor in model.graph.initializer if len(tensor.dims) == 2}
        assert {onnx.TensorProto.INT8, onnx.TensorProto.FLOAT16} <= stored
        assert {o.domain: o.version for o in model.opset_import}[""] >= 17

    @pytest.mark.parametrize("seconds", [1.0, 1.23456, 3.0, 10.0])
    def test_takes_one_to_ten_seconds(
        self, session: onnxruntime.InferenceSession, card: ModelCard, seconds: float
    ) -> None:
        probabilities, affect, embedding = session.run(NAMES, {"samples": hum(seconds)[None]})
        assert probabilities.shape == (1, len(EMOTIONS))
        assert probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert affect.shape == (1, 2)
        assert np.abs(affect).max() <= 1
        assert embedding.shape == (1, *card.outputs[2].shape[1:])

    def test_gives_every_emotion_that_it_has_heard_a_probability(
        self, session: onnxruntime.InferenceSession, card: ModelCard
    ) -> None:
        (probabilities,) = answer(session, hum(3)[None])
        unheard = {name for name, p in zip(EMOTIONS, probabilities, strict=True) if p < 1e-6}
        assert unheard == UNHEARD[card.model.parent.name]

    def test_a_batch_equals_single_runs(self, session: onnxruntime.InferenceSession) -> None:
        batch = np.stack([hum(1.5, seed) for seed in range(3)])
        together = answer(session, batch)
        assert np.ptp(together, axis=0).max() > 1e-3
        for n in range(3):
            alone = answer(session, batch[n : n + 1])
            assert np.allclose(together[n], alone[0], atol=1e-4)

    def test_is_independent_of_the_level(self, session: onnxruntime.InferenceSession) -> None:
        loud, quiet = (answer(session, hum(2)[None] * np.float32(gain)) for gain in (1, 0.01))
        assert np.allclose(loud, quiet, atol=0.01)

    def test_digital_silence_gives_a_distribution(
        self, session: onnxruntime.InferenceSession
    ) -> None:
        probabilities = answer(session, np.zeros((1, 16_000), np.float32))
        assert probabilities.sum() == pytest.approx(1, abs=1e-5)

    @needs_ravdess
    def test_recognizes_training_speakers(self) -> None:
        session = onnxruntime.InferenceSession(ROOT / "models/voice/voice.onnx")
        recordings = [r for r in ravdess(ACTOR) if r.path.match("*-02-01-01-??.flac")]
        assert len(recordings) == len(EMOTIONS) - 1, "neutral has no strong intensity"
        right = 0
        for recording in recordings:
            probabilities = answer(session, read_audio(recording.path)[None])
            right += EMOTIONS[int(probabilities.argmax())] == recording.emotion
        assert right >= 5


@pytest.fixture(scope="module")
def runtime() -> Iterator[LocalRuntime]:
    runtime = LocalRuntime([ROOT / "models"], ["voice_activity"], workers=1)
    yield runtime
    runtime.close()


@pytest.fixture(scope="module")
def recording(runtime: LocalRuntime) -> SpeechRecording:
    return detect_speech(spoken(0, 7.1), runtime)


class TestExamples:
    @pytest.mark.parametrize("condition", WINDOWS)
    def test_windows_are_the_spans_of_live_use(
        self, recording: SpeechRecording, condition: str
    ) -> None:
        found = list(windows(recording, condition))
        assert found
        assert [example.end for example in found] == sorted({example.end for example in found})
        for example in found:
            assert example.condition == condition
            assert SAMPLE_RATE <= len(example.samples) <= WINDOWS[condition] * SAMPLE_RATE
            assert 0.5 <= example.speech <= WINDOWS[condition]

    def test_random_examples_depend_only_on_the_seed(
        self, recording: SpeechRecording, runtime: LocalRuntime
    ) -> None:
        def made(seed: int) -> list[Example]:
            random = np.random.default_rng(seed)
            views = [example for _ in range(6) for example in augmented(recording, random)]
            return [*views, *degraded(recording, runtime, random)]

        assert {example.condition for example in made(0)} == {VIEW, DEGRADED}
        for one, same in zip(made(0), made(0), strict=True):
            assert np.array_equal(one.samples, same.samples)
        lengths = {len(example.samples) for example in made(0) if example.condition == VIEW}
        assert min(lengths) >= SAMPLE_RATE
        assert max(lengths) <= 4 * SAMPLE_RATE

    def test_silence_has_no_examples(self, runtime: LocalRuntime) -> None:
        silence = detect_speech(np.zeros(4 * SAMPLE_RATE, np.float32), runtime)
        random = np.random.default_rng(0)
        assert not list(windows(silence, "3 s"))
        assert not list(augmented(silence, random))
        assert not list(degraded(silence, runtime, random))


class TestAugmentation:
    def test_degraded_copies_keep_time_and_range(self) -> None:
        samples = hum(3)
        for seed in range(12):
            copy = degrade(samples, np.random.default_rng(seed))
            assert copy.dtype == np.float32
            assert copy.shape == samples.shape
            assert np.abs(copy).max() <= 1.05
            assert not np.array_equal(copy, samples)
            assert np.corrcoef(copy, samples)[0, 1] > 0.8

    def test_opus_keeps_time(self) -> None:
        samples = hum(2)
        coded = opus(samples, 24_000)
        assert coded.shape == samples.shape
        assert np.corrcoef(samples, coded)[0, 1] > 0.95

    @pytest.mark.parametrize(("pitch", "tempo"), [(1.1, 1.0), (0.9, 1.1), (1.0, 0.9)])
    def test_retiming_changes_pitch_and_tempo_independently(
        self, pitch: float, tempo: float
    ) -> None:
        time = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
        tone = (0.1 * np.sin(2 * np.pi * 200 * time)).astype(np.float32)
        found = retime(tone, pitch, tempo)
        assert len(found) == pytest.approx(len(tone) / tempo, rel=0.02)
        spectrum = np.abs(np.fft.rfft(found * np.hanning(len(found))))
        peak = spectrum.argmax() * SAMPLE_RATE / len(found)
        assert peak == pytest.approx(200 * pitch, abs=1)

    def test_a_room_adds_a_tail_to_the_direct_sound(self) -> None:
        click = np.zeros(SAMPLE_RATE, np.float32)
        click[100] = 1
        room = reverberate(click, np.random.default_rng(0))
        assert room.shape == click.shape
        assert room[100] == pytest.approx(1, abs=1e-4)
        assert np.allclose(room[:100], 0, atol=1e-4)
        assert np.square(room[101:5000]).sum() > 10 * np.square(room[-5000:]).sum()


class TestCorpora:
    def test_reads_speaker_and_emotion_from_file_names(self, tmp_path: Path) -> None:
        folder = tmp_path / "nemo"
        folder.mkdir()
        for name in ("EB0_anger_1.ogg", "SM0_happiness_12.ogg", "notes.txt"):
            (folder / name).touch()
        angry, happy = named_by_speaker(folder)
        assert (angry.emotion, angry.speaker) == ("angry", "nemo-EB0")
        assert (happy.emotion, happy.speaker) == ("happy", "nemo-SM0")

    def test_an_empty_folder_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="no recordings named"):
            named_by_speaker(tmp_path)


class TestRavdess:
    def test_reads_labels_from_file_names(self, tmp_path: Path) -> None:
        for name in ("03-01-05-02-01-01-07.flac", "03-01-01-01-02-01-12.flac", "notes.txt"):
            (tmp_path / name).touch()
        neutral, angry = ravdess(tmp_path)
        assert (neutral.emotion, neutral.speaker) == ("neutral", "12")
        assert (angry.emotion, angry.speaker) == ("angry", "07")

    def test_an_empty_folder_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="no RAVDESS recordings below"):
            ravdess(tmp_path)
