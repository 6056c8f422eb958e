"""JSON with all data of a session."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from web.export.cut import Cut
from web.export.timebase import Timebase
from web.sessions.record import Download, Play


def document(cut: Cut, base: Timebase) -> str:
    """Return the session and its layout on the timeline as JSON."""
    record = cut.record
    return json.dumps(
        {
            "session": {
                "id": record.id,
                "title": record.title,
                "source": record.source,
                "started_at": record.started_at.isoformat(),
                "duration": record.duration,
            },
            "timecode": {
                "rate": base.rate,
                "start": base.timecode(0),
                "drop_frame": base.drop_frame,
            },
            "stretches": [
                {
                    "start": segment.start,
                    "end": segment.end,
                    "timecode_in": base.at(segment.start),
                    "timecode_out": base.at(segment.end),
                    "label": segment.label,
                    "confidence": round(segment.confidence, 4),
                    "conflict": round(segment.conflict, 4),
                }
                for segment in cut.segments
            ],
            "music": [
                {
                    **asdict(clip),
                    "timecode_in": base.at(clip.start),
                    "timecode_out": base.at(clip.end),
                    "chosen": cut.chosen,
                }
                for clip in cut.clips
            ],
            "timeline": [mood.model_dump(mode="json") for mood in record.moods],
            "cues": [
                {
                    "t": cues.t,
                    # Without the addresses, which contain the token of the session.
                    "items": [
                        item.model_dump(mode="json", exclude={"audio", "download"})
                        for item in cues.items
                    ],
                }
                for cues in record.cues
            ],
            "plays": [_track(play) | {"end": play.end} for play in record.plays],
            "downloads": [_track(download) for download in record.downloads],
            "notes": [asdict(note) for note in record.notes],
        },
    )


def _track(used: Play | Download) -> dict[str, Any]:
    return {"t": used.t, "track_id": used.track_id, **used.track.model_dump(mode="json")}
