"""The API reference is built from the docstrings without a warning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import moodcue

ROOT = Path(__file__).parents[1]


def test_make_docs_builds_it(tmp_path: Path) -> None:
    pytest.importorskip("pdoc", reason="needs the extra docs: pip install -e '.[docs]'")
    done = subprocess.run(
        [sys.executable, "-W", "error", ROOT / "docs" / "reference.py", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "moodcue.html").read_text()
    for name in moodcue.__all__:
        assert name.startswith("__") or f'id="{name}"' in page, name
    assert {path.name for path in tmp_path.iterdir()} == {
        "index.html",
        "moodcue.html",
        "search.js",
    }
