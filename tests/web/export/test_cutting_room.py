"""EDL, OTIO and FCPXML, as OpenTimelineIO reads them back."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import opentimelineio as otio
import pytest

from tests.web.export.records import cues, moods, record, three_hours, track
from web.export import RATES, ExportError, Format, Timebase, export
from web.export.cut import cut
from web.export.timebase import Rate
from web.sessions.record import Download, Note, Play, Record

HOSTILE = "=2+5&\"'<b>]]>\x00\x1b\u202e\ud800雨 🎵\r\n001  AX V C\ufffe"
READABLE = "=2+5&\"'<b>]]>雨 🎵 001 AX V C"

A, B = track("Don't Stop", "AC/DC & friends"), track(HOSTILE, "Ann", duration=None)
STARTS = {"29.97": "00:59:50;00", "59.94": "00:59:50;00"}


def session() -> Record:
    """Return ten minutes with music, a download and a note."""
    return record(
        moods((119, "happy"), (301, "sad"), (180, "neutral")),
        title="Rain's “take” 1",
        cues=[cues(2.0, a=A), cues(130.0, b=B)],
        plays=[Play(12.5, 47.04, "a", A)],
        downloads=[Download(140.32, "b", B)],
        notes=[Note(599.12, HOSTILE)],
    )


def base_of(rate: Rate) -> Timebase:
    return Timebase.of(rate, STARTS.get(rate, "01:00:00:00"))


def written(format_: Format, base: Timebase, of: Record | None = None) -> str:
    return export(session() if of is None else of, format_, base).decode()


def frames(base: Timebase, seconds: float) -> int:
    """Return what an exact calculation gives, whatever the code under test does."""
    whole, fraction = divmod(Fraction(str(seconds)) * base.fps, 1)
    return int(whole) + (fraction > Fraction(1, 2))


def timecode_of(moment: otio.opentime.RationalTime, base: Timebase) -> str:
    return str(moment.to_timecode(float(base.fps), drop_frame=base.drop_frame))


@pytest.mark.parametrize("rate", RATES)
def test_otio_comes_back_to_the_frame(rate: Rate) -> None:
    base = base_of(rate)
    timeline: Any = otio.adapters.read_from_string(written("otio", base), "otio_json")
    assert timeline.name == "Rain's “take” 1"
    assert timecode_of(timeline.global_start_time, base) == base.timecode(0)
    assert [(track.name, track.kind) for track in timeline.tracks] == [
        ("Session", "Video"),
        ("Music 1", "Audio"),
    ]
    (whole,) = timeline.tracks[0].find_clips()
    assert whole.duration().value == frames(base, 600.4)

    def place(item: Any) -> tuple[int, int]:
        span = item.range_in_parent()
        return int(span.start_time.value), int(span.end_time_exclusive().value)

    played, downloaded = timeline.tracks[1].find_clips()
    assert place(played) == (frames(base, 12.5), frames(base, 47.04))
    assert place(downloaded) == (frames(base, 130.0), frames(base, 600.4))
    assert played.name == "AC/DC & friends - Don't Stop"
    assert played.metadata["moodcue"]["credit"] == A.credit
    assert played.media_reference.target_url == "./AC_DC%20%26%20friends%20-%20Don%27t%20Stop.mp3"

    marks = [
        (mark.name, mark.color, int(mark.marked_range.start_time.value))
        for mark in timeline.tracks.markers
    ]
    assert marks == [
        ("Happy 70%", "ORANGE", frames(base, 1.0)),
        ("Sad 70%", "BLUE", frames(base, 120.0)),
        (f"Downloaded: Ann - {READABLE}", "MAGENTA", frames(base, 140.32)),
        ("Neutral 70%", "WHITE", frames(base, 421.0)),
        (READABLE, "PINK", frames(base, 599.12)),
    ]
    happy = timeline.tracks.markers[0]
    assert happy.marked_range.duration.value == frames(base, 120.0) - frames(base, 1.0)
    assert happy.metadata["moodcue"] == {"emotion": "happy", "confidence": 0.7}


@pytest.mark.parametrize("rate", RATES)
def test_an_edit_list_comes_back_to_the_frame(rate: Rate) -> None:
    base = base_of(rate)
    text = written("edl", base)
    mode = "DROP FRAME" if base.drop_frame else "NON-DROP FRAME"
    assert text.splitlines()[:2] == ["TITLE: Rain's “take” 1", f"FCM: {mode}"]
    assert all(character == "\n" or character.isprintable() for character in text)
    fps = float(base.fps)
    timeline: Any = otio.adapters.read_from_string(text, "cmx_3600", rate=fps)

    def at(seconds: float) -> str:
        moment = otio.opentime.RationalTime(base.start + frames(base, seconds), fps)
        return timecode_of(moment, base)

    events = [line.split()[-2:] for line in text.splitlines() if line[:3].isdigit()]
    assert events == [[at(0), at(600.4)], [at(12.5), at(47.04)], [at(130), at(600.4)]]
    picture, sound = timeline.tracks
    assert [clip.name for clip in picture.find_clips()] == ["Rain's “take” 1"]
    assert [clip.name for clip in sound.find_clips()] == [
        "AC/DC & friends - Don't Stop",
        f"Ann - {READABLE}",
    ]
    lengths = [int(clip.duration().value) for clip in sound.find_clips()]
    assert lengths == [
        frames(base, 47.04) - frames(base, 12.5),
        frames(base, 600.4) - frames(base, 130.0),
    ]
    locators = re.findall(r"^\* LOC: (\S+) (\w+) +(.*)$", text, re.MULTILINE)
    assert locators == [
        (at(1), "ORANGE", "Happy 70%"),
        (at(120), "BLUE", "Sad 70%"),
        (at(140.32), "MAGENTA", f"Downloaded: Ann - {READABLE}"),
        (at(421), "WHITE", "Neutral 70%"),
        (at(599.12), "PINK", READABLE),
    ]
    if not base.drop_frame:  # This reader leaves out the locators that are.
        (clip,) = picture.find_clips()
        assert [
            (timecode_of(mark.marked_range.start_time, base), mark.color, mark.name)
            for mark in clip.markers
        ] == locators


def test_drop_frame_locators_are_those_of_a_hand_calculation() -> None:
    """From 00:59:50;00 it is 300 frames to the hour, at which no number is left out.

    120 s are 3596.4 frames. Of the 3296 that remain 1800 are the first minute; the second one
    begins with number 2, so that frame 1496 of it is number 1498: 49 s and 28.
    """
    text = written("edl", Timebase.of("29.97", "00:59:50;00"))
    assert "* LOC: 01:01:49;28 BLUE    Sad 70%" in text


@pytest.mark.parametrize("rate", RATES)
def test_fcpxml_lies_on_frames_and_begins_at_its_timecode(rate: Rate) -> None:
    base = base_of(rate)
    root = fromstring(written("fcpxml", base))
    assert root.get("version") == "1.8"
    (length,) = (format_.get("frameDuration") for format_ in root.iter("format"))
    assert seconds(length) == 1 / base.fps
    (sequence,) = root.iter("sequence")
    assert sequence.get("tcFormat") == ("DF" if base.drop_frame else "NDF")
    assert seconds(sequence.get("tcStart")) * base.fps == base.start
    (whole,) = root.iterfind(".//spine/asset-clip")
    assert seconds(whole.get("offset")) * base.fps == base.start
    assert [place(clip, "offset", base) for clip in whole.iterfind("asset-clip")] == [
        (frames(base, 12.5), frames(base, 47.04)),
        (frames(base, 130.0), frames(base, 600.4)),
    ]
    assert [(mark.get("value"), place(mark, "start", base)) for mark in whole.iter("marker")] == [
        ("Happy 70%", (frames(base, 1.0), frames(base, 120.0))),
        ("Sad 70%", (frames(base, 120.0), frames(base, 421.0))),
        (f"Downloaded: Ann - {READABLE}", (moment := frames(base, 140.32), moment + 1)),
        ("Neutral 70%", (frames(base, 421.0), frames(base, 600.4))),
        (READABLE, (moment := frames(base, 599.12), moment + 1)),
    ]
    assets = {asset.get("id"): asset for asset in root.iter("asset")}
    for clip in root.iter("asset-clip"):
        asset = assets[clip.get("ref")]
        assert seconds(clip.get("duration")) <= seconds(asset.get("duration"))


@pytest.mark.parametrize("rate", ["24", "25", "30", "50", "60"])
def test_fcpxml_comes_back_to_the_frame(rate: Rate) -> None:
    """The reader takes the rates that are no whole numbers for the next one below."""
    base = base_of(rate)
    timeline: Any = otio.adapters.read_from_string(written("fcpxml", base), "fcpx_xml")
    found = {clip.name: clip for clip in timeline.find_clips()}
    span = found["AC/DC & friends - Don't Stop"].range_in_parent()
    assert int(span.start_time.value) - base.start == frames(base, 12.5)
    assert int(span.duration.value) == frames(base, 47.04) - frames(base, 12.5)
    marks = found["Rain's “take” 1"].markers
    assert [(mark.name, int(mark.marked_range.start_time.value)) for mark in marks] == [
        (mark.name, frames(base, mark.start)) for mark in cut(session()).markers
    ]


def test_fcpxml_keeps_what_was_downloaded_after_the_end() -> None:
    of = record(moods((10, "calm")), duration=10.4, downloads=[Download(10.4, "b", B)])
    root = fromstring(written("fcpxml", Timebase.of("25"), of))
    assert [mark.get("start") for mark in root.iter("marker")] == ["1s", "259/25s"]


@pytest.mark.parametrize("format_", ["otio", "edl", "fcpxml"])
def test_an_empty_session_is_a_timeline_too(format_: Format) -> None:
    adapter = {"otio": "otio_json", "edl": "cmx_3600", "fcpxml": "fcpx_xml"}[format_]
    timeline: Any = otio.adapters.read_from_string(
        written(format_, Timebase.of("25"), record(duration=0.0)), adapter
    )
    (clip,) = timeline.find_clips()
    assert (clip.name, clip.duration().value) == ("Evening stream", 1)


def test_a_session_without_a_picture_is_one_of_sound() -> None:
    audio_only = record(moods((5, "calm"), face=False))
    timeline: Any = otio.adapters.read_from_string(
        written("otio", Timebase.of("25"), audio_only), "otio_json"
    )
    assert [track.kind for track in timeline.tracks] == ["Audio"]
    root = fromstring(written("fcpxml", Timebase.of("25"), audio_only))
    assert [asset.get("hasVideo") for asset in root.iter("asset")] == [None]


def test_three_hours_come_back_in_seconds() -> None:
    lists = [cues(60.0 * n + 2, **{f"t{n}": track(f"Piece {n}")}) for n in range(180)]
    long = record(three_hours(), cues=lists)
    base = Timebase.of("59.94", "23:00:00;00")
    timeline: Any = otio.adapters.read_from_string(written("otio", base, long), "otio_json")
    assert len(timeline.tracks.markers) == 360
    assert [clip.name for clip in timeline.tracks[1].find_clips()] == [
        f"Kevin MacLeod - Piece {n}" for n in range(180)
    ]
    assert "02:00:00;" in written("edl", base, long), "a day starts over"


def test_without_the_library_only_otio_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    with pytest.raises(ExportError, match=re.escape("pip install 'moodcue[post]'")):
        written("otio", Timebase.of("25"))
    for format_ in ("json", "csv", "vtt", "edl", "fcpxml", "svg", "html"):
        assert written(format_, Timebase.of("25"))


def seconds(text: str | None) -> Fraction:
    assert text is not None
    assert text.endswith("s")
    return Fraction(text[:-1])


def place(element: Element, start: str, base: Timebase) -> tuple[int, int]:
    begin = seconds(element.get(start)) * base.fps
    end = begin + seconds(element.get("duration")) * base.fps
    assert begin.denominator == end.denominator == 1, "it lies between two frames"
    return int(begin), int(end)
