"""The user's library beside the live sessions: its scans, and tracks that are always the newest."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import Literal

from recommender import Catalogue, Ranker, StorageError, TrackIndex
from recommender.library import Library, LibraryError, Scanned, Workers
from web.problem import INTERNAL_ERROR, Problem, RefusedError

State = Literal["running", "finished", "stopped", "failed"]

logger = logging.getLogger(__name__)


class ScanRunningError(RefusedError):
    """A scan is running, and there is one at a time."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that runs, or the last one that did.

    Attributes
    ----------
    state : str
        ``running``, ``finished``, ``stopped`` by somebody, or ``failed``.
    folder : str or None
        What is scanned; None for all folders.
    progress : Scanned or None
        How far it has come; None while the files are being counted.
    problem : Problem or None
        Why it failed.
    """

    state: State
    folder: str | None
    progress: Scanned | None = None
    problem: Problem | None = None


class Shelf:
    """Keeps what is ranked the same as what is in the catalogue, whichever process changes it.

    May be used from any thread.

    Parameters
    ----------
    catalogue : Catalogue
        The tracks.
    ranker : Ranker
        Takes its tracks from here.
    """

    def __init__(self, catalogue: Catalogue, ranker: Ranker) -> None:
        self._catalogue = catalogue
        self._ranker = ranker
        self._seen = -1
        self._refreshing = Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="shelf")
        self.refresh()

    def refresh(self) -> None:
        """Lay the tracks out anew if they have changed; lists that are shown stay as they are.

        Raises
        ------
        StorageError
            If the database cannot be read.
        """
        with self._refreshing:
            changes = self._catalogue.changes()
            if changes != self._seen:
                self._ranker.index = TrackIndex(self._catalogue.tracks())
                self._seen = changes

    def refresh_soon(self) -> Future[None]:
        """Do so in a thread of its own: with many tracks it takes seconds."""
        return self._thread.submit(self._refresh_or_tell)

    def close(self) -> None:
        """Wait for what is under way."""
        self._thread.shutdown()

    def _refresh_or_tell(self) -> None:
        try:
            self.refresh()
        except StorageError as error:
            logger.warning("cues come from the tracks as they were: %s", error)


class Scanner:
    """Scans the library, one scan at a time, in a thread and a process of its own.

    Parameters
    ----------
    library : Library
        What to scan.
    changed : callable
        Called in that thread when tracks may have changed.
    """

    def __init__(self, library: Library, changed: Callable[[], None]) -> None:
        self._library = library
        self._changed = changed
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="library")
        self._running: Future[None] | None = None
        self._stop = Event()
        self.latest: Scan | None = None

    def need_rest(self) -> None:
        """Refuse to go on while a scan is running.

        Raises
        ------
        ScanRunningError
            If one is.
        """
        if self._running is not None and not self._running.done():
            raise ScanRunningError(
                "the library is being scanned: wait for the end, or stop it", "scan_running"
            )

    def start(self, folder: Path | None) -> None:
        """Start a scan of a folder, or of all for None.

        Raises
        ------
        ScanRunningError
            If one is running.
        """
        self.need_rest()
        self._stop.clear()
        name = None if folder is None else str(folder)
        self.latest = Scan("running", name)
        self._running = self._thread.submit(self._scan, folder, name)

    def stop(self) -> None:
        """End the scan that runs, if one does; what it has done is kept."""
        self._stop.set()

    def close(self) -> None:
        """End the scan that runs, and wait for it."""
        self.stop()
        self._thread.shutdown()

    def _scan(self, folder: Path | None, name: str | None) -> None:
        def told(progress: Scanned) -> None:
            self.latest = Scan("running", name, progress)

        try:
            with closing(Workers(1)) as workers:
                progress = self._library.scan(
                    folder, workers=workers, progress=told, stop=self._stop
                )
            self._changed()
        except (StorageError, LibraryError) as error:
            self.latest = Scan("failed", name, problem=Problem.of(error))
        except Exception:
            logger.exception("the scan of the library failed")
            self.latest = Scan("failed", name, problem=INTERNAL_ERROR)
        else:
            stopped = progress.done < progress.total
            self.latest = Scan("stopped" if stopped else "finished", name, progress)
