from __future__ import annotations

import asyncio

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from stream.ice import offering


async def offered() -> set[str]:
    """Return the addresses of a peer connection's candidates."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.createDataChannel("data")
    await connection.setLocalDescription()
    lines = connection.localDescription.sdp.splitlines()
    await connection.close()
    return {line.split()[4] for line in lines if line.startswith("a=candidate:")}


async def test_loopback_is_offered_inside_and_nowhere_else() -> None:
    with offering(["127.0.0.1"]):
        assert await offered() == {"127.0.0.1"}
    assert "127.0.0.1" not in await offered()


async def test_sessions_at_the_same_time_do_not_mix() -> None:
    async def offer(address: str) -> set[str]:
        with offering([address]):
            await asyncio.sleep(0)
            return await offered()

    one, other = await asyncio.gather(offer("127.0.0.1"), offer("127.0.0.2"))
    assert (one, other) == ({"127.0.0.1"}, {"127.0.0.2"})


def test_a_name_is_no_address() -> None:
    with pytest.raises(ValueError, match="localhost"), offering(["localhost"]):
        pass
