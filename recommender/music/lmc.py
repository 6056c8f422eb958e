"""Import of the 2020 catalogue: the Lyrics Mood Classification (LMC) table of songs.

The table labels each song with a mood of its lyrics; :data:`POOLS` assigns moods to emotions. If a
group of moods serves two emotions, its odd rows (first, third, ...) go to the first one and its
even rows to the second. If an emotion has more than :data:`MAX_SONGS` rows, only its even rows are
used, up to that number. With the published numbers of rows per mood this gives 6,714 songs: 772
angry, 773 disgust, 169 surprised and 1,000 of each other emotion.

The published rule assigns aggression and anger to disgust and anger, and excitement to surprise.
The other assignments are ours: grief is sad; cheerful is happy; romantic and desire are tender,
which :mod:`recommender.music.moods` treats as calm; lasting distress (depressed, angst, brooding,
pessimism) is fearful, which has no mood of its own; earnest and confident take no side and are
neutral, and so is every other upbeat song, since its point is the groove.

Songs get a search link, since the table has no addresses, and their licence is unknown.
"""

from __future__ import annotations

import bz2
import re
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, TextIO, cast

from inference.emotion import Emotion
from recommender.music.csv_rows import (
    DEFAULT_LIMITS,
    BoundedReader,
    ImportFileError,
    ImportLimits,
    RowProblem,
    decode_text,
    open_file,
    read_rows,
)
from recommender.music.exchange import ImportResult
from recommender.music.licence import UNKNOWN
from recommender.music.moods import fit_emotion
from recommender.music.track import Track

SOURCE: Final = "lmc"

COLUMNS: Final = ("msd_id", "msd_artist", "msd_title", "mood")
"""Required columns; others are ignored."""

MAX_SONGS: Final = 1000
"""Maximum number of songs for one emotion."""

POOLS: Final[tuple[tuple[frozenset[str], tuple[Emotion, ...]], ...]] = (
    (frozenset({"aggression", "anger"}), ("disgust", "angry")),
    (frozenset({"upbeat"}), ("happy", "neutral")),
    (frozenset({"happy", "cheerful"}), ("happy",)),
    (frozenset({"earnest", "confident"}), ("neutral",)),
    (frozenset({"calm", "romantic", "desire"}), ("calm",)),
    (frozenset({"sad", "grief"}), ("sad",)),
    (frozenset({"depressed", "angst", "brooding", "pessimism"}), ("fearful",)),
    (frozenset({"excitement"}), ("surprised",)),
)
"""Groups of moods with the emotions they serve; of two, odd rows serve the first."""

_POOL: Final[Mapping[str, int]] = {
    mood: number for number, (moods, _) in enumerate(POOLS) for mood in moods
}
_ID: Final = re.compile(r"[A-Za-z0-9_.~-]{1,60}")
_BZIP2: Final = b"BZh"
_HEADER_BYTES: Final = 1000


@dataclass(frozen=True, slots=True)
class _Song:
    id: str
    artist: str
    title: str
    mood: str


def read_lmc(path: Path, limits: ImportLimits = DEFAULT_LIMITS) -> ImportResult:
    """Read the table and select its songs.

    Parameters
    ----------
    path : Path
        The table as CSV, or a ``tar.bz2`` archive that contains it.
    limits : ImportLimits
        Limits on the uncompressed file.

    Returns
    -------
    ImportResult
        Songs as tracks. Rows with moods that the table does not define are problems.

    Raises
    ------
    ImportFileError
        If the file cannot be read, exceeds a limit or contains no such table.
    """
    songs: dict[str, _Song] = {}
    problems = []
    with _open_table(path, limits) as table:
        for row in read_rows(table, COLUMNS, limits):
            if isinstance(row, RowProblem):
                problems.append(row)
                continue
            song = _Song(*(row.values[name] for name in COLUMNS))
            if reason := _invalid_because(song, songs):
                problems.append(RowProblem(row.line, reason))
            else:
                songs[song.id] = song
    return ImportResult([_track(song, emotion) for song, emotion in _select(songs)], problems)


def _invalid_because(song: _Song, songs: Mapping[str, _Song]) -> str | None:
    if not _ID.fullmatch(song.id):
        return f"msd_id {song.id!r} must be 1 to 60 letters, digits or any of - _ . ~"
    if song.id in songs:
        return f"song {song.id} occurs twice in the table"
    if not (song.artist and song.title):
        return "msd_artist and msd_title are required"
    if song.mood.casefold() not in _POOL:
        return f"mood {song.mood!r} is not one of the table's moods"
    return None


def _select(songs: Mapping[str, _Song]) -> Iterator[tuple[_Song, Emotion]]:
    counts: Counter[int] = Counter()
    candidates: dict[Emotion, list[_Song]] = {}
    for song in songs.values():
        pool = _POOL[song.mood.casefold()]
        emotions = POOLS[pool][1]
        candidates.setdefault(emotions[counts[pool] % len(emotions)], []).append(song)
        counts[pool] += 1
    for emotion, rows in candidates.items():
        for song in rows if len(rows) <= MAX_SONGS else rows[1::2][:MAX_SONGS]:
            yield song, emotion


def _track(song: _Song, emotion: Emotion) -> Track:
    mood = fit_emotion(emotion)
    return Track(
        id=f"{SOURCE}-{song.id}",
        title=song.title,
        artist=song.artist,
        licence=UNKNOWN,
        duration=None,
        bpm=None,
        feels=(song.mood.capitalize(),),
        instruments=("Vocals",),
        emotions=mood.emotions,
        valence=mood.valence,
        arousal=mood.arousal,
        source=SOURCE,
        page=None,
        audio=None,
    )


@contextmanager
def _open_table(path: Path, limits: ImportLimits) -> Iterator[TextIO]:
    with open_file(path) as file:
        compressed = file.read(len(_BZIP2)) == _BZIP2
        file.seek(0)
        if not compressed:
            yield decode_text(file, limits)
            return
        try:
            # The archive is read as a bounded stream, and nothing is extracted to disk.
            with bz2.open(file) as content:
                bounded = BoundedReader(cast(BinaryIO, content), limits.file_bytes)
                with tarfile.open(fileobj=cast(BinaryIO, bounded), mode="r|") as archive:
                    yield decode_text(_member(archive, path), limits)
        except (tarfile.TarError, OSError, EOFError) as error:
            raise ImportFileError(f"{path} is damaged or not a tar.bz2 archive: {error}") from error


def _member(archive: tarfile.TarFile, path: Path) -> BinaryIO:
    for member in archive:
        file = archive.extractfile(member) if member.name.endswith(".csv") else None
        if file and COLUMNS[0].encode() in cast(BufferedReader, file).peek(_HEADER_BYTES):
            return cast(BinaryIO, file)
    raise ImportFileError(f"{path} contains no .csv with the columns {', '.join(COLUMNS)}")
