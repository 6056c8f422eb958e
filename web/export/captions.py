"""WebVTT: the moods, the music and the notes as captions of the recording."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from web.export.cut import Cut
from web.export.palette import LOOKS
from web.export.text import percent

MOMENT: Final = 3.0
"""Seconds for which a note is shown."""

_STYLE: Final = "\n".join(
    f"::cue(.{emotion}) {{ color: {look.dark}; }}" for emotion, look in LOOKS.items()
)


def captions(cut: Cut) -> str:
    """Return the captions, in seconds of the recording."""
    blocks = ["WEBVTT", f"STYLE\n{_STYLE}"]
    for number, (start, end, text) in enumerate(sorted(_cues(cut), key=itemgetter(0)), start=1):
        blocks.append(f"{number}\n{_time(start)} --> {_time(max(end, start + 0.001))}\n{text}")
    return "\n\n".join(blocks) + "\n"


def _cues(cut: Cut) -> Iterator[tuple[float, float, str]]:
    for mood in cut.stretches:
        words = f"{LOOKS[mood.label].word} {percent(mood.confidence)}"
        yield mood.start, mood.end, f"<c.{mood.label}>{words}</c>"
    for clip in cut.clips:
        yield clip.start, clip.end, f"♪ {_escaped(clip.name)}"
    for note in cut.notes:
        yield note.start, note.start + MOMENT, _escaped(note.name)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
