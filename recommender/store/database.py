"""Opens the database: settings that keep what is logged, the schema, and errors people can read."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT: Final = 10.0
"""Seconds a writer waits for another one to finish."""

CONNECT_TIMEOUT: Final = 10
"""Seconds a PostgreSQL server has to answer."""

_WRITERS: Final = 0x6D6F6F64
"""The advisory lock of those who write to PostgreSQL; any number no other program uses will do."""

_UNREACHABLE: Final = (
    "Check that PostgreSQL runs there, and the host, port, user, password and name of the "
    "database in MOODCUE_DATABASE_URL."
)
_ADVICE: Final = {
    "SQLITE_NOTADB": "It is no SQLite database: name another file.",
    "SQLITE_CORRUPT": "The file is damaged: put back a copy of it, or move it away to start anew.",
    "SQLITE_CANTOPEN": "Check that its folder exists and may be written to, or name another file.",
    "SQLITE_READONLY": "Make the file and its folder writable, or name another file.",
    "SQLITE_FULL": "The disk is full: make room and try again.",
    "SQLITE_BUSY": "Another program keeps it locked: end that program and try again.",
    # SQLSTATE, PostgreSQL's documentation, appendix A.
    "42501": "Let its user create tables there, or name another database.",
    "53100": "The server's disk is full: make room and try again.",
    "53300": "The server has no connection left: end other programs, or raise its max_connections.",
    "55P03": "Another program keeps it locked: end that program and try again.",
}


class StorageError(Exception):
    """The database cannot be used as it is; the message says why and what to do."""


def open_database(url: str) -> Engine:
    """Open a database and bring its schema up to date.

    A new SQLite file is created where there is none. SQLite runs with a write-ahead log, so that
    readers and the writer do not wait for each other, and with ``synchronous=FULL``: a commit
    returns after its log is on the disk, so that neither a killed process nor a power cut loses
    what was acknowledged (``NORMAL`` would survive the former alone). PostgreSQL does so by itself.

    Parameters
    ----------
    url : str
        SQLAlchemy database URL, such as ``sqlite:////home/me/moodcue.db`` or
        ``postgresql://user:password@host:5432/name``; the latter needs the extra ``postgres``.

    Returns
    -------
    Engine
        May be used from any thread.

    Raises
    ------
    StorageError
        If it cannot be opened, is not ours, or was written by a newer version. The schema is
        changed in one transaction: nothing stored is lost. Later failures of the engine, such as
        a full disk, raise it as well.
    """
    engine = _engine(_parsed(url))
    event.listen(engine, "handle_error", _explain)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    try:
        with writing(engine) as connection:
            upgrade(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def writing(engine: Engine) -> AbstractContextManager[Connection]:
    """Open a transaction that alone may write from its beginning on, and that commits at its end.

    What it reads before it writes cannot change in between, and it waits for other writers rather
    than failing halfway. Numbers that the database counts up become visible in their order, so that
    who follows them misses none.
    """
    return engine.execution_options(moodcue_writes=True).begin()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to a revision, inside the caller's transaction.

    Raises
    ------
    StorageError
        If the tables are not ours or are newer than this program.
    """
    config = Config()
    config.set_main_option("script_location", "recommender.store:migrations")
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    present = set(MigrationContext.configure(connection).get_current_heads())
    url = connection.engine.url
    if not present and inspect(connection).get_table_names():
        raise StorageError(
            f"the database {url} holds the tables of another program: name another one"
        )
    if not present <= {script.revision for script in scripts.walk_revisions()}:
        raise StorageError(
            f"the database {url} was written by a newer version of Moodcue: "
            "install that version, or name another database"
        )
    if present != set(scripts.get_heads()):
        command.upgrade(config, revision)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        # Neither the URL nor what was made of it is named: it may hold a password.
        raise StorageError(
            "the database URL must be like sqlite:///moodcue.db or "
            "postgresql://user:password@host:5432/name"
        )
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StorageError("the database must be a file, such as sqlite:///moodcue.db")
    return parsed


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return create_engine(url)
    try:
        return create_engine(
            url,
            # A connection that broke while it was idle is replaced rather than an error.
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_TIMEOUT},
        )
    except ImportError as error:
        raise StorageError(
            "PostgreSQL needs the extra “postgres”: pip install 'moodcue[postgres]'"
        ) from error


def _configure_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT * 1000:.0f}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # What a user deletes is overwritten, not merely left out.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # The driver begins a transaction by itself only before it changes rows, not before DDL.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT:.0f}s'; "
            f"SELECT pg_advisory_xact_lock({_WRITERS})"
        )


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("moodcue_writes"))


def _explain(context: ExceptionContext) -> None:
    """Turn an error of the driver into words.

    Except for values that a constraint turned down, and connections that are replaced anyway. What
    is no error of the driver, such as Ctrl+C while it is called, passes as it is.
    """
    cause, error = context.original_exception, context.sqlalchemy_exception
    explained = isinstance(error, DBAPIError) and not isinstance(error, IntegrityError)
    if context.is_pre_ping or not explained:
        return
    where = f"the database {context.engine.url}" if context.engine else "the database"
    message = f"{where} cannot be used: {_said(cause)}. {_advice(cause)}"
    raise StorageError(message.rstrip()) from cause


def _said(cause: BaseException) -> str:
    """Return a driver's message in one line; PostgreSQL's may have several, and hints."""
    return " ".join(str(cause).split()).rstrip(".")


def _advice(cause: BaseException) -> str:
    if name := getattr(cause, "sqlite_errorname", None):
        return _ADVICE.get("_".join(name.split("_")[:2]), "")
    state = getattr(cause, "sqlstate", None)
    return _ADVICE.get(state, "") if state else _UNREACHABLE
