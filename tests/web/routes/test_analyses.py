"""Recordings that are uploaded."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from stream import sample_path
from tests.web.conftest import Serve, Server, until


async def upload(server: Server, body: bytes, name: str, consent: str = "true") -> httpx2.Response:
    return await server.http.post(
        "/api/analyses", content=body, params={"name": name, "consent": consent}
    )


async def test_a_recording_is_analysed_faster_than_it_plays(server: Server) -> None:
    answer = await upload(server, sample_path().read_bytes(), "take 1.mp4")
    assert answer.status_code == 201, answer.text
    opened = answer.json()
    async with server.events(opened) as socket:
        heard = await until(socket, lambda e: e["type"] == "end")
    assert heard[-1]["reason"] == "finished"
    moods = [event for event in heard if event["type"] == "mood"]
    assert [mood["t"] for mood in moods[:26]] == list(range(1, 27)), "none is dropped"
    assert any(mood["voice"]["reliability"] > 0 and mood["face"]["faces"] for mood in moods)
    known = {"Authorization": f"Bearer {opened['token']}"}
    session = (await server.http.get(opened["links"]["self"], headers=known)).json()
    assert (session["title"], session["source"]) == ("take 1.mp4", "file")
    assert session["duration"] == pytest.approx(26, abs=0.1)
    kept = server.app.state.services.settings.data_dir
    assert not [path for path in kept.rglob("*") if path.suffix == ".mp4"]


async def test_a_file_that_is_broken_ends_its_own_job_alone(server: Server) -> None:
    for body in (b"not a film", sample_path().read_bytes()[:2000]):
        broken = await upload(server, body, "take 2.mp4")
        assert broken.status_code == 422
        assert "take 2.mp4" in broken.json()["detail"]
        assert broken.json()["code"] in ("file_unreadable", "file_cut_off")
        assert broken.json()["facts"] == {"file": "take 2.mp4"}
    cut = await upload(server, sample_path().read_bytes()[:300_000], "../../take 3.mp4")
    assert cut.status_code == 201
    async with server.events(cut.json()) as socket:
        await until(socket, lambda e: e["type"] == "end")
    assert (await server.http.get("/healthz")).text == "ok"


async def test_an_upload_is_bounded_and_needs_consent(serve: Serve) -> None:
    async with serve(max_upload=1000, max_length=3) as server:
        assert (await upload(server, bytes(1001), "long.mp4")).status_code == 413
        assert (await upload(server, b"x", "x.mp4", consent="false")).status_code == 422
    async with serve(max_length=3) as server:
        answer = await upload(server, sample_path().read_bytes(), "long.mp4")
        async with server.events(answer.json()) as socket:
            end = (await until(socket, lambda e: e["type"] == "end"))[-1]
        assert end["reason"] == "failed"
        assert "MOODCUE_MAX_LENGTH" in end["detail"]
        assert end["code"] == "recording_too_long"
        assert end["facts"]["hours"] == pytest.approx(3 / 3600)


async def test_a_full_server_refuses_before_it_is_sent_a_recording(serve: Serve) -> None:
    async with serve(max_sessions=1) as server:
        await server.open()
        host, port = server.address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /api/analyses?consent=true HTTP/1.1\r\n"
            b"Host: 127.0.0.1\r\nContent-Length: 1000000000\r\n\r\n"
        )
        async with asyncio.timeout(10):
            answer = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"retry-after" in answer.lower()


async def test_an_analysis_can_be_cancelled(server: Server) -> None:
    opened = (await upload(server, sample_path().read_bytes(), "take.mp4")).json()
    known = {"Authorization": f"Bearer {opened['token']}"}
    async with server.events(opened) as socket:
        await until(socket, lambda e: e["type"] == "mood")
        await server.http.post(opened["links"]["stop"], headers=known)
        assert (await until(socket, lambda e: e["type"] == "end"))[-1]["reason"] == "stopped"
