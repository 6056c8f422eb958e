"""Keep the estimated mood of a corrected track, so that a correction can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the column; tracks corrected earlier get an estimate with their next update."""
    op.add_column("tracks", sa.Column("estimate", sa.JSON))
