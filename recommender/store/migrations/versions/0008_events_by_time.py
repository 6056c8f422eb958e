"""Index session events by type and time."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "ix_session_events_session_id_type_t", "session_events", ["session_id", "type", "t"]
    )
