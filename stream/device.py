"""Device source: a sound card of this machine, optionally with a camera."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import DEVNULL, PIPE
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from stream import capture
from stream.arrival import ArrivalTimeline
from stream.camera import Camera
from stream.capture import BLOCK, MAX_QUEUED, STALLED
from stream.clock import Clock
from stream.frames import FrameSampler
from stream.level import Level, LevelMeter
from stream.media import AudioBlock, Media, VideoFrame
from stream.process import kill_and_wait, python
from stream.resample import Resampler
from stream.source import SourceError

RETRY: Final = 2.0
"""Seconds between two attempts to open a device."""

OPEN_TIMEOUT: Final = 10.0
"""Time limit for opening a device, in seconds; sound servers take 1 to 2."""


@dataclass(frozen=True, slots=True)
class InputDevice:
    """An audio input of this machine.

    Attributes
    ----------
    number : int
        PortAudio's index, which may change when devices come and go.
    name : str
        Name given by the system.
    channels : int
        Number of input channels.
    rate : int
        Native sample rate in Hz.
    default : bool
        Whether it is the system's default input.
    """

    number: int
    name: str
    channels: int
    rate: int
    default: bool


class _RetryableError(SourceError):
    """The device cannot be captured now, but may be later."""


async def input_devices() -> list[InputDevice]:
    """Return the audio inputs that are connected now.

    Raises
    ------
    SourceError
        If they cannot be listed, for example because PortAudio is missing.
    """
    async with _capture_process() as (header, _):
        return [InputDevice(**device) for device in header["devices"]]


class DeviceSource:
    """Source that captures a sound card at its native rate.

    A missing, busy or unplugged device is retried; until it works :attr:`problem` gives the
    reason. The source ends only when it is closed.

    Parameters
    ----------
    clock : Clock
        The session clock.
    device : int, str or None
        Its number, or a text in its name; None for the system's default.
    channels : sequence of int
        Channels to mix, counted from 1; empty for the first two.
    camera : Camera, optional
        A camera to capture as well.

    Attributes
    ----------
    has_audio, has_video : bool
        Audio is always there; video with a camera.
    dropped : int
        Audio blocks and sampled frames that were not consumed in time.
    last_media_at : float
        Session time at which media last arrived, in seconds; before that, the creation time.
    problem : SourceError or None
        Why no audio arrives at the moment, and what to do.
    level : Level
        Level of the chosen channels.
    name : str
        Name of the device; empty until it has been opened.
    """

    live: Final = True
    has_audio: Final = True

    def __init__(
        self,
        clock: Clock,
        device: int | str | None = None,
        channels: Sequence[int] = (),
        camera: Camera | None = None,
    ) -> None:
        self.has_video = camera is not None
        self.dropped = 0
        self.last_media_at = clock.now()
        self.problem: SourceError | None = None
        self.name = ""
        self.clock = clock
        self._device = device
        self._channels = list(channels)
        self._camera = camera
        self._meter = LevelMeter()
        self._blocks: deque[AudioBlock] = deque()
        self._frame: VideoFrame | None = None
        self._ready = asyncio.Event()
        self._closed = False

    @property
    def level(self) -> Level:
        """Reading of the level meter."""
        return self._meter.get()

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield media as it arrives, until :meth:`close`.

        Raises
        ------
        SourceError
            If a retry cannot help: PortAudio is missing, or there is no such channel.
        """
        audio = asyncio.create_task(self._read_audio())
        audio.add_done_callback(lambda _: self._ready.set())
        video = asyncio.create_task(self._read_video())
        try:
            while not self._closed:
                await self._ready.wait()
                self._ready.clear()
                if audio.done():
                    audio.result()
                media: list[Media] = [*self._blocks]
                self._blocks.clear()
                if self._frame is not None:
                    media.append(self._frame)
                    self._frame = None
                for item in sorted(media, key=lambda item: item.t):
                    yield item
        finally:
            self._closed = True
            audio.cancel()
            await asyncio.gather(audio, video, return_exceptions=True)

    async def close(self) -> None:
        """End the iteration, which releases the device; idempotent."""
        self._closed = True
        self._ready.set()

    async def _read_audio(self) -> None:
        while True:
            try:
                await self._capture()
            except _RetryableError as error:
                self.problem = error
            await self.clock.sleep_until(self.clock.now() + RETRY)

    async def _capture(self) -> None:
        """Capture audio until the device stops."""
        request = {"device": self._device, "channels": self._channels}
        async with _capture_process(json.dumps(request)) as (header, output):
            self.name, rate, channels = header["name"], header["rate"], header["channels"]
            chosen = [channel - 1 for channel in self._channels] or slice(None)
            resampler, timeline = Resampler(), ArrivalTimeline()
            captured = 0.0
            size = round(rate * BLOCK) * channels * 4
            while data := await _read(output, size):
                now = self.last_media_at = self.clock.now()
                self.problem = None
                captured += BLOCK
                end = timeline.place(captured, now)
                samples = np.frombuffer(data, "<f4").reshape(-1, channels)[:, chosen]
                self._meter.update(end, samples)
                for block in resampler.push(_mono_frame(samples, rate), end - BLOCK):
                    self._enqueue(block)
        raise _RetryableError(
            f"{self.name} stopped: plug it in again, or restart its sound server",
            "sound_input_stopped",
            {"device": self.name},
        )

    def _enqueue(self, block: AudioBlock) -> None:
        if len(self._blocks) == MAX_QUEUED:
            self._blocks.popleft()
            self.dropped += 1
        self._blocks.append(block)
        self._ready.set()

    async def _read_video(self) -> None:
        """Read the camera; closes it only here, where no thread can be blocked in it."""
        camera, sampler = self._camera, FrameSampler()
        while camera and not self._closed:
            if not await asyncio.to_thread(camera.grab):
                await asyncio.sleep(RETRY / 4)
            elif sampler.due(now := self.clock.now()):
                self.dropped += self._frame is not None
                self._frame = VideoFrame(now, await asyncio.to_thread(camera.image))
                self.last_media_at = now
                self._ready.set()
        if camera:
            camera.close()


@asynccontextmanager
async def _capture_process(
    *arguments: str,
) -> AsyncIterator[tuple[dict[str, Any], asyncio.StreamReader]]:
    """Run :mod:`stream.capture`; provide its header and the output that follows."""
    # As a file and not with -m, because importing the rest of this package takes a second.
    process = await asyncio.create_subprocess_exec(
        *python(capture.__file__, *arguments),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,  # ALSA logs an error for every plugin that is not configured.
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(OPEN_TIMEOUT):
            line = await process.stdout.readline()
        if not line:
            raise _RetryableError("the audio system does not respond", "sound_input_silent")
        header = json.loads(line)
        if "error" in header:
            raise (_RetryableError if header["retryable"] else SourceError).from_json(header)
        yield header, process.stdout
    except TimeoutError:
        raise _RetryableError(
            "the audio device does not respond; is its sound server running?", "sound_input_silent"
        ) from None
    finally:
        await kill_and_wait(process)


async def _read(output: asyncio.StreamReader, size: int) -> bytes:
    """Return one block; empty at the end of the output or if the process hangs."""
    try:
        async with asyncio.timeout(STALLED + 1):
            return await output.readexactly(size)
    except (TimeoutError, asyncio.IncompleteReadError):
        return b""


def _mono_frame(samples: NDArray[np.float32], rate: int) -> av.AudioFrame:
    mono = samples.mean(1, dtype=np.float32)
    frame = av.AudioFrame.from_ndarray(mono[None], format="flt", layout="mono")
    frame.sample_rate = rate
    return frame
