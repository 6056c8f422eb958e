"""The messages on the wire as typed models; ``/docs`` shows the same."""

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
    """The reading of the voice; ``doubt`` is the reason for a low reliability."""

    probs: Probabilities
    reliability: Fraction
    speech: bool
    doubt: VoiceDoubt | None = None

    @classmethod
    def of(cls, reading: VoiceReading) -> Voice:
        """Convert a reading."""
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
        """Convert a face."""
        x, y, width, height = (round(side, 4) for side in face.box)
        return cls(id=face.id, box=(x, y, width, height), label=face.label, speaking=face.speaking)


class Face(Message):
    """The reading of the main face, and all faces in view.

    ``doubt`` is the reason for a low reliability; ``aspect`` is frame width divided by height.
    """

    probs: Probabilities
    reliability: Fraction
    faces: list[FaceBox]
    doubt: FaceDoubt | None = None
    aspect: float | None = None

    @classmethod
    def of(cls, reading: FaceReading) -> Face:
        """Convert a reading."""
        return cls(
            probs=as_mapping(reading.probs),
            reliability=round(reading.reliability, 3),
            faces=[FaceBox.of(face) for face in reading.faces],
            doubt=reading.doubt,
            aspect=None if reading.aspect is None else round(reading.aspect, 4),
        )


class Event(Message):
    """Base of all events of a session.

    Events are stored: a new field needs a default, so that older events can still be read.

    Attributes
    ----------
    seq : int
        Number of the event; starts at 1 and increases by 1.
    t : float
        Seconds since the session began.
    """

    seq: int
    t: float


class Alternative(Message):
    """The mood without some of the evidence."""

    label: Emotion
    confidence: Fraction

    @classmethod
    def of(cls, alternative: inference.Alternative) -> Alternative:
        """Convert an alternative."""
        return cls(label=alternative.label, confidence=round(alternative.confidence, 4))


class Without(Message):
    """What the mood would be without the voice, and without the face."""

    voice: Alternative
    face: Alternative

    @classmethod
    def of(cls, without: inference.Without) -> Without:
        """Convert the alternatives of a mood."""
        return cls(voice=Alternative.of(without.voice), face=Alternative.of(without.face))


class Opinions(Message):
    """The emotions that voice and face express, by each alone."""

    voice: Emotion
    face: Emotion


class MoodEvent(Event):
    """The mood at ``t``.

    Attributes
    ----------
    set : list of Emotion
        The smallest set of emotions that holds the true one with a probability of 90 %, likeliest
        first; empty in sessions stored before version 0.3.
    conflict : bool
        Whether voice and face more probably express different emotions than the same one.
    opinions : Opinions or None
        The two emotions, in a conflict.
    without : Without or None
        The reason for the mood: what it would be without voice or face. None unless the source has
        both.
    """

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
    set: list[Emotion] = []
    conflict: bool = False
    opinions: Opinions | None = None
    without: Without | None = None

    @classmethod
    def of(cls, mood: Mood, *, seq: int, latency: float = 0.0, dropped: int = 0) -> MoodEvent:
        """Convert a mood.

        Parameters
        ----------
        mood : Mood
            The mood from the analyser.
        seq : int
            Number of the event.
        latency : float
            Time from the end of the window to this event, in seconds.
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
            set=list(mood.set),
            conflict=mood.conflict,
            opinions=_opinions(mood),
            without=None if mood.without is None else Without.of(mood.without),
        )


def _opinions(mood: Mood) -> Opinions | None:
    if mood.without is None or not mood.conflict:
        return None
    return Opinions(voice=mood.without.face.label, face=mood.without.voice.label)


class Why(Message):
    """The reason for a cue: its origin, its score, and what was learned in its favour."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)

    origin: Literal["voice", "face", "mood"] = Field(
        validation_alias=AliasChoices("origin", "from"), serialization_alias="from"
    )
    emotion: Emotion
    score: float
    probability: Fraction
    because: str | None
    learned: list[str] = Field(
        default=[], description="Learned words that describe the track, such as its instrument."
    )
    mood: Emotion | None = Field(
        default=None, description="The mood in which the words were learned."
    )

    @classmethod
    def of(cls, cue: Cue) -> Why:
        """Return the reason for a cue."""
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
    """Return what was learned as a clause, such as “because you chose slow piano in sad moments”.

    None if nothing was learned.
    """
    if not cue.learned:
        return None
    words = " ".join(cue.learned)
    music = words if cue.learned[-1] in NOUNS else f"{words} music"
    return f"because you chose {music} in {cue.query.label} moments"


Limit = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Limits = tuple[Limit | None, Limit | None]
SourceName = Annotated[str, Field(max_length=64)]


