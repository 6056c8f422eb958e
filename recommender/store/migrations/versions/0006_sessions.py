"""Add sessions and their events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_STATES = ("waiting", "live", "lost", "ended")
_REASONS = ("stopped", "lost", "finished", "failed", "interrupted")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("viewer_hash", sa.String(64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16)),
        sa.Column("t", sa.Double, nullable=False),
        sa.Column("duration", sa.Double),
        sa.Column("moods", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.CheckConstraint(sa.column("state").in_(_STATES), name=op.f("ck_sessions_state")),
        sa.CheckConstraint(sa.column("reason").in_(_REASONS), name=op.f("ck_sessions_reason")),
    )
    op.create_index("ix_sessions_started_at_id", "sessions", ["started_at", "id"])
    op.create_table(
        "session_events",
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("t", sa.Double, nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "seq", name=op.f("pk_session_events")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_session_events_session_id")
        ),
    )
