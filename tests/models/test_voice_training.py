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
from models.voice.calibration import Calibration, fit_calibration  # noqa: E402
from models.voice.corpora import (  # noqa: E402
    CORPORA,
    RAVDESS,
    SONG,
    label_meanings,
    label_probabilities,
)
from models.voice.dataset import ROW, Dataset, build, read_dataset, write_dataset  # noqa: E402
from models.voice.encoder import LAYERS, WIDTH, Encoder, Weights, log_mel  # noqa: E402
from models.voice.examples import LIVE, VIEW  # noqa: E402
from models.voice.export import export  # noqa: E402
from models.voice.network import VoiceNetwork  # noqa: E402

Row = tuple[str, str, str, int, list[float], str, float, float, int, int]

ROOT = Path(__file__).parents[2]
SPEECH = ROOT / "../shared/data/ravdess/speech"


FEW = train.Schedule(examples=128, probe_size=64)


def random_weights() -> Weights:
    """Return random weights with the shapes of Whisper base's encoder."""
    generator = torch.Generator().manual_seed(0)

    def linear(outputs: int, *inputs: int) -> Weights:
        weight = torch.randn(outputs, *inputs, generator=generator) / np.sqrt(np.prod(inputs))
        return {"weight": weight, "bias": torch.zeros(outputs)}

    def norm() -> Weights:
        return {"gamma": torch.ones(WIDTH), "beta": torch.zeros(WIDTH)}

    layers = {"conv1": linear(WIDTH, 80, 3), "conv2": linear(WIDTH, WIDTH, 3)}
    for layer in range(LAYERS):
        attention, feed_forward = f"layer_{layer}/self_attention", f"layer_{layer}/ffn"
        layers[f"{attention}/layer_norm"] = norm()
        layers[f"{attention}/linear_0"] = linear(3 * WIDTH, WIDTH)
        layers[f"{attention}/linear_1"] = linear(WIDTH, WIDTH)
        layers[f"{feed_forward}/layer_norm"] = norm()
        layers[f"{feed_forward}/linear_0"] = linear(4 * WIDTH, WIDTH)
        layers[f"{feed_forward}/linear_1"] = linear(WIDTH, 4 * WIDTH)
    weights = {f"{at}/{name}": x for at, tensors in layers.items() for name, x in tensors.items()}
    return weights | {"position_encodings/encodings": torch.zeros(500, WIDTH)}


@pytest.fixture(scope="module")
def weights() -> Weights:
    return random_weights()


