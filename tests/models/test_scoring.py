from __future__ import annotations

import os
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from inference import EMOTIONS, MODELS, LocalRuntime, most_likely
from inference.emotion import Distribution, uniform
from inference.face import FaceReader
from models.recordings import ravdess, read_audio
from models.scoring import read_crop, read_face, read_voice
from stream import SAMPLE_RATE, SourceError, VideoFrame
from tests.inference.face.scene import ASTRONAUT, scene
from tests.media import DATA, clip

ROOT = Path(__file__).parents[2]
ACTOR = DATA / "ravdess" / "speech" / "Actor_05"
HAPPY = EMOTIONS.index("happy")

needs_ravdess = pytest.mark.skipif(
    not ACTOR.is_dir(), reason="needs the RAVDESS recordings in ../shared/data"
)


@pytest.fixture(scope="module")
def runtime() -> Iterator[LocalRuntime]:
    runtime = LocalRuntime([ROOT / "models"], MODELS, workers=1)
    yield runtime
    runtime.close()


def write_audio(path: Path, samples: NDArray[np.float32]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def write_image(path: Path, image: NDArray[np.uint8]) -> Path:
    assert cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return path


class TestVoice:
    @needs_ravdess
    def test_only_speech_is_read(self, runtime: LocalRuntime, tmp_path: Path) -> None:
        recording = ravdess(ACTOR)[-1]
        answer = read_voice(runtime, recording.path).probs
        assert most_likely(answer) == recording.emotion
        speech = read_audio(recording.path)
        silence = np.zeros(4 * SAMPLE_RATE, np.float32)
        late = write_audio(tmp_path / "late.wav", np.concatenate([silence, speech]))
        early = write_audio(tmp_path / "early.wav", np.concatenate([speech, silence]))
        for path in (late, early):
            assert read_voice(runtime, path).probs == pytest.approx(answer, abs=0.1)

    @needs_ravdess
    def test_a_long_recording_is_read_completely(
        self, runtime: LocalRuntime, tmp_path: Path
    ) -> None:
        one, other = (read_audio(ravdess(ACTOR)[n].path) for n in (0, -1))
        first = np.zeros(10 * SAMPLE_RATE, np.float32)
        first[: len(one)] = one
        second = np.zeros_like(first)
        second[: len(other)] = other
        parts = [
            read_voice(runtime, write_audio(tmp_path / f"{n}.wav", part)).probs
            for n, part in enumerate((first, second))
        ]
        recording = np.concatenate([first, second, np.zeros_like(first)])
        answer = read_voice(runtime, write_audio(tmp_path / "both.wav", recording)).probs
        assert answer == pytest.approx(np.mean(parts, axis=0), abs=0.05)

    @pytest.mark.parametrize("seconds", [0.1, 0.7, 3.0])
    def test_no_speech_is_uniform(
        self, runtime: LocalRuntime, tmp_path: Path, seconds: float
    ) -> None:
        samples = np.random.default_rng(0).normal(0, 0.01, round(seconds * SAMPLE_RATE))
        path = write_audio(tmp_path / "noise.wav", samples.astype(np.float32))
        assert np.array_equal(read_voice(runtime, path).probs, uniform())

    def test_reads_the_audio_of_a_video(self, runtime: LocalRuntime) -> None:
        answer = read_voice(runtime, clip()).probs
        assert answer.sum() == pytest.approx(1, abs=1e-5)
        assert np.ptp(answer) > 0

    def test_an_image_has_no_voice(self, runtime: LocalRuntime, tmp_path: Path) -> None:
        path = write_image(tmp_path / "face.png", ASTRONAUT)
        with pytest.raises(SourceError, match=r"face\.png"):
            read_voice(runtime, path)


class TestFace:
    def test_an_image_is_read_like_a_live_frame(
        self, runtime: LocalRuntime, tmp_path: Path
    ) -> None:
        frame = VideoFrame(0.0, ASTRONAUT)
        live = FaceReader(runtime).update([frame], t=0.0, speech=False)
        answer = read_face(runtime, write_image(tmp_path / "face.png", ASTRONAUT)).probs
        assert answer[HAPPY] > 0.8
        assert answer == pytest.approx(live.probs, abs=0.02)

    def test_a_large_image_is_scaled_like_a_live_frame(
        self, runtime: LocalRuntime, tmp_path: Path
    ) -> None:
        large = cv2.resize(ASTRONAUT, (3000, 3000), interpolation=cv2.INTER_CUBIC)
        path = write_image(tmp_path / "large.jpg", np.asarray(large, np.uint8))
        assert read_face(runtime, path).probs[HAPPY] > 0.8

    def test_no_face_is_uniform(self, runtime: LocalRuntime, tmp_path: Path) -> None:
        path = write_image(tmp_path / "wall.png", scene())
        assert np.array_equal(read_face(runtime, path).probs, uniform())

    def test_reads_the_face_of_a_video(self, runtime: LocalRuntime) -> None:
        answer = read_face(runtime, clip()).probs
        assert answer.sum() == pytest.approx(1, abs=1e-5)
        assert np.ptp(answer) > 0

    def test_an_audio_file_has_no_face(self, runtime: LocalRuntime, tmp_path: Path) -> None:
        path = write_audio(tmp_path / "voice.wav", np.zeros(SAMPLE_RATE, np.float32))
        with pytest.raises(SourceError, match="no video"):
            read_face(runtime, path)


class TestCrop:
    @pytest.mark.parametrize("side", [48, 64, 150])
    def test_a_crop_is_read_without_detection(
        self, runtime: LocalRuntime, tmp_path: Path, side: int
    ) -> None:
        face = cv2.resize(ASTRONAUT[40:180, 150:290], (side, side), interpolation=cv2.INTER_AREA)
        path = write_image(tmp_path / "face.png", np.asarray(face, np.uint8))
        assert most_likely(read_crop(runtime, path).probs) == "happy"

    def test_a_file_that_is_not_an_image_is_refused(self, runtime: LocalRuntime) -> None:
        with pytest.raises(SourceError, match="can't be read as an image"):
            read_crop(runtime, clip())

    @pytest.mark.parametrize("name", ["pipe.png", os.fsdecode(b"\xff\xfe.png")])
    @pytest.mark.parametrize("read", [read_crop, read_face])
    def test_files_that_block_or_crash_opencv_are_refused(
        self,
        runtime: LocalRuntime,
        tmp_path: Path,
        read: Callable[[LocalRuntime, Path], Distribution],
        name: str,
    ) -> None:
        path = tmp_path / name
        if name.startswith("pipe"):
            os.mkfifo(path)
        else:
            path.touch()
        with pytest.raises(SourceError, match="can't open"):
            read(runtime, path)
