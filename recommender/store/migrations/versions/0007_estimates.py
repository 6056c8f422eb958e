"""The estimate of a mood that a person has corrected, so that it can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the column; estimates of tracks corrected before come with their next update."""
    op.add_column("tracks", sa.Column("estimate", sa.JSON))
