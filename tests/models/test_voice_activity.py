from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from inference.card import read_card
from models.recordings import read_audio
from models.voice_activity.export import run_at_once

ROOT = Path(__file__).parents[2]
CARD = ROOT / "models" / "voice_activity" / "card.md"
SPEECH = ROOT / "../shared/data/ravdess/speech/Actor_05/03-01-05-02-01-01-05.flac"

# Probabilities of silero_vad.onnx of silero-vad 6.2.3 for SPEECH, from
# models.voice_activity.export.run_by_chunk; the original is not part of the project.
# fmt: off
ORIGINAL = [
    0.005866, 0.012870, 0.007757, 0.010971, 0.013980, 0.010692, 0.007742, 0.007834, 0.008149,
    0.007737, 0.007275, 0.005173, 0.006839, 0.007337, 0.005477, 0.005018, 0.005605, 0.005272,
    0.004945, 0.004718, 0.007542, 0.014597, 0.026149, 0.064868, 0.054579, 0.056435, 0.064630,
    0.106690, 0.113749, 0.092913, 0.205229, 0.451477, 0.988781, 0.986661, 0.972989, 0.913578,
    0.937867, 0.989888, 0.998520, 0.999389, 0.995671, 0.995524, 0.981386, 0.989403, 0.998537,
    0.999971, 0.999860, 0.999779, 0.999075, 0.999320, 0.998816, 0.996175, 0.999325, 0.999948,
    0.999952, 0.999920, 0.999827, 0.999585, 0.999923, 0.999927, 0.999902, 0.999643, 0.998399,
    0.999681, 0.999890, 0.999527, 0.996643, 0.999687, 0.999892, 0.999868, 0.999853, 0.999737,
    0.999769, 0.999809, 0.999850, 0.999684, 0.999787, 0.999309, 0.997798, 0.963793, 0.460598,
    0.098435, 0.032380, 0.018741, 0.012871, 0.011837, 0.011120, 0.011834, 0.012958, 0.013080,
    0.013359, 0.013095, 0.014985, 0.015811, 0.015262, 0.014922, 0.013740, 0.014959, 0.015057,
    0.012535, 0.010517, 0.011323, 0.009246, 0.008696, 0.007203, 0.006913,
]
# fmt: on


def test_one_run_equals_the_original_chunk_by_chunk() -> None:
    if not SPEECH.is_file():
        pytest.skip("needs the RAVDESS recordings in ../shared/data")
    model = read_card(CARD).model.read_bytes()
    assert np.allclose(run_at_once(model, read_audio(SPEECH)), ORIGINAL, rtol=0, atol=1e-5)


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
