"""All that is known of a session, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from web.export.cut import Cut
from web.export.timebase import Timebase
from web.sessions.record import Download, Play


def document(cut: Cut, base: Timebase) -> str:
    """Return a session, and what was concluded from it, as JSON."""
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
                    "start": stretch.start,
                    "end": stretch.end,
                    "timecode_in": base.at(stretch.start),
                    "timecode_out": base.at(stretch.end),
                    "label": stretch.label,
                    "confidence": round(stretch.confidence, 4),
                }
                for stretch in cut.stretches
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
                    # The addresses of a session hold its token.
                    "items": [
                        item.model_dump(mode="json", exclude={"audio", "download"})
                        for item in cues.items
                    ],
                }
                for cues in record.cues
            ],
            "plays": [_of(play) | {"end": play.end} for play in record.plays],
            "downloads": [_of(download) for download in record.downloads],
            "notes": [asdict(note) for note in record.notes],
        },
    )


def _of(choice: Play | Download) -> dict[str, Any]:
    return {"t": choice.t, "track_id": choice.track_id, **choice.track.model_dump(mode="json")}
