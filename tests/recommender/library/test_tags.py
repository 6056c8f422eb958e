from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import mutagen
import numpy as np
import pytest
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, TBPM, TIT2, TPE1, TXXX, WCOP
from mutagen.mp4 import MP4Cover, MP4FreeForm

from recommender.library.tags import MAX_COVER_BYTES, MAX_LENGTH, NO_TAGS, read_cover, read_tags
from tests.recommender.library.music import CODECS, melody, write

PNG = cv2.imencode(".png", np.zeros((2, 2, 3), np.uint8))[1].tobytes()
SOUND = melody(seconds=1)


def picture(data: bytes = PNG) -> Picture:
    front = Picture()
    front.data, front.type, front.mime = data, 3, "image/png"
    return front


def id3(file: Any) -> None:
    if file.tags is None:
        file.add_tags()
    file.tags.add(TIT2(text="Étude"))
    file.tags.add(TPE1(text="Zoë"))
    file.tags.add(TBPM(text="96"))
    file.tags.add(WCOP(url="http://creativecommons.org/licenses/by/3.0/"))
    file.tags.add(APIC(mime="image/png", type=3, data=PNG))


def vorbis(file: Any) -> None:
    file["TITLE"], file["Artist"], file["bpm"] = "Étude", "Zoë", "96"
    file["LICENSE"] = "CC BY 3.0"
    if isinstance(file, FLAC):
        file.add_picture(picture())
    else:
        block = picture().write()
        file["metadata_block_picture"] = base64.b64encode(block).decode()


def mp4(file: Any) -> None:
    file["\xa9nam"], file["\xa9ART"], file["tmpo"] = "Étude", "Zoë", [96]
    file["----:com.apple.iTunes:LICENSE"] = MP4FreeForm(b"CC-BY-3.0")
    file["covr"] = [MP4Cover(PNG, MP4Cover.FORMAT_PNG)]


TAGGERS: dict[str, Callable[[Any], None]] = {
    ".mp3": id3,
    ".wav": id3,
    ".flac": vorbis,
    ".ogg": vorbis,
    ".opus": vorbis,
    ".m4a": mp4,
}


def tagged(path: Path, tagger: Callable[[Any], None]) -> Path:
    file: Any = mutagen.File(write(path, SOUND))
    tagger(file)
    file.save()
    return path


@pytest.mark.parametrize("suffix", CODECS)
def test_every_format_says_the_same(tmp_path: Path, suffix: str) -> None:
    path = tagged(tmp_path / f"music{suffix}", TAGGERS[suffix])
    tags = read_tags(path)
    assert (tags.title, tags.artist, tags.bpm, tags.licence) == ("Étude", "Zoë", 96, "CC-BY-3.0")
    assert tags.duration == pytest.approx(1, abs=0.1)
    assert tags.cover
    cover = read_cover(path)
    assert cover is not None
    assert (cover.data, cover.type) == (PNG, "image/png")


@pytest.mark.parametrize("suffix", CODECS)
def test_a_file_without_tags_says_how_long_it_is_alone(tmp_path: Path, suffix: str) -> None:
    tags = read_tags(write(tmp_path / f"music{suffix}", SOUND))
    assert (tags.title, tags.artist, tags.licence, tags.cover) == (None, None, "unknown", False)
    assert tags.duration == pytest.approx(1, abs=0.1)


def test_hostile_tags_are_cut_and_cleaned(tmp_path: Path) -> None:
    def hostile(file: Any) -> None:
        id3(file)
        file.tags.delall("WCOP")
        file.tags.delall("APIC")
        file.tags.add(TIT2(text="A\x1b[31m\u202eB" + "x" * 100_000))
        file.tags.add(TPE1(text=" \n "))
        file.tags.add(TBPM(text="1e999"))
        file.tags.add(TXXX(desc="LICENSE", text="y" * 100_000))
        file.tags.add(APIC(mime="image/png", type=3, data=b"<script>alert(1)</script>"))

    path = tagged(tmp_path / "music.mp3", hostile)
    tags = read_tags(path)
    assert tags.title is not None
    assert tags.title.startswith("A [31m Bxxx")
    assert len(tags.title) == MAX_LENGTH
    assert (tags.artist, tags.bpm, tags.cover) == (None, None, False)
    assert len(tags.licence) <= 64
    assert read_cover(path) is None


def test_too_large_a_picture_is_left_out(tmp_path: Path) -> None:
    path = tagged(
        tmp_path / "music.flac",
        lambda file: file.add_picture(picture(PNG + bytes(MAX_COVER_BYTES))),
    )
    assert not read_tags(path).cover


@pytest.mark.parametrize("content", [b"", b"ID3\x04\x00\x00\xff\xff\xff\xff", b"OggS" * 99])
def test_damaged_tags_say_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "music.mp3"
    path.write_bytes(content)
    assert read_tags(path) == NO_TAGS
    assert read_cover(path) is None
