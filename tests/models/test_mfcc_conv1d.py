from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from inference.card import ModelCard, read_card
from inference.emotion import EMOTIONS
from models.recordings import Recording, ravdess, read_audio
from stream.media import SAMPLE_RATE
from tests.media import DATA

ROOT = Path(__file__).parents[2]
ACTOR = DATA / "ravdess/speech/Actor_05"

needs_ravdess = pytest.mark.skipif(
    not ACTOR.is_dir(), reason="needs the RAVDESS recordings in ../shared/data"
)


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return read_card(ROOT / "models/mfcc_conv1d/card.md")


@pytest.fixture(scope="module")
def session(card: ModelCard) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(card.model)


def clips() -> list[Recording]:
    """Return one clip with strong intensity of each emotion that has one."""
    return [clip for clip in ravdess(ACTOR) if clip.path.match("*-02-01-01-??.flac")]


class TestNetwork:
    @pytest.mark.parametrize("seconds", [1.0, 1.23456, 3.0, 10.0])
    def test_takes_one_to_ten_seconds(
        self, session: onnxruntime.InferenceSession, seconds: float
    ) -> None:
        samples = np.random.default_rng(0).normal(size=(1, round(seconds * SAMPLE_RATE)))
        (probabilities,) = session.run(None, {"samples": samples.astype(np.float32) * 0.1})
        assert probabilities.shape == (1, len(EMOTIONS))
        assert probabilities.sum() == pytest.approx(1, abs=1e-5)

    @needs_ravdess
    def test_a_batch_equals_single_runs(self, session: onnxruntime.InferenceSession) -> None:
        batch = np.stack([read_audio(clip.path)[: 3 * SAMPLE_RATE] for clip in clips()[:3]])
        (together,) = session.run(None, {"samples": batch})
        assert np.ptp(together, axis=0).max() > 0.1
        for n in range(len(batch)):
            (alone,) = session.run(None, {"samples": batch[n : n + 1]})
            assert np.allclose(together[n], alone[0], atol=1e-4)

    @needs_ravdess
    def test_silence_around_the_speech_is_trimmed(
        self, session: onnxruntime.InferenceSession
    ) -> None:
        samples = read_audio(clips()[-1].path)
        # 441 hops at 22,050 Hz, so that the frames keep their alignment with the speech.
        silence = np.zeros(320 * 512, np.float32)
        (bare,) = session.run(None, {"samples": samples[None]})
        (padded,) = session.run(None, {"samples": np.concatenate([silence, samples])[None]})
        assert np.allclose(bare, padded, atol=1e-3)

    def test_digital_silence_gives_a_distribution(
        self, session: onnxruntime.InferenceSession
    ) -> None:
        (probabilities,) = session.run(None, {"samples": np.zeros((1, 16_000), np.float32)})
        assert probabilities.sum() == pytest.approx(1, abs=1e-5)

    @needs_ravdess
    def test_recognizes_training_speakers(self, session: onnxruntime.InferenceSession) -> None:
        right = 0
        for clip in clips():
            (probabilities,) = session.run(None, {"samples": read_audio(clip.path)[None]})
            right += EMOTIONS[int(probabilities.argmax())] == clip.emotion
        assert right >= 5


@needs_ravdess
@pytest.mark.filterwarnings("ignore:.* slated for removal in Python 3.13:DeprecationWarning")
class TestTraining:
    @pytest.fixture(autouse=True)
    def _extra(self) -> None:
        for name in ("librosa", "matplotlib", "torch"):
            pytest.importorskip(name, reason="training needs the extra train")

    def test_has_the_parameters_of_2020(self) -> None:
        from models.mfcc_conv1d.network import conv1d

        network = conv1d(seed=0)
        assert sum(weights.numel() for weights in network.parameters()) == 261_256

    def test_the_graph_matches_librosa(self) -> None:
        import torch

        from models.mfcc_conv1d.features import graph_mean_mfcc, mean_mfcc

        for clip in clips()[:3]:
            by_librosa = mean_mfcc(clip.path)
            samples = torch.from_numpy(read_audio(clip.path))[None]
            by_graph = graph_mean_mfcc(samples)[0].numpy()
            assert np.abs(by_graph - by_librosa).max() < 0.3

    @pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")
    def test_every_step_runs_on_a_few_clips(self, tmp_path: Path) -> None:
        import torch

        from models.mfcc_conv1d.export import export
        from models.mfcc_conv1d.features import mean_mfcc
        from models.mfcc_conv1d.network import train
        from models.mfcc_conv1d.train import SPLITS

        recordings = clips()
        for split in SPLITS.values():
            assert np.all(np.sum(list(split(recordings, 0)), axis=0) == 1)
        features = torch.from_numpy(np.stack([mean_mfcc(clip.path) for clip in recordings]))
        emotions = torch.tensor([EMOTIONS.index(clip.emotion) for clip in recordings])
        held = np.arange(len(recordings)) == 0
        network, history = train(features, emotions, held, seed=0, epochs=10)
        _, again = train(features, emotions, held, seed=0, epochs=10)
        assert history == again
        assert history[-1].trained_loss < history[0].trained_loss

        model = tmp_path / "model.onnx"
        export(network, model)
        session = onnxruntime.InferenceSession(model)
        samples = read_audio(recordings[1].path)[None]
        (probabilities,) = session.run(["probabilities"], {"samples": samples})
        with torch.inference_mode():
            expected = network(features[1:2]).softmax(1).numpy()
        assert np.allclose(probabilities, expected, atol=0.05)
