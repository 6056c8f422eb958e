"""One sender: it plays a file over and over to whoever answers.

``python -m moodcue.bench.sender WEBM`` says its offer on a line of stdout, takes the answer from a
line of stdin, says when the first packet went out, and plays until stdin closes. Every line is
JSON. Packets go out as they are, so that sending costs next to nothing.
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
    """Encoded packets, each at its time, over and over.

    Parameters
    ----------
    kind : str
        ``audio`` or ``video``.
    packets : sequence of bytes
        What is repeated.
    rate : int
        Packets in a second.
    began : Future of float
        Wall time of the first packet, shared by the tracks of a sender; the first to be asked for a
        packet sets it.
    """

    def __init__(
        self, kind: str, packets: Sequence[bytes], rate: int, began: asyncio.Future[float]
    ) -> None:
        super().__init__()
        self.kind = kind
        self._packets = packets
        self._rate = rate
        self._began = began
        self._sent = 0

    async def recv(self) -> av.Packet[Any]:
        """Return the next packet when it is due."""
        if not self._began.done():
            self._began.set_result(time.time())
        await asyncio.sleep(self._began.result() + self._sent / self._rate - time.time())
        packet = av.Packet(self._packets[self._sent % len(self._packets)])
        packet.pts, packet.time_base = self._sent, Fraction(1, self._rate)
        self._sent += 1
        return packet


async def send(path: Path) -> None:
    """Offer, connect and play, until stdin closes."""
    sound, pictures = read(path)
    began: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    peer.addTransceiver(Loop("audio", sound, BLOCK_RATE, began), direction="sendonly")
    peer.addTransceiver(Loop("video", pictures, FRAME_RATE, began), direction="sendonly")
    with host_candidates(("127.0.0.1",)):
        await peer.setLocalDescription()
    print(json.dumps({"offer": peer.localDescription.sdp}), flush=True)
    line = await asyncio.to_thread(sys.stdin.readline)
    answer = RTCSessionDescription(json.loads(line)["answer"], "answer")
    await peer.setRemoteDescription(answer)
    print(json.dumps({"began": await began}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await peer.close()


if __name__ == "__main__":
    asyncio.run(send(Path(sys.argv[1])))
