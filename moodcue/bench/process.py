"""Child processes of a benchmark, which exchange lines of JSON and end with it."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psutil

TIMEOUT: Final = 60.0
"""Seconds within which a process must write its next line."""


class BenchError(Exception):
    """The measurement failed."""


class Child:
    """A child process connected by pipes.

    Every method raises BenchError with the last line of stderr if the process has ended.
    """

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self._name = name
        self._process = process
        self._usage = psutil.Process(process.pid)
        self._log = log

    def cpu(self) -> float:
        """Return the CPU seconds used so far, user and system."""
        try:
            times = self._usage.cpu_times()
        except psutil.NoSuchProcess:
            raise self.exit_error() from None
        return times.user + times.system

    def family_cpu(self) -> float:
        """Return the CPU seconds used so far by the process and all its descendants."""
        try:
            times = self._usage.cpu_times()
            used = self.cpu() + times.children_user + times.children_system
        except psutil.NoSuchProcess:
            raise self.exit_error() from None
        for process in self._usage.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                used += times.user + times.system
        return float(used)

    def memory(self) -> int:
        """Return the resident set size in bytes."""
        try:
            return int(self._usage.memory_info().rss)
        except psutil.NoSuchProcess:
            raise self.exit_error() from None

    async def line(self) -> str:
        """Return the next line of output; wait at most :data:`TIMEOUT` seconds."""
        assert self._process.stdout
        try:
            async with asyncio.timeout(TIMEOUT):
                text = await self._process.stdout.readline()
        except TimeoutError:
            raise BenchError(f"{self._name} wrote nothing for {TIMEOUT:g} s") from None
        if not text:
            raise self.exit_error()
        return text.decode()

    async def receive(self, key: str) -> Any:
        """Return a value from the next line of output, which must be JSON."""
        return json.loads(await self.line())[key]

    def send(self, **values: object) -> None:
        """Write a line of JSON to its input."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(values).encode() + b"\n")

    def close_input(self) -> None:
        """Close its input."""
        assert self._process.stdin
        self._process.stdin.close()

    def exit_error(self) -> BenchError:
        """Return the error for an unexpected exit."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line for line in reversed(lines) if line.strip()), "no message on stderr")
        return BenchError(f"{self._name} ended: {last}")


@asynccontextmanager
async def running(
    name: str, *command: str, log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Child]:
    """Run a process for the duration of the block, and kill it at the end.

    Parameters
    ----------
    name : str
        Name in messages.
    command : str
        The program and its arguments.
    log : Path
        File for its stderr.
    environment : mapping of str, optional
        Its environment; by default that of this process.

    Raises
    ------
    BenchError
        If it has failed by the end of the block.
    """
    with log.open("wb") as stderr:
        # In its own session, so that Ctrl+C reaches only this process, which then ends the child.
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=stderr,
            env=environment,
            start_new_session=True,
        )
    try:
        child = Child(name, process, log)
        yield child
        if process.returncode:
            raise child.exit_error()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
