"""The user's own music: the folders of it, and what is in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import Any, Final, Literal, TypeAlias, cast

from sqlalchemy import Connection, delete, func, insert, select, update

from recommender.library.sound import (
    Sound,
    UnreadableCode,
    UnreadableError,
    identify,
    listen,
    places,
)
from recommender.library.tags import Tags, read_tags
from recommender.library.workers import Workers
from recommender.music.catalogue import Catalogue
from recommender.music.moods import fit_position
from recommender.music.track import Track
from recommender.store.database import writing
from recommender.store.tables import LibraryFileRow, LibraryFolderRow, TrackRow

SOURCE: Final = "library"
"""The source of the tracks."""

SUFFIXES: Final = frozenset({".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".wav"})
"""Names of music files end so, in any case."""

MOST_FILES: Final = 200_000
"""Files a folder may hold."""

CHUNK: Final = 8
"""Files that are looked at, and kept, at a time."""

FIRST_SEEN: Final = 200
"""New files after which their tracks can be seen; then after twice as many, and so on."""

_UNKNOWN_ARTIST: Final = "Unknown artist"
_BATCH: Final = 500
"""Values in one condition."""


LibraryCode: TypeAlias = Literal[
    "folder_locked", "folder_missing", "library_not_installed", "too_many_files"
]
"""Why a folder cannot be added or scanned, for programs that have words of their own for it."""

LibraryFact: TypeAlias = Literal["folder", "limit", "package"]
"""What such words may have to mention."""


class LibraryError(Exception):
    """A folder cannot be added or scanned; the message says why and what to do.

    Parameters
    ----------
    message : str
        In English.
    code : LibraryCode, optional
        The same for programs.
    facts : mapping of LibraryFact to str or float
        What the message mentions.
    """

    def __init__(
        self,
        message: str,
        code: LibraryCode | None = None,
        facts: Mapping[LibraryFact, str | float] = {},
    ) -> None:
        super().__init__(message)
        self.code = code
        self.facts = dict(facts)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the library.

    Attributes
    ----------
    path : str
        Absolute.
    files : int
        Music files in it that can be read.
    unreadable : int
        Music files in it that cannot.
    missing : int
        Files that were there once.
    """

    path: str
    files: int
    unreadable: int
    missing: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be read.

    Attributes
    ----------
    path : str
        Where it is.
    reason, code : str
        Why: in English, and for programs; no code where it was looked at before there were any.
    """

    path: str
    reason: str
    code: UnreadableCode | None


@dataclass(frozen=True, slots=True)
class Scanned:
    """How far a scan has come.

    Attributes
    ----------
    total : int
        Files found.
    done : int
        Those looked at so far.
    heard : int
        Those that were listened to: new or changed.
    unreadable : int
        Those that cannot be read.
    missing : int
        Files that were there once and are not any more.
    """

    total: int
    done: int
    heard: int
    unreadable: int
    missing: int


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a file looks like from outside; where it has not changed, nor has the file."""

    size: int
    modified: int
    present: bool = True


@dataclass(frozen=True, slots=True)
class _File:
    """A music file; ``key`` is its path as a database can hold it."""

    path: Path
    key: str
    folder: str
    stamp: _Stamp


@dataclass(frozen=True, slots=True)
class _Content:
    track_id: str
    tags: Tags


