from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, inspect, text

from recommender.music.catalogue import Catalogue
from recommender.music.moods import fit_emotion
from recommender.store.database import StorageError, open_database, upgrade, writing
from recommender.store.downloads import DownloadLog
from recommender.store.tables import Base

OLD_TRACK = (
    "INSERT INTO tracks (id, title, artist, licence, feels, instruments, emotion, neutral, calm, "
    "happy, sad, angry, fearful, disgust, surprised, valence, arousal, source, audio) VALUES "
    "('own-1', 'Mine', 'Me', 'CC0-1.0', '', '', 'sad', 0, 0, 0, 1, 0, 0, 0, 0, -0.7, -0.5, "
    "'own', 'file:/mine.ogg')"
)

sqlite_only = pytest.mark.parametrize("kind", ["sqlite"])
postgresql_only = pytest.mark.parametrize("kind", ["postgresql"])


@contextmanager
def bare(url: str) -> Iterator[Connection]:
    """Open a transaction as any other program would."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        yield connection


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_the_migrated_schema_is_that_of_the_models(url: str) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


@sqlite_only
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
            # A column added later stands in one line with the one before.
            clause.strip().rstrip(",)").replace(" (", "(").replace('"', "")
            for s in sql
            for clause in re.split(r"\n|, (?=[a-z_]+ [A-Z]+)", s)
        }
        found.append({clause for clause in clauses if clause})
    assert found[0] == found[1]


@sqlite_only
def test_sqlite_is_set_to_lose_nothing_that_was_committed(url: str) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        settings = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in (
                *("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete"),
            )
        }
    engine.dispose()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "secure_delete": 1,
    }


def test_an_older_file_is_brought_up_to_date_with_its_data(url: str) -> None:
    with bare(url) as connection:
        upgrade(connection, "0001")
        connection.execute(text(OLD_TRACK))
    catalogue = Catalogue.open(url)
    track = catalogue.track("own-1")
    with catalogue.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    catalogue.close()
    assert track is not None
    assert track.title == "Mine"


def test_tracks_of_an_older_file_can_be_searched_and_have_their_mood_set(url: str) -> None:
    with bare(url) as connection:
        upgrade(connection, "0003")
        connection.execute(text(OLD_TRACK.replace("'Mine'", "'Ma Chère Étude'")))
        connection.execute(
            text(
                "INSERT INTO feedback (session_id, at, t, track_id, action) VALUES "
                "('s', '2026-11-22 12:00:00', 1.5, 'own-1', 'downloaded')"
            )
        )
    catalogue = Catalogue.open(url)
    (track,) = catalogue.search("chere ETUDE").tracks
    assert (track.id, track.corrected, track.missing, track.cover) == ("own-1", False, False, False)
    assert catalogue.used("s")[0][0].title == "Ma Chère Étude"
    corrected = catalogue.correct("own-1", fit_emotion("happy"))
    catalogue.close()
    assert corrected is not None
    assert corrected.emotion == "happy"


def test_numbers_of_feedback_are_not_given_again_after_an_upgrade(url: str) -> None:
    insert = "INSERT INTO feedback (session_id, at, t, track_id, action) VALUES "
    row = "('s', '2026-11-22 12:00:00', 1.5, 'own-1', 'liked')"
    with bare(url) as connection:
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
    with bare(url) as connection:
        upgrade(connection, "0001")
        connection.execute(text(OLD_TRACK))
        connection.execute(text("CREATE TABLE feedback (in_the_way INTEGER)"))
    with pytest.raises(StorageError, match="already exists"):
        open_database(url)
    with bare(url) as connection:
        assert connection.scalars(text("SELECT version_num FROM alembic_version")).all() == ["0001"]
        assert connection.scalars(text("SELECT title FROM tracks")).all() == ["Mine"]


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    open_database(url).dispose()
    with bare(url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer version of Moodcue: install that version"):
        open_database(url)


def test_a_database_of_another_program_is_left_alone(url: str) -> None:
    with bare(url) as connection:
        connection.execute(text("CREATE TABLE bookmarks (url TEXT)"))
    with pytest.raises(StorageError, match="another program: choose another database"):
        open_database(url)
    with bare(url) as connection:
        assert inspect(connection).get_table_names() == ["bookmarks"]


@sqlite_only
def test_a_file_that_is_no_database_is_named_and_left_alone(url: str) -> None:
    path_of(url).write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(StorageError, match="not a SQLite database: choose another file"):
        open_database(url)
    assert path_of(url).read_bytes() == b"Dear diary, " * 1000


@sqlite_only
def test_a_damaged_file_is_named_when_the_damage_is_met(url: str) -> None:
    Catalogue.open(url).close()
    content = path_of(url).read_bytes()
    path_of(url).write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(StorageError, match="damaged: restore a backup"):
        Catalogue.open(url).tracks()


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"absent/moodcue.db .* Check that its folder exists"):
        open_database(f"sqlite:///{tmp_path / 'absent' / 'moodcue.db'}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(StorageError, match="must be a file"):
        open_database(url)


@pytest.mark.parametrize(
    "url", ["moodcue.db", "nosuch://me:secret@host/db", "postgresql://me:secret@host:port/db"]
)
def test_what_is_no_database_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StorageError, match="must be like") as refused:
        open_database(url)
    assert "secret" not in str(refused.value)


def test_processes_may_open_a_new_database_at_the_same_moment(url: str) -> None:
    program = (
        "import sys; from recommender.music.catalogue import Catalogue; sys.stdin.readline(); "
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
    other = open_database(url, busy_timeout=1.0)
    with writing(engine) as connection:
        with pytest.raises(StorageError, match="has locked it: close that program"):
            writing(other).__enter__()
        assert connection.scalar(text("SELECT count(*) FROM imports")) == 0
    with writing(other) as connection:
        connection.execute(text("INSERT INTO imports VALUES ('x', 1)"))
    engine.dispose()
    other.dispose()


@postgresql_only
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (":moodcue@", ":wrong@", "password authentication failed"),
        ("/test_", "/no_such_", "does not exist"),
        ("host=%2F", "host=%2Fno%2Fsuch%2F", "failed: No such file or directory"),
        ("host=", "port=1&host=127.0.0.1&application_name=", "Connection refused"),
    ],
)
def test_a_server_that_lets_nobody_in_is_explained(url: str, old: str, new: str, said: str) -> None:
    with pytest.raises(StorageError, match=said) as refused:
        open_database(url.replace(old, new))
    message = str(refused.value)
    assert "\n" not in message
    assert "Check that PostgreSQL is running, and check the host, port, user, password" in message
    assert ":moodcue@" not in message
    assert ":wrong@" not in message


@postgresql_only
def test_a_user_who_may_create_no_tables_is_told_so(url: str) -> None:
    with bare(url) as connection:
        connection.execute(text("CREATE ROLE guest LOGIN PASSWORD 'moodcue'"))
    with pytest.raises(StorageError, match="Allow its user to create tables"):
        open_database(url.replace("moodcue:", "guest:"))


@postgresql_only
def test_a_connection_that_broke_while_idle_is_replaced(url: str) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
    with bare(url) as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({process}, 10000)"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != process
    engine.dispose()


def test_a_missing_driver_is_named_with_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match=r"pip install 'moodcue\[postgres\]'"):
        open_database("postgresql://me:secret@localhost/moodcue")


@pytest.mark.parametrize("revision", ["0002", "0003"])
def test_an_older_log_is_brought_up_to_date_and_counted(url: str, revision: str) -> None:
    insert = "INSERT INTO feedback (session_id, at, t, track_id, action, mood) VALUES "
    with bare(url) as connection:
        upgrade(connection, revision)
        connection.execute(text(OLD_TRACK))
        for mood in ("'sad'", "'happy'", "'sad'", "NULL"):
            connection.execute(
                text(f"{insert} ('s', '2026-11-22 12:00:00', 1.5, 'own-1', 'downloaded', {mood})")
            )
    with closing(Catalogue.open(url)) as catalogue:
        log = DownloadLog(catalogue.engine)
        assert [row.mood for row in log.page()] == [None, "sad", "happy", "sad"]
        assert log.counts().moods == {"sad": 2, "happy": 1, None: 1}
