"""Add the user's own library, corrected moods and search columns."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns, fill them for existing tracks, and create the tables."""
    op.add_column("tracks", sa.Column("attribution", sa.Text))
    for name in ("cover", "corrected", "missing"):
        op.add_column(
            "tracks", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())
        )
    for name in ("title_key", "words"):
        op.add_column("tracks", sa.Column(name, sa.Text, nullable=False, server_default=""))
    _fill()
    op.drop_index("ix_tracks_emotion_id", "tracks")
    op.drop_index("ix_tracks_source_id", "tracks")
    op.create_index("ix_tracks_title_key_id", "tracks", ["title_key", "id"])
    for name in ("emotion", "licence", "source"):
        op.create_index(f"ix_tracks_{name}_title_key_id", "tracks", [name, "title_key", "id"])
    op.create_index("ix_tracks_bpm", "tracks", ["bpm"])
    op.create_index("ix_tracks_valence_arousal", "tracks", ["valence", "arousal"])
    op.create_table(
        "library_folders",
        sa.Column("path", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_library_folders")),
    )
    op.create_table(
        "library_files",
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("modified", sa.BigInteger, nullable=False),
        sa.Column("track_id", sa.String(64)),
        sa.Column("problem", sa.Text),
        sa.Column("tags", sa.JSON),
        sa.Column("sound", sa.JSON),
        sa.Column("present", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_library_files")),
        sa.ForeignKeyConstraint(
            ["folder"], ["library_folders.path"], name=op.f("fk_library_files_folder")
        ),
    )
    op.create_index("ix_library_files_folder", "library_files", ["folder"])
    op.create_index("ix_library_files_track_id", "library_files", ["track_id"])


def _fill() -> None:
    tracks = sa.table(
        "tracks",
        *map(sa.column, ("id", "title", "artist", "feels", "instruments", "title_key", "words")),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(
            tracks.c.id, tracks.c.title, tracks.c.artist, tracks.c.feels, tracks.c.instruments
        )
    ).all()
    if rows:
        connection.execute(
            sa.update(tracks).where(tracks.c.id == sa.bindparam("key")),
            [
                {
                    "key": row.id,
                    "title_key": _key(row.title),
                    "words": _key(" ".join((row.title, row.artist, row.feels, row.instruments))),
                }
                for row in rows
            ],
        )


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
