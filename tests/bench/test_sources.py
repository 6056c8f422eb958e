from __future__ import annotations

from dataclasses import asdict

from moodcue.bench import sources
from moodcue.bench.sound_server import installed
from tests.media import clip


def test_every_source_is_measured() -> None:
    report = asdict(sources.measure(1, lambda _: None, clip=clip()))
    measured = {source["source"]: source for source in report["sources"]}
    assert set(measured) == {"file", "url", "browser", "whip", *(["device"] if installed() else [])}
    assert all(s["cpu"] > 0 and s["first_mood_s"] > 0 for s in measured.values())
    assert [name for name, source in measured.items() if source["speed"]] == ["file"]
    assert 0 < measured["file"]["speed"] < report["plain"]["speed"]
    assert 0 < report["plain"]["cpu"] < measured["file"]["cpu"]
