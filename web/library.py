"""Scan the user's own music in the background."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Literal

from recommender import StorageError
from recommender.library import Library, LibraryError, ScanProgress, Workers
from web.problem import INTERNAL_ERROR, Problem, RefusedError

State = Literal["running", "finished", "stopped", "failed"]

logger = logging.getLogger(__name__)


class ScanRunningError(RefusedError):
    """A scan is already running."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The running scan, or the last one.

    Attributes
    ----------
    state : str
        ``running``, ``finished``, ``stopped`` by a user, or ``failed``.
    folder : str or None
        The folder scanned; None for all folders.
    progress : ScanProgress or None
        Progress so far; None while the files are being counted.
    problem : Problem or None
        Why it failed.
    """

    state: State
    folder: str | None
    progress: ScanProgress | None = None
    problem: Problem | None = None


class Scanner:
    """Scans the library in its own thread and process, one scan at a time.

    Parameters
    ----------
    library : Library
        The library to scan.
    changed : callable
        Called in that thread after a scan, when tracks may have changed.
    """

    def __init__(self, library: Library, changed: Callable[[], None]) -> None:
        self._library = library
        self._changed = changed
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="library")
        self._running: Future[None] | None = None
        self._stop = Event()
        self.latest: Scan | None = None

    def require_idle(self) -> None:
        """Check that no scan is running.

        Raises
        ------
        ScanRunningError
            If a scan is running.
        """
        if self._running is not None and not self._running.done():
            raise ScanRunningError(
                "a scan is running: wait until it has finished, or stop it", "scan_running"
            )

    def start(self, folder: Path | None) -> None:
        """Start to scan a folder, or all folders for None.

        Raises
        ------
        ScanRunningError
            If a scan is running.
        """
        self.require_idle()
        self._stop.clear()
        name = None if folder is None else str(folder)
        self.latest = Scan("running", name)
        self._running = self._thread.submit(self._scan, folder, name)

    def stop(self) -> None:
        """Stop the running scan; its results so far are kept."""
        self._stop.set()

    def close(self) -> None:
        """Stop the running scan and wait for it."""
        self.stop()
        self._thread.shutdown()

    def _scan(self, folder: Path | None, name: str | None) -> None:
        def report(progress: ScanProgress) -> None:
            self.latest = Scan("running", name, progress)

        try:
            with closing(Workers(1)) as workers:
                progress = self._library.scan(
                    folder, workers=workers, progress=report, stop=self._stop
                )
            self._changed()
        except (StorageError, LibraryError) as error:
            self.latest = Scan("failed", name, problem=Problem.of(error))
        except Exception:
            logger.exception("the library scan failed")
            self.latest = Scan("failed", name, problem=INTERNAL_ERROR)
        else:
            stopped = progress.done < progress.total
            self.latest = Scan("stopped" if stopped else "finished", name, progress)
