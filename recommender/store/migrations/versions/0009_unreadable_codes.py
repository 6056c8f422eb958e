"""Add a code for the reason why a library file is unreadable."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the column; files scanned earlier have only a message."""
    op.add_column("library_files", sa.Column("problem_code", sa.String(64)))
