"""Run a temporary PostgreSQL server on a Unix socket."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from moodcue.bench.process import BenchError

TIMEOUT = 60
"""Seconds after which the server counts as broken."""

MIN_FREE = 2**30
"""Bytes that must be free in /dev/shm; the server takes about 100 MB."""

USER = PASSWORD = "moodcue"


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        """Return the URL of a database."""
        url = URL.create(
            "postgresql", USER, password, database=database, query={"host": str(self.folder)}
        )
        return url.render_as_string(hide_password=False)

    def create(self, template: str = "template1") -> str:
        """Create a copy of a database that has no connections; return its name."""
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, database: str) -> None:
        """Delete a database and close its connections."""
        self._run(f"DROP DATABASE {database} WITH (FORCE)")

    def _run(self, sql: str) -> None:
        engine = create_engine(self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(sql))
        engine.dispose()


def programs() -> Path | None:
    """Return the folder of Debian's newest PostgreSQL server, which is not on the PATH."""
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def serving(bin_folder: Path) -> Iterator[Postgres]:
    """Run a server for the duration of the block, and not beyond the end of this process.

    PostgreSQL refuses to run as root, so for root it runs as the user ``postgres``.

    Raises
    ------
    BenchError
        If it does not start.
    """
    root = os.geteuid() == 0
    become = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if root else []
    folder = Path(tempfile.mkdtemp(prefix="moodcue-postgres-", dir=_memory()))
    try:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if root:
            shutil.chown(folder, "postgres", "postgres")
            shutil.chown(secret, "postgres", "postgres")
        made = subprocess.run(
            [
                *("setpriv", *become, str(bin_folder / "initdb"), "--pgdata", str(folder / "data")),
                *("--username", USER, "--pwfile", str(secret), "--auth", "scram-sha-256"),
                *("--no-locale", "--encoding", "UTF8", "--no-sync"),
            ],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if made.returncode:
            raise BenchError(f"initdb failed: {made.stdout.strip()}")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "fsync": "off",
            "full_page_writes": "off",
            # Other than UTC, so that times must be converted when read.
            "timezone": "Asia/Kolkata",
        }
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [
                    *("setpriv", *become, "--pdeathsig", "INT"),
                    *(str(bin_folder / "postgres"), "-D", str(folder / "data")),
                    *(word for item in settings.items() for word in ("-c", "=".join(item))),
                ],
                cwd=folder,
                stdout=log,
                stderr=log,
            )
        try:
            _wait(server, bin_folder, folder)
            yield Postgres(folder)
        finally:
            server.send_signal(signal.SIGINT)  # SIGTERM would wait for open connections.
            server.wait(TIMEOUT)
    finally:
        shutil.rmtree(folder)


def _memory() -> Path | None:
    """Return Linux's folder in memory if it has room, because copies on disk are slow."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > MIN_FREE else None


def _wait(server: subprocess.Popen[bytes], bin_folder: Path, folder: Path) -> None:
    deadline = time.monotonic() + TIMEOUT
    while subprocess.run([bin_folder / "pg_isready", "-q", "-h", folder]).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise BenchError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.02)
