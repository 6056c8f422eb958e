from pathlib import Path

import numpy as np
import onnxruntime

from inference.card import read_card
from models.voice_activity.export import run_at_once
from tests.speech import spoken

ROOT = Path(__file__).parents[2]
CARD = ROOT / "models" / "voice_activity" / "card.md"
SENTENCE = (7.1, 10.3)

# Probabilities of silero_vad.onnx of silero-vad 6.2.3 for SENTENCE, from
# models.voice_activity.export.run_by_chunk; the original is not part of the project.
# fmt: off
ORIGINAL = [
    0.019815, 0.013384, 0.009870, 0.008271, 0.007300, 0.004975, 0.003425, 0.012557, 0.669310,
    0.948983, 0.983362, 0.979986, 0.993734, 0.999147, 0.999324, 0.999802, 0.999755, 0.999664,
    0.999919, 0.999979, 0.999837, 0.999849, 0.999773, 0.999756, 0.999527, 0.998960, 0.998580,
    0.998057, 0.998246, 0.999392, 0.990907, 0.976950, 0.845537, 0.378469, 0.132159, 0.205756,
    0.751316, 0.770148, 0.742190, 0.939782, 0.987043, 0.998954, 0.999536, 0.999192, 0.999320,
    0.999481, 0.999168, 0.999787, 0.999955, 0.999929, 0.999903, 0.999913, 0.996885, 0.993732,
    0.999809, 0.999924, 0.999931, 0.999809, 0.999827, 0.999734, 0.999742, 0.999622, 0.999913,
    0.999947, 0.999168, 0.999452, 0.999903, 0.999967, 0.999929, 0.999921, 0.999955, 0.999857,
    0.999796, 0.999511, 0.999292, 0.999849, 0.999764, 0.999457, 0.999116, 0.995103, 0.997531,
    0.996985, 0.998823, 0.998981, 0.998252, 0.996422, 0.994656, 0.991828, 0.853663, 0.311929,
    0.086993, 0.035355, 0.020863, 0.019983, 0.015025, 0.019188, 0.022654, 0.024250, 0.023375,
    0.025424,
]
# fmt: on


def test_one_run_equals_the_original_chunk_by_chunk() -> None:
    model = read_card(CARD).model.read_bytes()
    assert np.allclose(run_at_once(model, spoken(*SENTENCE)), ORIGINAL, rtol=0, atol=1e-5)


def test_a_batch_of_streams_equals_single_runs() -> None:
    session = onnxruntime.InferenceSession(read_card(CARD).model)
    random = np.random.default_rng(0)
    samples = random.normal(scale=0.1, size=(3, 64 + 512 * 7)).astype(np.float32)
    state = random.normal(size=(3, 2, 128)).astype(np.float32)
    together = session.run(None, {"samples": samples, "state": state})
    for n in range(3):
        alone = session.run(None, {"samples": samples[n : n + 1], "state": state[n : n + 1]})
        for batch, single in zip(together, alone, strict=True):
            assert np.allclose(batch[n], single[0], atol=1e-5)


def test_consecutive_runs_equal_one_run() -> None:
    session = onnxruntime.InferenceSession(read_card(CARD).model)
    random = np.random.default_rng(1)
    samples = random.normal(scale=0.1, size=(1, 64 + 512 * 8)).astype(np.float32)
    state = np.zeros((1, 2, 128), np.float32)
    whole, end = session.run(None, {"samples": samples, "state": state})
    first, middle = session.run(None, {"samples": samples[:, : 64 + 512 * 3], "state": state})
    second, last = session.run(None, {"samples": samples[:, 512 * 3 :], "state": middle})
    assert np.allclose(np.concatenate([first, second], axis=1), whole, atol=1e-6)
    assert np.allclose(last, end, atol=1e-6)
