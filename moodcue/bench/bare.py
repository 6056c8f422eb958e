"""The baseline: ``python -m moodcue.bench.bare`` only receives and decodes media.

It reads an offer from each line of stdin and writes the answer to stdout. When stdin closes, it
writes how long media took to arrive, and exits. Every line is JSON.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from stream.ice import host_candidates


async def read(track: MediaStreamTrack, offsets: list[float]) -> None:
    """Read a track, and record for each frame its arrival time minus its media time."""
    while True:
        try:
            frame = await track.recv()
        except MediaStreamError:
            return
        now = time.time()
        assert not isinstance(frame, av.Packet)
        offsets.append(now - (frame.time or 0.0))


async def receive() -> None:
    """Answer offers and read their tracks until stdin closes."""
    peers: list[RTCPeerConnection] = []
    readers: list[asyncio.Task[None]] = []
    offsets: list[dict[str, list[float]]] = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        await peer.setRemoteDescription(RTCSessionDescription(json.loads(line)["offer"], "offer"))
        offsets.append({})
        for transceiver in peer.getTransceivers():
            track = transceiver.receiver.track
            readers.append(asyncio.create_task(read(track, offsets[-1].setdefault(track.kind, []))))
        with host_candidates(("127.0.0.1",)):
            await peer.setLocalDescription()
        peers.append(peer)
        print(json.dumps({"answer": peer.localDescription.sdp}), flush=True)
    medians = [
        {kind: statistics.median(times) for kind, times in tracks.items()} for tracks in offsets
    ]
    print(json.dumps({"offsets": medians}), flush=True)
    await asyncio.gather(*(peer.close() for peer in peers))


if __name__ == "__main__":
    asyncio.run(receive())
