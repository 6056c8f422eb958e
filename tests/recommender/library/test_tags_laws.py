"""What holds of the tags of every music file, whatever its maker wrote into it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mutagen.flac import FLAC

from recommender.library.tags import MAX_LENGTH, read_tags
from recommender.music.licence import licence_name
from tests.recommender.library.music import melody, write

# What a Vorbis comment can hold; controls, separators and marks of direction among it.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
odd = st.text(st.sampled_from("a\x00\x1b\x7f\x85\u2028\u202e\u2066 \t\n"), max_size=12)
numbers = st.floats().map(str) | st.sampled_from(["120", " 96 ", "1e2", "", "٩٦"])


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("songs") / "song.flac", melody(seconds=0.1))


def tagged(song: Path, **tags: str) -> None:
    file = FLAC(song)
    file.delete()
    for name, value in tags.items():
        file[name] = value
    file.save()


@given(title=texts | odd | texts.map(lambda text: text * 20), artist=texts)
@example(title="a" * (MAX_LENGTH - 1) + " b", artist="")
def test_texts_are_short_and_plain(song: Path, title: str, artist: str) -> None:
    tagged(song, title=title, artist=artist)
    tags = read_tags(song)
    for found, written in ((tags.title, title), (tags.artist, artist)):
        if found is None:
            assert not [letter for letter in written if letter.isalnum()]
            continue
        assert 0 < len(found) <= MAX_LENGTH
        assert found == " ".join(found.split())
        assert not any(unicodedata.category(letter) == "Cc" for letter in found)
        assert not {*found} & {
            *"\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        }
    # What was read once reads the same again.
    tagged(song, title=tags.title or "", artist=tags.artist or "")
    assert (read_tags(song).title, read_tags(song).artist) == (tags.title, tags.artist)


@given(licence=texts, bpm=numbers)
def test_facts_are_read_or_left_out(song: Path, licence: str, bpm: str) -> None:
    tagged(song, license=licence, bpm=bpm)
    tags = read_tags(song)
    assert tags.licence == licence_name(tags.licence)
    assert tags.bpm is None or 20 <= tags.bpm <= 400
    assert tags.duration == pytest.approx(0.1, abs=0.05)
