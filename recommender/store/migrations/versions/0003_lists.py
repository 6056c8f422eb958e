"""Add cue lists with their inputs, and resets of the taste."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ACTIONS = ("shown", "previewed", "downloaded", "liked", "skipped")
_EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
_MODES = ("match", "contrast", "lift", "split")


def upgrade() -> None:
    """Create the tables and the columns of feedback that refer to a list."""
    op.create_table(
        "cue_lists",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("t", sa.Double, nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        *(sa.Column(emotion, sa.Double, nullable=False) for emotion in _EMOTIONS),
        sa.Column("filters", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cue_lists")),
        sa.CheckConstraint("t >= 0", name=op.f("ck_cue_lists_t")),
        sa.CheckConstraint(sa.column("mode").in_(_MODES), name=op.f("ck_cue_lists_mode")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cue_lists_session_id", "cue_lists", ["session_id"])
    op.create_table(
        "resets",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("feedback_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resets")),
    )
    # SQLite alters a table by copying it, which loses checks and the autoincrement counter.
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    last = sqlite and connection.scalar(
        sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'feedback'")
    )
    checks = (
        sa.CheckConstraint("t >= 0", name=op.f("ck_feedback_t")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_feedback_confidence")),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_feedback_rank")),
        sa.CheckConstraint(sa.column("action").in_(_ACTIONS), name=op.f("ck_feedback_action")),
        sa.CheckConstraint(sa.column("mood").in_(_EMOTIONS), name=op.f("ck_feedback_mood")),
        sa.CheckConstraint(sa.column("voice").in_(_EMOTIONS), name=op.f("ck_feedback_voice")),
        sa.CheckConstraint(sa.column("face").in_(_EMOTIONS), name=op.f("ck_feedback_face")),
    )
    with op.batch_alter_table(
        "feedback", table_args=checks, table_kwargs={"sqlite_autoincrement": True}
    ) as feedback:
        feedback.add_column(sa.Column("list_id", sa.Integer))
        feedback.add_column(sa.Column("mode", sa.String(16)))
        feedback.add_column(sa.Column("probability", sa.Double))
        feedback.add_column(sa.Column("seconds", sa.Double))
        feedback.create_foreign_key(op.f("fk_feedback_list_id"), "cue_lists", ["list_id"], ["id"])
        feedback.create_check_constraint(op.f("ck_feedback_mode"), sa.column("mode").in_(_MODES))
        feedback.create_check_constraint(
            op.f("ck_feedback_probability"), "probability BETWEEN 0 AND 1"
        )
        feedback.create_check_constraint(op.f("ck_feedback_seconds"), "seconds >= 0")
        feedback.create_index("ix_feedback_list_id", ["list_id"])
    if last:
        connection.execute(
            sa.text("UPDATE sqlite_sequence SET seq = :last WHERE name = 'feedback'"),
            {"last": last},
        )
