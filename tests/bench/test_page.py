from __future__ import annotations

import shutil
import sys
from dataclasses import asdict

import pytest
from typer.testing import CliRunner

from moodcue.bench import page
from moodcue.bench.page import Plan
from moodcue.commands import app


@pytest.mark.skipif(
    shutil.which("chromium") is None,
    reason="needs Debian's package chromium: apt-get install chromium",
)
def test_visits_and_hours_are_measured() -> None:
    plan = Plan(visits=1, observed=0.5, settle=1.0)
    report = asdict(page.measure(0.1, 1, lambda _: None, plan=plan))
    assert report["browser"].startswith("Chromium")
    assert [visit["name"] for visit in report["visits"]] == ["this machine", "slow phone"]
    for visit in report["visits"]:
        assert visit["first_ms"] > 0
        assert visit["largest_ms"] >= visit["first_ms"]
        assert 0 < visit["script_kb"] < visit["all_kb"]
    before, *live = report["stages"]
    assert before["frame_ratio"] == 1
    assert len(live) == 2
    for stage in live:
        assert stage["work_ms"] > before["work_ms"]
        assert stage["layouts"] > 0
        assert 0 < stage["frame_p50_ms"] <= stage["frame_p95_ms"] <= stage["frame_max_ms"]


def test_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    result = CliRunner().invoke(app, ["bench", "page"])
    assert result.exit_code == 2
    assert "install Debian's package chromium" in result.output
    for name in ("playwright.async_api", "moodcue.bench.page"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "playwright", None)
    result = CliRunner().invoke(app, ["bench", "page"])
    assert result.exit_code == 2
    assert "this benchmark needs playwright: pip install 'moodcue[bench]'" in result.output
