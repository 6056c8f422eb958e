"""The user's own music: library folders and what is known about their files."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import cast

from sqlalchemy import delete, func, insert, select, update

from recommender.library.errors import LibraryError, UnreadableCode
from recommender.library.files import MAX_FILES, path_key
from recommender.library.scan import BATCH_SIZE, ScanProgress, publish, scan_folders
from recommender.library.workers import Workers
from recommender.music.catalogue import Catalogue
from recommender.store.database import writing
from recommender.store.tables import LibraryFileRow, LibraryFolderRow


@dataclass(frozen=True, slots=True)
class Folder:
    """A library folder.

    Attributes
    ----------
    path : str
        Absolute path.
    files : int
        Number of readable music files.
    unreadable : int
        Number of unreadable music files.
    missing : int
        Number of files that have been deleted or moved.
    """

    path: str
    files: int
    unreadable: int
    missing: int


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """A music file that cannot be read.

    Attributes
    ----------
    path : str
        Absolute path.
    reason : str
        Reason in English.
    code : UnreadableCode or None
        Reason as a code; None for files scanned before there were codes.
    """

    path: str
    reason: str
    code: UnreadableCode | None


class Library:
    """The user's own music. Thread-safe.

    Parameters
    ----------
    catalogue : Catalogue
        The catalogue that the tracks are stored in.
    max_files : int
        Maximum number of music files in a folder.
    batch_size : int
        Files that a scan analyses and stores at a time.
    """

    def __init__(
        self, catalogue: Catalogue, *, max_files: int = MAX_FILES, batch_size: int = BATCH_SIZE
    ) -> None:
        self._catalogue = catalogue
        self._engine = catalogue.engine
        self._max_files = max_files
        self._batch_size = batch_size

    def folders(self) -> list[Folder]:
        """Return the folders, ordered by path."""
        file = LibraryFileRow
        counted = (
            select(
                LibraryFolderRow.path,
                func.count().filter(file.present & file.problem.is_(None)),
                func.count().filter(file.present & file.problem.is_not(None)),
                func.count().filter(~file.present),
            )
            .join(file, isouter=True)
            .group_by(LibraryFolderRow.path)
            .order_by(LibraryFolderRow.path)
        )
        with self._engine.connect() as connection:
            return [Folder(*row) for row in connection.execute(counted)]

    def unreadable(self, *, limit: int = 100, offset: int = 0) -> list[UnreadableFile]:
        """Return files that cannot be read, ordered by path.

        Parameters
        ----------
        limit, offset : int
            Maximum number of files to return, and number of files to skip.
        """
        rows = (
            select(LibraryFileRow.path, LibraryFileRow.problem, LibraryFileRow.problem_code)
            .where(LibraryFileRow.problem.is_not(None), LibraryFileRow.present)
            .order_by(LibraryFileRow.path)
            .limit(limit)
            .offset(offset)
        )
        with self._engine.connect() as connection:
            return [
                UnreadableFile(path, problem or "", cast(UnreadableCode | None, code))
                for path, problem, code in connection.execute(rows)
            ]

    def contains(self, path: Path) -> bool:
        """Return whether an existing file is in a library folder after resolving symbolic links."""
        real = path.resolve()
        with self._engine.connect() as connection:
            folders = connection.scalars(select(LibraryFolderRow.path)).all()
        return real.is_file() and any(real.is_relative_to(folder) for folder in folders)

    def add(self, folder: Path) -> Path:
        """Add a folder; its tracks enter the catalogue when it is scanned.

        Library folders inside it become part of it.

        Returns
        -------
        Path
            The folder to scan: absolute, without symbolic links. If it is inside a library folder,
            that one.

        Raises
        ------
        LibraryError
            If it is not a folder or cannot be read.
        """
        real = folder.expanduser().resolve()
        if not real.is_dir():
            raise LibraryError(
                f"{folder} is not a folder", "folder_missing", {"folder": str(folder)}
            )
        if not os.access(real, os.R_OK | os.X_OK):
            raise LibraryError(
                f"no permission to read {folder}: change its permissions",
                "folder_locked",
                {"folder": str(folder)},
            )
        if path_key(real) != str(real):
            raise LibraryError(f"the name of {path_key(real)} is not UTF-8: rename it")
        with writing(self._engine) as connection:
            known = [Path(path) for path in connection.scalars(select(LibraryFolderRow.path))]
            for path in known:
                if real.is_relative_to(path):
                    return path
            connection.execute(insert(LibraryFolderRow).values(path=str(real)))
            inner = [str(path) for path in known if path.is_relative_to(real)]
            connection.execute(
                update(LibraryFileRow)
                .where(LibraryFileRow.folder.in_(inner))
                .values(folder=str(real))
            )
            connection.execute(delete(LibraryFolderRow).where(LibraryFolderRow.path.in_(inner)))
        return real

    def remove(self, folder: Path) -> bool:
        """Remove a folder; its tracks are marked as missing, since the log may refer to them.

        Returns
        -------
        bool
            Whether it was a library folder.
        """
        path = str(folder.expanduser().resolve())
        with writing(self._engine) as connection:
            connection.execute(delete(LibraryFileRow).where(LibraryFileRow.folder == path))
            removed = connection.execute(
                delete(LibraryFolderRow).where(LibraryFolderRow.path == path)
            ).rowcount
        if removed:
            publish(self._catalogue)
        return bool(removed)

    def scan(
        self,
        folder: Path | None = None,
        *,
        workers: Workers,
        progress: Callable[[ScanProgress], None] = lambda _: None,
        stop: Event | None = None,
    ) -> ScanProgress:
        """Find new, changed and missing files, and analyse the sound of new ones.

        Files of unchanged size and modification time are skipped. Results are stored as they come,
        so that a later scan resumes one that was stopped. Moods follow from ranks within the whole
        library (:func:`recommender.library.sound.circumplex_positions`), and may thus change a
        little with every new file, unless a person has set them.

        Parameters
        ----------
        folder : Path or None
            A folder that :meth:`add` returned; None for all folders.
        workers : Workers
            Worker processes; the caller closes them.
        progress : callable
            Called with the progress after each batch of files.
        stop : Event, optional
            Stops the scan after the current batch when set.

        Raises
        ------
        LibraryError
            If the extra ``library`` is not installed, or a folder contains too many files.
        """
        if missing := [name for name in ("librosa", "threadpoolctl") if not find_spec(name)]:
            raise LibraryError(
                f"scanning music needs {missing[0]}: pip install 'moodcue[library]'",
                "library_not_installed",
                {"package": missing[0]},
            )
        return scan_folders(
            self._catalogue,
            [str(folder)] if folder else [known.path for known in self.folders()],
            workers=workers,
            progress=progress,
            stop=stop,
            max_files=self._max_files,
            batch_size=self._batch_size,
        )
