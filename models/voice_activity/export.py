"""Export of Silero VAD as one ONNX graph that processes any number of chunks per run.

``python -m models.voice_activity.export FOLDER RECORDING``, where FOLDER is ``silero_vad/data`` of
the package ``silero-vad`` 6.2.3 and RECORDING contains speech. The weights come from
``silero_vad_16k_sequence.onnx``; the result is compared on the recording with ``silero_vad.onnx``,
run chunk by chunk as by its authors.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import numpy_helper, parser

from models.recordings import read_audio
from stream.media import SAMPLE_RATE

SHA256: Final = {
    "silero_vad_16k_sequence.onnx": (
        "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85"
    ),
    "silero_vad.onnx": "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
}
CHUNK: Final = 512
CONTEXT: Final = 64
TOLERANCE: Final = 1e-5
"""Largest accepted difference of a probability from the original."""

# Each chunk is preceded by its 64 samples of context. The convolutions process all chunks of all
# sequences as one batch; an LSTM then runs along the chunks of each sequence.
GRAPH: Final = """
<ir_version: 8, opset_import: ["" : 17], producer_name: "moodcue">
voice_activity (float[batch, samples] samples, float[batch, 2, 128] state)
    => (float[batch, chunks] probability, float[batch, 2, 128] next_state)
{
    zero = Constant <value_ints = [0]> ()
    one = Constant <value_ints = [1]> ()
    context = Constant <value_ints = [64]> ()
    minus_context = Constant <value_ints = [-64]> ()
    ends = Constant <value_ints = [9223372036854775807]> ()
    two = Constant <value_ints = [2]> ()

    by_chunk = Constant <value_ints = [0, -1, 512]> ()
    earlier_samples = Slice (samples, zero, minus_context, one)
    earlier_chunks = Reshape (earlier_samples, by_chunk)
    contexts = Slice (earlier_chunks, zero, context, two)
    newer_samples = Slice (samples, context, ends, one)
    chunks = Reshape (newer_samples, by_chunk)
    sequences = Concat <axis = 2> (contexts, chunks)
    as_batch = Constant <value_ints = [-1, 1, 576]> ()
    frames = Reshape (sequences, as_batch)

    padding = Constant <value_ints = [0, 0, 0, 0, 0, 64]> ()
    padded = Pad <mode = "reflect"> (frames, padding)
    spectrum = Conv <strides = [128]> (padded, fourier_basis)
    real, imaginary = Split <axis = 1> (spectrum)
    real_power = Mul (real, real)
    imaginary_power = Mul (imaginary, imaginary)
    power = Add (real_power, imaginary_power)
    magnitude = Sqrt (power)

    encoded_0 = Conv <pads = [1, 1]> (magnitude, encoder_0_weight, encoder_0_bias)
    active_0 = Relu (encoded_0)
    encoded_1 = Conv <pads = [1, 1], strides = [2]> (active_0, encoder_1_weight, encoder_1_bias)
    active_1 = Relu (encoded_1)
    encoded_2 = Conv <pads = [1, 1], strides = [2]> (active_1, encoder_2_weight, encoder_2_bias)
    active_2 = Relu (encoded_2)
    encoded_3 = Conv <pads = [1, 1]> (active_2, encoder_3_weight, encoder_3_bias)
    active_3 = Relu (encoded_3)

    batch_and_chunks = Shape <end = 2> (chunks)
    size = Constant <value_ints = [128]> ()
    by_sequence = Concat <axis = 0> (batch_and_chunks, size)
    encoded = Reshape (active_3, by_sequence)
    in_time = Transpose <perm = [1, 0, 2]> (encoded)
    states = Transpose <perm = [1, 0, 2]> (state)
    hidden, cell = Split <axis = 0> (states)
    recurrent, next_hidden, next_cell = LSTM <hidden_size = 128> (
        in_time, lstm_input, lstm_recurrence, lstm_bias, , hidden, cell
    )
    next_states = Concat <axis = 0> (next_hidden, next_cell)
    next_state = Transpose <perm = [1, 0, 2]> (next_states)

    remembered = Squeeze (recurrent, one)
    active = Relu (remembered)
    logit = MatMul (active, output_weight)
    biased = Add (logit, output_bias)
    likely = Sigmoid (biased)
    likely_by_time = Squeeze (likely, two)
    probability = Transpose <perm = [1, 0]> (likely_by_time)
}
"""

Weights: TypeAlias = dict[str, NDArray[np.float32]]


def read_weights(path: Path) -> Weights:
    """Return the weights of Silero's sequence export, named as in :data:`GRAPH`."""
    stored = {w.name: numpy_helper.to_array(w) for w in onnx.load(path).graph.initializer}
    weights: dict[str, NDArray[Any]] = {
        "fourier_basis": stored["stft.forward_basis_buffer"],
        "lstm_input": stored["onnx::LSTM_209"],
        "lstm_recurrence": stored["onnx::LSTM_210"],
        "lstm_bias": stored["onnx::LSTM_211"],
        "output_weight": stored["output.weight"].reshape(128, 1),
        "output_bias": stored["output.bias"],
    }
    for layer in range(4):
        for kind in ("weight", "bias"):
            weights[f"encoder_{layer}_{kind}"] = stored[f"encoder.{layer}.{kind}"]
    return weights


