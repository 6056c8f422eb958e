"""Sessions of the past, written into the database as a server would have written them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from inference import EMOTIONS, Emotion
from recommender import Catalogue, FeedbackLog, History, Progress, Track
from web.security import hashed
from web.sessions.events import as_stored
from web.wire import (
    Alternative,
    AnyEvent,
    CueItem,
    CuesEvent,
    CueState,
    EndEvent,
    Face,
    FaceBox,
    MoodEvent,
    NoteEvent,
    Opinions,
    PlayedTrack,
    PlayingEvent,
    Voice,
    Why,
    Without,
    facts,
)

CUES_EVERY = 15
"""Seconds between two lists of cues."""

PLACES = {
    "neutral": (0.0, 0.0),
    "calm": (0.5, -0.6),
    "happy": (0.8, 0.5),
    "sad": (-0.7, -0.5),
    "angry": (-0.6, 0.8),
    "fearful": (-0.7, 0.6),
    "disgust": (-0.7, 0.3),
    "surprised": (0.2, 0.8),
}
"""Valence and arousal, roughly."""


def write_session(
    data_dir: Path,
    session_id: str,
    scenes: Sequence[tuple[Emotion, int]],
    *,
    token: str = "secret",
    title: str = "",
    ago: timedelta = timedelta(hours=1),
) -> None:
    """Write a session with scenes of a mood and its seconds, one note, one download.

    The note stands at second 20, the download at second 40; a track plays from 30 to 90. Nobody
    speaks in every fourth stretch of ten seconds. The face changes with the scene, the voice four
    seconds later.
    """
    data_dir.mkdir(exist_ok=True)
    with closing(Catalogue.open(f"sqlite:///{data_dir / 'moodcue.db'}")) as catalogue:
        began = datetime.now(UTC) - ago
        tracks = catalogue.search("piano", limit=40).tracks
        events = list(_events(scenes, tracks))
        moods = [event for event in events if isinstance(event, MoodEvent)]
        history = History(catalogue.engine, lambda: began + timedelta(seconds=events[-1].t))
        history.begin(
            session_id,
            title=title,
            source="browser",
            token_hash=hashed(token),
            viewer_hash=hashed(f"{token} to watch"),
            started_at=began,
            duration=None,
        )
        shares = {e: float(sum(m.label == e for m in moods)) for e in EMOTIONS}
        news = Progress(
            session_id,
            "ended",
            "stopped",
            t=events[-1].t,
            duration=None,
            moods={emotion: seconds for emotion, seconds in shares.items() if seconds},
            events=[as_stored(event) for event in events],
        )
        history.write([news])
        FeedbackLog(catalogue.engine).record(
            session_id=session_id,
            t=40.0,
            track_id=tracks[2].id,
            action="downloaded",
            mood=moods[40].label,
        )


def _events(scenes: Sequence[tuple[Emotion, int]], tracks: Sequence[Track]) -> Iterator[AnyEvent]:
    seqs = count(1)
    labels = [label for label, seconds in scenes for _ in range(seconds)]
    for second, label in enumerate(labels):
        yield _mood(next(seqs), second, label, labels[max(0, second - 4)])
        if second % CUES_EVERY == 3:
            shown = [tracks[(second + i) % len(tracks)] for i in range(5)]
            yield CuesEvent(
                seq=next(seqs),
                t=second,
                items=[_cue(track, label) for track in shown],
                settings=CueState(),
            )
        if second == 20:
            seq = next(seqs)
            yield NoteEvent(seq=seq, t=20, id=seq, text="The scene begins")
        if second in (30, 90):
            played = PlayedTrack.of(tracks[2]) if second == 30 else None
            yield PlayingEvent(seq=next(seqs), t=second, track=played)
    yield EndEvent(seq=next(seqs), t=len(labels), reason="stopped")


def _mood(seq: int, second: int, label: Emotion, before: Emotion) -> MoodEvent:
    wobble = (second * 7 % 11) / 100
    probs = dict.fromkeys(EMOTIONS, 0.05)
    probs[label] += 0.4 - wobble
    probs[before] += 0.2 + wobble
    speech = second // 10 % 4 != 3
    (valence, arousal), (was_valence, was_arousal) = PLACES[label], PLACES[before]
    return MoodEvent(
        seq=seq,
        t=second,
        label=label,
        confidence=probs[label],
        probs=probs,
        valence=0.7 * valence + 0.3 * was_valence + wobble,
        arousal=0.7 * arousal + 0.3 * was_arousal - wobble,
        voice=Voice(
            probs=probs,
            reliability=0.8 if speech else 0.0,
            speech=speech,
            doubt=None if speech else "no_speech",
        ),
        face=Face(
            probs=probs,
            reliability=0.9,
            faces=[FaceBox(id=1, box=(0.3, 0.2, 0.3, 0.4), label=label, speaking=speech)],
            aspect=1.3333,
        ),
        latency_ms=180,
        dropped=0,
        set=sorted({label, before}, key=EMOTIONS.index),
        conflict=label != before,
        opinions=Opinions(voice=before, face=label) if label != before else None,
        without=Without(
            voice=Alternative(label=label, confidence=0.62),
            face=Alternative(label=before, confidence=0.71),
        ),
    )


def _cue(track: Track, emotion: Emotion) -> CueItem:
    address = f"/api/tracks/{track.id}"
    return CueItem(
        **facts(track),
        track_id=track.id,
        audio=f"{address}/audio",
        download=f"{address}/download",
        why=Why(origin="mood", emotion=emotion, score=0.8, probability=0.5, because=None),
    )
