"""SVG and PNG, and that they look like the page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import resvg_py

from inference import EMOTIONS
from tests.web.export.records import cues, mood, moods, record, three_hours, track
from web.export import ExportError, Timebase, export, file_of
from web.export.drawing import WIDTH
from web.export.palette import LOOKS
from web.export.stretches import SURE
from web.sessions.record import Download, Note, Record

PAGE = Path(__file__).parents[3] / "web" / "page" / "src"
BASE = Timebase.of("25")
LEFT, RIGHT, SCALE = 92, 1164, 2


def session() -> Record:
    return record(
        moods((50, "happy"), (50, "sad")),
        duration=101.0,
        title="A title " * 40,
        cues=[cues(2.0, a=track("<script>alert(1)</script>"))],
        downloads=[Download(12.0, "a", track("<script>alert(1)</script>"))],
        notes=[Note(60.0, "]]> & so on")],
    )


def test_each_emotion_looks_and_is_called_as_on_the_page() -> None:
    colours = (PAGE / "styles" / "colours.css").read_text(encoding="utf-8")
    shapes = re.sub(r"\s+", "", (PAGE / "mood" / "emotion.ts").read_text(encoding="utf-8"))
    words = (PAGE / "words" / "emotions.ts").read_text(encoding="utf-8")
    for emotion in EMOTIONS:
        look = LOOKS[emotion]
        assert f"--{emotion}: light-dark({look.light}, {look.dark});" in colours
        shape = re.sub(r"\s", "", look.shape)
        assert f'{emotion}:"{shape}"' in shapes
        assert f'{emotion}: "{look.word}"' in words
    assert f"SURE={SURE};" in shapes
    assert len({look.marker for look in LOOKS.values()}) == len(EMOTIONS)


def test_a_drawing_asks_for_nothing_and_runs_nothing() -> None:
    text = export(session(), "svg", BASE).decode()
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not [node.tag for node in root.iter() if node.tag.endswith(("script", "image", "use"))]
    assert not re.findall(r"(?:href|src|url|@import)\b", re.sub(r"xmlns=\S+", "", text))
    assert "&lt;script&gt;" in text


def colour_at(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], t: float, y: int) -> str:
    x = SCALE * (LEFT + t / 101.0 * (RIGHT - LEFT))
    blue, green, red = picture[y, int(x)]
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_a_picture_has_each_mood_at_its_time() -> None:
    picture = cv2.imdecode(np.frombuffer(export(session(), "png", BASE), np.uint8), 1)
    assert picture is not None
    assert picture.shape[1] == SCALE * WIDTH
    rows = range(picture.shape[0])

    def seen(t: float) -> set[str]:
        return {colour_at(np.asarray(picture, np.uint8), t, y) for y in rows}

    happy, sad = LOOKS["happy"].light, LOOKS["sad"].light
    assert (happy in seen(25.0), sad in seen(25.0)) == (True, False)
    assert (happy in seen(75.0), sad in seen(75.0)) == (False, True)
    assert (happy in seen(50.7), sad in seen(51.4)) == (True, True), "it changes at 51 s"


def test_a_machine_without_fonts_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = partial(resvg_py.svg_to_bytes, skip_system_fonts=True)
    monkeypatch.setattr("web.export.drawing.resvg_py.svg_to_bytes", bare)
    with pytest.raises(ExportError, match="there are no fonts on this machine"):
        export(session(), "png", BASE)


@pytest.mark.parametrize("doubt", [False, True])
def test_a_session_without_a_mood_can_be_drawn(doubt: bool) -> None:
    of = record([mood(1.0, "calm", 0.2)] if doubt else [], duration=2.0 if doubt else 0.0)
    assert "No mood was sure enough" in export(of, "svg", BASE).decode()


def test_a_long_session_is_drawn_in_no_more_points_than_can_be_seen() -> None:
    text = export(record(three_hours()), "svg", BASE)
    assert len(text) < 400_000


def test_a_file_is_called_as_the_session_where_a_file_can() -> None:
    assert file_of(record(title='AC/DC: "live"'), "edl") == "AC_DC_ _live_.edl"
    assert file_of(record(title="..\\..\n"), "csv") == "_.csv"
    assert file_of(record(title=""), "svg") == "Session 0123456789abcdef.svg"
    assert len(file_of(record(title="x" * 1000), "html")) < 200
