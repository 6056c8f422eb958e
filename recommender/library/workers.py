"""Processes that read music files: a file that crashes a decoder ends no more than one of them."""

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

from recommender.library.sound import UnreadableError, compile_once

PRIORITY: Final = 10
"""How much these processes stand back behind others (nice): live sessions come first."""

T = TypeVar("T")

_starting: Final = ThreadLock()


class Workers:
    """A number of processes, started when they are first needed.

    Parameters
    ----------
    count : int
        How many.
    prepare : callable
        A function of a module, which each process calls before anything else, one after the other:
        for what only one may do at a time.
    """

    def __init__(self, count: int, prepare: Callable[[], None] = compile_once) -> None:
        self._count = count
        self._prepare = prepare
        self._pool: ProcessPoolExecutor | None = None

    def map(
        self, function: Callable[[Path], T], paths: Sequence[Path]
    ) -> list[T | UnreadableError]:
        """Return what a function of a module returns for each path, or why it cannot be read."""
        waiting = [self._submit(function, path) for path in paths]
        return [
            self._result(future, function, path)
            for future, path in zip(waiting, paths, strict=True)
        ]

    def close(self) -> None:
        """End the processes."""
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
                    initializer=_begin,
                    initargs=(context.Lock(), self._prepare),
                )
            return self._pool.submit(_attempt, function, path)

    def _result(
        self, future: Future[T | UnreadableError], function: Callable[[Path], T], path: Path
    ) -> T | UnreadableError:
        try:
            return future.result()
        except BrokenProcessPool:
            # One of several files did it: each that was under way is tried again by itself.
            self.close()
        try:
            return self._submit(function, path).result()
        except BrokenProcessPool:
            self.close()
            return UnreadableError("its decoder crashed", "damaged")


@contextmanager
def _isolated() -> Iterator[None]:
    """Keep processes that are started meanwhile from importing from their working directory.

    The environment does it because :mod:`multiprocessing` takes no options for the interpreter.
    """
    with _starting:
        before = os.environ.get("PYTHONSAFEPATH", "")
        os.environ["PYTHONSAFEPATH"] = "1"
        try:
            yield
        finally:
            # Empty is the same as not set.
            os.environ["PYTHONSAFEPATH"] = before


def _begin(turn: Lock, prepare: Callable[[], None]) -> None:
    """Stand back behind other processes, and prepare when it is this one's turn."""
    import threadpoolctl

    threadpoolctl.threadpool_limits(1)
    # Who stops the program by Ctrl+C stops it alone: these end when it closes them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(PRIORITY)
    with turn:
        prepare()


def _attempt(function: Callable[[Path], T], path: Path) -> T | UnreadableError:
    try:
        return function(path)
    except UnreadableError as error:
        return error
    except Exception as error:
        # A damaged file makes a decoder raise whatever it happens to hit.
        problem = f"it is damaged ({type(error).__name__}: {error})"
        return UnreadableError(problem[:300], "damaged")
