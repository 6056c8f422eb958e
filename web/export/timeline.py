"""OpenTimelineIO, which most editing software can import."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from web.export.cut import Clip, Cut, Marker
from web.export.problem import ExportError
from web.export.text import relative_url
from web.export.timebase import Timebase

if TYPE_CHECKING:
    from opentimelineio import schema
    from opentimelineio.opentime import TimeRange


def require_library() -> None:
    """Check that OpenTimelineIO is installed.

    Raises
    ------
    ExportError
        If it is not.
    """
    if find_spec("opentimelineio") is None:
        raise ExportError("OpenTimelineIO is not installed: pip install 'moodcue[post]'")


def otio(cut: Cut, base: Timebase) -> str:
    """Return a timeline with the session, the music below it, and all markers."""
    from opentimelineio import schema
    from opentimelineio.opentime import RationalTime

    timeline = schema.Timeline(
        cut.title,
        global_start_time=RationalTime(base.start, float(base.fps)),
        metadata={"moodcue": {"rate": base.rate, "drop_frame": base.drop_frame}},
    )
    kind = schema.TrackKind.Video if cut.has_video else schema.TrackKind.Audio
    whole = _span(base, *base.frames(0, cut.duration))
    session = schema.Clip(cut.title, _file(cut.title, whole), whole)
    timeline.tracks.append(schema.Track("Session", [session], kind=kind))
    for lane in sorted({clip.lane for clip in cut.clips}):
        timeline.tracks.append(_music(cut, lane, base))
    timeline.tracks.markers.extend(_marker(marker, base) for marker in cut.markers)
    return str(timeline.to_json_string())


def _music(cut: Cut, lane: int, base: Timebase) -> schema.Track:
    from opentimelineio import schema

    track = schema.Track(f"Music {lane + 1}", kind=schema.TrackKind.Audio)
    reached = 0
    for clip in cut.clips:
        if clip.lane == lane:
            begin, end = base.frames(clip.start, clip.end)
            if begin > reached:
                track.append(schema.Gap(source_range=_span(base, 0, begin - reached)))
            track.append(_clip(clip, end - begin, base))
            reached = end
    return track


def _clip(clip: Clip, frames: int, base: Timebase) -> schema.Clip:
    from opentimelineio import schema

    length = None if clip.length is None else _span(base, *base.frames(0, clip.length))
    about = {
        "track_id": clip.track_id,
        "title": clip.title,
        "artist": clip.artist,
        "licence": clip.licence,
        "credit": clip.credit,
        "warning": clip.warning,
    }
    media = _file(f"{clip.name}.mp3", length)
    return schema.Clip(clip.name, media, _span(base, 0, frames), metadata={"moodcue": about})


def _file(name: str, length: TimeRange | None) -> schema.ExternalReference:
    from opentimelineio import schema

    return schema.ExternalReference(target_url=relative_url(name), available_range=length)


def _marker(marker: Marker, base: Timebase) -> schema.Marker:
    from opentimelineio import schema

    mood = marker.segment
    about = {"emotion": mood.label, "confidence": round(mood.confidence, 4)} if mood else {}
    return schema.Marker(
        marker.name,
        _span(base, *base.frames(marker.start, marker.end)),
        marker.colour,
        metadata={"moodcue": about},
    )


def _span(base: Timebase, begin: int, end: int) -> TimeRange:
    from opentimelineio.opentime import RationalTime, TimeRange

    rate = float(base.fps)
    return TimeRange(RationalTime(begin, rate), RationalTime(end - begin, rate))
