"""The examples, run as their readers run them."""

from __future__ import annotations

import asyncio
import importlib.util
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer

from moodcue.bench.sound_server import DEVICE, SoundServer
from stream import sample_path
from stream.ice import host_candidates
from tests.media import write_speech

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_a_file() -> None:
    command = [sys.executable, "-P", str(EXAMPLES / "file.py"), str(sample_path())]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "1.0 s" in printed.stdout
    assert "CC BY 4.0" in printed.stdout or "MIT" in printed.stdout


def test_a_microphone(booth: SoundServer, tmp_path: Path) -> None:
    command = [sys.executable, "-P", str(EXAMPLES / "microphone.py"), DEVICE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listening:
        assert listening.stdout is not None
        assert "no speech" in listening.stdout.readline()
        booth.play(write_speech(tmp_path / "speech.wav"))
        assert any(line.endswith(" speech\n") and "no" not in line for line in listening.stdout)
        listening.send_signal(signal.SIGINT)
        assert listening.wait(30) == 130


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


async def test_a_webrtc_feed_in_an_application_of_ones_own() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(load("webrtc").app, log_level="warning"))
    running = asyncio.create_task(server.serve([listener]))
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    player = MediaPlayer(str(sample_path()), loop=True)
    try:
        for track in (player.audio, player.video):
            assert track is not None
            peer.addTransceiver(track, direction="sendonly")
        with host_candidates(("127.0.0.1",)):
            await peer.setLocalDescription()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx2.AsyncClient(base_url=address, timeout=60) as http:
            offer = {"type": "offer", "sdp": peer.localDescription.sdp}
            answer = (await http.post("/offer", json=offer)).json()
            feed = answer.pop("id")
            await peer.setRemoteDescription(RTCSessionDescription(**answer))
            async with http.stream("GET", f"/moods/{feed}") as moods:
                async for line in moods.aiter_lines():
                    assert len(line.split()) == 3
                    break
            assert (await http.get(f"/moods/{feed}")).status_code == 404
            refused = await http.post("/offer", json={"type": "offer", "sdp": "nonsense"})
            assert refused.status_code == 400
    finally:
        await peer.close()
        server.should_exit = True
        await running
