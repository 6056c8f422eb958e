"""``moodcue log``."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from inference import Emotion
from recommender import FeedbackLog
from tests.moodcue.commands.cli import one_line, run
from web.sessions.services import open_catalogue
from web.settings import Settings

TRACK = "immich-happy-acoustic-1"


@pytest.fixture
def log() -> Iterator[FeedbackLog]:
    """The log that ``moodcue log`` reads, with three downloads in it."""
    with closing(open_catalogue(Settings())) as catalogue:
        log = FeedbackLog(catalogue.engine, clock=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
        moods: tuple[Emotion | None, ...] = ("sad", None, "happy")
        for number, mood in enumerate(moods):
            download(log, 61.0 * number, mood)
        yield log


def download(log: FeedbackLog, t: float, mood: Emotion | None) -> None:
    log.record(
        session_id="0c0ffee", t=t, track_id=TRACK, action="downloaded", mood=mood, face="happy"
    )


def test_the_log_is_a_table_of_the_newest(log: FeedbackLog) -> None:
    head, newest, *rest = run("log").stdout.splitlines()
    assert head.split() == [
        *("time", "at", "track", "mood", "voice", "face", "mode", "rank", "session")
    ]
    local = datetime(2026, 11, 22, 12, tzinfo=UTC).astimezone().isoformat(" ")
    assert newest.startswith(local)
    assert "Happy Acoustic A" in newest
    assert newest.split()[-6:] == ["happy", "-", "happy", "-", "-", "0c0ffee"]
    assert [line[27:].split()[0] for line in (newest, *rest)] == ["2:02", "1:01", "0:00"]
    assert len(run("log", "-n", "1").stdout.splitlines()) == 2


def test_the_log_is_exported_whole(log: FeedbackLog) -> None:
    rows = list(csv.DictReader(io.StringIO(run("log", "--format", "csv").stdout)))
    assert [row["mood"] for row in rows] == ["happy", "", "sad"]
    items = json.loads(run("log", "--format", "json").stdout)
    assert [item["t"] for item in items] == [122, 61, 0]
    assert items[0]["at"] == "2026-11-22T12:00:00Z"
    assert {str(item["id"]) for item in items} == {row["id"] for row in rows}
    picked = run("log", "--format", "json", "--emotion", "sad", "--search", "acoustic")
    assert [item["mood"] for item in json.loads(picked.stdout)] == ["sad"]
    assert json.loads(run("log", "--format", "json", "--since", "2027-01-01").stdout) == []


def test_a_log_without_downloads_is_empty() -> None:
    assert run("log", "--format", "json").stdout == "[]\n"
    assert len(run("log", "--format", "csv").stdout.splitlines()) == 1


def test_an_unreachable_database_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODCUE_DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/moodcue")
    line = one_line(run("log"))
    assert "Connection refused" in line
    assert "Check that PostgreSQL is running" in line
    assert "secret" not in line


def test_the_log_is_followed_live(log: FeedbackLog) -> None:
    follower = subprocess.Popen(
        [sys.executable, "-m", "moodcue", "log", "--follow", "--format", "json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert follower.stdout is not None
    times = [json.loads(follower.stdout.readline())["t"] for _ in range(3)]
    for t in (500.0, 501.0):
        download(log, t, None)
    times += [json.loads(follower.stdout.readline())["t"] for _ in range(2)]
    follower.send_signal(signal.SIGINT)
    assert follower.communicate()[0] == ""
    assert follower.returncode == 130
    assert times == [0, 61, 122, 500, 501]
