from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aio_rtsp_toolkit.server import RtspServer

from moodcue.bench.site import Site
from stream import egress, url
from stream.clock import SessionClock
from stream.media import AudioBlock, Media, VideoFrame
from stream.source import SourceError
from stream.url import PAGE_TIMEOUT, UrlSource
from tests.stream.recording import tone, write

SECONDS = 3
ELSEWHERE = "127.0.0.2"
"""A second loopback address, which acts as another host."""


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
    """The same folder on another host, the only one that counts as public."""
    for module in (url, egress):
        monkeypatch.setattr(module, "is_public", lambda ip: ip == ELSEWHERE)
    site = Site(folder, ELSEWHERE)
    site.start()
    yield site
    site.stop()


async def read(
    address: str, *, allow_private: bool = True, page_timeout: float = PAGE_TIMEOUT
) -> tuple[UrlSource, list[Media]]:
    source = UrlSource(
        address,
        SessionClock(),
        live=False,
        allow_private=allow_private,
        page_timeout=page_timeout,
    )
    try:
        await source.open()
        return source, [item async for item in source]
    finally:
        await source.close()


@pytest.fixture
def no_yt_dlp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yt_dlp", None)


@pytest.mark.parametrize("path", ["to//clip.mp4", "clip.m3u8", "broken/clip.mp4"])
async def test_media_at_a_url(site: Site, path: str) -> None:
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
        assert len(site.requests) > 1, "it resumed"


async def test_a_private_address_is_refused_unless_allowed(site: Site) -> None:
    for address in (site.address, site.address.replace("127.0.0.1", "localhost"), "http://[::1]/"):
        with pytest.raises(SourceError, match="ALLOW_PRIVATE_ADDRESSES") as caught:
            await read(address, allow_private=False)
        assert caught.value.code == "private_address"
        assert caught.value.facts == {"host": urlsplit(address).hostname}
    with pytest.raises(SourceError, match="RTSP can reach") as caught:
        await read("rtsp://example.org/", allow_private=False)
    assert caught.value.code == "rtsp_not_allowed"
    assert not site.requests


@pytest.mark.usefixtures("no_yt_dlp")
async def test_redirects_and_playlists_cannot_reach_a_private_network(
    site: Site, elsewhere: Site, folder: Path
) -> None:
    private = f"{site.address}/clip.mp4"
    (folder / "private.m3u8").write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{private}\n#EXT-X-ENDLIST\n"
    )
    for path in (f"to/{private}", "private.m3u8"):
        with pytest.raises(SourceError):
            await read(f"{elsewhere.address}/{path}", allow_private=False)
        assert f"/{path}" in elsewhere.requests
    assert not site.requests


async def test_media_on_a_page_must_be_public_too(
    site: Site, elsewhere: Site, folder: Path
) -> None:
    _, media = await read(f"{elsewhere.address}/page.html", allow_private=False)
    assert media[-1].t == pytest.approx(SECONDS, abs=0.25)
    page = f'<html><video src="{site.address}/clip.mp4"></video></html>'
    (folder / "private.html").write_text(page)
    with pytest.raises(SourceError):
        await read(f"{elsewhere.address}/private.html", allow_private=False)
    assert not site.requests


@pytest.mark.usefixtures("no_yt_dlp")
async def test_errors_explain_why_a_url_cannot_be_played(site: Site) -> None:
    refused = f"rtsp://127.0.0.1:{free_port()}/"
    for address, problem, code, facts in (
        (f"{site.address}/nothing.mp4", "404", "pages_not_supported", {}),
        (f"{site.address}/page.html", r"moodcue\[url\]", "pages_not_supported", {}),
        (refused, "refused", "address_not_opened", {"reason": "Connection refused"}),
        ("ftp://example.org/a.mp4", "begin with http", "invalid_address", {}),
        ("http://[", "invalid address", "invalid_address", {}),
        ("http://nowhere.invalid/", "not found", "unknown_host", {"host": "nowhere.invalid"}),
    ):
        with pytest.raises(SourceError, match=problem) as caught:
            await read(address)
        assert (caught.value.code, caught.value.facts) == (code, facts)


async def test_a_page_without_media_and_a_slow_page(site: Site, folder: Path) -> None:
    (folder / "empty.html").write_text("<html><p>Nothing plays here.</p></html>")
    with pytest.raises(SourceError) as caught:
        await read(f"{site.address}/empty.html")
    assert caught.value.code == "nothing_on_page"
    assert str(caught.value.facts["reason"]) in str(caught.value)
    with pytest.raises(SourceError) as caught:
        await read(f"{site.address}/page.html", page_timeout=0.01)
    assert (caught.value.code, caught.value.facts) == ("page_not_read", {"seconds": 0.01})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def test_an_rtsp_camera(folder: Path) -> None:
    server = await RtspServer(str(folder), "127.0.0.1", port := free_port()).start()
    address = f"rtsp://127.0.0.1:{port}/clip.mp4?play_count=0"
    source = UrlSource(address, SessionClock(), live=True, allow_private=True)
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
