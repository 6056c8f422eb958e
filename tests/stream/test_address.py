from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aio_rtsp_toolkit.server import RtspServer

from moodcue.bench.site import Site
from stream import address, egress
from stream.address import AddressSource
from stream.clock import SessionClock
from stream.media import AudioBlock, Media, VideoFrame
from stream.source import SourceError
from tests.stream.recording import tone, write

SECONDS = 3
ELSEWHERE = "127.0.0.2"
"""Another host, which loopback gives for nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip, a playlist and pages."""
    folder = tmp_path_factory.mktemp("site")
    sound = tone(SECONDS)
    write(folder / "clip.mp4", sound=sound, pictures=SECONDS, options={"movflags": "faststart"})
    write(folder / "clip.m3u8", sound=sound, pictures=SECONDS, options={"hls_time": "1"})
    (folder / "page.html").write_text('<html><video src="clip.mp4"></video></html>')
    return folder


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The same on another host, which alone is taken for a public one."""
    for module in (address, egress):
        monkeypatch.setattr(module, "is_public", lambda ip: ip == ELSEWHERE)
    site = Site(folder, ELSEWHERE)
    site.start()
    yield site
    site.stop()


async def read(url: str, *, allow_private: bool = True) -> tuple[AddressSource, list[Media]]:
    source = AddressSource(url, SessionClock(), live=False, allow_private=allow_private)
    try:
        await source.open()
        return source, [item async for item in source]
    finally:
        await source.close()


@pytest.fixture
def no_yt_dlp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "find_spec", lambda _: None)


@pytest.mark.parametrize("path", ["to//clip.mp4", "clip.m3u8", "broken/clip.mp4"])
async def test_what_an_address_gives(site: Site, path: str) -> None:
    source, media = await read(f"{site.address}/{path}")
    assert (source.has_audio, source.has_video) == (True, True)
    assert source.duration == pytest.approx(SECONDS, abs=0.15)
    times = [item.t for item in media]
    assert times == sorted(times)
    sound = [item for item in media if isinstance(item, AudioBlock)]
    assert sound[-1].end == pytest.approx(SECONDS, abs=0.15)
    seen = sum(isinstance(item, VideoFrame) for item in media)
    assert seen == pytest.approx(5 * SECONDS, abs=1)
    if path.startswith("broken"):
        assert len(site.asked) > 1, "it was asked for the rest"


async def test_a_private_address_is_refused_unless_allowed(site: Site) -> None:
    for url in (site.address, site.address.replace("127.0.0.1", "localhost"), "http://[::1]/"):
        with pytest.raises(SourceError, match="ALLOW_PRIVATE_ADDRESSES") as caught:
            await read(url, allow_private=False)
        assert caught.value.code == "private_address"
        assert caught.value.facts == {"host": urlsplit(url).hostname}
    with pytest.raises(SourceError, match="RTSP may lead") as caught:
        await read("rtsp://example.org/", allow_private=False)
    assert caught.value.code == "rtsp_not_allowed"
    assert not site.asked


@pytest.mark.usefixtures("no_yt_dlp")
async def test_no_redirect_or_playlist_leads_into_a_private_network(
    site: Site, elsewhere: Site, folder: Path
) -> None:
    private = f"{site.address}/clip.mp4"
    (folder / "private.m3u8").write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{private}\n#EXT-X-ENDLIST\n"
    )
    for path in (f"to/{private}", "private.m3u8"):
        with pytest.raises(SourceError):
            await read(f"{elsewhere.address}/{path}", allow_private=False)
        assert f"/{path}" in elsewhere.asked
    assert not site.asked


async def test_what_plays_on_a_page_must_be_public_too(
    site: Site, elsewhere: Site, folder: Path
) -> None:
    _, media = await read(f"{elsewhere.address}/page.html", allow_private=False)
    assert media[-1].t == pytest.approx(SECONDS, abs=0.25)
    page = f'<html><video src="{site.address}/clip.mp4"></video></html>'
    (folder / "private.html").write_text(page)
    with pytest.raises(SourceError):
        await read(f"{elsewhere.address}/private.html", allow_private=False)
    assert not site.asked


@pytest.mark.usefixtures("no_yt_dlp")
async def test_what_cannot_be_played_is_explained(site: Site) -> None:
    refused = f"rtsp://127.0.0.1:{free_port()}/"
    for url, problem, code, facts in (
        (f"{site.address}/nothing.mp4", "404", "pages_not_supported", {}),
        (f"{site.address}/page.html", r"moodcue\[url\]", "pages_not_supported", {}),
        (refused, "refused", "address_not_opened", {"reason": "Connection refused"}),
        ("ftp://example.org/a.mp4", "begins with http", "invalid_address", {}),
        ("http://[", "is not one", "invalid_address", {}),
        ("http://nowhere.invalid/", "no host", "unknown_host", {"host": "nowhere.invalid"}),
    ):
        with pytest.raises(SourceError, match=problem) as caught:
            await read(url)
        assert (caught.value.code, caught.value.facts) == (code, facts)


async def test_a_page_with_nothing_on_it_or_too_slow_to_tell(
    site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "empty.html").write_text("<html><p>Nothing plays here.</p></html>")
    with pytest.raises(SourceError) as caught:
        await read(f"{site.address}/empty.html")
    assert caught.value.code == "nothing_on_page"
    assert str(caught.value.facts["reason"]) in str(caught.value)
    monkeypatch.setattr(address, "LOOKING", 0.01)
    with pytest.raises(SourceError) as caught:
        await read(f"{site.address}/page.html")
    assert (caught.value.code, caught.value.facts) == ("page_not_read", {"seconds": 0.01})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def test_a_camera_by_rtsp(folder: Path) -> None:
    server = await RtspServer(str(folder), "127.0.0.1", port := free_port()).start()
    url = f"rtsp://127.0.0.1:{port}/clip.mp4?play_count=0"
    source = AddressSource(url, SessionClock(), live=True, allow_private=True)
    try:
        await source.open()
        assert (source.has_audio, source.has_video, source.endless) == (True, True, True)
        seen = set()
        async for item in source:
            seen.add(type(item))
            if item.t > 1 and seen == {AudioBlock, VideoFrame}:
                break
    finally:
        await source.close()
        await server.close()
