"""Scan library folders: analyse new and changed files, and update the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from recommender.library.errors import UnreadableError
from recommender.library.files import MAX_FILES, FileStamp, MusicFile, find_files, path_key
from recommender.library.sound import (
    Sound,
    analyse_file,
    audio_digest,
    circumplex_positions,
)
from recommender.library.tags import Tags, read_tags
from recommender.library.workers import Workers
from recommender.music.catalogue import Catalogue
from recommender.music.moods import fit_position
from recommender.music.track import Track
from recommender.store.database import writing
from recommender.store.tables import LibraryFileRow, TrackRow

SOURCE: Final = "library"
"""Source of the tracks."""

BATCH_SIZE: Final = 8
"""Files that are analysed and stored at a time."""

FIRST_PUBLISHED: Final = 200
"""New files after which their tracks enter the catalogue; then after twice as many, and so on."""

_UNKNOWN_ARTIST: Final = "Unknown artist"
_MAX_VALUES: Final = 500
"""Values in one SQL condition."""


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """Progress of a scan, in files.

    Attributes
    ----------
    total : int
        Files found.
    done : int
        Files done so far, including unchanged ones.
    analysed : int
        Files whose sound was analysed because it was new.
    unreadable : int
        Files found unreadable.
    missing : int
        Files that have been deleted or moved since the last scan.
    """

    total: int
    done: int
    analysed: int
    unreadable: int
    missing: int


@dataclass(frozen=True, slots=True)
class _Content:
    track_id: str
    tags: Tags


def scan_folders(
    catalogue: Catalogue,
    folders: Sequence[str],
    *,
    workers: Workers,
    progress: Callable[[ScanProgress], None],
    stop: Event | None = None,
    max_files: int = MAX_FILES,
    batch_size: int = BATCH_SIZE,
) -> ScanProgress:
    """Analyse new and changed files and update the catalogue; see :meth:`.Library.scan`.

    Parameters
    ----------
    catalogue : Catalogue
        The catalogue.
    folders : sequence of str
        Paths of library folders.
    workers, progress, stop
        As for :meth:`.Library.scan`.
    max_files : int
        Maximum number of music files in a folder.
    batch_size : int
        Files that are analysed and stored at a time.

    Raises
    ------
    LibraryError
        If a folder contains too many files.
    """
    engine = catalogue.engine
    found = {file.key: file for folder in folders for file in find_files(folder, max_files)}
    with engine.connect() as connection:
        stored = _stored_stamps(connection, folders)
    changed = [file for file in found.values() if stored.get(file.key) != file.stamp]
    missing = [key for key, stamp in stored.items() if stamp.present and key not in found]
    counts = ScanProgress(len(found), len(found) - len(changed), 0, 0, len(missing))
    progress(counts)
    with writing(engine) as connection:
        _mark_missing(connection, missing)
    publish_after = FIRST_PUBLISHED
    try:
        for start in range(0, len(changed), batch_size):
            if stop is not None and stop.is_set():
                break
            rows, analysed = _analyse(engine, workers, changed[start : start + batch_size])
            with writing(engine) as connection:
                _store(connection, rows)
            unreadable = sum(row["problem"] is not None for row in rows)
            counts = replace(
                counts,
                done=counts.done + len(rows),
                analysed=counts.analysed + analysed,
                unreadable=counts.unreadable + unreadable,
            )
            progress(counts)
            if start + batch_size >= publish_after:
                publish(catalogue)
                publish_after *= 2
    finally:
        publish(catalogue)
    return counts


def publish(catalogue: Catalogue) -> None:
    """Update the tracks in the catalogue to match the stored files."""
    present = (
        select(
            LibraryFileRow.track_id, LibraryFileRow.path, LibraryFileRow.tags, LibraryFileRow.sound
        )
        .where(LibraryFileRow.present, LibraryFileRow.track_id.is_not(None))
        .order_by(LibraryFileRow.path.desc())
    )
    published = select(TrackRow.id).where(TrackRow.source == SOURCE, ~TrackRow.missing)
    with catalogue.engine.connect() as connection:
        # Of several files with the same sound, the first one by path is used.
        files = {row.track_id: row for row in connection.execute(present)}
        missing = [track_id for track_id in connection.scalars(published) if track_id not in files]
    sounds = [Sound(**row.sound) for row in files.values()]
    catalogue.store(
        _track(row.track_id, row.path, Tags(**row.tags), sound, position)
        for row, sound, position in zip(
            files.values(), sounds, circumplex_positions(sounds), strict=True
        )
    )
    catalogue.mark_missing(missing)


def _analyse(
    engine: Engine, workers: Workers, files: Sequence[MusicFile]
) -> tuple[list[dict[str, Any]], int]:
    """Return a row for each file, and the number of files whose sound was analysed.

    A file whose sound is known, because only its tags or its name have changed, is not analysed
    again.
    """
    contents = workers.map(_read_content, [file.path for file in files])
    paths = {
        content.track_id: file.path
        for file, content in zip(files, contents, strict=True)
        if isinstance(content, _Content)
    }
    with engine.connect() as connection:
        known = _stored_sounds(connection, paths)
    new = [track_id for track_id in paths if track_id not in known]
    analysed = workers.map(analyse_file, [paths[track_id] for track_id in new])
    sounds = {**known, **dict(zip(new, analysed, strict=True))}
    rows = [_row(file, content, sounds) for file, content in zip(files, contents, strict=True)]
    return rows, len(new)


def _read_content(path: Path) -> _Content:
    """Identify the sound of a file and read its tags; runs in a worker process."""
    if path_key(path) != str(path):
        raise UnreadableError("its name is not UTF-8: rename it", "name_not_utf8")
    return _Content(f"{SOURCE}-{audio_digest(path)}", read_tags(path))


def _row(
    file: MusicFile,
    content: _Content | UnreadableError,
    sounds: Mapping[str, Sound | UnreadableError],
) -> dict[str, Any]:
    row = dict.fromkeys(("track_id", "problem", "problem_code", "tags", "sound"))
    row |= {"path": file.key, "folder": file.folder} | asdict(file.stamp)
    sound = content if isinstance(content, UnreadableError) else sounds[content.track_id]
    if isinstance(sound, UnreadableError):
        row |= {"problem": str(sound), "problem_code": sound.code}
    elif isinstance(content, _Content):
        row |= {
            "track_id": content.track_id,
            "tags": asdict(content.tags),
            "sound": asdict(sound),
        }
    return row


def _stored_stamps(connection: Connection, folders: Collection[str]) -> dict[str, FileStamp]:
    rows = connection.execute(
        select(
            LibraryFileRow.path,
            LibraryFileRow.size,
            LibraryFileRow.modified,
            LibraryFileRow.present,
        ).where(LibraryFileRow.folder.in_(folders))
    )
    return {row.path: FileStamp(row.size, row.modified, row.present) for row in rows}


def _stored_sounds(connection: Connection, track_ids: Collection[str]) -> dict[str, Sound]:
    rows = connection.execute(
        select(LibraryFileRow.track_id, LibraryFileRow.sound).where(
            LibraryFileRow.track_id.in_(track_ids)
        )
    )
    return {track_id: Sound(**sound) for track_id, sound in rows if track_id and sound}


def _store(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    paths = [row["path"] for row in rows]
    connection.execute(delete(LibraryFileRow).where(LibraryFileRow.path.in_(paths)))
    connection.execute(insert(LibraryFileRow), rows)


def _mark_missing(connection: Connection, paths: Sequence[str]) -> None:
    for start in range(0, len(paths), _MAX_VALUES):
        batch = paths[start : start + _MAX_VALUES]
        connection.execute(
            update(LibraryFileRow).where(LibraryFileRow.path.in_(batch)).values(present=False)
        )


def _track(
    track_id: str, path: str, tags: Tags, sound: Sound, position: tuple[float, float]
) -> Track:
    mood = fit_position(*position)
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
