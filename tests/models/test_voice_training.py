"""Tests of every step from recordings to ``voice.onnx``, on few clips, with random weights."""

from pathlib import Path

import numpy as np
import pytest

from inference.emotion import EMOTIONS
from inference.runtime import LocalRuntime
from models.recordings import Recording, ravdess

EXTRA = "needs the extra train: pip install -e '.[train]'"
torch = pytest.importorskip("torch", reason=EXTRA)
pytest.importorskip("onnxscript", reason=EXTRA)
pytest.importorskip("matplotlib", reason=EXTRA)

from models.voice import evaluate, train  # noqa: E402
from models.voice.corpora import EMODB, NEMO, RAVDESS, SONG  # noqa: E402
from models.voice.dataset import ROW, VIEWS, Dataset, build, read_dataset, write_dataset  # noqa: E402
from models.voice.encoder import Encoder, Weights, log_mel  # noqa: E402
from models.voice.examples import LIVE, VIEW  # noqa: E402
from models.voice.export import export  # noqa: E402
from models.voice.network import VoiceNetwork  # noqa: E402

ROOT = Path(__file__).parents[2]
SPEECH = ROOT / "../shared/data/ravdess/speech"


FEW = train.Schedule(epochs=2, epoch_size=64, probe_size=64)


def random_weights() -> Weights:
    """Return random weights with the shapes of Whisper tiny.en's encoder."""
    generator = torch.Generator().manual_seed(0)

    def linear(outputs: int, *inputs: int) -> Weights:
        weight = torch.randn(outputs, *inputs, generator=generator) / np.sqrt(np.prod(inputs))
        return {"weight": weight, "bias": torch.zeros(outputs)}

    def norm() -> Weights:
        return {"gamma": torch.ones(384), "beta": torch.zeros(384)}

    layers = {"conv1": linear(384, 80, 3), "conv2": linear(384, 384, 3)}
    for layer in range(4):
        attention, feed_forward = f"layer_{layer}/self_attention", f"layer_{layer}/ffn"
        layers[f"{attention}/layer_norm"] = norm()
        layers[f"{attention}/linear_0"] = linear(3 * 384, 384)
        layers[f"{attention}/linear_1"] = linear(384, 384)
        layers[f"{feed_forward}/layer_norm"] = norm()
        layers[f"{feed_forward}/linear_0"] = linear(4 * 384, 384)
        layers[f"{feed_forward}/linear_1"] = linear(384, 4 * 384)
    weights = {f"{at}/{name}": x for at, tensors in layers.items() for name, x in tensors.items()}
    return weights | {"position_encodings/encodings": torch.zeros(500, 384)}


@pytest.fixture(scope="module")
def weights() -> Weights:
    return random_weights()


@pytest.fixture(scope="module")
def dataset(weights: Weights) -> Dataset:
    if not SPEECH.is_dir():
        pytest.skip("needs the RAVDESS recordings in ../shared/data")
    runtime = LocalRuntime([ROOT / "models"], ["voice_activity"], workers=1)
    encoder = Encoder(weights)
    clips = [
        Recording(clip.path, clip.emotion, clip.speaker)
        for actor in ("Actor_01", "Actor_02")
        for clip in ravdess(SPEECH / actor)
        if clip.path.match("*-01-01-01-??.flac")
    ]
    found = build(clips, RAVDESS, encoder, runtime, seed=0)
    again = build(clips[:2], RAVDESS, encoder, runtime, seed=0)
    runtime.close()
    for one, same in zip(found.frames, again.frames, strict=False):
        assert torch.equal(one, same)
    return found


def test_the_dataset_survives_a_round_trip(dataset: Dataset, tmp_path: Path) -> None:
    assert set(dataset.rows["speaker"]) == {"01", "02"}
    assert {VIEW, LIVE} < set(dataset.rows["condition"])
    for corpus in VIEWS:
        write_dataset(dataset, tmp_path, corpus)
    back = read_dataset(tmp_path)
    assert len(back.rows) == 4 * len(dataset.rows)
    assert torch.equal(back.frames[-1], dataset.frames[-1])


def test_training_starts_from_a_probe_and_keeps_the_frozen_part(
    dataset: Dataset, weights: Weights
) -> None:
    network = VoiceNetwork(Encoder(weights))
    before = {name: value.clone() for name, value in network.encoder.state_dict().items()}
    losses = []
    train.train(network, dataset, 0, lambda _, loss, hits: losses.append(loss), schedule=FEW)
    assert max(losses) < np.log(len(EMOTIONS)), "better than chance"
    after = network.encoder.state_dict()
    changed = {name for name in after if not torch.equal(after[name], before[name].half().float())}
    assert {".".join(name.split(".")[:2]) for name in changed} == {
        "blocks.1",
        "blocks.2",
        "blocks.3",
    }
    again = VoiceNetwork(Encoder(weights))
    train.train(again, dataset, 0, schedule=FEW)
    logits = train.predict(network, dataset)
    assert np.array_equal(logits, train.predict(again, dataset)), "reproducible by seed"
    right = (logits.argmax(1) == dataset.rows["emotion"]).mean()
    assert right > 2 / len(EMOTIONS)


def test_held_out_speakers_are_evaluated(dataset: Dataset, weights: Weights) -> None:
    held = dataset.rows["speaker"] == "02"
    folds = [evaluate.run_fold(dataset, chosen, weights, 0, FEW) for chosen in (held, ~held)]
    merged = evaluate.merge(folds)
    assert set(merged["speaker"][merged["fold"] == 0]) == {"02"}
    first = merged["fold"] == 0
    ratio = folds[0]["logits"] / merged["logits"][first]
    assert np.allclose(ratio, ratio[0, 0], rtol=1e-3), "a single temperature"
    assert "| clip | 16 |" in evaluate.report(merged)


def test_folds_share_no_speakers_with_their_training_data() -> None:
    speakers = [(RAVDESS, f"{n:02}") for n in range(1, 21)] + [
        (SONG, f"{n:02}") for n in range(1, 21)
    ]
    speakers += [(NEMO, "nemo-EB0"), (EMODB, "emodb-03")]
    rows = np.array([("", corpus, who, 0, LIVE, 0, 0) for corpus, who in speakers], ROW)
    *by_speaker, without_nemo = evaluate.held_out(rows)
    assert np.sum(by_speaker, axis=0).tolist() == [1] * 40 + [0, 0]
    for held in by_speaker:
        assert not set(rows["speaker"][held]) & set(rows["speaker"][~held])
    assert rows["corpus"][without_nemo].tolist() == [NEMO]


@pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")
def test_the_export_is_calibrated(weights: Weights, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = VoiceNetwork(Encoder(weights)).half().float().eval()
    mel = log_mel(torch.randn(1, 32_000) * 0.1)
    with torch.inference_mode():
        before = network.classify(network.embed(network.encoder.lower(mel)))
    export(network, 2.0, tmp_path / "voice.onnx")
    with torch.inference_mode():
        after = network.classify(network.embed(network.encoder.lower(mel)))
    assert torch.allclose(after, before / 2, atol=1e-5)
