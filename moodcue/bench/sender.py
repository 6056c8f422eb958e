"""A sender that plays a file in a loop over WebRTC.

``python -m moodcue.bench.sender WEBM`` writes its offer to stdout, reads the answer from stdin,
writes the time of the first packet, and plays until stdin closes. Every line is JSON. Packets are
not re-encoded, so that sending takes little CPU time.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from moodcue.bench.media import BLOCK_RATE, FRAME_RATE, read
from stream.ice import host_candidates


class Loop(MediaStreamTrack):
    """A track that sends encoded packets in a loop, each when it is due.

    Parameters
    ----------
    kind : str
        ``audio`` or ``video``.
    packets : sequence of bytes
        The packets.
    rate : int
        Packets per second.
    started : Future of float
        Unix time of the first packet, shared by the tracks of a sender; the first track to send
        sets it.
    """

    def __init__(
        self, kind: str, packets: Sequence[bytes], rate: int, started: asyncio.Future[float]
    ) -> None:
        super().__init__()
        self.kind = kind
        self._packets = packets
        self._rate = rate
        self._started = started
        self._sent = 0

    async def recv(self) -> av.Packet[Any]:
        """Return the next packet when it is due."""
        if not self._started.done():
            self._started.set_result(time.time())
        await asyncio.sleep(self._started.result() + self._sent / self._rate - time.time())
        packet = av.Packet(self._packets[self._sent % len(self._packets)])
        packet.pts, packet.time_base = self._sent, Fraction(1, self._rate)
        self._sent += 1
        return packet


async def send(path: Path) -> None:
    """Connect and play until stdin closes."""
    sound, pictures = read(path)
    started: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    peer.addTransceiver(Loop("audio", sound, BLOCK_RATE, started), direction="sendonly")
    peer.addTransceiver(Loop("video", pictures, FRAME_RATE, started), direction="sendonly")
    with host_candidates(("127.0.0.1",)):
        await peer.setLocalDescription()
    print(json.dumps({"offer": peer.localDescription.sdp}), flush=True)
    line = await asyncio.to_thread(sys.stdin.readline)
    answer = RTCSessionDescription(json.loads(line)["answer"], "answer")
    await peer.setRemoteDescription(answer)
    print(json.dumps({"started": await started}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await peer.close()


if __name__ == "__main__":
    asyncio.run(send(Path(sys.argv[1])))
