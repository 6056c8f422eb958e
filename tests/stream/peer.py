"""WebRTC client that sends generated media over 127.0.0.1."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from fractions import Fraction

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from stream.browser import BrowserSource
from stream.ice import host_candidates

LOOPBACK = ("127.0.0.1",)
TONE_HZ = 440


class Tone(MediaStreamTrack):
    """440 Hz sine at half of full scale, 48 kHz stereo, in 20 ms blocks."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._start = time.monotonic()
        self._sent = 0

    async def recv(self) -> av.AudioFrame:
        await asyncio.sleep(self._start + self._sent / 48_000 - time.monotonic())
        phase = 2 * np.pi * TONE_HZ * np.arange(self._sent, self._sent + 960) / 48_000
        samples = (np.sin(phase) * 16_384).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(samples, 2)[None], "s16", "stereo")
        frame.sample_rate = 48_000
        frame.time_base = Fraction(1, 48_000)
        frame.pts = self._sent
        self._sent += 960
        return frame


class Colour(MediaStreamTrack):
    """Frames of one colour at 20 per second, whose size can change at any time."""

    kind = "video"

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self.size = (width, height)
        self._start = time.monotonic()
        self._sent = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(self._start + self._sent / 20 - time.monotonic())
        width, height = self.size
        picture = np.full((height, width, 3), (200, 60, 30), dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
        frame.time_base = Fraction(1, 90_000)
        frame.pts = self._sent * 4_500
        self._sent += 1
        return frame


@asynccontextmanager
async def sending(
    source: BrowserSource, tracks: Sequence[MediaStreamTrack]
) -> AsyncIterator[RTCPeerConnection]:
    """Connect to the source and send the tracks to it."""
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        await connect(peer, source, tracks)
        yield peer
    finally:
        await peer.close()


async def connect(
    peer: RTCPeerConnection, source: BrowserSource, tracks: Sequence[MediaStreamTrack]
) -> None:
    for track in tracks:
        peer.addTransceiver(track, direction="sendonly")
    with host_candidates(LOOPBACK):
        await peer.setLocalDescription()
    answer = await source.answer(peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
