"""CSV of everything on the timeline, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from web.export.cut import Cut
from web.export.timebase import Timebase

COLUMNS: Final = (
    *("what", "timecode_in", "timecode_out", "start", "end", "mood", "confidence"),
    *("text", "artist", "licence", "credit", "conflict"),
)

_FORMULA_STARTS: Final = ("=", "+", "-", "@")


def table(cut: Cut, base: Timebase) -> str:
    """Return moods, music, downloads and notes as CSV (RFC 4180), in order of time.

    Text that a spreadsheet would interpret as a formula is prefixed with an apostrophe, as OWASP
    recommends ("CSV Injection").
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for what, start, end, *more in sorted(_rows(cut), key=itemgetter(1)):
        first, last = base.frames(start, end)
        row = (what, base.timecode(first), base.timecode(last), f"{start:.3f}", f"{end:.3f}", *more)
        writer.writerow(map(_escaped, row))
    return text.getvalue()


def _rows(cut: Cut) -> Iterator[tuple[str, float, float, *tuple[str, ...]]]:
    for mood in cut.segments:
        figures = f"{mood.confidence:.3f}", "", "", "", "", f"{mood.conflict:.3f}"
        yield "mood", mood.start, mood.end, mood.label, *figures
    music = "music" if cut.chosen else "suggested music"
    for clip in cut.clips:
        yield (
            *(music, clip.start, clip.end, "", ""),
            *(clip.title, clip.artist, clip.licence, clip.credit, ""),
        )
    for what, markers in (("download", cut.downloads), ("note", cut.notes)):
        for marker in markers:
            yield what, marker.start, marker.end, "", "", marker.name, "", "", "", ""


def _escaped(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
