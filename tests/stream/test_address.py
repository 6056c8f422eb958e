from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from stream.address import AddressSource
from stream.clock import SessionClock
from stream.media import AudioBlock, Media, VideoFrame
from stream.source import SourceError
from tests.stream.recording import tone, write


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, and sends those who ask for /elsewhere to another host name."""

    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/clip.mp4")  # type: ignore[attr-defined]
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A web server with a clip, a playlist and a page."""
    folder = tmp_path / "site"
    folder.mkdir()
    write(folder / "clip.mp4", sound=tone(3), pictures=3, options={"movflags": "faststart"})
    write(folder / "live.m3u8", sound=tone(3), pictures=3, options={"hls_time": "1"})
    (folder / "page.html").write_text('<html><video src="clip.mp4"></video></html>')
    (folder / "text.html").write_text("<html>nothing here</html>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def read(address: str, *, allow_private: bool = True) -> tuple[AddressSource, list[Media]]:
    source = AddressSource(address, SessionClock(), live=False, allow_private=allow_private)
    try:
        await source.open()
        return source, [item async for item in source]
    finally:
        await source.close()


@pytest.mark.parametrize("name", ["clip.mp4", "live.m3u8", "elsewhere"])
async def test_what_an_address_gives(site: str, name: str) -> None:
    source, media = await read(f"{site}/{name}")
    assert (source.has_audio, source.has_video) == (True, True)
    times = [item.t for item in media]
    assert times == sorted(times)
    sound = [item for item in media if isinstance(item, AudioBlock)]
    assert sound[-1].end == pytest.approx(3, abs=0.15)
    assert sum(isinstance(item, VideoFrame) for item in media) == pytest.approx(15, abs=1)


async def test_a_private_address_is_refused_unless_allowed(site: str) -> None:
    for address in (f"{site}/clip.mp4", site.replace("127.0.0.1", "localhost"), "http://[::1]/"):
        with pytest.raises(SourceError, match="ALLOW_PRIVATE_ADDRESSES"):
            await read(address, allow_private=False)
    with pytest.raises(SourceError, match="RTSP may lead"):
        await read("rtsp://example.org/", allow_private=False)


async def test_what_cannot_be_played_is_explained(site: str) -> None:
    for address, problem in {
        f"{site}/nothing.mp4": "404",
        f"{site}/text.html": "moodcue\\[url\\]|nothing can be played",
        "ftp://example.org/a.mp4": "begins with http",
        "http://no-such-host.invalid/": "no host",
    }.items():
        with pytest.raises(SourceError, match=problem):
            await read(address)
