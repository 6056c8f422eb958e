"""CMX 3600 edit decision lists.

The adapter of OpenTimelineIO is not used: it starts every list at zero, cannot write non-drop
timecode at 29.97 and 59.94 fps, capitalizes the names of markers, and supports only one track.
"""

from __future__ import annotations

from collections.abc import Iterator

from web.export.cut import Clip, Cut
from web.export.timebase import Timebase


def edl(cut: Cut, base: Timebase) -> str:
    """Return an edit list: the session with all markers on V, the music on A, A2, ..."""
    title = f"TITLE: {cut.title}"
    mode = "FCM: DROP FRAME" if base.drop_frame else "FCM: NON-DROP FRAME"
    return "\n".join((title, mode, "", *_session(cut, base), *_music(cut, base), ""))


def _session(cut: Cut, base: Timebase) -> Iterator[str]:
    begin, end = base.at(0), base.timecode(base.frames(0, cut.duration)[1])
    yield _event(1, "V", begin, end, begin, end)
    yield f"* FROM CLIP NAME:  {cut.title}"
    for marker in cut.markers:
        yield f"* LOC: {base.at(marker.start)} {marker.colour:7} {marker.name}"


def _music(cut: Cut, base: Timebase) -> Iterator[str]:
    source = Timebase(base.rate, base.drop_frame)
    for number, clip in enumerate(cut.clips, start=2):
        begin, end = base.frames(clip.start, clip.end)
        yield _event(
            number,
            _channel(clip),
            source.timecode(0),
            source.timecode(end - begin),
            base.timecode(begin),
            base.timecode(end),
        )
        yield f"* FROM CLIP NAME:  {clip.name}"
        yield f"* CREDIT: {clip.credit}"


def _channel(clip: Clip) -> str:
    return f"A{clip.lane + 1}" if clip.lane else "A"


def _event(number: int, channel: str, *timecodes: str) -> str:
    """Return a cut from an auxiliary source."""
    return f"{number:03}  AX       {channel:5} C        {' '.join(timecodes)}"
