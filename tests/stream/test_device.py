from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from moodcue.bench.sound_server import DEVICE, SoundServer
from stream.camera import Camera
from stream.capture import DeviceError, choose
from stream.clock import SessionClock
from stream.device import DeviceSource, input_devices
from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.sample import sample_path
from stream.source import SourceError
from tests.stream.recording import tone, write


@asynccontextmanager
async def listening(source: DeviceSource) -> AsyncIterator[AsyncIterator[Media]]:
    try:
        async with asyncio.timeout(30), aclosing(aiter(source)) as media:  # type: ignore[type-var]
            yield media
    finally:
        await source.close()


async def until(media: AsyncIterator[Media], enough: Callable[[Media], bool]) -> list[Media]:
    heard = []
    async for item in media:
        heard.append(item)
        if enough(item):
            return heard
    raise AssertionError("the source has ended")


async def reached(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  (there is no event to wait for)
            await asyncio.sleep(0.02)


async def problem(source: DeviceSource) -> SourceError:
    """Return the first problem of a source that delivers nothing."""
    async with listening(source) as media:
        waiting = asyncio.ensure_future(anext(media))
        await reached(lambda: source.problem is not None)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert source.problem
    return source.problem


def loud(item: Media) -> bool:
    return isinstance(item, AudioBlock) and float(np.abs(item.samples).max()) > 0.4


async def test_the_device_is_captured(booth: SoundServer, tmp_path: Path) -> None:
    played = tone(3)
    source = DeviceSource(SessionClock(), DEVICE)
    async with listening(source) as media:
        await anext(media)
        booth.play(write(tmp_path / "tone.wav", sound=played))
        first = (await until(media, loud))[-1]
        heard = await until(media, lambda item: item.t > first.t + 2)
        assert source.level.peak == pytest.approx(-6, abs=0.5)
        assert not source.level.clipped
    assert source.name == DEVICE
    blocks = [item for item in heard if isinstance(item, AudioBlock)]
    assert all(abs(b.t - a.end) < 0.1 for a, b in pairwise(blocks))
    samples = np.concatenate([block.samples for block in blocks])[:SAMPLE_RATE]
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(SAMPLE_RATE)))
    assert abs(int(spectrum.argmax()) - 440) <= 1
    assert source.problem is None


async def test_an_unplugged_device_is_reopened(booth: SoundServer, tmp_path: Path) -> None:
    source = DeviceSource(SessionClock(), DEVICE)
    async with listening(source) as media:
        await anext(media)
        booth.stop()
        waiting = asyncio.ensure_future(until(media, loud))
        await reached(lambda: source.problem is not None)
        booth.start()
        await reached(lambda: source.problem is None)
        booth.play(write(tmp_path / "tone.wav", sound=tone(3)))
        await waiting


async def test_devices_are_listed(booth: SoundServer) -> None:
    (found,) = (device for device in await input_devices() if device.name == DEVICE)
    assert found.channels >= 2
    assert found.rate >= SAMPLE_RATE


async def test_a_missing_device_is_retried(booth: SoundServer) -> None:
    missing = await problem(DeviceSource(SessionClock(), "Focusrite"))
    assert missing.code == "sound_input_missing"
    assert missing.facts["device"] == "Focusrite"
    assert DEVICE in str(missing.facts["choices"])
    assert all(str(fact) in str(missing) for fact in missing.facts.values())


async def test_a_machine_without_devices(booth: SoundServer) -> None:
    booth.stop()
    missing = await problem(DeviceSource(SessionClock()))
    assert "no audio input" in str(missing)
    assert missing.code == "no_sound_input"


async def test_a_missing_channel_is_an_error(booth: SoundServer) -> None:
    with pytest.raises(SourceError, match="channels 1 to") as caught:
        async with listening(DeviceSource(SessionClock(), DEVICE, channels=(999,))) as media:
            await anext(media)
    assert caught.value.code == "no_such_channel"
    assert caught.value.facts["device"] == DEVICE
    assert f"1 to {caught.value.facts['channels']}" in str(caught.value)


def test_an_ambiguous_name_is_an_error() -> None:
    devices = [{"number": number, "name": f"Mic {number}", "channels": 1} for number in (3, 5)]
    with pytest.raises(DeviceError, match="several") as caught:
        choose(devices, "mic")
    assert caught.value.code == "sound_input_ambiguous"
    assert caught.value.facts == {"device": "mic", "choices": "3: Mic 3; 5: Mic 5"}


@pytest.mark.parametrize(
    ("importing", "message", "code"),
    [
        # The error of the real module without the library.
        ('raise OSError("PortAudio library not found")', "libportaudio2", "portaudio_missing"),
        ('raise RuntimeError("host error")', "host error", "sound_system_failed"),
        ("import os; os._exit(1)", "does not respond", "sound_input_silent"),
    ],
)
async def test_a_broken_audio_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, importing: str, message: str, code: str
) -> None:
    (tmp_path / "sounddevice.py").write_text(importing)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(SourceError, match=message) as caught:
        await input_devices()
    assert caught.value.code == code


async def test_a_device_with_a_camera(booth: SoundServer) -> None:
    source = DeviceSource(SessionClock(), DEVICE, camera=Camera(str(sample_path())))
    async with listening(source) as media:
        seen = await until(media, lambda item: isinstance(item, VideoFrame))
    assert isinstance(seen[-1], VideoFrame)
    assert max(seen[-1].image.shape) <= 640


async def test_audio_continues_without_the_camera(booth: SoundServer) -> None:
    source = DeviceSource(SessionClock(), DEVICE, camera=Camera("/dev/video99"))
    async with listening(source) as media:
        assert isinstance(await anext(media), AudioBlock)
