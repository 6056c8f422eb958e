"""The tables: tracks, the library's files, lists of cues, what people did with them, sessions.

A change here needs a revision in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from inference.emotion import EMOTIONS, Emotion
from recommender.vocabulary import (
    ACTIONS,
    END_REASONS,
    MODES,
    SESSION_STATES,
    Action,
    EndReason,
    Mode,
    SessionState,
)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment with its time zone, stored in UTC on servers that know none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn the moment into UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Name the zone that SQLite leaves out; PostgreSQL answers in that of its session."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _one_of(name: str, values: tuple[str, ...]) -> Enum:
    return Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


class Base(DeclarativeBase):
    """What the tables have in common: predictable names of constraints, for migrations."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Double}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class TrackRow(Base):
    """One track; see :class:`recommender.music.track.Track` for the columns.

    Attributes
    ----------
    audio : str
        Empty where no address is known.
    title_key : str
        What tracks are ordered by.
    words : str
        What a search looks through.
    estimate : dict or None
        Where a person has set the mood, the values of its columns that were estimated.
    """

    __tablename__ = "tracks"
    __table_args__ = (
        CheckConstraint("valence BETWEEN -1 AND 1", name="valence"),
        CheckConstraint("arousal BETWEEN -1 AND 1", name="arousal"),
        Index(None, "title_key", "id"),
        Index(None, "emotion", "title_key", "id"),
        Index(None, "licence", "title_key", "id"),
        Index(None, "source", "title_key", "id"),
        Index(None, "bpm"),
        Index(None, "valence", "arousal"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    artist: Mapped[str] = mapped_column(Text)
    licence: Mapped[str] = mapped_column(String(64))
    duration: Mapped[float | None]
    bpm: Mapped[float | None]
    feels: Mapped[str] = mapped_column(Text)
    instruments: Mapped[str] = mapped_column(Text)
    emotion: Mapped[Emotion] = mapped_column(_one_of("emotion", EMOTIONS))
    neutral: Mapped[float]
    calm: Mapped[float]
    happy: Mapped[float]
    sad: Mapped[float]
    angry: Mapped[float]
    fearful: Mapped[float]
    disgust: Mapped[float]
    surprised: Mapped[float]
    valence: Mapped[float]
    arousal: Mapped[float]
    source: Mapped[str] = mapped_column(String(64))
    page: Mapped[str | None] = mapped_column(Text)
    audio: Mapped[str] = mapped_column(Text)
    attribution: Mapped[str | None] = mapped_column(Text)
    cover: Mapped[bool] = mapped_column(server_default=false())
    corrected: Mapped[bool] = mapped_column(server_default=false())
    missing: Mapped[bool] = mapped_column(server_default=false())
    title_key: Mapped[str] = mapped_column(Text, server_default="")
    words: Mapped[str] = mapped_column(Text, server_default="")
    estimate: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class LibraryFolderRow(Base):
    """A folder of the user's whose music is in the catalogue."""

    __tablename__ = "library_folders"

    path: Mapped[str] = mapped_column(Text, primary_key=True)


class LibraryFileRow(Base):
    """A file in such a folder, as it was when it was last looked at.

    Attributes
    ----------
    path : str
        Absolute, without symbolic links.
    size, modified : int
        Bytes, and nanoseconds since 1970.
    track_id : str or None
        The track it holds; several files may hold the same. None where it cannot be read.
    problem, problem_code : str or None
        Why it cannot be read: in English, and for programs.
    tags, sound : dict or None
        What it says about itself (:class:`recommender.library.tags.Tags`), and how it sounds
        (:class:`recommender.library.sound.Sound`).
    present : bool
        Whether it was there at the last look.
    """

    __tablename__ = "library_files"
    __table_args__ = (Index(None, "folder"), Index(None, "track_id"))

    path: Mapped[str] = mapped_column(Text, primary_key=True)
    folder: Mapped[str] = mapped_column(ForeignKey("library_folders.path"), type_=Text)
    size: Mapped[int] = mapped_column(BigInteger)
    modified: Mapped[int] = mapped_column(BigInteger)
    track_id: Mapped[str | None] = mapped_column(String(64))
    problem: Mapped[str | None] = mapped_column(Text)
    problem_code: Mapped[str | None] = mapped_column(String(64))
    tags: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sound: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    present: Mapped[bool]


class ImportRow(Base):
    """The version of a built-in catalogue that was last taken over."""

    __tablename__ = "imports"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]


class CueListRow(Base):
    """A list of cues that was shown, with all that it was made from; its tracks are feedback.

    Attributes
    ----------
    neutral, ..., surprised : float
        The mood that the list answers, which is the present one in the mode ``match`` alone.
    filters : str
        Which tracks were let through, as JSON; see :class:`recommender.ranking.cues.Filters`.
    """

    __tablename__ = "cue_lists"
    __table_args__ = (
        CheckConstraint("t >= 0", name="t"),
        Index(None, "session_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    t: Mapped[float]
    mode: Mapped[Mode] = mapped_column(_one_of("mode", MODES))
    neutral: Mapped[float]
    calm: Mapped[float]
    happy: Mapped[float]
    sad: Mapped[float]
    angry: Mapped[float]
    fearful: Mapped[float]
    disgust: Mapped[float]
    surprised: Mapped[float]
    filters: Mapped[str] = mapped_column(Text)


class ResetRow(Base):
    """Where learning began anew: feedback up to ``feedback_id`` counts no more."""

    __tablename__ = "resets"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    feedback_id: Mapped[int]


def _of_downloads(*columns: str) -> Index:
    """Return an index of downloads alone: the many cues that were merely shown cost it nothing."""
    downloaded = text("action = 'downloaded'")
    return Index(None, *columns, sqlite_where=downloaded, postgresql_where=downloaded)


class FeedbackRow(Base):
    """One thing somebody did with a cue; see :class:`recommender.store.feedback.Feedback`."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("t >= 0", name="t"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint("rank >= 1", name="rank"),
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
        CheckConstraint("seconds >= 0", name="seconds"),
        _of_downloads("id"),
        _of_downloads("at", "id"),
        _of_downloads("mood", "at", "id"),
        _of_downloads("track_id", "at", "id", "mood"),
        Index(None, "list_id"),
        Index(None, "session_id", "id"),
        # A deleted row's number is never given again, or the live log would miss a row.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    t: Mapped[float]
    track_id: Mapped[str] = mapped_column(ForeignKey("tracks.id"))
    action: Mapped[Action] = mapped_column(_one_of("action", ACTIONS))
    mood: Mapped[Emotion | None] = mapped_column(_one_of("mood", EMOTIONS))
    confidence: Mapped[float | None]
    voice: Mapped[Emotion | None] = mapped_column(_one_of("voice", EMOTIONS))
    face: Mapped[Emotion | None] = mapped_column(_one_of("face", EMOTIONS))
    rank: Mapped[int | None]
    score: Mapped[float | None]
    list_id: Mapped[int | None] = mapped_column(ForeignKey("cue_lists.id"))
    mode: Mapped[Mode | None] = mapped_column(_one_of("mode", MODES))
    probability: Mapped[float | None]
    seconds: Mapped[float | None]


class DownloadHourRow(Base):
    """How many downloads an hour had in a mood; triggers keep it true to :class:`FeedbackRow`.

    Attributes
    ----------
    hour : int
        Hours since 1970, in UTC.
    mood : str
        Empty where there was none yet.
    downloads : int
        How many.
    """

    __tablename__ = "download_hours"

    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mood: Mapped[str] = mapped_column(String(16), primary_key=True)
    downloads: Mapped[int]


class SessionRow(Base):
    """One session; see :class:`recommender.store.history.StoredSession` for the columns."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "started_at", "id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64))
    viewer_hash: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    heard_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[SessionState] = mapped_column(_one_of("state", SESSION_STATES))
    reason: Mapped[EndReason | None] = mapped_column(_one_of("reason", END_REASONS))
    t: Mapped[float]
    duration: Mapped[float | None]
    moods: Mapped[dict[str, float]] = mapped_column(JSON)


class SessionEventRow(Base):
    """One event of a session, a :class:`~recommender.store.history.StoredEvent`."""

    __tablename__ = "session_events"
    __table_args__ = (Index(None, "session_id", "type", "t"),)

    session_id: Mapped[str] = mapped_column(
        ForeignKey("sessions.id"), type_=String(64), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    t: Mapped[float]
    type: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)
