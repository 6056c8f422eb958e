from __future__ import annotations

from tests.moodcue.commands.cli import run


def test_prints_its_version() -> None:
    assert run("--version").stdout.startswith("moodcue 0.")
