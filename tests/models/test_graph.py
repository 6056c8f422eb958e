from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from inference.card import read_card
from models import graph

HALVES = np.array([[1.0, 0.5], [-2.0, 0.25]], np.float32)
THIRDS = np.array([1 / 3, 2 / 3], np.float32)


def model(prefix: str = "") -> onnx.ModelProto:
    """Return y = reshape(x HALVES + THIRDS) for one row, with one unused constant."""
    names = {name: prefix + name for name in ("halves", "thirds", "shape", "product", "sum")}
    nodes = [
        helper.make_node("MatMul", ["x", names["halves"]], [names["product"]]),
        helper.make_node("Add", [names["product"], names["thirds"]], [names["sum"]]),
        helper.make_node("Reshape", [names["sum"], names["shape"]], ["y"]),
    ]
    constants = [
        numpy_helper.from_array(THIRDS, names["thirds"]),
        numpy_helper.from_array(HALVES, names["halves"]),
        numpy_helper.from_array(THIRDS, f"{prefix}unread"),
        numpy_helper.from_array(np.array([1, 2, 1]), names["shape"]),
    ]
    made = helper.make_graph(
        nodes,
        "line",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2, 1])],
        constants,
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def run(made: onnx.ModelProto, x: NDArray[np.float32]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(made.SerializeToString())
    (y,) = session.run(None, {session.get_inputs()[0].name: x})
    return np.asarray(y)


def test_a_dynamic_batch_equals_single_rows() -> None:
    made = model()
    graph.make_batch_dynamic(made)
    x = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    assert run(made, x)[..., 0] == pytest.approx(x @ HALVES + THIRDS)


def test_int8_products_do_not_depend_on_the_rest_of_the_batch() -> None:
    random = np.random.default_rng(0)
    matrix = random.normal(size=(96, 64)).astype(np.float32)
    made = helper.make_model(
        helper.make_graph(
            [helper.make_node("MatMul", ["x", "matrix"], ["y"])],
            "product",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, None, 96])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, None, 64])],
            [numpy_helper.from_array(matrix, "matrix")],
        ),
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=9,
    )
    quiet = random.normal(size=(1, 5, 96)).astype(np.float32)
    quiet[0, 2] = 0
    loud = 1000 * random.normal(size=(1, 5, 96)).astype(np.float32)
    exact = run(made, quiet)
    graph.quantize_products(made)
    alone, together = run(made, quiet), run(made, np.concatenate([loud, quiet]))
    assert np.array_equal(together[1], alone[0])
    assert not np.array_equal(alone, exact)
    assert np.abs(alone - exact).max() < 0.03 * np.abs(exact).max()
    assert not alone[0, 2].any()


def test_narrow_products_stay_exact() -> None:
    made = model()
    graph.quantize_products(made)
    assert [node.op_type for node in made.graph.node] == ["MatMul", "Add", "Reshape"]


def test_decomposing_prelu_is_bit_identical() -> None:
    slopes = np.array([1.5, 0.0, -0.25, 1 / 3], np.float32)
    made = helper.make_model(
        helper.make_graph(
            [helper.make_node("PRelu", ["x", "slopes"], ["y"])],
            "prelu",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 4])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 4])],
            [numpy_helper.from_array(slopes, "slopes")],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )
    x = np.random.default_rng(0).normal(size=(500, 4)).astype(np.float32)
    before = run(made, x)
    graph.decompose_prelu(made)
    assert "PRelu" not in {node.op_type for node in made.graph.node}
    assert np.array_equal(run(made, x), before)


def test_an_output_is_reshaped() -> None:
    made = model()
    graph.reshape_output(made, "y", (-1, 2))
    graph.make_batch_dynamic(made)
    assert run(made, np.zeros((3, 2), np.float32)).shape == (3, 2)


def test_only_weights_that_fp16_represents_exactly_are_stored_as_fp16() -> None:
    made = model()
    x = np.array([[0.7, -0.3]], np.float32)
    before = run(made, x)
    graph.store_fp16(made)
    assert np.array_equal(run(made, x), before)
    types = {tensor.name: tensor.data_type for tensor in made.graph.initializer}
    assert types["halves_fp16"] == TensorProto.FLOAT16
    assert types["thirds"] == TensorProto.FLOAT


def test_inputs_and_outputs_are_renamed() -> None:
    made = model()
    graph.rename(made, {"x": "image", "y": "boxes"})
    session = onnxruntime.InferenceSession(made.SerializeToString())
    assert [node.name for node in session.get_inputs()] == ["image"]
    assert [node.name for node in session.get_outputs()] == ["boxes"]


def test_renaming_a_missing_output_fails() -> None:
    with pytest.raises(KeyError, match="z"):
        graph.rename(model(), {"z": "image"})


def test_the_file_is_independent_of_generated_names(tmp_path: Path) -> None:
    hashes = [graph.save(model(prefix), tmp_path / f"{prefix}.onnx") for prefix in ("a", "zz_")]
    assert hashes[0] == hashes[1]
    saved = onnx.load(tmp_path / "a.onnx")
    assert len(saved.graph.initializer) == 3
    x = np.array([[0.7, -0.3]], np.float32)
    assert np.array_equal(run(saved, x), run(model(), x))


def test_the_file_has_no_metadata(tmp_path: Path) -> None:
    with_metadata = model()
    for item in (
        with_metadata,
        with_metadata.graph,
        with_metadata.graph.node[0],
        with_metadata.graph.initializer[0],
    ):
        item.metadata_props.add(key="stack_trace", value="/home/somebody/export.py")
    hashes = [
        graph.save(with_metadata, tmp_path / "a.onnx"),
        graph.save(model(), tmp_path / "b.onnx"),
    ]
    assert hashes[0] == hashes[1]


def test_the_hash_matches_the_card(tmp_path: Path) -> None:
    sha256 = graph.save(model(), tmp_path / "line.onnx")
    card = tmp_path / "card.md"
    card.write_text(
        f'+++\nname = "line"\nfile = "line.onnx"\nlicence = "MIT"\nsha256 = "{sha256}"\n'
        '[inputs.x]\ndtype = "float32"\nshape = ["batch", 2]\n'
        '[outputs.y]\ndtype = "float32"\nshape = ["batch", 2, 1]\n+++\n'
    )
    assert read_card(card).sha256 == sha256
