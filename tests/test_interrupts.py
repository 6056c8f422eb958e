"""Ctrl+C ends every command silently with 130, wherever it happens to be."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from inference import EMOTIONS
from moodcue.commands import app
from recommender import History
from stream.process import python
from tests.media import clip
from web.sessions.services import open_catalogue
from web.settings import Settings

DATABASE = "sqlalchemy/engine/default.py:do_execute"
"""In the middle of a statement, where the driver is called."""

CASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("analyze --sample", (DATABASE,)),
    ("analyze --sample", ("runtime.py:__init__",)),
    ("analyze --sample --format otio", ("timeline.py:require_library",)),
    ("bench live", ("bench/live.py:_bare",)),
    ("bench log --rows 1000", ("bench/log.py:fill", DATABASE)),
    ("bench mood", ("mood/benchmark.py:measure",)),
    ("bench page", ("bench/page.py:measure",)),
    ("bench ranking", ("ranking/policies.py:rank",)),
    ("bench sources", ("bench/sources.py:_measure",)),
    ("catalog export", ("catalogue.py:tracks", DATABASE)),
    ("catalog import csv tracks.csv", ("exchange.py:read_catalogue",)),
    ("catalog import csv tracks.csv", ("catalogue.py:store", DATABASE)),
    ("catalog list", ("catalogue.py:search", DATABASE)),
    ("eval face labelled", ("labelled.py:read_labels",)),
    ("eval voice labelled", ("scoring.py:read_voice",)),
    ("library add music", ("library.py:scan", DATABASE)),
    ("library add music", ("workers.py:map",)),
    ("library list", ("library.py:folders", DATABASE)),
    ("library remove music", ("library.py:remove", DATABASE)),
    ("log", ("downloads.py:batches", DATABASE)),
    ("log --follow", ("downloads.py:since", DATABASE)),
    ("log evaluate", (DATABASE,)),
    ("models", ("card.py:read_card",)),
    ("monitor --list", ("device.py:input_devices",)),
    ("monitor", (DATABASE,)),
    ("serve --port 0", ("catalogue.py:open", DATABASE)),
    ("serve --port 0", ("uvicorn/server.py:main_loop",)),
    ("sessions delete an-id", ("history.py:session", DATABASE)),
    ("sessions export an-id", (DATABASE,)),
    ("sessions list", ("history.py:page", DATABASE)),
    ("sessions rename an-id title", ("history.py:rename", DATABASE)),
    ("sessions show an-id", ("history.py:session", DATABASE)),
    ("taste", ("learner.py:__init__", DATABASE)),
)
"""Command lines, and the functions that are called until the last one is interrupted."""


class Interrupting:
    """Sends this process SIGINT, as Ctrl+C does, where the last of some functions is called."""

    def __init__(self, *places: str) -> None:
        self.left = [*places]

    def __enter__(self) -> Interrupting:
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and f"/{code.co_filename}:{code.co_name}".endswith(f"/{self.left[0]}"):
            self.left.pop(0)
            if not self.left:
                sys.setprofile(None)
                signal.raise_signal(signal.SIGINT)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that the command lines name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tracks.csv").write_text("title,artist,emotion,licence\nA,B,happy,CC0-1.0\n")
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "piece.mp3").write_bytes(b"no music" * 100)
    for emotion in EMOTIONS[:2]:
        (tmp_path / "labelled" / emotion).mkdir(parents=True)
        (tmp_path / "labelled" / emotion / "clip.mp4").symlink_to(clip())


@pytest.mark.parametrize(
    ("words", "places"), CASES, ids=[f"{words} in {places[-1]}" for words, places in CASES]
)
def test_an_interrupt_ends_it_silently(words: str, places: tuple[str, ...]) -> None:
    with Interrupting(*places) as interrupting:
        result = CliRunner().invoke(app, words.split())
    assert interrupting.left == [], "it does not come there"
    assert result.exit_code == 130, result.output
    assert result.stderr == ""


def commands(group: Any, *names: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if getattr(command, "commands", None):
            yield from commands(command, *names, name)
        else:
            yield " ".join((*names, name))


def test_all_commands_are_interrupted() -> None:
    lines = [f"{words} " for words, _ in CASES]
    for command in commands(get_command(app)):
        assert any(line.startswith(f"{command} ") for line in lines), command


def test_an_interrupt_at_a_question_is_no_answer() -> None:
    with closing(open_catalogue(Settings())) as catalogue:
        History(catalogue.engine).begin(
            "an-id",
            title="Take one",
            source="file",
            token_hash="",
            viewer_hash="",
            started_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
            duration=None,
        )
    with Interrupting("testing.py:visible_input") as interrupting:
        result = CliRunner().invoke(app, ["sessions", "delete", "an-id"])
    assert interrupting.left == []
    assert result.exit_code == 130
    assert result.stderr == ""


def test_an_interrupt_while_it_starts_is_silent() -> None:
    program = """if True:
        import signal, sys
        from moodcue.__main__ import main

        class Interrupting:
            def find_spec(self, name, path, target=None):
                if name == "moodcue.commands.app":
                    signal.raise_signal(signal.SIGINT)

        sys.meta_path.insert(0, Interrupting())
        main()
    """
    done = subprocess.run(python("-c", program), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
