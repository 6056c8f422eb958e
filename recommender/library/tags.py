"""Read the tags and the cover of a music file with mutagen."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import mutagen
from mutagen.flac import FLAC, Picture

from recommender.music.licence import UNKNOWN, licence_name

MAX_LENGTH: Final = 300
"""Maximum length of a text, in characters."""

MAX_COVER_BYTES: Final = 8 * 2**20
"""Maximum size of a cover, in bytes."""

# Tag names in ID3, Vorbis comments and MP4.
_TITLE: Final = ("TIT2", "title", "\xa9nam")
_ARTIST: Final = ("TPE1", "artist", "\xa9ART")
_TEMPO: Final = ("TBPM", "bpm", "tmpo")
_LICENCE: Final = (
    *("WCOP", "TXXX:LICENSE", "license", "----:com.apple.iTunes:LICENSE"),
    *("TCOP", "copyright", "cprt"),
)
_TYPES: Final = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Tags:
    """Tags of a file.

    Attributes
    ----------
    title, artist : str or None
        None if absent.
    duration : float or None
        Seconds; None if unknown.
    bpm : float or None
        Beats per minute; None if absent.
    licence : str
        Licence name; see :func:`recommender.music.licence.licence_name`.
    cover : bool
        Whether there is a cover.
    """

    title: str | None
    artist: str | None
    duration: float | None
    bpm: float | None
    licence: str
    cover: bool


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover picture.

    Attributes
    ----------
    data : bytes
        The image file.
    type : str
        Media type: ``image/jpeg`` or ``image/png``.
    """

    data: bytes
    type: str


NO_TAGS: Final = Tags(None, None, None, None, UNKNOWN, cover=False)
"""Tags of a file without readable tags."""


def read_tags(path: Path) -> Tags:
    """Return the tags of a file; :data:`NO_TAGS` if they cannot be read.

    Texts are truncated to :data:`MAX_LENGTH` characters and stripped of control characters.
    """
    file = _open(path)
    if file is None:
        return NO_TAGS
    return Tags(
        title=_text(file, _TITLE),
        artist=_text(file, _ARTIST),
        duration=getattr(file.info, "length", None) or None,
        bpm=_tempo(_text(file, _TEMPO)),
        licence=licence_name(_text(file, _LICENCE) or ""),
        cover=_picture(file) is not None,
    )


def read_cover(path: Path) -> Cover | None:
    """Return the cover of a file; None without a JPEG or PNG of acceptable size."""
    file = _open(path)
    return None if file is None else _picture(file)


def _open(path: Path) -> Any:
    try:
        return mutagen.File(path)
    except Exception:
        # Damaged tags can raise any exception, while the audio may be intact.
        return None


def _text(file: Any, names: Iterable[str]) -> str | None:
    for name in names:
        try:
            value = file.tags[name]
        except (KeyError, TypeError, ValueError):
            continue
        first = getattr(value, "url", None) or next(iter(getattr(value, "text", value)), "")
        text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
        if clean := " ".join(_CONTROL.sub(" ", text[: 4 * MAX_LENGTH]).split())[
            :MAX_LENGTH
        ].rstrip():
            return clean
    return None


def _tempo(text: str | None) -> float | None:
    try:
        bpm = float(text or "")
    except ValueError:
        return None
    return bpm if 20 <= bpm <= 400 else None


def _picture(file: Any) -> Cover | None:
    try:
        data = next(iter(_pictures(file)), b"")
    except Exception:
        return None
    if len(data) > MAX_COVER_BYTES:
        return None
    return next((Cover(data, kind) for start, kind in _TYPES if data.startswith(start)), None)


def _pictures(file: Any) -> Iterable[bytes]:
    if isinstance(file, FLAC):
        yield from (picture.data for picture in file.pictures)
    if file.tags is None:
        return
    if hasattr(file.tags, "getall"):
        yield from (frame.data for frame in file.tags.getall("APIC"))
        return
    yield from (bytes(picture) for picture in file.tags.get("covr", ()))
    for block in file.tags.get("metadata_block_picture", ()):
        if len(block) <= 2 * MAX_COVER_BYTES:
            yield Picture(base64.b64decode(block)).data
