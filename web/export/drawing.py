"""Draw the timeline of a session as SVG and PNG."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

import resvg_py

from inference import EMOTIONS, Emotion
from web.export.cut import Clip, Cut, Marker
from web.export.markup import element
from web.export.palette import STYLES, colours
from web.export.segments import Segment, runs, spans
from web.export.text import clock_time, day_and_time, percent
from web.wire import MoodEvent

WIDTH: Final = 1200
"""Width of the drawing; one unit is a pixel at the original size."""

FONT: Final = (
    "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', 'Liberation Sans', "
    "'DejaVu Sans', sans-serif"
)

_FONT_FILES: Final = sorted(map(str, Path(__file__).with_name("fonts").glob("*.ttf")))
"""Noto Sans and Noto Sans TC, which hatch_build.py copies there."""

_IN_CHINESE_FONT: Final = re.compile("([\u2190-\U0010ffff]+)")
"""Symbols, Chinese and all later code points, which Noto Sans does not cover."""

_SVG: Final = "http://www.w3.org/2000/svg"

_LEFT, _RIGHT = 92, 1164
_MARKERS, _AREA, _RIBBON, _BAND, _LANE, _AXIS, _GAP = 24, 180, 48, 12, 36, 26, 10
_COLUMN: Final = 2.0
"""Width of one column of the area chart; moods in one column are averaged."""

_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600)
_MAX_TICKS: Final = 12
_LONGEST_STEP: Final = 86_400

_NO_MOOD: Final = "No mood was clear enough to name."

_DOWNLOAD: Final = "M0 0V9M-4.5 5L0 9.5 4.5 5M-6 14H6"
_NOTE: Final = "M-4 15V1H6L3 5 6 9H-4"


def svg(cut: Cut) -> str:
    """Return the timeline with title and legend as SVG, on a light background."""
    return tostring(_drawing(cut), encoding="unicode")


def png(cut: Cut) -> bytes:
    """Return the same drawing as PNG, at twice its size.

    It uses only the fonts of the package, so that it is the same on every machine. They cover
    Latin, Greek, Cyrillic and Traditional Chinese; other characters become boxes.
    """
    drawing = _drawing(cut)
    for text in [*drawing.iter("text")]:
        _choose_fonts(text)
    return resvg_py.svg_to_bytes(
        svg_string=tostring(drawing, encoding="unicode"),
        zoom=2,
        font_files=_FONT_FILES,
        skip_system_fonts=True,
    )


def _choose_fonts(text: Element) -> None:
    """Set the Chinese font for the parts of a text that need it."""
    text.text, *parts = _IN_CHINESE_FONT.split(text.text or "")
    for chinese, following in zip(parts[::2], parts[1::2], strict=True):
        span = SubElement(text, "tspan", style="font-family: 'Noto Sans TC'")
        span.text, span.tail = chinese, following
    if parts:
        # If one font covers a whole text, resvg uses that font for all of it: here the Chinese
        # one, which puts accents beside their letters. No font has this noncharacter.
        SubElement(text, "tspan", style="font-size: 0.01px").text = "\ufdd0"


def _drawing(cut: Cut) -> Element:
    body = chart(cut)
    height = 100 + float(body.attrib["height"]) + 74
    body.set("y", "96")
    when = f"{day_and_time(cut.record.started_at, cut.language)} · {clock_time(cut.duration)}"
    return element(
        "svg",
        element("style", _style()),
        element("rect", width=WIDTH, height=height, class_="ground", fill="currentColor"),
        _text(24, 46, _shortened(cut.title, 27, WIDTH - 48), "ink", 26, font_weight="700"),
        _text(24, 72, when, "muted", 15),
        body,
        _legend(cut, height - 34),
        xmlns=_SVG,
        width=WIDTH,
        height=height,
        viewBox=f"0 0 {WIDTH} {height:g}",
    )


def _style() -> str:
    rules = (f".{name} {{ color: {colour}; }}" for name, colour in colours().items())
    return "\n".join((f"text {{ font-family: {FONT}; }}", *rules))


def chart(cut: Cut) -> Element:
    """Return the timeline alone: markers, probabilities, moods, music and the time axis.

    Colours are set by classes; see :func:`web.export.palette.colours`.
    """
    scale = _Scale(max(cut.duration, 1.0))
    lanes = 1 + max((clip.lane for clip in cut.clips), default=-1)
    top = _MARKERS if cut.downloads or cut.notes else 0
    ribbon = top + _AREA + _GAP
    music = ribbon + _RIBBON + _GAP
    bottom = music + lanes * _LANE
    return element(
        "svg",
        *_axis(scale, top, bottom),
        _row(cut.translate("Probability"), top + _AREA / 2),
        *_areas(cut, scale, top),
        _row(cut.translate("Mood"), ribbon + _RIBBON / 2),
        *(_segment(segment, cut, scale, ribbon) for segment in cut.segments),
        _row(cut.translate("Music" if cut.chosen else "Suggested"), music + _LANE / 2 - 2)
        if lanes
        else None,
        *_clips(cut, scale, music),
        *(_marker(marker, _DOWNLOAD, cut, scale, ribbon) for marker in cut.downloads),
        *(_marker(marker, _NOTE, cut, scale, ribbon) for marker in cut.notes),
        None
        if cut.segments
        else _text(_LEFT + 10, ribbon + 27, cut.translate(_NO_MOOD), "muted", 14),
        width=WIDTH,
        height=bottom + _AXIS,
        viewBox=f"0 0 {WIDTH} {bottom + _AXIS}",
        role="img",
        aria_label=cut.translate("Moods and music over {length}", length=clock_time(cut.duration)),
    )


def shape(emotion: Emotion, size: float = 24, x: float = 0, y: float = 0) -> Element:
    """Return the icon of an emotion in its colour."""
    return element(
        "svg",
        element("path", d=STYLES[emotion].shape),
        class_=emotion,
        x=x,
        y=y,
        width=size,
        height=size,
        viewBox="0 0 24 24",
        fill="none",
        stroke="currentColor",
        stroke_width="2.2",
        stroke_linecap="round",
        stroke_linejoin="round",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Maps a time to a horizontal position."""

    seconds: float

    def __call__(self, t: float) -> float:
        return _LEFT + min(max(t / self.seconds, 0), 1) * (_RIGHT - _LEFT)