def build(weights: Weights) -> onnx.ModelProto:
    """Return :data:`GRAPH` with its weights."""
    model = parser.parse_model(GRAPH)
    for name, value in weights.items():
        model.graph.initializer.append(numpy_helper.from_array(value, name))
    onnx.checker.check_model(model, full_check=True)
    return model


def run_by_chunk(original: Path, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the speech probabilities of the original network, with one run per chunk.

    Parameters
    ----------
    original : Path
        ``silero_vad.onnx``.
    samples : ndarray of float32, shape (n,)
        Audio at 16 kHz; an incomplete last chunk is ignored.

    Returns
    -------
    ndarray of float32, shape (n // 512,)
    """
    session = onnxruntime.InferenceSession(original)
    state = np.zeros((2, 1, 128), np.float32)
    rate = np.array(SAMPLE_RATE, np.int64)
    samples = np.concatenate([np.zeros(CONTEXT, np.float32), samples])
    probabilities = []
    for start in range(0, len(samples) - CONTEXT - CHUNK + 1, CHUNK):
        frame = samples[None, start : start + CONTEXT + CHUNK]
        output, state = session.run(None, {"input": frame, "state": state, "sr": rate})
        probabilities.append(output[0, 0])
    return np.array(probabilities, np.float32)


def run_at_once(model: bytes, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the speech probabilities of the exported network, from one run; see `run_by_chunk`."""
    session = onnxruntime.InferenceSession(model)
    length = len(samples) // CHUNK * CHUNK
    feed = {
        "samples": np.concatenate([np.zeros(CONTEXT, np.float32), samples[:length]])[None],
        "state": np.zeros((1, 2, 128), np.float32),
    }
    probability: NDArray[np.float32] = session.run(["probability"], feed)[0][0]
    return probability


def main(folder: Path, recording: Path) -> None:
    """Write ``voice_activity.onnx`` next to this file and print its hash for the card."""
    for name, expected in SHA256.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(
                f"{folder / name} is not from silero-vad 6.2.3: its SHA-256 is {found}"
            )
    model = build(read_weights(folder / "silero_vad_16k_sequence.onnx")).SerializeToString()

    samples = read_audio(recording)
    expected_probability = run_by_chunk(folder / "silero_vad.onnx", samples)
    difference = float(np.abs(run_at_once(model, samples) - expected_probability).max())
    print(f"probabilities {expected_probability.min():.3f} to {expected_probability.max():.3f}")
    print(f"largest difference from the original: {difference:.1e}")
    if difference > TOLERANCE:
        raise SystemExit("the export differs from the original")

    target = Path(__file__).with_name("voice_activity.onnx")
    target.write_bytes(model)
    print(f"{target}: {len(model)} bytes, sha256 {hashlib.sha256(model).hexdigest()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
