"""Add partial indexes on downloads and a table of downloads by hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_HOUR = {
    "sqlite": "CAST(strftime('%s', substr({row}at, 1, 19)) AS INTEGER) / 3600",
    "postgresql": "floor(extract(epoch FROM {row}at) / 3600)",
}


def upgrade() -> None:
    """Create the indexes, the table and its triggers; count existing downloads."""
    # SQLite assumes that every action is rare and would prefer these to the new indexes.
    op.drop_index("ix_feedback_action_id", "feedback")
    op.drop_index("ix_feedback_track_id", "feedback")
    for columns in (["id"], ["at", "id"], ["mood", "at", "id"], ["track_id", "at", "id", "mood"]):
        op.create_index(
            f"ix_feedback_{'_'.join(columns)}",
            "feedback",
            columns,
            sqlite_where=sa.text("action = 'downloaded'"),
            postgresql_where=sa.text("action = 'downloaded'"),
        )
    op.create_table(
        "download_hours",
        sa.Column("hour", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("mood", sa.String(16), nullable=False),
        sa.Column("downloads", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("hour", "mood", name=op.f("pk_download_hours")),
    )
    connection = op.get_bind()
    hour = _HOUR[connection.dialect.name]
    connection.exec_driver_sql(
        f"INSERT INTO download_hours SELECT {hour.format(row='')}, coalesce(mood, ''), count(*) "
        "FROM feedback WHERE action = 'downloaded' GROUP BY 1, 2"
    )
    added = (
        f"INSERT INTO download_hours VALUES ({hour.format(row='NEW.')}, coalesce(NEW.mood, ''), 1) "
        "ON CONFLICT (hour, mood) DO UPDATE SET downloads = download_hours.downloads + 1"
    )
    removed = (
        "UPDATE download_hours SET downloads = downloads - 1 "
        f"WHERE hour = {hour.format(row='OLD.')} AND mood = coalesce(OLD.mood, '')"
    )
    for name, what, row, change in (
        ("download_added", "INSERT", "NEW", added),
        ("download_removed", "DELETE", "OLD", removed),
    ):
        trigger = (
            f"CREATE TRIGGER {name} AFTER {what} ON feedback "
            f"FOR EACH ROW WHEN ({row}.action = 'downloaded')"
        )
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"{trigger} BEGIN {change}; END")
            continue
        connection.exec_driver_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS 'BEGIN {change.replace(chr(39), chr(39) * 2)}; RETURN NULL; END'"
        )
        connection.exec_driver_sql(f"{trigger} EXECUTE FUNCTION {name}()")
