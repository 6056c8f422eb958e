"""CSV, WebVTT and JSON, as others read them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import av
import pytest
import webvtt

from tests.web.export.records import cues, mood, moods, record, track
from web.export import Format, Timebase, export
from web.sessions.record import Download, Note, Play, Record

PLAIN = Timebase.of("25", "01:00:00:00")


def session() -> Record:
    return record(
        moods((30, "happy"), (30, "disgust")),
        cues=[cues(2.0, a=track("=cmd|'/C calc'!A0", "@Ann"))],
        plays=[Play(5.0, 20.0, "a", track("=cmd|'/C calc'!A0", "@Ann"))],
        downloads=[Download(12.0, "a", track("=cmd|'/C calc'!A0", "@Ann"))],
        notes=[Note(7.25, '+1, he said: "-->" <i>\n&amp;\x07'), Note(60.2, "\t=1")],
    )


def written(format_: Format, of: Record) -> str:
    return export(of, format_, PLAIN).decode()


def test_a_table_holds_all_in_order_and_no_formula() -> None:
    rows = [*csv.DictReader(io.StringIO(written("csv", session()), newline=""))]
    assert [(row["what"], row["timecode_in"], row["timecode_out"]) for row in rows] == [
        ("mood", "01:00:01:00", "01:00:31:00"),
        ("music", "01:00:05:00", "01:00:20:00"),
        ("note", "01:00:07:06", "01:00:07:07"),
        ("download", "01:00:12:00", "01:00:12:01"),
        ("mood", "01:00:31:00", "01:01:00:10"),
        ("note", "01:01:00:05", "01:01:00:06"),
    ]
    assert (rows[0]["mood"], rows[0]["confidence"]) == ("happy", "0.700")
    assert (rows[0]["conflict"], rows[1]["conflict"], rows[5]["conflict"]) == ("0.000", "", "")
    assert (rows[1]["text"], rows[1]["artist"]) == ("'=cmd|'/C calc'!A0", "'@Ann")
    assert rows[2]["text"] == '\'+1, he said: "-->" <i> &amp;'
    assert rows[5]["text"] == "'=1"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]
    assert rows[3]["start"] == "12.000"


@pytest.mark.parametrize("of", [session(), record(duration=0.0)], ids=["full", "empty"])
def test_captions_are_valid(of: Record) -> None:
    text = written("vtt", of)
    found = webvtt.from_buffer(io.StringIO(text))
    captions = [(cue.start, cue.end, cue.text) for cue in found.captions]
    expected = [
        ("00:00:01.000", "00:00:31.000", "Happy 70\u202f%"),
        ("00:00:05.000", "00:00:20.000", "♪ @Ann - =cmd|'/C calc'!A0"),
        ("00:00:07.250", "00:00:10.250", '+1, he said: "--&gt;" &lt;i&gt; &amp;amp;'),
        ("00:00:31.000", "00:01:00.400", "Disgusted 70\u202f%"),
        ("00:01:00.200", "00:01:03.200", "=1"),
    ]
    assert captions == (expected if of.moods else [])


def test_ffmpeg_reads_the_captions_too() -> None:
    file = io.BytesIO(export(session(), "vtt", PLAIN))
    with av.open(file, "r", format="webvtt") as container:
        packets = [packet for packet in container.demux() if packet.pts is not None]
        starts = [float((packet.pts or 0) * packet.time_base) for packet in packets]
    assert starts == [1.0, 5.0, 7.25, 31.0, 60.2]


def test_json_tells_all_but_no_secret() -> None:
    text = written("json", session())
    document: Any = json.loads(text)
    assert document["session"] == {
        "id": "0123456789abcdef",
        "title": "Evening stream",
        "source": "browser",
        "started_at": "2026-11-22T18:30:00+00:00",
        "duration": 60.4,
    }
    assert document["timecode"] == {"rate": "25", "start": "01:00:00:00", "drop_frame": False}
    assert [segment["label"] for segment in document["stretches"]] == ["happy", "disgust"]
    assert document["stretches"][0]["timecode_out"] == "01:00:31:00"
    assert document["timeline"] == [mood.model_dump(mode="json") for mood in session().moods]
    assert document["music"][0]["chosen"] is True
    assert document["downloads"][0]["t"] == 12.0
    assert document["notes"][0]["text"] == session().notes[0].text, "as it was written"
    assert document["cues"][0]["items"][0]["why"]["from"] == "mood"
    assert "SECRET" not in text


def test_a_surrogate_that_stands_alone_harms_no_format() -> None:
    of = record([mood(1.0, "happy")], title="\ud800", notes=[Note(1.0, "\udfff")])
    for format_ in ("json", "csv", "vtt", "edl", "otio", "fcpxml", "svg", "html"):
        assert written(format_, of)
