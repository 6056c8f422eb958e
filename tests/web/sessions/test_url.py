"""URL sources: a real broadcast that disconnects and resumes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from moodcue.bench.site import Site
from tests.stream.recording import tone, write
from tests.web.conftest import Serve, Server, until


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    folder.mkdir()
    write(folder / "second.ts", sound=tone(1), pictures=1)
    site = Site(folder)
    site.start()
    yield site
    site.stop()


async def test_a_broadcast_that_breaks_off_and_comes_back(serve: Serve, site: Site) -> None:
    async with serve(allow_private_addresses=True) as server:
        opened = await server.open(source="url", url=f"{site.address}/broadcast/second.ts")
        known = {"Authorization": f"Bearer {opened['token']}"}
        session = (await server.http.get(opened["links"]["self"], headers=known)).json()
        began = datetime.fromisoformat(session["started_at"])
        async with server.events(opened) as socket:
            heard = await until(socket, lambda e: e["type"] == "mood" and bool(e["face"]))
            assert datetime.now(UTC) >= began + timedelta(seconds=heard[-1]["t"])
            site.stop()
            lost = await until(socket, lambda e: e["type"] == "status" and e["state"] == "lost")
            assert lost[-1]["detail"]
            reasons = ("connection_failed", "stream_interrupted", "address_not_opened")
            assert lost[-1]["code"] in reasons
            site.start()
            back = await until(socket, lambda e: e["type"] == "status" and e["state"] == "live")
            assert back[-1]["t"] > lost[-1]["t"]
            await server.http.post(opened["links"]["stop"], headers=known)
            assert (await until(socket, lambda e: e["type"] == "end"))[-1]["reason"] == "stopped"


async def test_an_address_that_may_not_be_reached(server: Server, site: Site) -> None:
    asked = {"source": "url", "consent": True, "url": f"{site.address}/second.ts"}
    answer = await server.http.post("/api/sessions", json=asked)
    assert answer.status_code == 422
    assert "MOODCUE_ALLOW_PRIVATE_ADDRESSES" in answer.json()["detail"]
    assert answer.json()["code"] == "private_address"
    assert answer.json()["facts"] == {"host": "127.0.0.1"}
    assert not site.requests


async def test_an_address_that_does_not_answer_keeps_its_place_and_nobody_waiting(
    serve: Serve,
) -> None:
    asked = asyncio.Event()
    answered = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await answered.wait()
        writer.close()

    async with (
        serve(allow_private_addresses=True, max_sessions=2) as server,
        await asyncio.start_server(silent, "127.0.0.1", 0) as camera,
    ):
        port = camera.sockets[0].getsockname()[1]
        body = {"source": "url", "consent": True, "url": f"rtsp://127.0.0.1:{port}/"}
        opening = asyncio.create_task(server.http.post("/api/sessions", json=body))
        await asked.wait()
        await server.open(source="browser")
        full = await server.http.post("/api/sessions", json={"source": "browser", "consent": True})
        assert full.status_code == 503
        assert full.json()["code"] == "server_full"
        assert full.json()["facts"] == {"sessions": 2}
        answered.set()
        assert (await opening).status_code == 422
        await server.open(source="browser")
