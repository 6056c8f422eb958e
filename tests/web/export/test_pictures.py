"""SVG and PNG, and that they style like the page."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
import pytest

from inference import EMOTIONS
from tests.web.export.records import cues, mood, moods, record, three_hours, track
from web.export import Timebase, export, file_of
from web.export.drawing import WIDTH
from web.export.palette import STYLES
from web.export.segments import MIN_CONFIDENCE
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


def test_emotions_have_the_styles_and_names_of_the_page() -> None:
    colours = (PAGE / "styles" / "colours.css").read_text(encoding="utf-8")
    shapes = re.sub(r"\s+", "", (PAGE / "emotion" / "emotion.ts").read_text(encoding="utf-8"))
    words = (PAGE / "words" / "emotions.ts").read_text(encoding="utf-8")
    for emotion in EMOTIONS:
        style = STYLES[emotion]
        assert f"--{emotion}: light-dark({style.light}, {style.dark});" in colours
        shape = re.sub(r"\s", "", style.shape)
        assert f'{emotion}:"{shape}"' in shapes
        assert f'{emotion}: "{style.name}"' in words
    assert f"SURE={MIN_CONFIDENCE};" in shapes
    assert len({style.marker for style in STYLES.values()}) == len(EMOTIONS)


def test_a_drawing_has_no_scripts_and_no_external_resources() -> None:
    text = export(session(), "svg", BASE).decode()
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not [node.tag for node in root.iter() if node.tag.endswith(("script", "image", "use"))]
    assert not re.findall(r"(?:href|src|url|@import)\b", re.sub(r"xmlns=\S+", "", text))
    assert "&lt;script&gt;" in text


Picture: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def picture(of: Record) -> Picture:
    pixels = cv2.imdecode(np.frombuffer(export(of, "png", BASE), np.uint8), 1)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


def drawn(title: str) -> bytes:
    return picture(replace(session(), title=title)).tobytes()


def title(text: str) -> Picture:
    """Return the part of a picture where the title is."""
    return picture(replace(session(), title=text))[: SCALE * 55]


def colour_at(picture: Picture, t: float, y: int) -> str:
    x = SCALE * (LEFT + t / 101.0 * (RIGHT - LEFT))
    blue, green, red = picture[y, int(x)]
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_a_picture_has_each_mood_at_its_time() -> None:
    pixels = picture(session())
    assert pixels.shape[1] == SCALE * WIDTH
    rows = range(pixels.shape[0])

    def colours_at(t: float) -> set[str]:
        return {colour_at(pixels, t, y) for y in rows}

    happy, sad = STYLES["happy"].light, STYLES["sad"].light
    assert (happy in colours_at(25.0), sad in colours_at(25.0)) == (True, False)
    assert (happy in colours_at(75.0), sad in colours_at(75.0)) == (False, True)
    assert (happy in colours_at(50.7), sad in colours_at(51.4)) == (True, True), (
        "it changes at 51 s"
    )


def test_a_picture_is_the_same_on_every_machine() -> None:
    pixels = hashlib.sha256(drawn("Evening stream, 深夜直播")).hexdigest()
    # A new resvg may draw otherwise: look at the picture before this is changed.
    assert pixels == "6c9cd1d775f2a0cb0f4045ebec6c505caf4c90199615cd41e0ebb0b123b6dc69"


def test_chinese_can_be_read_and_what_no_font_has_becomes_boxes() -> None:
    assert drawn("Take one") != drawn("")
    assert drawn("深夜直播") != drawn("清晨電台")
    assert drawn("한국") == drawn("라디오"[:2]) != drawn("")


def test_accents_stand_over_their_letters_beside_chinese_too() -> None:
    alone, beside = (title(text) for text in ("Dvořák", "Dvořák 夜曲"))
    ends = np.flatnonzero((alone != alone[0, 0]).any(axis=(0, 2))).max()
    assert (alone[:, :ends] == beside[:, :ends]).all()
    assert (beside[:, ends:] != alone[0, 0]).any()


@pytest.mark.parametrize("doubt", [False, True])
def test_a_session_without_a_mood_can_be_drawn(doubt: bool) -> None:
    of = record([mood(1.0, "calm", 0.2)] if doubt else [], duration=2.0 if doubt else 0.0)
    assert "No mood was clear enough" in export(of, "svg", BASE).decode()


def test_a_long_session_is_drawn_in_no_more_points_than_can_be_seen() -> None:
    text = export(record(three_hours()), "svg", BASE)
    assert len(text) < 400_000


def test_a_file_is_called_as_the_session_where_a_file_can() -> None:
    assert file_of(record(title='AC/DC: "live"'), "edl") == "AC_DC_ _live_.edl"
    assert file_of(record(title="..\\..\n"), "csv") == "_.csv"
    assert file_of(record(title=""), "svg") == "Session 0123456789abcdef.svg"
    assert len(file_of(record(title="x" * 1000), "html")) < 200