def _axis(scale: _Scale, top: float, bottom: float) -> Iterator[Element]:
    step = next((step for step in _STEPS if scale.seconds / step <= _MAX_TICKS), _LONGEST_STEP)
    for t in range(0, int(scale.seconds) + 1, step):
        x = scale(t)
        yield element("line", class_="line", x1=x, x2=x, y1=top, y2=bottom, stroke="currentColor")
        yield _text(x, bottom + 18, clock_time(t), "muted", 12, text_anchor="middle")


def _areas(cut: Cut, scale: _Scale, top: float) -> Iterator[Element]:
    """Yield the stacked areas of the probabilities for each run of moods."""
    for run in runs(cut.record.moods):
        columns = [*_columns(run, cut.duration, scale)]
        xs = [x for x, _ in columns]
        # From bottom to top.
        edges = [[top + _AREA * (1 - sum_) for sum_ in sums] for _, sums in columns]
        for i, emotion in enumerate(EMOTIONS):
            upper = [f"{x:.1f} {edge[i + 1]:.1f}" for x, edge in zip(xs, edges, strict=True)]
            lower = [f"{x:.1f} {edge[i]:.1f}" for x, edge in zip(xs, edges, strict=True)]
            yield element(
                "path",
                element("title", cut.translate(STYLES[emotion].name)),
                class_=emotion,
                d=f"M{'L'.join([*upper, *reversed(lower)])}Z",
                fill="currentColor",
                fill_opacity="0.88",
            )


def _columns(
    run: Sequence[MoodEvent], end: float, scale: _Scale
) -> Iterator[tuple[float, list[float]]]:
    """Yield the position of each column and the cumulative sums of its mean probabilities."""
    sums = [0.0, 1.0]
    for _, together in groupby(run, lambda mood: int(scale(mood.t) / _COLUMN)):
        moods = [*together]
        means = [sum(mood.probs[emotion] for mood in moods) for emotion in EMOTIONS]
        total = sum(means) or 1.0
        sums = [*accumulate((mean / total for mean in means), initial=0.0)]
        yield scale(moods[0].t), sums
    *_, (_, until) = spans(run, end)
    yield max(scale(until), scale(run[-1].t) + 1), sums


def _segment(segment: Segment, cut: Cut, scale: _Scale, top: float) -> Element:
    x, width = _extent(segment.start, segment.end, scale)
    name = cut.translate(STYLES[segment.label].name)
    full = f"{name} {percent(segment.confidence)}"
    tip = _tooltip(cut, segment, full)
    label = next((text for text in (full, name) if _width(text, 13) + 36 <= width), None)
    middle = top + (_RIBBON + _BAND) / 2
    return element(
        "g",
        element("title", tip),
        _bar(segment.label, x, top, width, _RIBBON, 0.2),
        _bar(segment.label, x, top, width, _BAND, 1),
        shape(segment.label, 16, x + 6, middle - 8) if width >= 24 else None,
        None if label is None else _text(x + 28, middle + 4.5, label, "ink", 13),
    )


