from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from recommender.library import Library, LibraryError, ScanProgress, Workers
from recommender.music.builtin import builtin_tracks
from recommender.music.catalogue import Catalogue
from recommender.music.moods import fit_emotion
from recommender.music.track import Track
from tests.recommender.library.music import melody, write

sqlite_only = pytest.mark.parametrize("kind", ["sqlite"])


@pytest.fixture
def library(catalogue: Catalogue) -> Library:
    return Library(catalogue)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three pieces, one of them twice, and what is none."""
    folder = tmp_path / "Music"
    write(folder / "slow.flac", melody(bpm=60, third=3))
    write(folder / "quick.MP3".lower(), melody(bpm=150))
    write(folder / "more" / "other.opus", melody(bpm=100, seed=3))
    shutil.copy(folder / "slow.flac", folder / "more" / "again.flac")
    (folder / "broken.mp3").write_bytes(b"no music" * 100)
    (folder / "notes.txt").write_text("no music")
    (folder / "._slow.flac").write_bytes(b"made by a Mac")
    outside = write(tmp_path / "outside.flac", melody(seconds=4))
    (folder / "link.flac").symlink_to(outside)
    return folder


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Two processes that all tests share, for each takes seconds to get ready to listen."""
    with closing(Workers(2)) as workers:
        yield workers


def own(catalogue: Catalogue) -> dict[str, Track]:
    """Return the tracks of the library by their titles."""
    return {track.title: track for track in catalogue.search(sources=["library"]).tracks}


def test_a_folder_becomes_tracks(
    catalogue: Catalogue, library: Library, workers: Workers, folder: Path
) -> None:
    reports: list[ScanProgress] = []
    end = library.scan(library.add(folder), workers=workers, progress=reports.append)
    assert end == reports[-1] == ScanProgress(total=5, done=5, analysed=3, unreadable=1, missing=0)
    tracks = own(catalogue)
    assert set(tracks) == {"again", "quick", "other"}
    slow, quick = tracks["again"], tracks["quick"]
    assert (slow.artist, slow.licence, slow.corrected) == ("Unknown artist", "unknown", False)
    assert slow.audio == f"file:{folder}/more/again.flac"
    assert slow.duration == pytest.approx(6, abs=0.1)
    assert quick.arousal > slow.arousal
    assert quick.valence > slow.valence
    (shown,) = library.folders()
    assert (shown.path, shown.files, shown.unreadable, shown.missing) == (str(folder), 4, 1, 0)
    (broken,) = library.unreadable()
    assert broken.path == str(folder / "broken.mp3")
    assert "cannot be read" in broken.reason
    assert broken.code == "not_readable"

    corrected = catalogue.correct(slow.id, fit_emotion("angry"))
    (folder / "more" / "other.opus").unlink()
    (folder / "slow.flac").rename(folder / "renamed.flac")
    (folder / "more" / "again.flac").unlink()
    assert library.scan(workers=workers) == ScanProgress(
        total=3, done=3, analysed=0, unreadable=0, missing=3
    )
    tracks = own(catalogue)
    assert set(tracks) == {"renamed", "quick", "other"}
    assert tracks["other"].missing
    assert not tracks["renamed"].missing
    assert corrected is not None
    assert (tracks["renamed"].id, tracks["renamed"].emotion) == (corrected.id, "angry")

    assert library.remove(folder)
    assert not library.remove(folder)
    assert library.folders() == []
    assert all(track.missing for track in own(catalogue).values())
    library.scan(library.add(folder), workers=workers)
    assert own(catalogue)["renamed"].emotion == "angry"
    assert not own(catalogue)["renamed"].missing


@sqlite_only
def test_a_scan_that_ended_early_goes_on_from_there(
    catalogue: Catalogue, workers: Workers, folder: Path
) -> None:
    library = Library(catalogue, batch_size=2)
    stop = Event()

    def after_the_first(progress: ScanProgress) -> None:
        if progress.done:
            stop.set()

    real = library.add(folder)
    first = library.scan(real, workers=workers, progress=after_the_first, stop=stop)
    assert first.done == 2
    (part,) = library.folders()
    assert part.files + part.unreadable == 2
    second = library.scan(real, workers=workers)
    assert (second.done, first.analysed + second.analysed) == (5, 3)
    assert len(own(catalogue)) == 3


