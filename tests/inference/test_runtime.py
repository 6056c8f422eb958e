import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from inference.card import ModelError, read_card
from inference.runtime import MAX_BATCH, LocalRuntime

ROOT = Path(__file__).parents[2]

CARD = """+++
name = "doubler"
file = "doubler.onnx"
licence = "Apache-2.0"
sha256 = "{sha256}"

[inputs.x]
dtype = "float32"
shape = ["batch", "values"]
limits = {{ values = [1, 8] }}

[outputs.y]
dtype = "float32"
shape = ["batch", "values"]

[outputs.batch]
dtype = "int64"
shape = ["batch"]
{more}
+++

# Doubler
"""


def write_model(
    directory: Path, *, more: str = "", sha256: str | None = None, values: int | str = "values"
) -> None:
    """Write a network that doubles its input and returns the size of its batch."""
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["x", "x"], ["y"]),
            helper.make_node("Shape", ["x"], ["size"], start=0, end=1),
            helper.make_node("Expand", ["size", "size"], ["batch"]),
        ],
        "doubler",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", values])],
        [
            helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", values]),
            helper.make_tensor_value_info("batch", TensorProto.INT64, ["batch"]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder = directory / "doubler"
    folder.mkdir()
    onnx.save(model, folder / "doubler.onnx")
    digest = hashlib.sha256((folder / "doubler.onnx").read_bytes()).hexdigest()
    (folder / "card.md").write_text(CARD.format(sha256=sha256 or digest, more=more))


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[LocalRuntime]:
    write_model(tmp_path)
    runtime = LocalRuntime([tmp_path], ["doubler"], workers=1)
    yield runtime
    runtime.close()


def ones(*shape: int) -> dict[str, np.ndarray]:
    return {"x": np.ones(shape, dtype=np.float32)}


def test_runs_a_batch(runtime: LocalRuntime) -> None:
    outputs = runtime.run("doubler", ones(3, 2))
    np.testing.assert_array_equal(outputs["y"], np.full((3, 2), 2, dtype=np.float32))


def test_a_model_can_be_replaced(tmp_path: Path) -> None:
    write_model(tmp_path, more="[settings]\nfactor = 1")
    (tmp_path / "doubler").rename(tmp_path / "add_itself")
    write_model(tmp_path, more="[settings]\nfactor = 2")
    runtime = LocalRuntime([tmp_path], ["doubler"], 1, substitutes={"doubler": "add-itself"})
    runtime.close()
    assert runtime.card("doubler").setting("factor") == 1


def test_an_incompatible_replacement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model 'add-nothing' .* not found"):
        LocalRuntime([tmp_path], ["doubler"], 1, substitutes={"doubler": "add-nothing"})
    with pytest.raises(ModelError, match="face-mesh can't replace voice"):
        LocalRuntime([ROOT / "models"], ["voice"], 1, substitutes={"voice": "face-mesh"})


def test_a_model_that_names_its_classes_may_have_another_number_of_them() -> None:
    models, role = [ROOT / "models"], "face_emotion"
    runtime = LocalRuntime(models, [role], 1, substitutes={role: "mini-xception"})
    runtime.close()
    ours = read_card(ROOT / "models/face_emotion/card.md").setting("labels")
    assert len(runtime.card(role).setting("labels")) != len(ours)


def test_queued_requests_run_as_one_batch(
    runtime: LocalRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = runtime._models["doubler"]
    busy, go = threading.Event(), threading.Event()
    real = model.session

    class Gate:
        def run(self, names: list[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
            busy.set()
            assert go.wait(10)
            return list(real.run(names, feed))

    monkeypatch.setattr(model, "session", Gate())
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(runtime.run, "doubler", ones(1, 2))
        assert busy.wait(10)
        same = [
            pool.submit(runtime.run, "doubler", {"x": np.full((1, 2), n, np.float32)})
            for n in range(4)
        ]
        other = pool.submit(runtime.run, "doubler", ones(1, 5))
        while len(runtime._queue) < 5:
            threading.Event().wait(0.001)
        go.set()
        assert first.result(10)["batch"].tolist() == [1]
        for n, future in enumerate(same):
            outputs = future.result(10)
            assert outputs["batch"].tolist() == [4]
            assert outputs["y"].tolist() == [[2 * n, 2 * n]]
        assert other.result(10)["batch"].tolist() == [1]


def test_a_batch_is_never_larger_than_allowed(runtime: LocalRuntime) -> None:
    with ThreadPoolExecutor(16) as pool:
        futures = [pool.submit(runtime.run, "doubler", ones(8, 1)) for _ in range(64)]
        assert all(int(f.result(10)["batch"][0]) <= MAX_BATCH for f in futures)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "needs the input x"),
        ({"x": np.ones((1, 2))}, "must be float32, not float64"),
        ({"x": np.ones(2, np.float32)}, "must have shape"),
        ({"x": np.ones((1, 9), np.float32)}, "axis values must be 1 to 8, not 9"),
    ],
)
def test_reports_an_invalid_input(
    runtime: LocalRuntime, inputs: dict[str, np.ndarray], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        runtime.run("doubler", inputs)


def test_refuses_requests_once_closed(runtime: LocalRuntime) -> None:
    runtime.close()
    with pytest.raises(ModelError, match="closed"):
        runtime.run("doubler", ones(1, 1))


def test_the_first_directory_wins(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "shipped").mkdir()
    write_model(tmp_path / "own", more="[settings]\nwhose = 'own'")
    write_model(tmp_path / "shipped")
    runtime = LocalRuntime([tmp_path / "own", tmp_path / "shipped"], ["doubler"], workers=1)
    assert runtime.card("doubler").settings == {"whose": "own"}
    runtime.close()


def test_reports_a_missing_setting(runtime: LocalRuntime) -> None:
    with pytest.raises(ModelError, match=r"card of doubler needs threshold in its \[settings\]"):
        runtime.card("doubler").setting("threshold")


def test_refuses_a_model_of_another_sample_rate(tmp_path: Path) -> None:
    write_model(tmp_path)
    card = tmp_path / "doubler" / "card.md"
    card.write_text(card.read_text().replace("[inputs.x]", "[inputs.x]\nrate_hz = 8000"))
    with pytest.raises(ModelError, match="x has a sample rate of 8000 Hz"):
        LocalRuntime([tmp_path], ["doubler"], workers=1)


def test_reports_where_it_searched_for_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"model 'absent'.*{tmp_path}"):
        LocalRuntime([tmp_path], ["absent"], workers=1)


def test_refuses_a_file_with_another_hash(tmp_path: Path) -> None:
    write_model(tmp_path, sha256="0" * 64)
    with pytest.raises(ModelError, match="does not match its card"):
        LocalRuntime([tmp_path], ["doubler"], workers=1)


def test_refuses_a_graph_that_differs_from_its_card(tmp_path: Path) -> None:
    write_model(tmp_path, more="[outputs.z]\ndtype = 'float32'\nshape = ['batch']")
    with pytest.raises(ModelError, match="the card describes the outputs"):
        LocalRuntime([tmp_path], ["doubler"], workers=1)


@pytest.mark.parametrize(
    ("original", "replacement"),
    [
        ('dtype = "int64"', 'dtype = "float32"'),
        ('dtype = "int64"\nshape = ["batch"]', 'dtype = "int64"\nshape = ["batch", 8]'),
    ],
)
def test_refuses_types_and_axes_that_differ_from_the_graph(
    tmp_path: Path, original: str, replacement: str
) -> None:
    write_model(tmp_path)
    card = tmp_path / "doubler" / "card.md"
    text = card.read_text()
    assert original in text
    card.write_text(text.replace(original, replacement))
    with pytest.raises(ModelError, match="the graph has"):
        LocalRuntime([tmp_path], ["doubler"], workers=1)


def test_refuses_a_variable_axis_that_the_graph_fixes(tmp_path: Path) -> None:
    write_model(tmp_path, values=2)
    with pytest.raises(ModelError, match="the graph has"):
        LocalRuntime([tmp_path], ["doubler"], workers=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# no front matter", r"must begin with TOML front matter"),
        ("+++\nname = 'doubler'\n+++\n", "incomplete: 'licence'"),
        ("+++\nname = \n+++\n", "incomplete"),
    ],
)
def test_reports_an_invalid_card(tmp_path: Path, text: str, message: str) -> None:
    write_model(tmp_path)
    (tmp_path / "doubler" / "card.md").write_text(text)
    with pytest.raises(ModelError, match=message):
        LocalRuntime([tmp_path], ["doubler"], workers=1)


def test_loading_a_model_stores_no_telemetry(tmp_path: Path) -> None:
    write_model(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    code = f"""
from pathlib import Path
from inference.runtime import LocalRuntime
LocalRuntime([Path({str(tmp_path)!r})], ["doubler"], workers=1).close()
"""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True, timeout=60)
    assert list(home.rglob("*")) == [], "onnxruntime stores telemetry in the user's home"
