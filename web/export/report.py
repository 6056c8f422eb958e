"""A report of a session as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Final
from xml.etree.ElementTree import Element, tostring

from recommender.vocabulary import SourceKind
from web.export.cut import Clip, Cut
from web.export.drawing import chart, shape, shares
from web.export.markup import Content, element
from web.export.palette import STYLES, colours
from web.export.segments import Segment
from web.export.text import clock_time, day_and_time, percent
from web.export.timebase import Timebase

MAX_OPEN: Final = 40
"""Mood segments up to which their table is shown; a longer one opens on a click."""

_SOURCES: Final[dict[SourceKind, str]] = {
    "browser": "Browser",
    "device": "Studio feed",
    "file": "File",
    "url": "Address",
    "whip": "Encoder",
}
_DISCLAIMER: Final = (
    "Moods are estimates from voice and face, second by second, not facts about a person. A "
    "percentage is the confidence of the estimate. Where no mood is named, none was clear enough."
)


def report(cut: Cut, base: Timebase) -> str:
    """Return the report as HTML, without scripts or external resources."""
    began = day_and_time(cut.record.started_at, cut.language)
    body = element(
        "main",
        element("h1", cut.title),
        element(
            "p",
            " · ".join(
                (began, clock_time(cut.duration), cut.translate(_SOURCES[cut.record.source]))
            ),
            class_="muted",
        ),
        _figures(cut),
        element("figure", chart(cut), _legend(cut), class_="chart"),
        *_moods(cut, base),
        *_music(cut, base),
        *_markers(cut, base),
        element(
            "footer", element("p", cut.translate(_DISCLAIMER)), element("p", _timecode(cut, base))
        ),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{cut.title} · Moodcue"),
        element("style", _style()),
    )
    root = element("html", head, element("body", body), lang=cut.language)
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def _style() -> str:
    dark = f"@media (prefers-color-scheme: dark) {{ {_values(dark=True)} }}"
    classes = (f".{name} {{ color: var(--{name}); }}" for name in colours())
    own = files("web.export").joinpath("report.css").read_text(encoding="utf-8")
    return "\n".join((_values(dark=False), dark, *classes, own))


def _values(*, dark: bool) -> str:
    values = (f"--{name}: {colour};" for name, colour in colours(dark=dark).items())
    return f":root {{ {' '.join(values)} }}"


def _figures(cut: Cut) -> Element:
    """Return the four key figures of the session."""
    share = shares(cut)
    first = next(iter(share), None)
    main = "-" if first is None else f"{cut.translate(STYLES[first].name)} {percent(share[first])}"
    tracks = len({clip.track_id for clip in cut.clips})
    figures = {
        "Main mood": main,
        "Mood segments": str(len(cut.segments)),
        "Time with a clear mood": percent(sum(share.values())),
        "Music" if cut.chosen else "Suggested music": cut.translate("1 track")
        if tracks == 1
        else cut.translate("{count} tracks", count=tracks),
    }
    return element(
        "dl",
        *(
            element("div", element("dt", cut.translate(name)), element("dd", figure))
            for name, figure in figures.items()
        ),
        class_="figures",
    )


def _legend(cut: Cut) -> Element:
    items = (
        element("li", shape(emotion, 18), f"{cut.translate(STYLES[emotion].name)} {percent(share)}")
        for emotion, share in shares(cut).items()
    )
    return element("ul", *items, class_="legend")


def _moods(cut: Cut, base: Timebase) -> Iterator[Element]:
    if not cut.segments:
        return
    rows = (
        (
            clock_time(segment.start),
            *_mood(cut, segment),
            base.at(segment.start),
            base.at(segment.end),
        )
        for segment in cut.segments
    )
    table = _table(cut, ("Time", "Mood", "Confidence", "Timecode in", "Timecode out"), rows)
    yield element("h2", cut.translate("Moods"))
    if len(cut.segments) > MAX_OPEN:
        summary = cut.translate("All {count} mood segments", count=len(cut.segments))
        table = element("details", element("summary", summary), table)
    yield element("div", table, class_="sheet")


def _mood(cut: Cut, segment: Segment) -> tuple[Element, Element]:
    name = cut.translate(STYLES[segment.label].name)
    mood = element("span", shape(segment.label, 18), name, class_="mood")
    fill = element("i", style=f"width:{segment.confidence:.0%}")
    bar = element("span", fill, class_=f"bar {segment.label}")
    return mood, element("span", bar, percent(segment.confidence), class_="confidence")


def _music(cut: Cut, base: Timebase) -> Iterator[Element]:
    if not cut.clips:
        return
    yield element("h2", cut.translate("Music" if cut.chosen else "Suggested music"))
    rows = (
        (
            clock_time(clip.start),
            _track(cut, clip),
            clip.licence,
            base.at(clip.start),
            base.at(clip.end),
        )
        for clip in cut.clips
    )
    table = _table(cut, ("Time", "Track", "Licence", "Timecode in", "Timecode out"), rows)
    yield element("div", table, class_="sheet")
    yield element("h2", cut.translate("Credits"))
    credits_ = "\n".join(dict.fromkeys(clip.credit for clip in cut.clips))
    yield element("div", element("pre", credits_, class_="credits"), class_="sheet")


def _track(cut: Cut, clip: Clip) -> Element:
    warning = clip.warning and element("span", cut.translate(clip.warning), class_="warning")
    name = f"{clip.title} · {clip.artist}" if clip.artist else clip.title
    return element("span", name, warning or None, class_="text")


def _markers(cut: Cut, base: Timebase) -> Iterator[Element]:
    markers = sorted((*cut.downloads, *cut.notes), key=lambda marker: marker.start)
    if markers:
        rows = (
            (
                clock_time(marker.start),
                element("span", marker.name, class_="text"),
                base.at(marker.start),
            )
            for marker in markers
        )
        yield element("h2", cut.translate("Notes and downloads"))
        yield element("div", _table(cut, ("Time", "Event", "Timecode"), rows), class_="sheet")


def _table(cut: Cut, names: Iterable[str], rows: Iterable[tuple[Content, ...]]) -> Element:
    head = element("tr", *(element("th", cut.translate(name), scope="col") for name in names))
    return element(
        "table",
        element("thead", head),
        element("tbody", *(element("tr", *(element("td", cell) for cell in row)) for row in rows)),
    )


def _timecode(cut: Cut, base: Timebase) -> str:
    timecode = cut.translate(
        "Timecode: {rate} frames per second{kind}, starting at {start}.",
        rate=base.rate,
        kind=cut.translate(", drop-frame") if base.drop_frame else "",
        start=base.timecode(0),
    )
    return cut.translate("Created with Moodcue. {timecode}", timecode=timecode)