class Library:
    """The user's own music. May be used from any thread.

    Parameters
    ----------
    catalogue : Catalogue
        Where its tracks go.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._engine = catalogue.engine

    def folders(self) -> list[Folder]:
        """Return the folders, in the order of their paths."""
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

    def unreadable(self, *, limit: int = 100, offset: int = 0) -> list[Unreadable]:
        """Return the files that cannot be read, in the order of their paths."""
        listed = (
            select(LibraryFileRow.path, LibraryFileRow.problem, LibraryFileRow.problem_code)
            .where(LibraryFileRow.problem.is_not(None), LibraryFileRow.present)
            .order_by(LibraryFileRow.path)
            .limit(limit)
            .offset(offset)
        )
        with self._engine.connect() as connection:
            return [
                Unreadable(path, problem or "", cast(UnreadableCode | None, code))
                for path, problem, code in connection.execute(listed)
            ]

    def holds(self, path: Path) -> bool:
        """Return whether a file is there, and inside one of the folders, whatever its links say."""
        real = path.resolve()
        with self._engine.connect() as connection:
            folders = connection.scalars(select(LibraryFolderRow.path)).all()
        return real.is_file() and any(real.is_relative_to(folder) for folder in folders)

    def add(self, folder: Path) -> Path:
        """Add a folder; its music is in the catalogue once it has been scanned.

        Returns
        -------
        Path
            The folder to scan: absolute, without symbolic links. Where it lies in one that was
            added before, that one.

        Raises
        ------
        LibraryError
            If it is none, or cannot be read.
        """
        real = folder.expanduser().resolve()
        if not real.is_dir():
            raise LibraryError(f"{folder} is no folder", "folder_missing", {"folder": str(folder)})
        if not os.access(real, os.R_OK | os.X_OK):
            raise LibraryError(
                f"{folder} may not be read: change its permissions",
                "folder_locked",
                {"folder": str(folder)},
            )
        if _key(real) != str(real):
            raise LibraryError(f"the name of {_key(real)} is not UTF-8: rename it")
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
        """Forget a folder; its tracks become missing, for the log may name them.

        Returns
        -------
        bool
            Whether it was there.
        """
        path = str(folder.expanduser().resolve())
        with writing(self._engine) as connection:
            connection.execute(delete(LibraryFileRow).where(LibraryFileRow.folder == path))
            gone = connection.execute(
                delete(LibraryFolderRow).where(LibraryFolderRow.path == path)
            ).rowcount
        if gone:
            self._publish()
        return bool(gone)

    def scan(
        self,
        folder: Path | None = None,
        *,
        workers: Workers,
        progress: Callable[[Scanned], None] = lambda _: None,
        stop: Event | None = None,
    ) -> Scanned:
        """Look for new, changed and vanished files, and listen to what is new in them.

        A file whose size and time are as they were is left alone; one whose sound is known, because
        only its tags or its name have changed, is not listened to again. What was done is kept
        should the scan end early, and the next one goes on from there. Moods follow from the ranks
        among all music of the library (:func:`recommender.library.sound.places`), so that they may
        change a little with every new piece, but where a person has set them.

        Parameters
        ----------
        folder : Path or None
            What :meth:`add` returned; None for all folders.
        workers : Workers
            Processes to listen in. They go on when the scan has ended: close them.
        progress : callable
            Called now and then.
        stop : Event, optional
            Ends the scan early when it is set.

        Raises
        ------
        LibraryError
            If the extra ``library`` is not installed, or the folder holds too many files.
        """
        if missing := [name for name in ("librosa", "threadpoolctl") if not find_spec(name)]:
            raise LibraryError(
                f"to listen to music Moodcue needs {missing[0]}: pip install 'moodcue[library]'",
                "library_not_installed",
                {"package": missing[0]},
            )
        folders = [str(folder)] if folder else [known.path for known in self.folders()]
        found = {file.key: file for path in folders for file in _files(path)}
        with self._engine.connect() as connection:
            stored = _stored(connection, folders)
        changed = [file for file in found.values() if stored.get(file.key) != file.stamp]
        vanished = [key for key, stamp in stored.items() if stamp.present and key not in found]
        counts = Scanned(len(found), len(found) - len(changed), 0, 0, len(vanished))
        progress(counts)
        with writing(self._engine) as connection:
            _mark_missing(connection, vanished)
        seen_next = FIRST_SEEN
        try:
            for start in range(0, len(changed), CHUNK):
                if stop is not None and stop.is_set():
                    break
                rows, heard = self._read(workers, changed[start : start + CHUNK])
                with writing(self._engine) as connection:
                    _keep(connection, rows)
                bad = sum(row["problem"] is not None for row in rows)
                counts = replace(
                    counts,
                    done=counts.done + len(rows),
                    heard=counts.heard + heard,
                    unreadable=counts.unreadable + bad,
                )
                progress(counts)
                if start + CHUNK >= seen_next:
                    self._publish()
                    seen_next *= 2
        finally:
            self._publish()
        return counts

    def _publish(self) -> None:
        """Bring the tracks of the catalogue in line with the files, a part of them at a time."""
        there = (
            select(*_FACTS)
            .where(LibraryFileRow.present, LibraryFileRow.track_id.is_not(None))
            .order_by(LibraryFileRow.path.desc())
        )
        known = select(TrackRow.id).where(TrackRow.source == SOURCE, ~TrackRow.missing)
        with self._engine.connect() as connection:
            # Of several files with the same sound the first by path is taken.
            files = {row.track_id: row for row in connection.execute(there)}
            gone = [track_id for track_id in connection.scalars(known) if track_id not in files]
        sounds = [Sound(**row.sound) for row in files.values()]
        self._catalogue.store(
            _track(row.track_id, row.path, Tags(**row.tags), sound, place)
            for row, sound, place in zip(files.values(), sounds, places(sounds), strict=True)
        )
        self._catalogue.mark_missing(gone)

    def _read(self, workers: Workers, files: Sequence[_File]) -> tuple[list[dict[str, Any]], int]:
        """Return a row for each file, and how many were listened to."""
        contents = workers.map(_examine, [file.path for file in files])
        paths = {
            content.track_id: file.path
            for file, content in zip(files, contents, strict=True)
            if isinstance(content, _Content)
        }
        with self._engine.connect() as connection:
            sounds = _sounds(connection, paths)
        new = [track_id for track_id in paths if track_id not in sounds]
        heard = dict(zip(new, workers.map(listen, [paths[t] for t in new]), strict=True))
        nothing = dict.fromkeys(("track_id", "problem", "problem_code", "tags", "sound"))
        rows: list[dict[str, Any]] = []
        for file, content in zip(files, contents, strict=True):
            row = nothing | {"path": file.key, "folder": file.folder} | asdict(file.stamp)
            sound = (
                content
                if isinstance(content, UnreadableError)
                else heard.get(content.track_id) or sounds[content.track_id]
            )
            if isinstance(sound, UnreadableError):
                row |= {"problem": str(sound), "problem_code": sound.code}
            elif isinstance(content, _Content):
                row |= {
                    "track_id": content.track_id,
                    "tags": asdict(content.tags),
                    "sound": asdict(sound),
                }
            rows.append(row)
        return rows, len(new)


def _examine(path: Path) -> _Content:
    """Identify a file and read its tags; runs in a worker."""
    if _key(path) != str(path):
        raise UnreadableError("its name is not UTF-8: rename it", "name_not_utf8")
    return _Content(f"{SOURCE}-{identify(path)}", read_tags(path))


def _files(folder: str) -> Iterator[_File]:
    """List the music files of a folder and the folders in it; links are not followed."""
    count = 0
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(where, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES or path.is_symlink():
                continue
            try:
                status = path.stat()
            except OSError:
                continue
            count += 1
            if count > MOST_FILES:
                raise LibraryError(
                    f"{folder} holds more than {MOST_FILES:,} music files: add parts of it",
                    "too_many_files",
                    {"folder": folder, "limit": MOST_FILES},
                )
            yield _File(path, _key(path), folder, _Stamp(status.st_size, status.st_mtime_ns))


def _key(path: Path) -> str:
    """Return a path as text, with escapes for bytes of its name that are not UTF-8."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _stored(connection: Connection, folders: Collection[str]) -> dict[str, _Stamp]:
    rows = connection.execute(
        select(
            LibraryFileRow.path,
            LibraryFileRow.size,
            LibraryFileRow.modified,
            LibraryFileRow.present,
        ).where(LibraryFileRow.folder.in_(folders))
    )
    return {row.path: _Stamp(row.size, row.modified, row.present) for row in rows}


