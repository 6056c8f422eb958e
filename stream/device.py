"""A sound card of this machine as a source, with a camera beside it if wanted."""

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
from stream.capture import BLOCK, MAX_WAITING, STALLED
from stream.clock import Clock
from stream.frames import FrameSampler
from stream.level import Level, LevelMeter
from stream.media import AudioBlock, Media, VideoFrame
from stream.process import end, python
from stream.resample import Resampler
from stream.source import SourceError

RETRY: Final = 2.0
"""Seconds from one try to open a device to the next."""

ANSWER_WITHIN: Final = 10.0
"""Seconds within which a device is opened; sound servers take 1 to 2."""


@dataclass(frozen=True, slots=True)
class InputDevice:
    """A sound input of this machine.

    Attributes
    ----------
    number : int
        As the system counts now; another device may have it tomorrow.
    name : str
        As the system calls it.
    channels : int
        How many it has.
    rate : int
        Its own sample rate in Hz.
    default : bool
        Whether it is taken where none is named.
    """

    number: int
    name: str
    channels: int
    rate: int
    default: bool


class _GoneError(SourceError):
    """The device cannot be heard now; it may come back."""


async def input_devices() -> list[InputDevice]:
    """Return the sound inputs that are there now.

    Raises
    ------
    SourceError
        If they cannot be listed, because PortAudio is missing for example.
    """
    async with _capturing() as (header, _):
        return [InputDevice(**device) for device in header["devices"]]


class DeviceSource:
    """Listens to a sound card at its own rate.

    A device that is missing, busy or unplugged is waited for: :attr:`problem` says so meanwhile.
    The source ends only when it is closed.

    Parameters
    ----------
    clock : Clock
        The session clock.
    device : int, str or None
        Its number, or words in its name; None for the system's default.
    channels : sequence of int
        Which channels to mix, counted from 1; none for the first two.
    camera : Camera, optional
        Watched beside it.

    Attributes
    ----------
    has_audio, has_video : bool
        Whether it listens (always) and watches.
    dropped : int
        Blocks that nobody took in time.
    last_media_at : float
        Session time at which media last arrived; until then, at which the source was made.
    problem : SourceError or None
        Why nothing is heard at the moment, and what to do.
    level : Level
        How loud the chosen channels are.
    name : str
        What the device is called; empty before it was first opened.
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
        self._clock = clock
        self._device = device
        self._channels = list(channels)
        self._camera = camera
        self._meter = LevelMeter()
        self._sound: deque[AudioBlock] = deque()
        self._picture: VideoFrame | None = None
        self._ready = asyncio.Event()
        self._closed = False

    @property
    def level(self) -> Level:
        """What the level meter shows."""
        return self._meter.get()

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media as they arrive, until :meth:`close`.

        Raises
        ------
        SourceError
            If waiting does not help: PortAudio is missing, or there is no such channel.
        """
        listening = asyncio.create_task(self._listen())
        listening.add_done_callback(lambda _: self._ready.set())
        watching = asyncio.create_task(self._watch())
        try:
            while not self._closed:
                await self._ready.wait()
                self._ready.clear()
                if listening.done():
                    listening.result()
                media: list[Media] = [*self._sound]
                self._sound.clear()
                if self._picture is not None:
                    media.append(self._picture)
                    self._picture = None
                for item in sorted(media, key=lambda item: item.t):
                    yield item
        finally:
            self._closed = True
            listening.cancel()
            await asyncio.gather(listening, watching, return_exceptions=True)

    async def close(self) -> None:
        """End the iteration, which lets go of the device; may be called again."""
        self._closed = True
        self._ready.set()

    async def _listen(self) -> None:
        while True:
            try:
                await self._capture()
            except _GoneError as gone:
                self.problem = gone
            await self._clock.sleep_until(self._clock.now() + RETRY)

    async def _capture(self) -> None:
        """Listen until the device stops."""
        asked = {"device": self._device, "channels": self._channels}
        async with _capturing(json.dumps(asked)) as (header, output):
            self.name, rate, channels = header["name"], header["rate"], header["channels"]
            chosen = [channel - 1 for channel in self._channels] or slice(None)
            resampler, timeline = Resampler(), ArrivalTimeline()
            heard = 0.0
            size = round(rate * BLOCK) * channels * 4
            while data := await _read(output, size):
                now = self.last_media_at = self._clock.now()
                self.problem = None
                heard += BLOCK
                end = timeline.place(heard, now)
                samples = np.frombuffer(data, "<f4").reshape(-1, channels)[:, chosen]
                self._meter.update(end, samples)
                for block in resampler.push(_frame(samples, rate), end - BLOCK):
                    self._take(block)
        raise _GoneError(
            f"{self.name} has stopped: plug it in again, or start its sound server",
            "sound_input_stopped",
            {"device": self.name},
        )

    def _take(self, block: AudioBlock) -> None:
        if len(self._sound) == MAX_WAITING:
            self._sound.popleft()
            self.dropped += 1
        self._sound.append(block)
        self._ready.set()

    async def _watch(self) -> None:
        """Watch the camera, which must not be let go of while a thread waits for it."""
        camera, sampler = self._camera, FrameSampler()
        while camera and not self._closed:
            if not await asyncio.to_thread(camera.grab):
                await asyncio.sleep(RETRY / 4)
            elif sampler.due(now := self._clock.now()):
                self.dropped += self._picture is not None
                self._picture = VideoFrame(now, await asyncio.to_thread(camera.picture))
                self.last_media_at = now
                self._ready.set()
        if camera:
            camera.close()


@asynccontextmanager
async def _capturing(*arguments: str) -> AsyncIterator[tuple[dict[str, Any], asyncio.StreamReader]]:
    """Run :mod:`stream.capture`, and give out its header and its further output."""
    # As a file, and not as a module of this package, whose other modules take a second to import.
    process = await asyncio.create_subprocess_exec(
        *python(capture.__file__, *arguments),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,  # ALSA complains there about every plugin that is not configured.
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            line = await process.stdout.readline()
        if not line:
            raise _GoneError("the sound system does not answer", "sound_input_silent")
        header = json.loads(line)
        if "error" in header:
            raise (_GoneError if header["waiting_helps"] else SourceError).of(header)
        yield header, process.stdout
    except TimeoutError:
        raise _GoneError(
            "the sound device does not answer: is its sound server running?", "sound_input_silent"
        ) from None
    finally:
        await end(process)


async def _read(output: asyncio.StreamReader, size: int) -> bytes:
    """Return a block, or nothing at the end; a process that hangs has ended, too."""
    try:
        async with asyncio.timeout(STALLED + 1):
            return await output.readexactly(size)
    except (TimeoutError, asyncio.IncompleteReadError):
        return b""


def _frame(samples: NDArray[np.float32], rate: int) -> av.AudioFrame:
    mono = samples.mean(1, dtype=np.float32)
    frame = av.AudioFrame.from_ndarray(mono[None], format="flt", layout="mono")
    frame.sample_rate = rate
    return frame
