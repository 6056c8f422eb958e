"""Opens the database: settings that keep what is logged, the schema, and errors people can read."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, inspect
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT: Final = 10.0
"""Seconds a writer waits for another one to finish."""

_ADVICE: Final = {
    "SQLITE_NOTADB": "It is no SQLite database: name another file.",
    "SQLITE_CORRUPT": "The file is damaged: put back a copy of it, or move it away to start anew.",
    "SQLITE_CANTOPEN": "Check that its folder exists and may be written to, or name another file.",
    "SQLITE_READONLY": "Make the file and its folder writable, or name another file.",
    "SQLITE_FULL": "The disk is full: make room and try again.",
    "SQLITE_BUSY": "Another program keeps it locked: end that program and try again.",
}


class CatalogueError(Exception):
    """The database cannot be used as it is; the message says why and what to do."""


def open_database(url: str) -> Engine:
    """Open a database and bring its schema up to date.

    A new SQLite file is created where there is none. SQLite runs with a write-ahead log, so that
    readers and the writer do not wait for each other, and with ``synchronous=FULL``: a commit
    returns after its log is on the disk, so that neither a killed process nor a power cut loses
    what was acknowledged (``NORMAL`` would survive the former alone).

    Parameters
    ----------
    url : str
        SQLAlchemy database URL, such as ``sqlite:////home/me/moodcue.db``.

    Returns
    -------
    Engine
        May be used from any thread.

    Raises
    ------
    CatalogueError
        If it cannot be opened, is not ours, or was written by a newer version. The schema is
        changed in one transaction: nothing stored is lost. Later failures of the engine, such as
        a full disk, raise it as well.
    """
    try:
        engine = create_engine(url)
    except (ArgumentError, ValueError) as error:
        # Neither the URL nor what was made of it is named: it may hold a password.
        raise CatalogueError(
            "the database URL must be like sqlite:///moodcue.db or "
            "postgresql://user:password@host:5432/name"
        ) from error
    except ModuleNotFoundError as error:
        raise CatalogueError(
            f"this kind of database needs the Python package {error.name}: install it first"
        ) from error
    event.listen(engine, "handle_error", _explain)
    if engine.dialect.name == "sqlite":
        if engine.url.database in (None, "", ":memory:"):
            raise CatalogueError("the database must be a file, such as sqlite:///moodcue.db")
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
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
    than failing halfway.
    """
    return engine.execution_options(sqlite_begin="BEGIN IMMEDIATE").begin()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to a revision, inside the caller's transaction.

    Raises
    ------
    CatalogueError
        If the tables are not ours or are newer than this program.
    """
    config = Config()
    config.set_main_option("script_location", "recommender:migrations")
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    present = set(MigrationContext.configure(connection).get_current_heads())
    url = connection.engine.url
    if not present and inspect(connection).get_table_names():
        raise CatalogueError(
            f"the database {url} holds the tables of another program: name another one"
        )
    if not present <= {script.revision for script in scripts.walk_revisions()}:
        raise CatalogueError(
            f"the database {url} was written by a newer version of Moodcue: "
            "install that version, or name another database"
        )
    if present != set(scripts.get_heads()):
        command.upgrade(config, revision)


def _configure_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT * 1000:.0f}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # The driver begins a transaction by itself only before it changes rows, not before DDL.
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))


def _explain(context: ExceptionContext) -> None:
    """Turn what a driver raises into words, except for values that a constraint turned down."""
    cause = context.original_exception
    if isinstance(context.sqlalchemy_exception, IntegrityError):
        return
    where = f"the database {context.engine.url}" if context.engine else "the database"
    kind = "_".join(getattr(cause, "sqlite_errorname", "").split("_")[:2])
    message = f"{where} cannot be used: {cause}. {_ADVICE.get(kind, '')}"
    raise CatalogueError(message.rstrip()) from cause
