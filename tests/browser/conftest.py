"""A real server in a process of its own, and a real Chromium with fake capture devices."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import av
import cv2
import pytest
from playwright.async_api import Browser, BrowserContext

from moodcue.bench import chromium as bench
from tests.media import clip

ARTEFACTS = Path(__file__).parent.parent.parent / "artefacts"
"""Screenshots for review; not in git."""


@dataclass(frozen=True)
class Served:
    """A server that runs as its users run it."""

    process: subprocess.Popen[str]
    address: str
    data_dir: Path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = start_server(tmp_path / "data")
    yield served
    served.process.kill()
    served.process.communicate()


def start_server(
    data_dir: Path, port: int = 0, settings: Mapping[str, str] = MappingProxyType({})
) -> Served:
    """Run ``moodcue serve``, on a free port by default, and wait until it listens.

    ``settings`` are further environment variables.
    """
    environment = os.environ | {
        "MOODCUE_DATA_DIR": str(data_dir),
        "MOODCUE_ICE_ADDRESSES": "127.0.0.1",
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "moodcue", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, f"the server said {line!r}"
    return Served(process, found[0], data_dir)


@pytest.fixture(scope="session")
def capture_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What the fake camera and the fake microphone play, over and over: MJPEG and WAV."""
    folder = tmp_path_factory.mktemp("capture")
    camera, microphone = folder / "camera.mjpeg", folder / "microphone.wav"
    with av.open(str(clip())) as source, camera.open("wb") as pictures:
        for frame in source.decode(video=0):
            _, jpeg = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"))
            pictures.write(jpeg.tobytes())
    with av.open(str(clip())) as source, av.open(str(microphone), "w") as sound:
        track = sound.add_stream("pcm_s16le", rate=48_000, layout="stereo")
        resampler = av.AudioResampler("s16", "stereo", 48_000)
        for block in source.decode(audio=0):
            for part in resampler.resample(block):
                sound.mux(track.encode(part))
        sound.mux(track.encode(None))
    return camera, microphone


def fake_devices(capture_files: tuple[Path, Path]) -> tuple[str, ...]:
    """Return the switches for a camera and a microphone that play files, and are allowed."""
    camera, microphone = capture_files
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
        f"--use-file-for-fake-audio-capture={microphone}",
    )


@asynccontextmanager
async def chromium(switches: tuple[str, ...]) -> AsyncIterator[Browser]:
    """Start Debian's Chromium with sound."""
    if shutil.which("chromium") is None:
        pytest.skip("needs Debian's package chromium: apt-get install chromium")
    async with bench.chromium(*switches) as browser:
        yield browser


Browse = Callable[..., AbstractAsyncContextManager[BrowserContext]]


@pytest.fixture
def browse(capture_files: tuple[Path, Path]) -> Browse:
    """Start Chromium: ``browse()`` with both devices allowed, or with the switches given."""

    @asynccontextmanager
    async def start(devices: tuple[str, ...] | None = None) -> AsyncIterator[BrowserContext]:
        if devices is None:
            devices = fake_devices(capture_files)
        async with chromium(devices) as browser:
            yield await browser.new_context(viewport={"width": 1440, "height": 1000})

    return start
