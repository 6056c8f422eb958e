"""What plays now, in a text file: for programs that show it, such as OBS."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from threading import Lock

from recommender import Track

logger = logging.getLogger(__name__)


class NowPlaying:
    """Keeps the file true: a line while something plays, nothing while nothing does.

    May be used from any thread.

    Parameters
    ----------
    path : Path or None
        The file; None for none.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._tracks: dict[str, Track] = {}
        self._lock = Lock()

    def refresh(self) -> None:
        """Write the file anew: a program that was killed may have left something in it."""
        with self._lock:
            self._write()

    def put(self, session_id: str, track: Track | None) -> None:
        """Take what a session plays now, or that it plays nothing; the latest is what is told."""
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
        written = self._path.with_name(f".{self._path.name}.new")
        try:
            written.write_text(text, encoding="utf-8")
            # Whoever reads at this moment finds the old line or the new one, never half of it.
            os.replace(written, self._path)
        except OSError as error:
            logger.warning("%s does not say what plays: %s", self._path, error.strerror)
