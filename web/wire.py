"""What goes over the wire, as typed models; ``/docs`` shows the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

import inference
from inference import Emotion, FaceReading, Mood, VoiceReading, as_mapping
from recommender import Action, Cue, Track

Probabilities = dict[Emotion, float]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Message(BaseModel):
    """Base of all messages from the server."""

    model_config = ConfigDict(frozen=True)


class Voice(Message):
    """What the voice says."""

    probs: Probabilities
    reliability: Fraction
    speech: bool

    @classmethod
    def of(cls, reading: VoiceReading) -> Voice:
        """Put a reading into words."""
        return cls(
            probs=as_mapping(reading.probs),
            reliability=round(reading.reliability, 3),
            speech=reading.speech,
        )


class FaceBox(Message):
    """One face; the box is left, top, width, height as fractions of the frame."""

    id: int
    box: tuple[float, float, float, float]
    label: Emotion
    speaking: bool

    @classmethod
    def of(cls, face: inference.Face) -> FaceBox:
        """Put a face into words."""
        x, y, width, height = (round(side, 4) for side in face.box)
        return cls(id=face.id, box=(x, y, width, height), label=face.label, speaking=face.speaking)


class Face(Message):
    """What the main face says, and every face in view."""

    probs: Probabilities
    reliability: Fraction
    faces: list[FaceBox]

    @classmethod
    def of(cls, reading: FaceReading) -> Face:
        """Put a reading into words."""
        return cls(
            probs=as_mapping(reading.probs),
            reliability=round(reading.reliability, 3),
            faces=[FaceBox.of(face) for face in reading.faces],
        )


class Event(Message):
    """Anything the server tells a session's listeners.

    Attributes
    ----------
    seq : int
        Counts up by 1 from 1.
    t : float
        Seconds since the session began.
    """

    seq: int
    t: float


class MoodEvent(Event):
    """The mood at ``t``."""

    type: Literal["mood"] = "mood"
    label: Emotion
    confidence: Fraction
    probs: Probabilities
    valence: float
    arousal: float
    voice: Voice | None
    face: Face | None
    latency_ms: int
    dropped: int

    @classmethod
    def of(cls, mood: Mood, *, seq: int, latency: float = 0.0, dropped: int = 0) -> MoodEvent:
        """Put a mood into words.

        Parameters
        ----------
        mood : Mood
            What the analyser concluded.
        seq : int
            Place in the session's events.
        latency : float
            From the end of the window to this event, in seconds.
        dropped : int
            Windows dropped since the session began.
        """
        return cls(
            seq=seq,
            t=round(mood.t, 3),
            label=mood.label,
            confidence=round(mood.confidence, 4),
            probs=as_mapping(mood.probs),
            valence=round(mood.valence, 4),
            arousal=round(mood.arousal, 4),
            voice=None if mood.voice is None else Voice.of(mood.voice),
            face=None if mood.face is None else Face.of(mood.face),
            latency_ms=round(latency * 1000),
            dropped=dropped,
        )


class Why(Message):
    """Who asked for a cue, and how well it fits."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)

    origin: Literal["voice", "face", "mood"] = Field(
        validation_alias="origin", serialization_alias="from"
    )
    emotion: Emotion
    score: float


class TrackFacts(Message):
    """What is said of a track wherever it is named."""

    title: str
    artist: str
    licence: str
    credit: str
    duration: float | None
    bpm: float | None
    offline: bool


def facts(track: Track) -> dict[str, Any]:
    """Return the fields of :class:`TrackFacts` for a track."""
    return {name: getattr(track, name) for name in TrackFacts.model_fields}


class CueItem(TrackFacts):
    """A track suggested now, and where to get it."""

    track_id: str
    audio: str
    download: str
    why: Why

    @classmethod
    def of(cls, cue: Cue, *, audio: str, download: str, **more: Any) -> Self:
        """Put a cue into words; ``more`` are the further fields of a subclass."""
        return cls(
            **facts(cue.track),
            track_id=cue.track.id,
            audio=audio,
            download=download,
            why=Why(origin=cue.why_from, emotion=cue.emotion, score=round(cue.score, 4)),
            **more,
        )


class CuesEvent(Event):
    """A new list of cues; it replaces the one before."""

    type: Literal["cues"] = "cues"
    items: list[CueItem]


class FeedbackEvent(Event):
    """Someone did something with a track."""

    type: Literal["feedback"] = "feedback"
    action: Action
    track_id: str


class StatusEvent(Event):
    """How the source is doing."""

    type: Literal["status"] = "status"
    state: Literal["live", "lost"]
    detail: str | None = None


class EndEvent(Event):
    """The last event of a session."""

    type: Literal["end"] = "end"
    reason: Literal["stopped", "lost", "finished", "failed"]
    detail: str | None = None


AnyEvent = MoodEvent | CuesEvent | FeedbackEvent | StatusEvent | EndEvent


def cue_items(cues: Iterable[Cue], *, session: str, token: str) -> list[CueItem]:
    """Put the cues of a session into words, with addresses that its page can use as they are."""
    query = urlencode({"session": session, "token": token})
    return [
        CueItem.of(cue, audio=f"{track}/audio", download=f"{track}/download?{query}")
        for cue in cues
        for track in (f"/api/tracks/{cue.track.id}",)
    ]
