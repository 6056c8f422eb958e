"""Keep a ranker's index up to date with the catalogue."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from recommender.music.catalogue import Catalogue
from recommender.ranking.index import TrackIndex
from recommender.ranking.ranker import Ranker
from recommender.store.database import StorageError

logger = logging.getLogger(__name__)


class IndexUpdater:
    """Rebuilds the index of a ranker when any process changes the catalogue. Thread-safe.

    Parameters
    ----------
    catalogue : Catalogue
        The tracks.
    ranker : Ranker
        Gets each new index.
    """

    def __init__(self, catalogue: Catalogue, ranker: Ranker) -> None:
        self._catalogue = catalogue
        self._ranker = ranker
        self._version = -1
        self._lock = Lock()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="index")
        self.refresh()

    def refresh(self) -> None:
        """Rebuild the index if tracks have changed; lists on display are not affected.

        Raises
        ------
        StorageError
            If the database cannot be read.
        """
        with self._lock:
            version = self._catalogue.change_count()
            if version != self._version:
                self._ranker.index = TrackIndex(self._catalogue.tracks())
                self._version = version

    def refresh_soon(self) -> Future[None]:
        """Call :meth:`refresh` in a thread; with many tracks it takes seconds."""
        return self._executor.submit(self._refresh_or_log)

    def close(self) -> None:
        """Wait for a refresh in progress."""
        self._executor.shutdown()

    def _refresh_or_log(self) -> None:
        try:
            self.refresh()
        except StorageError as error:
            logger.warning("the index was not updated: %s", error)