def _tooltip(cut: Cut, span: Segment | Clip, text: str) -> str:
    times = {"start": clock_time(span.start), "end": clock_time(span.end)}
    return cut.translate("{start} to {end}: {text}", **times, text=text)


def _clips(cut: Cut, scale: _Scale, top: float) -> Iterator[Element]:
    """Yield the clips, each with its name inside, or to its right if there is more room."""
    next_x = {clip.lane: float(_RIGHT) for clip in cut.clips}
    for clip in reversed(cut.clips):
        x, width = _extent(clip.start, clip.end, scale)
        y = top + clip.lane * _LANE
        name = f"{clip.title} · {clip.artist}"
        inside, right = width - 16, next_x[clip.lane] - x - width - 16
        room, left = (inside, x) if inside >= min(_width(name, 12), right) else (right, x + width)
        label = _shortened(name, 12, room)
        yield element(
            "g",
            element("title", _tooltip(cut, clip, clip.name)),
            element(
                "rect",
                x=x + 0.5,
                y=y + 0.5,
                width=max(width - 1, 0.5),
                height=_LANE - 9,
                rx=min(6, width / 2),
                class_="muted",
                fill="currentColor",
                fill_opacity="0.12",
                stroke="currentColor",
                stroke_opacity="0.55",
            ),
            _text(left + 8, y + 18.5, label, "ink", 12) if label else None,
        )
        next_x[clip.lane] = x


def _marker(marker: Marker, outline: str, cut: Cut, scale: _Scale, bottom: float) -> Element:
    x = scale(marker.start)
    tip = cut.translate("{start}: {text}", start=clock_time(marker.start), text=marker.name)
    return element(
        "g",
        element("title", tip),
        element("line", x1=x, x2=x, y1=20, y2=bottom - _GAP, stroke_dasharray="2 3"),
        _icon(outline, x, 2),
        class_="ink",
        stroke="currentColor",
    )


def _icon(outline: str, x: float, y: float) -> Element:
    return element(
        "path",
        d=outline,
        transform=f"translate({x:.1f} {y:.1f})",
        class_="ink",
        fill="none",
        stroke="currentColor",
        stroke_width="1.8",
        stroke_linecap="round",
        stroke_linejoin="round",
    )


def _legend(cut: Cut, y: float) -> Element:
    """Return the legend: the emotions with their shares of the time, and the marker icons."""
    items = [
        (shape(emotion, 18, 0, y - 14), f"{cut.translate(STYLES[emotion].name)} {percent(share)}")
        for emotion, share in shares(cut).items()
    ]
    if cut.downloads:
        items.append((_icon(_DOWNLOAD, 9, y - 12), cut.translate("Download")))
    if cut.notes:
        items.append((_icon(_NOTE, 9, y - 13), cut.translate("Note")))
    group, x = element("g"), 24.0
    for icon, text in items:
        group.append(element("g", icon, transform=f"translate({x:.1f} 0)"))
        group.append(_text(x + 25, y, text, "ink", 13))
        x += 0.88 * _width(text, 13) + 38
    return group


def shares(cut: Cut) -> dict[Emotion, float]:
    """Return the share of the session for each emotion that occurs, the longest first."""
    total = cut.duration or 1.0
    seconds = {
        emotion: sum(segment.seconds for segment in cut.segments if segment.label == emotion)
        for emotion in EMOTIONS
    }
    occurring = sorted((e for e in EMOTIONS if seconds[e] > 0), key=lambda e: -seconds[e])
    return {emotion: min(seconds[emotion] / total, 1.0) for emotion in occurring}


def _extent(start: float, end: float, scale: _Scale) -> tuple[float, float]:
    """Return the left edge and the width, with a narrow gap to the next one."""
    x = scale(start)
    return x, max(scale(end) - x - 1, 1)


def _bar(
    emotion: Emotion, x: float, y: float, width: float, height: float, opacity: float
) -> Element:
    return element(
        "rect",
        class_=emotion,
        x=x,
        y=y,
        width=width,
        height=height,
        fill="currentColor",
        fill_opacity=opacity,
    )


def _row(name: str, middle: float) -> Element:
    return _text(_LEFT - 12, middle + 4.5, name, "muted", 13, text_anchor="end")


def _text(x: float, y: float, text: str, class_: str, size: float, **more: str | float) -> Element:
    return element(
        "text", text, x=x, y=y, class_=class_, font_size=size, fill="currentColor", **more
    )


def _shortened(text: str, size: float, room: float) -> str:
    """Shorten a text to the available width."""
    if _width(text, size) <= room:
        return text
    while text and _width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…" if text else ""


def _width(text: str, size: float) -> float:
    """Return an upper estimate of the width of a text in any common font."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return size * (0.62 * (len(text) - wide) + 1.05 * wide)
