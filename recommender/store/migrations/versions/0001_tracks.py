"""Add tracks and the version of the built-in catalogue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "tracks",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("artist", sa.Text, nullable=False),
        sa.Column("licence", sa.String(64), nullable=False),
        sa.Column("duration", sa.Double),
        sa.Column("bpm", sa.Double),
        sa.Column("feels", sa.Text, nullable=False),
        sa.Column("instruments", sa.Text, nullable=False),
        sa.Column("emotion", sa.String(16), nullable=False),
        *(sa.Column(emotion, sa.Double, nullable=False) for emotion in _EMOTIONS),
        sa.Column("valence", sa.Double, nullable=False),
        sa.Column("arousal", sa.Double, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("page", sa.Text),
        sa.Column("audio", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracks")),
        sa.CheckConstraint("valence BETWEEN -1 AND 1", name=op.f("ck_tracks_valence")),
        sa.CheckConstraint("arousal BETWEEN -1 AND 1", name=op.f("ck_tracks_arousal")),
        sa.CheckConstraint(sa.column("emotion").in_(_EMOTIONS), name=op.f("ck_tracks_emotion")),
    )
    op.create_index("ix_tracks_emotion_id", "tracks", ["emotion", "id"])
    op.create_index("ix_tracks_source_id", "tracks", ["source", "id"])
    op.create_table(
        "imports",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_imports")),
    )
