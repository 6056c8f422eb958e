"""Write the current track to a text file, for programs that show it, such as OBS."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from threading import Lock

from recommender import Track

logger = logging.getLogger(__name__)


class NowPlaying:
    """Keeps the file up to date: one line while a track plays, empty otherwise.

    May be used from any thread.

    Parameters
    ----------
    path : Path or None
        The file; None to write none.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._tracks: dict[str, Track] = {}
        self._lock = Lock()

    def refresh(self) -> None:
        """Rewrite the file: a server that was killed may have left a track in it."""
        with self._lock:
            self._write()

    def put(self, session_id: str, track: Track | None) -> None:
        """Set the track that a session plays, or None; the file shows the latest one set."""
        with self._lock:
            self._tracks.pop(session_id, None)
            if track is not None:
                self._tracks[session_id] = track
            self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        latest = next(reversed(self._tracks.values()), None)
        text = "" if latest is None else f"{latest.title} - {latest.artist} ({latest.credit})"
        new = self._path.with_name(f".{self._path.name}.new")
        try:
            new.write_text(text, encoding="utf-8")
            # Replaced atomically, so that no reader gets half a line.
            os.replace(new, self._path)
        except OSError as error:
            logger.warning("cannot write the current track to %s: %s", self._path, error.strerror)
