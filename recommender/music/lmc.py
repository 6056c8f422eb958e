"""The 2020 catalogue: songs of the Lyrics Mood Classification (LMC) table, by the mood of lyrics.

Its moods lead to the emotions as :data:`POOLS` says. Where moods serve two emotions, odd rows
(first, third, ...) of theirs go to one and even rows to the other; where an emotion then has more
than :data:`MOST` rows, its even ones are taken, up to as many. From a table with the published
counts of moods this makes 6,714 songs: 772 angry, 773 disgust, 169 surprised, and 1,000 of each
other emotion.

That aggression and anger serve disgust and anger, and excitement surprise, is the published rule;
the rest is ours. Grief is sadness. Cheerful is happy. Romance and desire are tender, which
:mod:`recommender.music.moods` calls calm. What weighs on one and does not pass (depressed, angst,
brooding, pessimism) is fear's, for want of a mood of its own. Earnest and confident songs take no
side and are neutral, and so is every other upbeat one: for them the groove is the point.

A song's row has no address and no licence: it gets a search link, and is unknown in what it allows.
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
from recommender.music.exchange import (
    LONGEST,
    Bounded,
    Imported,
    ImportFileError,
    Problem,
    as_text,
    opened,
    read_rows,
)
from recommender.music.licence import UNKNOWN
from recommender.music.moods import fit_emotion
from recommender.music.track import Track

SOURCE: Final = "lmc"

COLUMNS: Final = ("msd_id", "msd_artist", "msd_title", "mood")
"""The columns that are needed; others are left alone."""

MOST: Final = 1000
"""Songs of one emotion."""

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
"""Moods, and the emotions they serve; of two, odd rows serve the first."""

_POOL: Final[Mapping[str, int]] = {
    mood: number for number, (moods, _) in enumerate(POOLS) for mood in moods
}
_ID: Final = re.compile(r"[A-Za-z0-9_.~-]{1,60}")
_BZIP2: Final = b"BZh"


@dataclass(frozen=True, slots=True)
class _Song:
    id: str
    artist: str
    title: str
    mood: str


def read_lmc(path: Path) -> Imported:
    """Read the table, as CSV or inside its ``tar.bz2``, and choose its songs.

    Rows of other moods are reported as problems.

    Raises
    ------
    ImportFileError
        If the file cannot be read, is too large, or holds no such table.
    """
    songs: dict[str, _Song] = {}
    problems = []
    with _table(path) as table:
        for row in read_rows(table, COLUMNS):
            if isinstance(row, Problem):
                problems.append(row)
                continue
            song = _Song(*(row.values[name] for name in COLUMNS))
            if reason := _objection(song, songs):
                problems.append(Problem(row.line, reason))
            else:
                songs[song.id] = song
    return Imported([_track(song, emotion) for song, emotion in _chosen(songs)], problems)


def _objection(song: _Song, songs: Mapping[str, _Song]) -> str | None:
    if not _ID.fullmatch(song.id):
        return f"msd_id {song.id!r} must be 1 to 60 letters, digits or any of - _ . ~"
    if song.id in songs:
        return f"the song {song.id} is in the table already"
    if not (song.artist and song.title):
        return "msd_artist and msd_title are needed"
    if song.mood.casefold() not in _POOL:
        return f"the mood {song.mood!r} is none of the table's"
    return None


def _chosen(songs: Mapping[str, _Song]) -> Iterator[tuple[_Song, Emotion]]:
    seen: Counter[int] = Counter()
    of_emotion: dict[Emotion, list[_Song]] = {}
    for song in songs.values():
        pool = _POOL[song.mood.casefold()]
        emotions = POOLS[pool][1]
        of_emotion.setdefault(emotions[seen[pool] % len(emotions)], []).append(song)
        seen[pool] += 1
    for emotion, candidates in of_emotion.items():
        taken = candidates if len(candidates) <= MOST else candidates[1::2][:MOST]
        for song in taken:
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
def _table(path: Path) -> Iterator[TextIO]:
    """Open the table itself, wherever in the file it is."""
    with opened(path) as file:
        packed = file.read(len(_BZIP2)) == _BZIP2
        file.seek(0)
        if not packed:
            yield as_text(file)
            return
        try:
            # Nothing is unpacked to the disk, and what is read of it is bounded.
            with (
                bz2.open(file) as unpacked,
                tarfile.open(
                    fileobj=cast(BinaryIO, Bounded(cast(BinaryIO, unpacked))), mode="r|"
                ) as archive,
            ):
                yield as_text(_member(archive, path))
        except (tarfile.TarError, OSError, EOFError) as error:
            raise ImportFileError(f"{path} is damaged, or no tar.bz2: {error}") from error


def _member(archive: tarfile.TarFile, path: Path) -> BinaryIO:
    for member in archive:
        file = archive.extractfile(member) if member.name.endswith(".csv") else None
        if file and COLUMNS[0].encode() in cast(BufferedReader, file).peek(LONGEST):
            return cast(BinaryIO, file)
    raise ImportFileError(f"{path} holds no table: a .csv with the columns {', '.join(COLUMNS)}")
