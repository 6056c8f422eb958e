"""Why a file of the library cannot be read, for programs that have words of their own for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the column; of files that were looked at before there is the message alone."""
    op.add_column("library_files", sa.Column("problem_code", sa.String(64)))
