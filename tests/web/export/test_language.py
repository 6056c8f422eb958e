"""Translations of the report."""

from __future__ import annotations

import re
import string
from pathlib import Path

from recommender.music.licence import WARNINGS
from tests.web.export.records import cues, moods, record, track
from web.export import Format, Timebase, export
from web.export.language import catalogue
from web.sessions.record import Download, Note, Play, Record

SOURCES = Path(__file__).parents[3] / "web" / "export"
PAGE = Path(__file__).parents[3] / "web" / "page" / "src"
BASE = Timebase.of("29.97", "01:00:00;00")


def session() -> Record:
    """Return a session in which all user text is Chinese."""
    piece = track("夜曲", "東京", licence="公有", credit="夜曲", warning=WARNINGS["share_alike"])
    return record(
        moods((30, "happy"), (40, "sad"), (30, "calm")),
        title="",
        cues=[cues(2.0, a=piece)],
        plays=[Play(5.0, 40.0, "a", piece)],
        downloads=[Download(30.0, "a", piece)],
        notes=[Note(24.0, "她笑了")],
    )


def test_a_chinese_report_has_no_english_text() -> None:
    for of in (session(), record((), title="")):
        text = export(of, "html", BASE, "zh-Hant").decode()
        assert '<html lang="zh-Hant">' in text
        body = re.sub(r"<[^>]*>", "\n", text[text.index("<body") :])
        aloud = " ".join(re.findall(r'aria-label="([^"]*)"', text))
        words = set(re.findall(r"[A-Za-z]{2,}", f"{body} {aloud}".replace(of.id, "")))
        assert words <= {"Moodcue", "UTC"}


def test_formats_for_programs_stay_english() -> None:
    formats: tuple[Format, ...] = ("json", "csv", "vtt", "edl", "fcpxml", "svg")
    for format_ in formats:
        assert export(session(), format_, BASE, "zh-Hant") == export(session(), format_, BASE)


def test_the_catalogue_has_only_used_texts_with_the_same_placeholders() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    # Long texts are written in several lines.
    sources = re.sub(r'"\s*"', "", sources)
    page = (PAGE / "words" / "emotions.ts").read_text(encoding="utf-8")
    for english, chinese in catalogue("zh-Hant").items():
        assert f'"{english}"' in sources or english in WARNINGS.values(), english
        assert placeholders(chinese) <= placeholders(english) | {"month_number"}, english
        if f': "{english}"' in page:
            assert f': "{chinese}"' in page


def placeholders(text: str) -> set[str]:
    """Return the placeholders of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
