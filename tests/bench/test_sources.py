from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from moodcue.bench.sound_server import installed
from moodcue.commands import app
from tests.media import clip


def test_every_source_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moodcue.bench.sources.sample_path", clip)
    result = CliRunner().invoke(app, ["bench", "sources", "--seconds", "1", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    sources = {source["source"]: source for source in report["sources"]}
    assert set(sources) == {"file", "url", "browser", "whip", *(["device"] if installed() else [])}
    assert all(s["cpu"] > 0 and s["first_mood_s"] > 0 for s in sources.values())
    assert [name for name, source in sources.items() if source["speed"]] == ["file"]
    assert 0 < sources["file"]["speed"] < report["plain"]["speed"]
    assert 0 < report["plain"]["cpu"] < sources["file"]["cpu"]
