"""Worker processes that read music files, so that a crash of a decoder is contained."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.synchronize import Lock
from pathlib import Path
from threading import Lock as ThreadLock
from typing import Final, TypeVar

from recommender.library.errors import UnreadableError
from recommender.library.sound import compile_librosa

NICENESS: Final = 10
"""Niceness of the processes: they run at low priority, so that live sessions come first."""

T = TypeVar("T")

_starting: Final = ThreadLock()


class Workers:
    """A pool of processes, started on first use.

    Parameters
    ----------
    count : int
        Number of processes.
    prepare : callable
        Module-level function that each process calls at its start, one process at a time.
    """

    def __init__(self, count: int, prepare: Callable[[], None] = compile_librosa) -> None:
        self._count = count
        self._prepare = prepare
        self._pool: ProcessPoolExecutor | None = None

    def map(
        self, function: Callable[[Path], T], paths: Sequence[Path]
    ) -> list[T | UnreadableError]:
        """Call a module-level function on each path in parallel.

        Returns
        -------
        list
            The result for each path, or the error if the file cannot be read.
        """
        futures = [self._submit(function, path) for path in paths]
        return [
            self._result(future, function, path)
            for future, path in zip(futures, paths, strict=True)
        ]

    def close(self) -> None:
        """Stop the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _submit(self, function: Callable[[Path], T], path: Path) -> Future[T | UnreadableError]:
        with _isolated():
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(
                    self._count,
                    context,
                    initializer=_initialise,
                    initargs=(context.Lock(), self._prepare),
                )
            return self._pool.submit(_attempt, function, path)

    def _result(
        self, future: Future[T | UnreadableError], function: Callable[[Path], T], path: Path
    ) -> T | UnreadableError:
        try:
            return future.result()
        except BrokenProcessPool:
            # Any of the files in progress may be the cause: retry each one alone.
            self.close()
        try:
            return self._submit(function, path).result()
        except BrokenProcessPool:
            self.close()
            return UnreadableError("its decoder crashed", "damaged")


@contextmanager
def _isolated() -> Iterator[None]:
    """Keep processes that start meanwhile from importing modules of the working directory.

    :mod:`multiprocessing` passes no options to the interpreter, so this is set in the environment.
    """
    with _starting:
        before = os.environ.get("PYTHONSAFEPATH", "")
        os.environ["PYTHONSAFEPATH"] = "1"
        try:
            yield
        finally:
            # An empty value has the same effect as none.
            os.environ["PYTHONSAFEPATH"] = before


def _initialise(lock: Lock, prepare: Callable[[], None]) -> None:
    """Set up a new process at low priority."""
    import threadpoolctl

    threadpoolctl.threadpool_limits(1)
    # Ctrl+C reaches all processes: the main one handles it and closes these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with lock:
        prepare()


def _attempt(function: Callable[[Path], T], path: Path) -> T | UnreadableError:
    try:
        return function(path)
    except UnreadableError as error:
        return error
    except Exception as error:
        # Damaged files can make a decoder raise any exception.
        problem = f"it is damaged ({type(error).__name__}: {error})"
        return UnreadableError(problem[:300], "damaged")
