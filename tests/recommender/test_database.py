from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from recommender.catalogue import Catalogue
from recommender.database import CatalogueError, open_database, upgrade, writing
from recommender.tables import Base

OLD_TRACK = (
    "INSERT INTO tracks (id, title, artist, licence, feels, instruments, emotion, neutral, calm, "
    "happy, sad, angry, fearful, disgust, surprised, valence, arousal, source, audio) VALUES "
    "('own-1', 'Mine', 'Me', 'CC0-1.0', '', '', 'sad', 0, 0, 0, 1, 0, 0, 0, 0, -0.7, -0.5, "
    "'own', 'file:/mine.ogg')"
)


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_the_migrated_schema_is_that_of_the_models(url: str) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_constraints_of_the_migrated_schema_are_those_of_the_models(
    url: str, tmp_path: Path
) -> None:
    engine = open_database(url)
    direct = create_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    Base.metadata.create_all(direct)
    found = []
    for database in (engine, direct):
        with database.connect() as connection:
            sql = connection.scalars(
                text("SELECT sql FROM sqlite_master WHERE type='table' AND name <> :own"),
                {"own": "alembic_version"},
            ).all()
        database.dispose()
        clauses = {
            line.strip().rstrip(",").replace(" (", "(").replace('"', "")
            for s in sql
            for line in s.split("\n")
        }
        found.append({clause for clause in clauses if clause})
    assert found[0] == found[1]


def test_sqlite_is_set_to_lose_nothing_that_was_committed(url: str) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        settings = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_an_older_file_is_brought_up_to_date_with_its_data(url: str) -> None:
    with create_engine(url).begin() as connection:
        upgrade(connection, "0001")
        connection.execute(text(OLD_TRACK))
    catalogue = Catalogue.open(url)
    track = catalogue.track("own-1")
    with catalogue.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == "0003"
        assert compare_metadata(context, Base.metadata) == []
    catalogue.close()
    assert track is not None
    assert track.title == "Mine"


def test_numbers_of_feedback_are_not_given_again_after_an_upgrade(url: str) -> None:
    insert = "INSERT INTO feedback (session_id, at, t, track_id, action) VALUES "
    row = "('s', '2026-11-22 12:00:00', 1.5, 'own-1', 'liked')"
    with create_engine(url).begin() as connection:
        upgrade(connection, "0002")
        connection.execute(text(OLD_TRACK))
        connection.execute(text(f"{insert} {row}, {row}, {row}"))
        connection.execute(text("DELETE FROM feedback WHERE id > 1"))
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text(f"{insert} {row}"))
        rows = connection.execute(text("SELECT id, t, mode, probability FROM feedback")).all()
    engine.dispose()
    assert rows == [(1, 1.5, None, None), (4, 1.5, None, None)]


def test_a_failed_upgrade_leaves_the_file_as_it_was(url: str) -> None:
    with create_engine(url).begin() as connection:
        upgrade(connection, "0001")
        connection.execute(text(OLD_TRACK))
        connection.execute(text("CREATE TABLE feedback (in_the_way INTEGER)"))
    with pytest.raises(CatalogueError, match="already exists"):
        open_database(url)
    with sqlite3.connect(path_of(url)) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert file.execute("SELECT title FROM tracks").fetchall() == [("Mine",)]
    file.close()


def test_a_file_of_a_newer_version_is_left_alone(url: str) -> None:
    open_database(url).dispose()
    with sqlite3.connect(path_of(url)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.close()
    with pytest.raises(CatalogueError, match="newer version of Moodcue: install that version"):
        open_database(url)


def test_a_file_of_another_program_is_left_alone(url: str) -> None:
    with sqlite3.connect(path_of(url)) as file:
        file.execute("CREATE TABLE bookmarks (url TEXT)")
    file.close()
    with pytest.raises(CatalogueError, match="another program: name another one"):
        open_database(url)
    with sqlite3.connect(path_of(url)) as file:
        tables = file.execute("SELECT name FROM sqlite_master").fetchall()
    file.close()
    assert tables == [("bookmarks",)]


def test_a_file_that_is_no_database_is_named_and_left_alone(url: str) -> None:
    path_of(url).write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(CatalogueError, match="no SQLite database: name another file"):
        open_database(url)
    assert path_of(url).read_bytes() == b"Dear diary, " * 1000


def test_a_damaged_file_is_named_when_the_damage_is_met(url: str) -> None:
    Catalogue.open(url).close()
    content = path_of(url).read_bytes()
    path_of(url).write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(CatalogueError, match="damaged: put back a copy of it"):
        Catalogue.open(url).tracks()


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"absent/moodcue.db .* Check that its folder exists"):
        open_database(f"sqlite:///{tmp_path / 'absent' / 'moodcue.db'}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(CatalogueError, match="must be a file"):
        open_database(url)


@pytest.mark.parametrize(
    "url", ["moodcue.db", "nosuch://me:secret@host/db", "postgresql://me:secret@host:port/db"]
)
def test_what_is_no_database_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(CatalogueError, match="must be like") as refused:
        open_database(url)
    assert "secret" not in str(refused.value)


def test_processes_may_open_a_new_database_at_the_same_moment(url: str) -> None:
    program = (
        "import sys; from recommender.catalogue import Catalogue; sys.stdin.readline(); "
        "print(len(Catalogue.open(sys.argv[1]).tracks()))"
    )
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", program, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("\n")
        opener.stdin.flush()
    counts = [opener.communicate(timeout=60)[0] for opener in openers]
    assert counts == ["1470\n"] * 3


def test_a_writer_keeps_what_it_read_until_it_commits(url: str) -> None:
    engine = open_database(url)
    with writing(engine) as connection:
        other = sqlite3.connect(path_of(url), timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO imports VALUES ('x', 1)")
        other.close()
        assert connection.scalar(text("SELECT count(*) FROM imports")) == 0
    engine.dispose()
