"""A report of a session: one page that stands alone in one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Final
from xml.etree.ElementTree import Element, tostring

from recommender.vocabulary import SourceKind
from web.export.cut import Clip, Cut
from web.export.drawing import chart, shape, shares
from web.export.markup import Content, element
from web.export.palette import LOOKS, colours
from web.export.stretches import Stretch
from web.export.text import clock, day_and_time, percent
from web.export.timebase import Timebase

SHOWN: Final = 40
"""Stretches that are shown at once; a longer list opens at a click."""

_SOURCES: Final[dict[SourceKind, str]] = {
    "browser": "Browser",
    "device": "Studio feed",
    "file": "Recording",
    "url": "Address",
    "whip": "Encoder",
}
_LIMITS: Final = (
    "Moods are estimates from voice and face, second by second; a percentage says how sure the "
    "estimate is. They are no facts about a person. Where none is named, none was sure enough."
)


def report(cut: Cut, base: Timebase) -> str:
    """Return the report as HTML; it needs no script and asks nothing of the network."""
    began = day_and_time(cut.record.started_at, cut.language)
    body = element(
        "main",
        element("h1", cut.title),
        element(
            "p",
            " · ".join((began, clock(cut.duration), cut.say(_SOURCES[cut.record.source]))),
            class_="muted",
        ),
        _figures(cut),
        element("figure", chart(cut), _legend(cut), class_="chart"),
        *_moods(cut, base),
        *_music(cut, base),
        *_marks(cut, base),
        element("footer", element("p", cut.say(_LIMITS)), element("p", _made(cut, base))),
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
    """Return the session in four figures."""
    share = shares(cut)
    first = next(iter(share), None)
    mostly = "-" if first is None else f"{cut.say(LOOKS[first].word)} {percent(share[first])}"
    pieces = len({clip.track_id for clip in cut.clips})
    figures = {
        "Mostly": mostly,
        "Stretches of one mood": str(len(cut.stretches)),
        "Time with a sure mood": percent(sum(share.values())),
        "Music" if cut.chosen else "Suggested music": cut.say("1 piece")
        if pieces == 1
        else cut.say("{count} pieces", count=pieces),
    }
    return element(
        "dl",
        *(
            element("div", element("dt", cut.say(name)), element("dd", figure))
            for name, figure in figures.items()
        ),
        class_="figures",
    )


def _legend(cut: Cut) -> Element:
    items = (
        element("li", shape(emotion, 18), f"{cut.say(LOOKS[emotion].word)} {percent(share)}")
        for emotion, share in shares(cut).items()
    )
    return element("ul", *items, class_="legend")


def _moods(cut: Cut, base: Timebase) -> Iterator[Element]:
    if not cut.stretches:
        return
    rows = (
        (clock(stretch.start), *_mood(cut, stretch), base.at(stretch.start), base.at(stretch.end))
        for stretch in cut.stretches
    )
    table = _table(cut, ("At", "Mood", "Confidence", "Timecode in", "Timecode out"), rows)
    yield element("h2", cut.say("Moods"))
    if len(cut.stretches) > SHOWN:
        all_ = cut.say("All {count} stretches of one mood", count=len(cut.stretches))
        summary = element("summary", all_)
        table = element("details", summary, table)
    yield element("div", table, class_="sheet")


def _mood(cut: Cut, stretch: Stretch) -> tuple[Element, Element]:
    word = cut.say(LOOKS[stretch.label].word)
    named = element("span", shape(stretch.label, 18), word, class_="mood")
    fill = element("i", style=f"width:{stretch.confidence:.0%}")
    bar = element("span", fill, class_=f"bar {stretch.label}")
    return named, element("span", bar, percent(stretch.confidence), class_="sure")


def _music(cut: Cut, base: Timebase) -> Iterator[Element]:
    if not cut.clips:
        return
    yield element("h2", cut.say("Music" if cut.chosen else "Suggested music"))
    rows = (
        (clock(clip.start), _piece(cut, clip), clip.licence, base.at(clip.start), base.at(clip.end))
        for clip in cut.clips
    )
    table = _table(cut, ("At", "Piece", "Licence", "Timecode in", "Timecode out"), rows)
    yield element("div", table, class_="sheet")
    yield element("h2", cut.say("Credits"))
    credits_ = "\n".join(dict.fromkeys(clip.credit for clip in cut.clips))
    yield element("div", element("pre", credits_, class_="credits"), class_="sheet")


def _piece(cut: Cut, clip: Clip) -> Element:
    warning = element("span", cut.say(clip.warning), class_="warning") if clip.warning else None
    name = f"{clip.title} · {clip.artist}" if clip.artist else clip.title
    return element("span", name, warning, class_="words")


def _marks(cut: Cut, base: Timebase) -> Iterator[Element]:
    marks = sorted((*cut.downloads, *cut.notes), key=lambda mark: mark.start)
    if marks:
        rows = (
            (clock(mark.start), element("span", mark.name, class_="words"), base.at(mark.start))
            for mark in marks
        )
        yield element("h2", cut.say("Notes and downloads"))
        yield element("div", _table(cut, ("At", "What", "Timecode"), rows), class_="sheet")


def _table(cut: Cut, names: Iterable[str], rows: Iterable[tuple[Content, ...]]) -> Element:
    head = element("tr", *(element("th", cut.say(name), scope="col") for name in names))
    return element(
        "table",
        element("thead", head),
        element("tbody", *(element("tr", *(element("td", cell) for cell in row)) for row in rows)),
    )


def _made(cut: Cut, base: Timebase) -> str:
    times = cut.say(
        "Timecodes count {rate} frames a second{kind}, from {start}.",
        rate=base.rate,
        kind=cut.say(", drop-frame") if base.drop_frame else "",
        start=base.timecode(0),
    )
    return cut.say("Made by Moodcue. {times}", times=times)