class CueFilters(Message):
    """The tracks that may be cued; see :class:`recommender.ranking.filters.Filters`."""

    licences: Annotated[list[LicenceClass], Field(min_length=1)] = ["publishable"]
    tempo: Limits = (None, None)
    length: Limits = (None, None)
    instrumental: bool = False
    sources: Annotated[list[SourceName], Field(max_length=64)] | None = None

    @field_validator("tempo", "length")
    @classmethod
    def _ordered(cls, limits: Limits) -> Limits:
        lower, upper = limits
        if lower is not None and upper is not None and lower > upper:
            raise ValueError(f"the lower limit {lower:g} exceeds the upper limit {upper:g}")
        return limits


class CueState(Message):
    """How the cues of a session are chosen; see :class:`recommender.CueSettings`."""

    mode: Mode = "match"
    target: Emotion | None = Field(
        default=None, description="The emotion to lead to in the mode 'lift'."
    )
    mood: Emotion | None = Field(
        default=None, description="A mood set by hand, instead of the estimate."
    )
    filters: CueFilters = CueFilters()
    repeat_after: Limit = REPEAT_AFTER

    @classmethod
    def of(cls, settings: CueSettings) -> CueState:
        """Convert settings."""
        return cls.model_validate(asdict(settings))

    def over(self, settings: CueSettings) -> CueSettings:
        """Return settings with the fields that are set here replaced.

        Raises
        ------
        ValueError
            If the mode ``lift`` has no target, or another mode has one.
        """
        changes = self.model_dump(exclude_unset=True, exclude={"filters"})
        if changes.get("mode", "lift") != "lift":
            changes.setdefault("target", None)
        filters = self.filters.model_dump(exclude_unset=True)
        for name in filters.keys() & {"licences", "sources"}:
            filters[name] = None if filters[name] is None else frozenset(filters[name])
        return replace(settings, **changes, filters=replace(settings.filters, **filters))


class TrackFacts(Message):
    """Facts about a track.

    ``warning`` says what to consider before publishing the track; ``search`` is the URL of a web
    search if the address of the track is not known.
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
    """A track suggested now; ``audio`` is null if its address is not known."""

    track_id: str
    audio: str | None
    download: str
    why: Why

    @classmethod
    def of(cls, cue: Cue, *, audio: str, download: str, **more: Any) -> Self:
        """Convert a cue; ``more`` are the additional fields of a subclass."""
        return cls(
            **facts(cue.track),
            track_id=cue.track.id,
            audio=audio if cue.track.audio else None,
            download=download,
            why=Why.of(cue),
            **more,
        )


class CuesEvent(Event):
    """A new list of cues, which replaces the previous one."""

    type: Literal["cues"] = "cues"
    items: list[CueItem]
    settings: CueState


class FeedbackEvent(Event):
    """A user previewed, downloaded, liked or skipped a track."""

    type: Literal["feedback"] = "feedback"
    action: Action
    track_id: str


class StatusEvent(Event, Problem):
    """Whether media arrive from the source, and why not."""

    type: Literal["status"] = "status"
    state: Literal["live", "lost"]


class PlayedTrack(TrackFacts):
    """A track that is playing."""

    track_id: str

    @classmethod
    def of(cls, track: Track) -> PlayedTrack:
        """Convert a track."""
        return cls(**facts(track), track_id=track.id)


class PlayingEvent(Event):
    """The track that plays from now on; null if none does."""

    type: Literal["playing"] = "playing"
    track: PlayedTrack | None


class NoteEvent(Event):
    """A note at the time ``t``, or its deletion.

    Attributes
    ----------
    id : int
        Number of the event that added the note.
    text : str or None
        Text of the note; null if it was deleted.
    """

    type: Literal["note"] = "note"
    id: int
    text: str | None


class EndEvent(Event, Problem):
    """The end of a session, and what failed; only notes may follow."""

    type: Literal["end"] = "end"
    reason: EndReason


class SessionInfo(Message):
    """A session as its owner sees it.

    Attributes
    ----------
    reason : EndReason or None
        Why it ended: ``interrupted`` if the server was killed. None while it runs.
    t : float
        Seconds since it began; its length once it has ended.
    duration : float or None
        Length of its source in seconds, if known.
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
        """Convert a stored session."""
        return cls.model_validate(session)


class SessionList(Message):
    """Sessions, newest first; ``next`` is the ``before`` of the next page, null on the last."""

    items: list[SessionInfo]
    next: str | None


AnyEvent = MoodEvent | CuesEvent | FeedbackEvent | PlayingEvent | NoteEvent | StatusEvent | EndEvent


def cue_items(cues: Iterable[Cue], *, session: str) -> list[CueItem]:
    """Convert the cues of a session.

    The download addresses have no token, because tokens are not stored; see
    :func:`web.sessions.events.with_token`.
    """
    query = urlencode({"session": session})
    return [
        CueItem.of(cue, audio=f"{track}/audio", download=f"{track}/download?{query}")
        for cue in cues
        for track in (f"/api/tracks/{cue.track.id}",)
    ]
