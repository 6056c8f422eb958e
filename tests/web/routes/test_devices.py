"""A studio feed from a real sound server."""

from __future__ import annotations

from pathlib import Path

from moodcue.bench.sound_server import DEVICE, SoundServer
from tests.media import write_speech
from tests.web.conftest import Server, until


async def test_a_studio_feed(server: Server, booth: SoundServer, tmp_path: Path) -> None:
    listed = (await server.http.get("/api/devices")).json()["items"]
    assert DEVICE in [device["name"] for device in listed]
    opened = await server.open(source="device", device=DEVICE, channels=[1])
    token = opened["token"]
    async with (
        server.events(opened) as socket,
        server.listen(f"{opened['links']['self']}/level", token=token) as meter,
    ):
        await until(socket, lambda e: e["type"] == "status" and e["state"] == "live")
        booth.play(write_speech(tmp_path / "speech.wav"))
        heard = await until(meter, lambda level: level["held"] > -40)
        assert heard[-1]["peak"] <= heard[-1]["held"] <= 0
        mood = (
            await until(socket, lambda e: e["type"] == "mood" and e["voice"]["reliability"] > 0)
        )[-1]
        assert mood["face"] is None
        booth.stop()
        lost = await until(socket, lambda e: e["type"] == "status" and e["state"] == "lost")
        assert lost[-1]["detail"]
        assert lost[-1]["code"] in ("sound_input_stopped", "sound_input_missing", "no_sound_input")
        booth.start()
        await until(socket, lambda e: e["type"] == "status" and e["state"] == "live")
