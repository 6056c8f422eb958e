"""Run the command line in this process."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from moodcue.commands import app


def run(*words: str | Path) -> Result:
    """Run a command line."""
    return CliRunner().invoke(app, [str(word) for word in words])


def one_line(result: Result) -> str:
    """Return the error line of a command that failed."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line
