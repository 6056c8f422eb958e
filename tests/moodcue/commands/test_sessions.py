"""``moodcue sessions``."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from inference import Emotion
from moodcue.commands import app
from recommender import FeedbackLog, History, Progress
from tests.moodcue.commands.cli import one_line, run
from web.sessions.events import as_stored
from web.sessions.services import open_catalogue
from web.settings import Settings
from web.wire import NoteEvent

TRACK = "immich-happy-acoustic-1"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def past() -> None:
    """Two sessions: one that ended and one that was interrupted."""
    note = NoteEvent(seq=1, t=61, id=1, text="[b]The door[/b]")
    with closing(open_catalogue(Settings())) as catalogue:
        for name, at in (("one", NOON), ("two", NOON + timedelta(hours=1))):
            history = History(catalogue.engine, lambda at=at: at)  # type: ignore[misc]
            history.begin(
                name,
                title=f"Take {name}",
                source="file",
                token_hash="",
                viewer_hash="",
                started_at=at,
                duration=None,
            )
        moods: dict[Emotion, float] = {"calm": 30.0, "happy": 90.0}
        ended = Progress("one", "ended", "stopped", 120.0, None, moods, (as_stored(note),))
        history.write([ended])
        FeedbackLog(catalogue.engine).record(
            session_id="one", t=75, track_id=TRACK, action="downloaded"
        )


def test_they_are_listed_newest_first() -> None:
    rows = [line.split() for line in run("sessions", "list").stdout.splitlines()[3:5]]
    assert [(row[1], row[-2]) for row in rows] == [("two", "two"), ("one", "one")]
    assert "interrupted" in rows[0]
    assert {"stopped", "0:02:00", "happy", "75%"} < set(rows[1])
    assert "--before two" in run("sessions", "list", "-n", "1").stdout
    listed = json.loads(run("sessions", "list", "--before", "two", "--json").stdout)
    assert [(item["id"], item["state"]) for item in listed["items"]] == [("one", "ended")]
    assert "token" not in json.dumps(listed)
    assert "no session none" in one_line(run("sessions", "list", "--before", "none"))


def test_one_is_shown_renamed_and_deleted() -> None:
    shown = run("sessions", "show", "one").stdout
    for text in ("Take one", "0:01:30", "0:01:15  Happy Acoustic A", "0:01:01  [b]The door[/b]"):
        assert text in shown
    assert json.loads(run("sessions", "show", "one", "--json").stdout)["moods"]["happy"] == 90

    assert run("sessions", "rename", "one", "The [best]").exit_code == 0
    assert "The [best]" in run("sessions", "list").stdout

    kept = CliRunner().invoke(app, ["sessions", "delete", "one"], input="n\n")
    assert kept.exit_code == 1
    assert run("sessions", "delete", "one", "--yes").exit_code == 0
    assert "The [best]" not in run("sessions", "list").stdout
    assert json.loads(run("log", "--format", "json").stdout) == []
    for words in (("show",), ("rename", "title"), ("delete",)):
        line = one_line(run("sessions", words[0], "one", *words[1:]))
        assert line == "moodcue: there is no session one: see moodcue sessions list"
