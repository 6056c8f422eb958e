"""FCPXML 1.8, for Final Cut Pro and DaVinci Resolve.

The adapter of OpenTimelineIO is not used: it starts every project at zero, writes no frame duration
at 23.976, 29.97 and 59.94 fps, and fails on an apostrophe in a name.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final
from xml.etree.ElementTree import Element, indent, tostring

from web.export.cut import Clip, Cut, Marker
from web.export.markup import element
from web.export.text import relative_url
from web.export.timebase import Timebase

_PROLOGUE: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
_SOUND: Final = {"hasAudio": "1", "audioSources": "1", "audioChannels": "2", "audioRate": "48000"}


def fcpxml(cut: Cut, base: Timebase) -> str:
    """Return a project: the session with all markers, and the music connected below it."""
    frames = base.frames(0, cut.duration)[1]
    length, last = _time(base, frames), frames - 1
    music = {
        clip.track_id: _music(clip, cut.duration, f"r{number}", base)
        for number, clip in enumerate(cut.clips, start=3)
    }
    session = element(
        "asset-clip",
        *(_clip(clip, music[clip.track_id].attrib["id"], base) for clip in cut.clips),
        *(_marker(marker, last, base) for marker in cut.markers),
        ref="r2",
        name=cut.title,
        offset=_time(base, base.start),
        start="0s",
        duration=length,
    )
    sequence = element(
        "sequence",
        element("spine", session),
        format="r1",
        duration=length,
        tcStart=_time(base, base.start),
        tcFormat="DF" if base.drop_frame else "NDF",
        audioLayout="stereo",
        audioRate="48k",
    )
    resources = element(
        "resources",
        element(
            "format",
            id="r1",
            name=f"FFVideoFormat1080p{float(base.rate):.4g}".replace(".", ""),
            frameDuration=_time(base, 1),
            width="1920",
            height="1080",
        ),
        element(
            "asset",
            id="r2",
            name=cut.title,
            src=relative_url(cut.title),
            start="0s",
            duration=length,
            format="r1",
            hasVideo="1" if cut.has_video else None,
            **_SOUND,
        ),
        *music.values(),
    )
    root = element("fcpxml", resources, element("project", sequence, name=cut.title), version="1.8")
    indent(root)
    return _PROLOGUE + tostring(root, encoding="unicode") + "\n"


def _music(clip: Clip, longest: float, id_: str, base: Timebase) -> Element:
    """Return the asset of a track; if its length is not known, it gets that of the session."""
    seconds = longest if clip.length is None else clip.length
    return element(
        "asset",
        id=id_,
        name=clip.name,
        src=relative_url(f"{clip.name}.mp3"),
        start="0s",
        # No clip may be longer than its asset, not even by rounding.
        duration=_time(base, base.frame(seconds) + 1),
        **_SOUND,
    )


def _clip(clip: Clip, ref: str, base: Timebase) -> Element:
    begin, end = base.frames(clip.start, clip.end)
    return element(
        "asset-clip",
        element("note", clip.credit),
        ref=ref,
        lane=-1 - clip.lane,
        name=clip.name,
        offset=_time(base, begin),
        start="0s",
        duration=_time(base, end - begin),
        audioRole="music",
    )


def _marker(marker: Marker, last: int, base: Timebase) -> Element:
    """Return a marker; one after the end is moved to the last frame, or it would be lost."""
    begin, end = base.frames(marker.start, marker.end)
    begin, end = min(begin, last), min(end, last + 1)
    return element(
        "marker",
        start=_time(base, begin),
        duration=_time(base, end - begin),
        value=marker.name,
        note=marker.colour.capitalize(),
    )


def _time(base: Timebase, frames: int) -> str:
    """Return a number of frames as the exact fraction of seconds that the format requires."""
    seconds = frames / base.fps
    if seconds.denominator == 1:
        return f"{seconds.numerator}s"
    tick: Fraction = 1 / base.fps
    return f"{frames * tick.numerator}/{tick.denominator}s"
