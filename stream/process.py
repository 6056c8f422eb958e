"""Termination of child processes."""

from __future__ import annotations

import os
import signal
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from typing import Final

CHUNK: Final = 65_536


def python(*arguments: str) -> tuple[str, ...]:
    """Return the command line of a new Python interpreter.

    It does not import from its working directory, nor from the folder of a script: a ``numpy.py``
    that lies there is not run.
    """
    return (sys.executable, "-P", *arguments)


def kill(process: Process) -> None:
    """Kill a process if it is running."""
    if process.returncode is None:
        # Not Process.kill: it polls the child first, which races with the thread in which asyncio
        # waits for it.
        with suppress(ProcessLookupError):
            os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))


async def kill_and_wait(process: Process) -> None:
    """Kill a process if it is running and wait for its end; idempotent.

    Reads its output to the end, which asyncio waits for too; no other reader may be active.
    """
    kill(process)
    if process.stdout is not None:
        while await process.stdout.read(CHUNK):
            pass
    await process.wait()
