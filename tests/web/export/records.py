"""Sessions to export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from inference import EMOTIONS, Emotion
from web.sessions.record import Download, Note, Play, Record
from web.wire import CueItem, CuesEvent, CueState, Face, MoodEvent, TrackFacts, Voice, Why

CONFIDENCE = 0.7


def mood(
    t: float, label: Emotion, confidence: float = CONFIDENCE, *, face: bool = True
) -> MoodEvent:
    rest = (1 - confidence) / (len(EMOTIONS) - 1)
    probs = {emotion: confidence if emotion == label else rest for emotion in EMOTIONS}
    return MoodEvent(
        seq=round(t) + 1,
        t=t,
        label=label,
        confidence=confidence,
        probs=probs,
        valence=0.1,
        arousal=0.2,
        voice=Voice(probs=probs, reliability=0.8, speech=True),
        face=Face(probs=probs, reliability=0.9, faces=[]) if face else None,
        latency_ms=120,
        dropped=0,
    )


def moods(*parts: tuple[int, Emotion], face: bool = True) -> tuple[MoodEvent, ...]:
    """Return a mood a second: so many of each, from the first second on."""
    labels = [label for count, label in parts for _ in range(count)]
    return tuple(mood(float(t), label, face=face) for t, label in enumerate(labels, start=1))


@cache
def three_hours() -> tuple[MoodEvent, ...]:
    """Return two moods in turn, half a minute each."""
    parts: list[tuple[int, Emotion]] = [(30, "happy"), (30, "sad")]
    return moods(*parts * 180)


def track(title: str = "Carefree", artist: str = "Kevin MacLeod", **more: Any) -> TrackFacts:
    return TrackFacts(
        **{
            "title": title,
            "artist": artist,
            "licence": "CC-BY-4.0",
            "licence_class": "publishable",
            "warning": None,
            "credit": f"“{title}” by {artist}, licensed under CC BY 4.0",
            "duration": 205.0,
            "bpm": 120.0,
            "offline": True,
            "search": None,
            **more,
        }
    )


def cues(t: float, **tracks: TrackFacts) -> CuesEvent:
    """Return a list of cues by the names of its tracks."""
    why = Why(origin="mood", emotion="happy", score=0.8, probability=0.1, because=None)
    items = [
        CueItem(
            **facts.model_dump(),
            track_id=track_id,
            audio=f"/api/tracks/{track_id}/audio",
            download=f"/api/tracks/{track_id}/download?session=s&token=SECRET",
            why=why,
        )
        for track_id, facts in tracks.items()
    ]
    return CuesEvent(seq=1, t=t, items=items, settings=CueState())


def record(
    moods: Sequence[MoodEvent] = (),
    *,
    duration: float | None = None,
    cues: Iterable[CuesEvent] = (),
    plays: Iterable[Play] = (),
    downloads: Iterable[Download] = (),
    notes: Iterable[Note] = (),
    title: str = "Evening stream",
) -> Record:
    last = moods[-1].t if moods else 0.0
    return Record(
        id="0123456789abcdef",
        title=title,
        source="browser",
        started_at=datetime(2026, 11, 22, 18, 30, tzinfo=UTC),
        duration=last + 0.4 if duration is None else duration,
        moods=tuple(moods),
        cues=tuple(cues),
        plays=tuple(plays),
        downloads=tuple(downloads),
        notes=tuple(notes),
    )
