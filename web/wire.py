"""What goes over the wire, as typed models; ``/docs`` shows the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlencode

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

import inference
from inference import (
    EMOTIONS,
    Emotion,
    FaceDoubt,
    FaceReading,
    Mood,
    VoiceDoubt,
    VoiceReading,
    as_mapping,
)
from recommender import (
    NOUNS,
    REPEAT_AFTER,
    Action,
    Cue,
    CueSettings,
    EndReason,
    LicenceClass,
    Mode,
    SessionState,
    StoredSession,
    Track,
)
from recommender.vocabulary import SourceKind
from web.problem import Problem

Probabilities = Annotated[dict[Emotion, float], Field(min_length=len(EMOTIONS))]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Message(BaseModel):
    """Base of all messages from the server."""

    model_config = ConfigDict(frozen=True)


class Voice(Message):
    """What the voice says, and what makes that worth little where it is."""

    probs: Probabilities
    reliability: Fraction
    speech: bool
    doubt: VoiceDoubt | None = None

    @classmethod
    def of(cls, reading: VoiceReading) -> Voice:
        """Put a reading into words."""
        return cls(
            probs=as_mapping(reading.probs),
            reliability=round(reading.reliability, 3),
            speech=reading.speech,
            doubt=reading.doubt,
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
    """What the main face says, what makes that worth little where it is, and every face in view.

    ``aspect`` is width by height of the frame.
    """

    probs: Probabilities
    reliability: Fraction
    faces: list[FaceBox]
    doubt: FaceDoubt | None = None
    aspect: float | None = None

    @classmethod
    def of(cls, reading: FaceReading) -> Face:
        """Put a reading into words."""
        return cls(
            probs=as_mapping(reading.probs),
            reliability=round(reading.reliability, 3),
            faces=[FaceBox.of(face) for face in reading.faces],
            doubt=reading.doubt,
            aspect=None if reading.aspect is None else round(reading.aspect, 4),
        )


class Event(Message):
    """Anything the server tells a session's listeners.

    Events are kept: a field that comes later needs a default, for those of before to be read.

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
    """Who asked for a cue, how well it fits, and what was learned that speaks for it."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)

    origin: Literal["voice", "face", "mood"] = Field(
        validation_alias=AliasChoices("origin", "from"), serialization_alias="from"
    )
    emotion: Emotion
    score: float
    probability: Fraction
    because: str | None
    learned: list[str] = Field(default=[], description="The words of what was learned.")
    mood: Emotion | None = Field(default=None, description="The mood it was learned in.")

    @classmethod
    def of(cls, cue: Cue) -> Why:
        """Put the reason for a cue into words."""
        return cls(
            origin=cue.origin,
            emotion=cue.emotion,
            score=round(cue.score, 4),
            probability=round(cue.probability, 4),
            because=_because(cue),
            learned=list(cue.learned),
            mood=cue.query.label,
        )


def _because(cue: Cue) -> str | None:
    """Return what was learned, such as “because you chose slow piano in sad moments”."""
    if not cue.learned:
        return None
    what = " ".join(cue.learned)
    music = what if cue.learned[-1] in NOUNS else f"{what} music"
    return f"because you chose {music} in {cue.query.label} moments"


Limit = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Limits = tuple[Limit | None, Limit | None]
SourceName = Annotated[str, Field(max_length=64)]


class CueFilters(Message):
    """Which tracks may be cued; see :class:`recommender.ranking.filters.Filters`."""

    licences: Annotated[list[LicenceClass], Field(min_length=1)] = ["publishable"]
    tempo: Limits = (None, None)
    length: Limits = (None, None)
    instrumental: bool = False
    sources: Annotated[list[SourceName], Field(max_length=64)] | None = None

    @field_validator("tempo", "length")
    @classmethod
    def _least_first(cls, limits: Limits) -> Limits:
        least, most = limits
        if least is not None and most is not None and least > most:
            raise ValueError(f"the least, {least:g}, is more than the most, {most:g}")
        return limits


class CueState(Message):
    """What the user of a session asks of its cues; see :class:`recommender.CueSettings`."""

    mode: Mode = "match"
    target: Emotion | None = Field(default=None, description="Mode 'lift': where to lead.")
    mood: Emotion | None = Field(default=None, description="To go by instead of what is sensed.")
    filters: CueFilters = CueFilters()
    repeat_after: Limit = REPEAT_AFTER

    @classmethod
    def of(cls, settings: CueSettings) -> CueState:
        """Put settings into words."""
        return cls.model_validate(asdict(settings))

    def over(self, settings: CueSettings) -> CueSettings:
        """Return settings with what was given here in the place of what was there.

        Raises
        ------
        ValueError
            If a target is missing, or given where nothing is lifted.
        """
        changes = self.model_dump(exclude_unset=True, exclude={"filters"})
        if changes.get("mode", "lift") != "lift":
            changes.setdefault("target", None)
        filters = self.filters.model_dump(exclude_unset=True)
        for name in filters.keys() & {"licences", "sources"}:
            filters[name] = None if filters[name] is None else frozenset(filters[name])
        return replace(settings, **changes, filters=replace(settings.filters, **filters))


class TrackFacts(Message):
    """What is said of a track wherever it is named.

    ``warning`` says what to know before it is published; ``search`` leads to a search for a track
    whose address is not known.
    """

    title: str
    artist: str
    licence: str
    licence_class: LicenceClass
    warning: str | None
    credit: str
    duration: float | None
    bpm: float | None
    offline: bool
    search: str | None


def facts(track: Track) -> dict[str, Any]:
    """Return the fields of :class:`TrackFacts` for a track."""
    return {name: getattr(track, name) for name in TrackFacts.model_fields}


class CueItem(TrackFacts):
    """A track suggested now, and where to get it; ``audio`` is null where that is not known."""

    track_id: str
    audio: str | None
    download: str
    why: Why

    @classmethod
    def of(cls, cue: Cue, *, audio: str, download: str, **more: Any) -> Self:
        """Put a cue into words; ``more`` are the further fields of a subclass."""
        return cls(
            **facts(cue.track),
            track_id=cue.track.id,
            audio=audio if cue.track.audio else None,
            download=download,
            why=Why.of(cue),
            **more,
        )


class CuesEvent(Event):
    """A new list of cues; it replaces the one before."""

    type: Literal["cues"] = "cues"
    items: list[CueItem]
    settings: CueState


class FeedbackEvent(Event):
    """Someone did something with a track."""

    type: Literal["feedback"] = "feedback"
    action: Action
    track_id: str


class StatusEvent(Event, Problem):
    """How the source is doing, and why nothing comes from it."""

    type: Literal["status"] = "status"
    state: Literal["live", "lost"]


class PlayedTrack(TrackFacts):
    """A track that plays."""

    track_id: str

    @classmethod
    def of(cls, track: Track) -> PlayedTrack:
        """Put a track into words."""
        return cls(**facts(track), track_id=track.id)


class PlayingEvent(Event):
    """What plays from now on; ``track`` is null where nothing does."""

    type: Literal["playing"] = "playing"
    track: PlayedTrack | None


class NoteEvent(Event):
    """Someone marked the moment ``t``.

    Attributes
    ----------
    id : int
        The note: the number of the event that brought it.
    text : str or None
        What they wrote; null where they took the note back.
    """

    type: Literal["note"] = "note"
    id: int
    text: str | None


class EndEvent(Event, Problem):
    """The last event of a session while it ran, and what failed; only notes may follow."""

    type: Literal["end"] = "end"
    reason: EndReason


class SessionInfo(Message):
    """A session as its owner sees it.

    Attributes
    ----------
    reason : EndReason or None
        Why it ended: ``interrupted`` if the server was killed. None while it runs.
    t : float
        How long it has run, in seconds.
    duration : float or None
        Length of its source in seconds, if it has an end and tells.
    moods : dict
        Seconds of each mood.
    cues : CueState or None
        The cue settings; None once it has ended, and in lists.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    title: str
    source: SourceKind
    state: SessionState
    reason: EndReason | None
    started_at: datetime
    t: float
    duration: float | None
    moods: dict[Emotion, float]
    cues: CueState | None = None

    @classmethod
    def of(cls, session: StoredSession) -> Self:
        """Describe a stored session."""
        return cls.model_validate(session)


class SessionList(Message):
    """Sessions, newest first; ``next`` is the ``before`` of the next page, if there is one."""

    items: list[SessionInfo]
    next: str | None


AnyEvent = MoodEvent | CuesEvent | FeedbackEvent | PlayingEvent | NoteEvent | StatusEvent | EndEvent


def cue_items(cues: Iterable[Cue], *, session: str) -> list[CueItem]:
    """Describe the cues of a session.

    Their download addresses lack the token, which is not stored: see
    :func:`web.sessions.events.with_token`.
    """
    query = urlencode({"session": session})
    return [
        CueItem.of(cue, audio=f"{track}/audio", download=f"{track}/download?{query}")
        for cue in cues
        for track in (f"/api/tracks/{cue.track.id}",)
    ]
