"""Open the database: durability settings, schema migrations and readable errors."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from functools import partial
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
"""Seconds that a writer waits for another writer."""

CONNECT_TIMEOUT: Final = 10
"""Seconds until an attempt to connect to PostgreSQL fails."""

_WRITE_LOCK: Final = 0x6D6F6F64
"""Key of the PostgreSQL advisory lock that serializes writers; an arbitrary number."""

_UNREACHABLE: Final = (
    "Check that PostgreSQL is running, and check the host, port, user, password and database "
    "name in MOODCUE_DATABASE_URL."
)
_ADVICE: Final = {
    "SQLITE_NOTADB": "It is not a SQLite database: choose another file.",
    "SQLITE_CORRUPT": "The file is damaged: restore a backup, or move it away to start afresh.",
    "SQLITE_CANTOPEN": "Check that its folder exists and is writable, or choose another file.",
    "SQLITE_READONLY": "Make the file and its folder writable, or choose another file.",
    "SQLITE_FULL": "The disk is full: free some space and try again.",
    "SQLITE_BUSY": "Another program has locked it: close that program and try again.",
    # SQLSTATE codes: PostgreSQL documentation, appendix A.
    "42501": "Allow its user to create tables, or choose another database.",
    "53100": "The server's disk is full: free some space and try again.",
    "53300": "The server is out of connections: close other clients or raise max_connections.",
    "55P03": "Another program has locked it: close that program and try again.",
}


class StorageError(Exception):
    """The database cannot be used; the message says why and what to do."""


def open_database(url: str, *, busy_timeout: float = BUSY_TIMEOUT) -> Engine:
    """Open a database and migrate its schema to the current version.

    A missing SQLite file is created. SQLite runs with a write-ahead log, so that readers and the
    writer do not block each other, and with ``synchronous=FULL``, so that a commit survives a power
    cut and not only a killed process, as with ``NORMAL``. PostgreSQL does both by default.

    Parameters
    ----------
    url : str
        SQLAlchemy database URL, such as ``sqlite:////home/me/moodcue.db`` or
        ``postgresql://user:password@host:5432/name``; the latter needs the extra ``postgres``.
    busy_timeout : float
        Seconds that a writer waits for another writer.

    Returns
    -------
    Engine
        Thread-safe. It raises :class:`StorageError` for later failures too, such as a full disk.

    Raises
    ------
    StorageError
        If the database cannot be opened, belongs to another program, or was written by a newer
        version. The migration is one transaction, so a failure loses no data.
    """
    engine = _create_engine(_parse(url))
    event.listen(engine, "handle_error", _raise_storage_error)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_configure_sqlite, busy_timeout))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", partial(_begin_postgresql, busy_timeout))
    try:
        with writing(engine) as connection:
            upgrade(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def writing(engine: Engine) -> AbstractContextManager[Connection]:
    """Open a transaction that holds the write lock from its start and commits at its end.

    Nothing it reads can change before it writes, and it waits for other writers at the start
    instead of failing halfway. Autoincremented ids become visible in order, so that a reader that
    polls for newer ids misses none.
    """
    return engine.execution_options(moodcue_writes=True).begin()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrate the schema to a revision, inside the caller's transaction.

    Raises
    ------
    StorageError
        If the tables belong to another program or to a newer version of this one.
    """
    config = Config()
    config.set_main_option("script_location", "recommender.store:migrations")
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    current = set(MigrationContext.configure(connection).get_current_heads())
    url = connection.engine.url
    if not current and inspect(connection).get_table_names():
        raise StorageError(
            f"the database {url} belongs to another program: choose another database"
        )
    if not current <= {script.revision for script in scripts.walk_revisions()}:
        raise StorageError(
            f"the database {url} was written by a newer version of Moodcue: "
            "install that version, or choose another database"
        )
    if current != set(scripts.get_heads()):
        command.upgrade(config, revision)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        # The message must not quote the URL: it may contain a password.
        raise StorageError(
            "the database URL must be like sqlite:///moodcue.db or "
            "postgresql://user:password@host:5432/name"
        )
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StorageError("the database must be a file, such as sqlite:///moodcue.db")
    return parsed


def _create_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return create_engine(url)
    try:
        return create_engine(
            url,
            # Replaces a connection that broke while idle, instead of failing.
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_TIMEOUT},
        )
    except ImportError as error:
        raise StorageError(
            "PostgreSQL support is not installed: pip install 'moodcue[postgres]'"
        ) from error


def _configure_sqlite(
    busy_timeout: float, connection: sqlite3.Connection, _: ConnectionPoolEntry
) -> None:
    for pragma in (
        f"busy_timeout = {busy_timeout * 1000:.0f}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # Overwrites deleted data with zeros.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # The driver begins transactions only before it changes rows, not before DDL.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(busy_timeout: float, connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = '{busy_timeout:.0f}s'; "
            f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})"
        )


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("moodcue_writes"))


def _raise_storage_error(context: ExceptionContext) -> None:
    """Raise a driver's exception as a :class:`StorageError`.

    Violated constraints, connections that are replaced anyway, and what is no error of the driver,
    such as Ctrl+C, are left alone.
    """
    cause, error = context.original_exception, context.sqlalchemy_exception
    explained = isinstance(error, DBAPIError) and not isinstance(error, IntegrityError)
    if context.is_pre_ping or not explained:
        return
    where = f"the database {context.engine.url}" if context.engine else "the database"
    message = f"{where} cannot be used: {_one_line(cause)}. {_advice(cause)}"
    raise StorageError(message.rstrip()) from cause


def _one_line(cause: BaseException) -> str:
    """Return a driver's message in one line; PostgreSQL's may span several, with hints."""
    return " ".join(str(cause).split()).rstrip(".")


def _advice(cause: BaseException) -> str:
    if name := getattr(cause, "sqlite_errorname", None):
        return _ADVICE.get("_".join(name.split("_")[:2]), "")
    state = getattr(cause, "sqlstate", None)
    return _ADVICE.get(state, "") if state else _UNREACHABLE
