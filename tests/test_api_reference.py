"""The API reference is built from the docstrings without a warning."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import moodcue

ROOT = Path(__file__).parents[1]
PUBLIC = [name for name in moodcue.__all__ if not name.startswith("__")]


def test_make_docs_builds_it(tmp_path: Path) -> None:
    pytest.importorskip("pdoc", reason="needs the extra docs: pip install -e '.[docs]'")
    (recipe,) = (
        line.strip().split(" -W error ")[1]
        for line in (ROOT / "Makefile").read_text().splitlines()
        if " -m pdoc " in line
    )
    assert "--output-directory docs/api " in recipe
    arguments = recipe.replace("docs/api", str(tmp_path)).replace("'", "").split()
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "moodcue.html").read_text()
    for name in PUBLIC:
        assert f'id="{name}"' in page, name
    assert "moodcue.commands" not in page


def test_every_public_name_has_a_docstring() -> None:
    for name in PUBLIC:
        member = getattr(moodcue, name)
        if inspect.isclass(member) or inspect.isroutine(member):
            assert inspect.getdoc(member), name
