from __future__ import annotations

import asyncio

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from stream.ice import host_candidates


async def offered() -> set[str]:
    """Return the addresses in a peer connection's candidates."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.createDataChannel("data")
    await connection.setLocalDescription()
    lines = connection.localDescription.sdp.splitlines()
    await connection.close()
    return {line.split()[4] for line in lines if line.startswith("a=candidate:")}


async def test_loopback_is_offered_inside_the_context_only() -> None:
    with host_candidates(["127.0.0.1"]):
        assert await offered() == {"127.0.0.1"}
    assert "127.0.0.1" not in await offered()


async def test_concurrent_contexts_are_independent() -> None:
    async def offer(address: str) -> set[str]:
        with host_candidates([address]):
            await asyncio.sleep(0)
            return await offered()

    one, other = await asyncio.gather(offer("127.0.0.1"), offer("127.0.0.2"))
    assert (one, other) == ({"127.0.0.1"}, {"127.0.0.2"})


def test_a_host_name_is_refused() -> None:
    with pytest.raises(ValueError, match="localhost"), host_candidates(["localhost"]):
        pass
