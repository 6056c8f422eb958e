"""What lies in the working directory is not run by the processes that are started there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from moodcue.bench.server import call, serving
from moodcue.bench.site import Site
from recommender.library import Workers
from stream import SandboxedSource, SessionClock, SourceError, UrlSource, input_devices
from stream.sample import sample_path
from tests.recommender.library.decoders import crash, nothing

SHADOWED = (
    *("moodcue", "stream", "inference", "recommender", "web", "models", "tests"),
    *("json", "multiprocessing", "numpy", "sounddevice", "threadpoolctl", "yt_dlp"),
)


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory with modules that tell when they are run; none may be."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    for name in SHADOWED:
        (folder / f"{name}.py").write_text('open(__file__ + ".ran", "w").close()\n')
    monkeypatch.chdir(folder)
    yield folder
    assert [path.name for path in folder.glob("*.ran")] == []


@pytest.mark.usefixtures("hostile")
async def test_a_file_is_decoded() -> None:
    source = await SandboxedSource.open(sample_path())
    assert source.has_audio
    assert source.has_video
    await source.close()


@pytest.mark.usefixtures("hostile")
async def test_a_page_is_looked_at(tmp_path: Path) -> None:
    page = "<html><p>Nothing plays here.</p></html>"
    (tmp_path / "empty.html").write_text(page)
    site = Site(tmp_path)
    site.start()
    source = UrlSource(f"{site.address}/empty.html", SessionClock(), live=False, allow_private=True)
    try:
        with pytest.raises(SourceError) as caught:
            await source.open()
    finally:
        site.stop()
    assert caught.value.code == "nothing_on_page"


@pytest.mark.usefixtures("hostile")
async def test_sound_inputs_are_listed() -> None:
    with suppress(SourceError):  # Not every machine has PortAudio; that is not asked here.
        await input_devices()


@pytest.mark.usefixtures("hostile")
def test_music_is_heard() -> None:
    with closing(Workers(1, nothing)) as workers:
        assert workers.map(crash, [Path("music.flac")]) == ["music.flac"]


@pytest.mark.usefixtures("hostile")
async def test_a_bench_starts_its_server(tmp_path: Path) -> None:
    async with serving(tmp_path) as (_, address):
        assert await call(address, "GET", "/api/about")
