"""Find music files in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recommender.library.errors import LibraryError

SUFFIXES: Final = frozenset({".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".wav"})
"""Suffixes of music files, in lower case."""

MAX_FILES: Final = 200_000
"""Maximum number of music files in a folder."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """Metadata of a file; a file whose stamp is unchanged counts as unchanged.

    Attributes
    ----------
    size : int
        Bytes.
    modified : int
        Modification time, in nanoseconds since 1970.
    present : bool
        Whether the file exists.
    """

    size: int
    modified: int
    present: bool = True


@dataclass(frozen=True, slots=True)
class MusicFile:
    """A music file.

    Attributes
    ----------
    path : Path
        Absolute path.
    key : str
        The path as the database stores it; see :func:`path_key`.
    folder : str
        The library folder.
    stamp : FileStamp
        Size and modification time.
    """

    path: Path
    key: str
    folder: str
    stamp: FileStamp


def find_files(folder: str, max_files: int = MAX_FILES) -> Iterator[MusicFile]:
    """Yield the music files in a folder and its subfolders, without following symbolic links.

    Raises
    ------
    LibraryError
        If there are more than ``max_files``.
    """
    count = 0
    for directory, subfolders, names in os.walk(folder):
        subfolders.sort()
        for name in sorted(names):
            path = Path(directory, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES or path.is_symlink():
                continue
            try:
                status = path.stat()
            except OSError:
                continue
            count += 1
            if count > max_files:
                raise LibraryError(
                    f"{folder} contains more than {max_files:,} music files: add parts of it",
                    "too_many_files",
                    {"folder": folder, "limit": max_files},
                )
            stamp = FileStamp(status.st_size, status.st_mtime_ns)
            yield MusicFile(path, path_key(path), folder, stamp)


def path_key(path: Path) -> str:
    """Return a path as text, with bytes that are not UTF-8 escaped by backslashes."""
    return str(path).encode("utf-8", "backslashreplace").decode()
