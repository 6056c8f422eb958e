"""Termination of child processes."""

from __future__ import annotations

import os
import signal
from asyncio.subprocess import Process
from contextlib import suppress
from typing import Final

CHUNK: Final = 65_536


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
