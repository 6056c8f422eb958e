"""The wheel, in an environment that has nothing but the wheel and what it depends on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]

CHECK = """
import sys
from importlib import import_module
from pkgutil import iter_modules

from typer.main import get_command
from typer.testing import CliRunner

from moodcue.commands import app

def lines(group, *names):
    yield names
    for name, command in getattr(group, "commands", {}).items():
        yield from lines(command, *names, name)

for words in lines(get_command(app)):
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0, (words, result.output)
    print("help", *words)

for words, says in {
    "bench log --postgresql": "pip install 'moodcue[postgres]'",
    "bench mood": "--data",
    "bench page": "needs playwright: pip install 'moodcue[bench]'",
    "bench ranking": "needs threadpoolctl: pip install 'moodcue[bench]'",
    "bench sources": "needs imageio_ffmpeg: pip install 'moodcue[bench]'",
}.items():
    result = CliRunner().invoke(app, words.split())
    assert result.exit_code == 2, (words, result.output)
    assert says in result.stderr, (words, result.stderr)
    assert len(result.stderr.splitlines()) == 1, (words, result.stderr)

for name in ("moodcue", "stream", "inference", "recommender", "web", "models"):
    import_module(name)
assert not [path for path in sys.path if path.startswith(sys.argv[1])], sys.path
places = [str(getattr(module, "__file__", "")) for module in sys.modules.values()]
assert not [place for place in places if place.startswith(sys.argv[1])]
"""


@pytest.mark.slow
def test_the_wheel_works_by_itself(tmp_path: Path) -> None:
    wheel = build(tmp_path / "built")
    site = install(wheel, tmp_path / "bare")
    assert (site / "web" / "static" / "index.html").is_file()
    assert [*(site / "web" / "export" / "fonts").glob("*.ttf")]
    ours = {file.parts[0] for file in Distribution.at(site / info(site)).files or ()}
    assert ours - {info(site)} == {
        *("..", "inference", "models", "moodcue", "recommender", "stream", "web"),
    }

    link(site)
    programs = tmp_path / "bare" / ("Scripts" if os.name == "nt" else "bin")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    helped = run(elsewhere, programs / "python", "-P", "-c", CHECK, str(ROOT)).splitlines()
    assert "help" in helped
    assert "help bench live" in helped
    analysed = json.loads(run(elsewhere, programs / "moodcue", "analyze", "--sample"))
    assert len(analysed["timeline"]) > 3


def build(folder: Path) -> Path:
    """Build the wheel from the source distribution, away from the checkout."""
    run(ROOT, sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder)
    (sources,) = folder.glob("*.tar.gz")
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation")
    run(folder, *pip, "--wheel-dir", folder, sources)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel without its dependencies; return where to."""
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index")
    run(folder, *pip, wheel)
    (site,) = folder.glob("**/site-packages")
    return site


def info(site: Path) -> str:
    (folder,) = site.glob("moodcue-*.dist-info")
    return folder.name


def link(site: Path) -> None:
    """Link what the wheel depends on, extras left out, from the environment of the tests."""
    for needed in needs(Distribution.at(site / info(site)), set()):
        for file in needed.files or ():
            name = file.parts[0]
            if name not in ("..", "__pycache__") and not (site / name).exists():
                (site / name).symlink_to(str(needed.locate_file(name)))


def needs(
    of: Distribution, seen: set[str], extras: frozenset[str] = frozenset()
) -> Iterator[Distribution]:
    """Yield all that a distribution depends on here."""
    for line in of.requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        if requirement.name not in seen:
            seen.add(requirement.name)
            found = distribution(requirement.name)
            yield found
            yield from needs(found, seen, frozenset(requirement.extras))


def run(folder: Path, *command: str | Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
