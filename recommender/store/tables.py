"""Database tables: tracks, library files, cue lists, feedback and sessions.

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
    """A time-zone-aware datetime, stored in UTC where the database has no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite returns no time zone, PostgreSQL that of its session."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _enum(name: str, values: tuple[str, ...]) -> Enum:
    return Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


class Base(DeclarativeBase):
    """Base of all tables; gives constraints predictable names, which migrations need."""

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
        Empty if no address is known.
    title_key : str
        Sort key: the title without case and accents.
    words : str
        Text that searches match: title, artist, feels and instruments without case and accents.
    estimate : dict or None
        The estimated values of the mood columns, if a person has replaced them.
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
    emotion: Mapped[Emotion] = mapped_column(_enum("emotion", EMOTIONS))
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
    """A folder of the user's own music."""

    __tablename__ = "library_folders"

    path: Mapped[str] = mapped_column(Text, primary_key=True)


class LibraryFileRow(Base):
    """A music file, as of its last scan.

    Attributes
    ----------
    path : str
        Absolute, without symbolic links.
    size, modified : int
        Size in bytes; modification time in nanoseconds since 1970.
    track_id : str or None
        The track it contains; several files may contain the same one. None if it is unreadable.
    problem, problem_code : str or None
        Why it is unreadable: in English, and as an
        :data:`~recommender.library.sound.UnreadableCode`.
    tags : dict or None
        Fields of :class:`recommender.library.tags.Tags`.
    sound : dict or None
        Fields of :class:`recommender.library.sound.Sound`.
    present : bool
        Whether the file existed at the last scan.
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
    """A named version number, such as that of the built-in catalogue last imported."""

    __tablename__ = "imports"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]


class CueListRow(Base):
    """A list of cues that was shown, and its inputs; its tracks are rows of the feedback table.

    Attributes
    ----------
    neutral, ..., surprised : float
        Probabilities of the mood the list was made for: the current one in the mode ``match``.
    filters : str
        :class:`recommender.ranking.filters.Filters` as JSON.
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
    mode: Mapped[Mode] = mapped_column(_enum("mode", MODES))
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
    """A reset of the taste: feedback up to ``feedback_id`` is ignored."""

    __tablename__ = "resets"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    feedback_id: Mapped[int]


def _download_index(*columns: str) -> Index:
    """Return a partial index: most feedback is of cues that were merely shown."""
    downloaded = text("action = 'downloaded'")
    return Index(None, *columns, sqlite_where=downloaded, postgresql_where=downloaded)


class FeedbackRow(Base):
    """One action on a track; see :class:`recommender.store.feedback.Feedback` for the columns."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("t >= 0", name="t"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint("rank >= 1", name="rank"),
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
        CheckConstraint("seconds >= 0", name="seconds"),
        _download_index("id"),
        _download_index("at", "id"),
        _download_index("mood", "at", "id"),
        _download_index("track_id", "at", "id", "mood"),
        Index(None, "list_id"),
        Index(None, "session_id", "id"),
        # Ids must never be reused, or readers that poll for newer ids would miss rows.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    t: Mapped[float]
    track_id: Mapped[str] = mapped_column(ForeignKey("tracks.id"))
    action: Mapped[Action] = mapped_column(_enum("action", ACTIONS))
    mood: Mapped[Emotion | None] = mapped_column(_enum("mood", EMOTIONS))
    confidence: Mapped[float | None]
    voice: Mapped[Emotion | None] = mapped_column(_enum("voice", EMOTIONS))
    face: Mapped[Emotion | None] = mapped_column(_enum("face", EMOTIONS))
    rank: Mapped[int | None]
    score: Mapped[float | None]
    list_id: Mapped[int | None] = mapped_column(ForeignKey("cue_lists.id"))
    mode: Mapped[Mode | None] = mapped_column(_enum("mode", MODES))
    probability: Mapped[float | None]
    seconds: Mapped[float | None]


class DownloadHourRow(Base):
    """Number of downloads by hour and mood, maintained by triggers on the feedback table.

    Attributes
    ----------
    hour : int
        Hours since 1970, in UTC.
    mood : str
        Empty if there was no mood yet.
    downloads : int
        Number of downloads.
    """

    __tablename__ = "download_hours"

    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mood: Mapped[str] = mapped_column(String(16), primary_key=True)
    downloads: Mapped[int]


class SessionRow(Base):
    """One session; see :class:`recommender.store.session_rows.StoredSession` for the columns."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "started_at", "id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64))
    viewer_hash: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column("heard_at", UTCDateTime, key="updated_at")
    state: Mapped[SessionState] = mapped_column(_enum("state", SESSION_STATES))
    reason: Mapped[EndReason | None] = mapped_column(_enum("reason", END_REASONS))
    t: Mapped[float]
    duration: Mapped[float | None]
    moods: Mapped[dict[str, float]] = mapped_column(JSON)


class SessionEventRow(Base):
    """One session event; see :class:`~recommender.store.session_rows.StoredEvent`."""

    __tablename__ = "session_events"
    __table_args__ = (Index(None, "session_id", "type", "t"),)

    session_id: Mapped[str] = mapped_column(
        ForeignKey("sessions.id"), type_=String(64), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    t: Mapped[float]
    type: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)