@sqlite_only
def test_what_has_changed_is_looked_at_again(
    catalogue: Catalogue, library: Library, workers: Workers, tmp_path: Path
) -> None:
    path = write(tmp_path / "Music" / "a.flac", melody(seconds=4))
    real = library.add(path.parent)
    assert library.scan(real, workers=workers).analysed == 1
    os.utime(path, (1, 1))
    assert library.scan(real, workers=workers).analysed == 0
    write(path, melody(seconds=5, seed=2))
    assert library.scan(real, workers=workers).analysed == 1
    tracks = catalogue.search(sources=["library"]).tracks
    assert sorted(track.missing for track in tracks) == [False, True]


@sqlite_only
def test_folders_inside_one_another_are_one(library: Library, folder: Path) -> None:
    assert library.add(folder / "more") == folder / "more"
    assert library.add(folder) == folder
    assert library.add(folder / "more") == folder
    assert [shown.path for shown in library.folders()] == [str(folder)]


@sqlite_only
def test_only_files_inside_the_folders_are_held(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    library.add(folder)
    assert library.contains(folder / "slow.flac")
    assert library.contains(folder / "more" / ".." / "slow.flac")
    assert not library.contains(folder / "nowhere.flac")
    assert not library.contains(folder / "link.flac")
    assert not library.contains(folder / ".." / "outside.flac")
    assert not library.contains(Path("/etc/passwd"))
    assert not library.contains(folder)


@sqlite_only
def test_what_is_no_folder_is_named(library: Library, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "nowhere"):
        with pytest.raises(LibraryError, match=f"{path.name} is not a folder") as caught:
            library.add(path)
        assert (caught.value.code, caught.value.facts) == ("folder_missing", {"folder": str(path)})


@sqlite_only
def test_a_folder_that_holds_too_much_is_named(
    catalogue: Catalogue, workers: Workers, folder: Path
) -> None:
    library = Library(catalogue, max_files=2)
    with pytest.raises(LibraryError, match="more than 2 music files") as caught:
        library.scan(library.add(folder), workers=workers)
    assert caught.value.code == "too_many_files"
    assert caught.value.facts == {"folder": str(folder), "limit": 2}


@sqlite_only
def test_a_name_that_is_not_utf_8_keeps_nothing_from_being_scanned(
    catalogue: Catalogue, library: Library, workers: Workers, tmp_path: Path
) -> None:
    (tmp_path / "Music").mkdir()
    odd = tmp_path / "Music" / os.fsdecode(b"\xff.flac")
    write(tmp_path / "a.flac", melody(seconds=4)).rename(odd)
    real = library.add(tmp_path / "Music")
    assert library.scan(real, workers=workers).unreadable == 1
    assert "UTF-8" in library.unreadable()[0].reason
    assert library.unreadable()[0].code == "name_not_utf8"
    assert library.scan(real, workers=workers).done == 1


@sqlite_only
def test_without_librosa_the_way_to_get_it_is_told(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "librosa", None)
    with pytest.raises(LibraryError, match=r"pip install 'moodcue\[library\]'") as caught:
        library.scan(library.add(folder), workers=Workers(1))
    assert caught.value.code == "library_not_installed"
    assert caught.value.facts == {"package": "librosa"}


def area_under_the_curve(positive: Sequence[float], negative: Sequence[float]) -> float:
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    return float(np.mean(pairs))


@sqlite_only
def test_moods_of_labelled_tracks_are_heard(
    catalogue: Catalogue, library: Library, workers: Workers, tmp_path: Path
) -> None:
    """The 28 tracks of ``immich-memories-music`` have their moods in the names of their folders."""
    music = Path(str(files("immich_memories_music"))) / "tracks"
    end = library.scan(library.add(music), workers=workers)
    assert (end.analysed, end.unreadable) == (28, 0)
    labels = {track.path: track.feels[0] for track in builtin_tracks() if track.source == "immich"}
    heard: dict[str, list[Track]] = {}
    for track in catalogue.search(sources=["library"]).tracks:
        heard.setdefault(labels[track.path], []).append(track)
    energetic, calm = ([t.arousal for t in heard[label]] for label in ("Energetic", "Calm"))
    happy, nostalgic = ([t.valence for t in heard[label]] for label in ("Happy", "Nostalgic"))
    assert area_under_the_curve(energetic, calm) >= 0.9
    assert area_under_the_curve(happy, nostalgic) >= 0.8
