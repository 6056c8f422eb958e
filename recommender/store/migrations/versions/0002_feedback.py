"""Add the feedback log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ACTIONS = ("shown", "previewed", "downloaded", "liked", "skipped")
_EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("t", sa.Double, nullable=False),
        sa.Column("track_id", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("mood", sa.String(16)),
        sa.Column("confidence", sa.Double),
        sa.Column("voice", sa.String(16)),
        sa.Column("face", sa.String(16)),
        sa.Column("rank", sa.Integer),
        sa.Column("score", sa.Double),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_feedback_track_id")),
        sa.CheckConstraint("t >= 0", name=op.f("ck_feedback_t")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_feedback_confidence")),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_feedback_rank")),
        sa.CheckConstraint(sa.column("action").in_(_ACTIONS), name=op.f("ck_feedback_action")),
        sa.CheckConstraint(sa.column("mood").in_(_EMOTIONS), name=op.f("ck_feedback_mood")),
        sa.CheckConstraint(sa.column("voice").in_(_EMOTIONS), name=op.f("ck_feedback_voice")),
        sa.CheckConstraint(sa.column("face").in_(_EMOTIONS), name=op.f("ck_feedback_face")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_action_id", "feedback", ["action", "id"])
    op.create_index("ix_feedback_session_id_id", "feedback", ["session_id", "id"])
    op.create_index("ix_feedback_track_id", "feedback", ["track_id"])
