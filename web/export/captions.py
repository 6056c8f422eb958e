"""WebVTT: moods, music and notes as captions of the recording."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from web.export.cut import Cut
from web.export.palette import STYLES
from web.export.text import percent

NOTE_DURATION: Final = 3.0
"""Seconds a note is shown."""

_STYLE: Final = "\n".join(
    f"::cue(.{emotion}) {{ color: {style.dark}; }}" for emotion, style in STYLES.items()
)


def captions(cut: Cut) -> str:
    """Return the captions, in seconds of the recording."""
    blocks = ["WEBVTT", f"STYLE\n{_STYLE}"]
    for number, (start, end, text) in enumerate(sorted(_cues(cut), key=itemgetter(0)), start=1):
        blocks.append(f"{number}\n{_time(start)} --> {_time(max(end, start + 0.001))}\n{text}")
    return "\n\n".join(blocks) + "\n"


def _cues(cut: Cut) -> Iterator[tuple[float, float, str]]:
    for mood in cut.segments:
        text = f"{STYLES[mood.label].name} {percent(mood.confidence)}"
        yield mood.start, mood.end, f"<c.{mood.label}>{text}</c>"
    for clip in cut.clips:
        yield clip.start, clip.end, f"♪ {_escaped(clip.name)}"
    for note in cut.notes:
        yield note.start, note.start + NOTE_DURATION, _escaped(note.name)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
