"""Processes of our own that are ended from outside."""

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
    """Kill a process, if it still runs."""
    if process.returncode is None:
        # Process.kill would first ask whether it has ended, and take the answer from asyncio, which
        # waits for it in a thread and then knows no such child.
        with suppress(ProcessLookupError):
            os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))


async def end(process: Process) -> None:
    """Kill a process, if it still runs, and wait until it is gone; may be called again.

    Nobody else may read its output meanwhile: it is read to its end, for which asyncio waits too.
    """
    kill(process)
    if process.stdout is not None:
        while await process.stdout.read(CHUNK):
            pass
    await process.wait()
