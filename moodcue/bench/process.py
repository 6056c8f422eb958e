"""Processes of the bench, which speak JSON, a line at a time, and never outlive it."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psutil

ANSWER_WITHIN: Final = 60.0
"""Seconds within which a process must say its next line."""


class BenchError(Exception):
    """Nothing could be measured; the message says why."""


class Child:
    """A process at the other end of two pipes.

    Every method raises BenchError, with the last line of the process's stderr, if it has ended.
    """

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self._name = name
        self._process = process
        self._usage = psutil.Process(process.pid)
        self._log = log

    def cpu(self) -> float:
        """Return the CPU seconds it has used so far, user and system."""
        try:
            times = self._usage.cpu_times()
        except psutil.NoSuchProcess:
            raise self.ended() from None
        return times.user + times.system

    def family_cpu(self) -> float:
        """Return the CPU seconds that it and all processes it has started have used so far."""
        try:
            times = self._usage.cpu_times()
            used = self.cpu() + times.children_user + times.children_system
        except psutil.NoSuchProcess:
            raise self.ended() from None
        for process in self._usage.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                used += times.user + times.system
        return float(used)

    def memory(self) -> int:
        """Return its resident size in bytes."""
        try:
            return int(self._usage.memory_info().rss)
        except psutil.NoSuchProcess:
            raise self.ended() from None

    async def line(self) -> str:
        """Return the next line of its output, for which it has a minute."""
        assert self._process.stdout
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                text = await self._process.stdout.readline()
        except TimeoutError:
            raise BenchError(f"{self._name} said nothing for {ANSWER_WITHIN:g} s") from None
        if not text:
            raise self.ended()
        return text.decode()

    async def hear(self, key: str) -> Any:
        """Return a value of the next line of its output, which is JSON."""
        return json.loads(await self.line())[key]

    def tell(self, **values: object) -> None:
        """Write a line of JSON to its input."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(values).encode() + b"\n")

    def finish(self) -> None:
        """Close its input."""
        assert self._process.stdin
        self._process.stdin.close()

    def ended(self) -> BenchError:
        """Return the error that says how it ended."""
        said = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((text for text in reversed(said) if text.strip()), "without a word")
        return BenchError(f"{self._name} ended: {last}")


@asynccontextmanager
async def running(
    name: str, *command: str, log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Child]:
    """Start a process that is killed at the end, whatever happens.

    Parameters
    ----------
    name : str
        What to call it in messages.
    command : str
        The program and its arguments.
    log : Path
        Where its stderr goes.
    environment : mapping of str, optional
        Instead of this process's own.

    Raises
    ------
    BenchError
        If it has failed by then.
    """
    with log.open("wb") as stderr:
        # In a session of its own, Ctrl+C reaches the bench alone, which then ends the others.
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
            raise child.ended()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