def _sounds(connection: Connection, track_ids: Collection[str]) -> dict[str, Sound]:
    rows = connection.execute(
        select(LibraryFileRow.track_id, LibraryFileRow.sound).where(
            LibraryFileRow.track_id.in_(track_ids)
        )
    )
    return {track_id: Sound(**sound) for track_id, sound in rows if track_id and sound}


def _keep(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    paths = [row["path"] for row in rows]
    connection.execute(delete(LibraryFileRow).where(LibraryFileRow.path.in_(paths)))
    connection.execute(insert(LibraryFileRow), rows)


def _mark_missing(connection: Connection, paths: Sequence[str]) -> None:
    for start in range(0, len(paths), _BATCH):
        batch = paths[start : start + _BATCH]
        connection.execute(
            update(LibraryFileRow).where(LibraryFileRow.path.in_(batch)).values(present=False)
        )


_FACTS: Final = (
    LibraryFileRow.track_id,
    LibraryFileRow.path,
    LibraryFileRow.tags,
    LibraryFileRow.sound,
)


def _track(track_id: str, path: str, tags: Tags, sound: Sound, place: tuple[float, float]) -> Track:
    mood = fit_position(*place)
    return Track(
        id=track_id,
        title=tags.title or Path(path).stem,
        artist=tags.artist or _UNKNOWN_ARTIST,
        licence=tags.licence,
        duration=tags.duration,
        bpm=tags.bpm or round(sound.tempo, 1) or None,
        feels=(),
        instruments=(),
        emotions=mood.emotions,
        valence=mood.valence,
        arousal=mood.arousal,
        source=SOURCE,
        page=None,
        audio=f"file:{path}",
        cover=tags.cover,
    )