@pytest.fixture(scope="module")
def dataset(weights: Weights, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
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
    rows, frames = build(clips, RAVDESS, {}, encoder, runtime, seed=0)
    _, again = build(clips[:2], RAVDESS, {}, encoder, runtime, seed=0)
    runtime.close()
    for one, same in zip(frames, again, strict=False):
        assert torch.equal(one, same)
    folder = tmp_path_factory.mktemp("examples")
    write_dataset(rows, frames, folder)
    found = read_dataset(folder, [RAVDESS])
    assert torch.equal(found.frames(len(rows) - 1), frames[-1])
    return found


def test_a_dataset_has_views_to_train_on_and_windows_to_evaluate(dataset: Dataset) -> None:
    assert set(dataset.rows["speaker"]) == {"01", "02"}
    assert {VIEW, LIVE} < set(dataset.rows["condition"])
    of_one = dataset[dataset.rows["speaker"] == "02"]
    assert torch.equal(of_one.frames(0), dataset.frames(len(dataset.rows) - len(of_one.rows)))


def test_training_starts_from_a_probe_and_keeps_the_frozen_part(
    dataset: Dataset, weights: Weights
) -> None:
    network = VoiceNetwork(Encoder(weights))
    before = {name: value.clone() for name, value in network.encoder.state_dict().items()}
    chunks = []
    train.train(network, dataset, 0, lambda _, loss, hits: chunks.append(loss), schedule=FEW)
    assert len(chunks) == 1
    after = network.encoder.state_dict()
    changed = {name for name in after if not torch.equal(after[name], before[name].half().float())}
    assert {".".join(name.split(".")[:2]) for name in changed} == {
        "blocks.1",
        "blocks.2",
        "blocks.3",
    }
    again = VoiceNetwork(Encoder(weights))
    train.train(again, dataset, 0, schedule=FEW)
    outputs = train.predict(network, dataset)
    for name, values in train.predict(again, dataset).items():
        assert np.array_equal(outputs[name], values), f"{name} is reproducible by seed"
    assert outputs["embedding"].shape == (len(dataset.rows), 64)
    expected = train.COORDINATES[dataset.rows["emotion"]]
    assert np.corrcoef(outputs["affect"][:, 1], expected[:, 1])[0, 1] > 0.2
    right = (outputs["logits"].argmax(1) == dataset.rows["emotion"]).mean()
    assert right > 2 / len(EMOTIONS)


def row(corpus: str, speaker: str, emotion: str, votes: dict[str, float] | None = None) -> Row:
    shares = [(votes or {}).get(name, 0.0) for name in EMOTIONS]
    return ("", corpus, speaker, EMOTIONS.index(emotion), shares, LIVE, 0, 0, 0, 0)


def test_speakers_count_more_than_recordings() -> None:
    rows = np.array(
        [
            *[row("CREMA-D", "one", "sad")] * 30,
            *[row("CREMA-D", "two", "sad")] * 10,
            *[row("ASED", name, "happy") for name in "abcdefgh"],
        ],
        ROW,
    )
    weights = train.draw_weights(rows)
    assert weights.sum() == pytest.approx(1)
    assert weights[:30].sum() == pytest.approx(weights[30:40].sum()), "speakers are equal"
    assert weights[40:].sum() == pytest.approx(2 * weights[:40].sum()), "root of four times as many"


def test_targets_lie_between_the_label_and_what_listeners_heard() -> None:
    rows = np.array(
        [row("CREMA-D", "one", "sad", {"sad": 0.4, "neutral": 0.6}), row("ASED", "a", "sad")], ROW
    )
    heard, labelled = train.targets(rows)
    assert heard[EMOTIONS.index("sad")] == pytest.approx(0.7)
    assert heard[EMOTIONS.index("neutral")] == pytest.approx(0.3)
    assert labelled[EMOTIONS.index("sad")] == 1


def batch_of(labels: list[str], label: str) -> train.Batch:
    known = np.array([EMOTIONS.index(name) for name in labels])
    target = np.eye(len(EMOTIONS), dtype=np.float32)[[EMOTIONS.index(label)]]
    return train.Batch(
        torch.zeros(1, 6, WIDTH),
        torch.from_numpy(target),
        torch.from_numpy(label_meanings(known))[None],
        torch.zeros(1, 2),
    )


def test_emotions_that_a_corpus_does_not_have_cost_nothing() -> None:
    logits = torch.zeros(1, len(EMOTIONS))
    logits[0, EMOTIONS.index("angry")] = 5
    surprised = logits.clone()
    surprised[0, EMOTIONS.index("surprised")] = 20
    batch = batch_of(["angry", "sad"], "angry")
    assert train.label_loss(logits, batch) == pytest.approx(
        float(train.label_loss(surprised, batch))
    )
    eight = batch_of(list(EMOTIONS), "angry")
    assert train.label_loss(surprised, eight) > 10 * train.label_loss(logits, eight)


def test_neutral_covers_calm_where_the_corpus_has_no_calm() -> None:
    calm = torch.zeros(1, len(EMOTIONS))
    calm[0, EMOTIONS.index("calm")] = 9
    merged = train.label_loss(calm, batch_of(["neutral", "sad"], "neutral"))
    apart = train.label_loss(calm, batch_of(["neutral", "calm", "sad"], "neutral"))
    assert merged < 0.3 < apart


def test_held_out_speakers_are_evaluated(dataset: Dataset, weights: Weights) -> None:
    held = dataset.rows["speaker"] == "02"
    folds = [evaluate.run_fold(dataset, chosen, weights, 0, FEW) for chosen in (held, ~held)]
    for fold, corpus in zip(folds, ("EMOVO", "Hindi"), strict=True):
        fold["corpus"] = np.full(len(fold["corpus"]), corpus)
    merged = evaluate.merge(folds)
    assert set(merged["speaker"][merged["fold"] == 0]) == {"02"}
    first = merged["fold"] == 0
    ratio = folds[0]["logits"] / merged["logits"][first]
    assert np.allclose(ratio, ratio[0, 0], rtol=1e-3), "a single temperature"
    assert "| EMOVO, clip | 8 | 1 |" in evaluate.report(merged)
    merged["affect"] = train.COORDINATES[merged["emotion"]]
    assert "| own output | 1.00 | 1.00 |" in evaluate.affect_report(merged)


def test_folds_leave_out_every_corpus_once() -> None:
    speakers = [(corpus, f"{n:02}") for n in range(1, 21) for corpus in (RAVDESS, SONG)]
    speakers += [(corpus, f"{corpus}-1") for corpus in CORPORA if corpus not in (RAVDESS, SONG)]
    rows = np.array([row(corpus, speaker, "sad") for corpus, speaker in speakers], ROW)
    folds = evaluate.held_out(rows)
    assert np.sum(folds, axis=0).tolist() == [1] * len(rows)
    for held in folds:
        assert not set(rows["speaker"][held]) & set(rows["speaker"][~held])


def test_a_network_that_favours_an_emotion_and_is_too_sure_is_calibrated() -> None:
    random = np.random.default_rng(0)
    emotions = random.integers(0, 4, 4000)
    right = np.where(random.random(4000) < 0.6, emotions, random.integers(0, 4, 4000))
    logits = 4 * np.eye(8, dtype=np.float32)[right]
    logits += random.normal(0, 0.5, logits.shape).astype(np.float32)
    biased = logits + 5 * np.eye(8, dtype=np.float32)[EMOTIONS.index("happy")]
    corpora = np.where(np.arange(4000) < 400, "small", "large")
    calibration = fit_calibration(biased, emotions, corpora, biased=True)
    probabilities = label_probabilities(calibration.apply(biased), emotions)
    found = np.mean(probabilities.argmax(axis=1) == emotions)
    assert found > np.mean(label_probabilities(biased, emotions).argmax(axis=1) == emotions) + 0.2
    assert probabilities.max(axis=1).mean() == pytest.approx(found, abs=0.05)
    assert calibration.bias.argmin() == EMOTIONS.index("happy")
    assert not fit_calibration(biased, emotions, corpora, biased=False).bias.any()


@pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")
def test_the_export_is_calibrated(weights: Weights, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = VoiceNetwork(Encoder(weights)).half().float().eval()
    mel = log_mel(torch.randn(1, 32_000) * 0.1)
    with torch.inference_mode():
        before = network.classify(network.embed(network.encoder.lower(mel)))
    bias = np.linspace(-1, 1, len(EMOTIONS), dtype=np.float32)
    export(network, Calibration(2.0, bias), tmp_path / "voice.onnx")
    with torch.inference_mode():
        after = network.classify(network.embed(network.encoder.lower(mel)))
    assert torch.allclose(after, before / 2 + torch.from_numpy(bias), atol=1e-5)
