from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from stream.browser import MAX_QUEUED, MAX_SDP, BrowserSource
from stream.clock import SessionClock
from stream.ice import host_candidates
from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.source import SourceError
from stream.windows import Windows, WindowSpec
from tests.stream.peer import LOOPBACK, TONE_HZ, Colour, Tone, sending

TIMEOUT = 20.0


@asynccontextmanager
async def opened(max_queued: int = MAX_QUEUED) -> AsyncIterator[BrowserSource]:
    source = BrowserSource(SessionClock(), ice_addresses=LOOPBACK, max_queued=max_queued)
    try:
        yield source
    finally:
        await source.close()


async def collect(source: BrowserSource, enough: Callable[[list[Media]], bool]) -> list[Media]:
    media: list[Media] = []
    async with asyncio.timeout(TIMEOUT):
        async for item in source:
            media.append(item)
            if enough(media):
                return media
    raise AssertionError("the source ended")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(TIMEOUT):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


def sound(media: list[Media]) -> list[AudioBlock]:
    return [item for item in media if isinstance(item, AudioBlock)]


def pictures(media: list[Media]) -> list[VideoFrame]:
    return [item for item in media if isinstance(item, VideoFrame)]


def seconds(media: list[Media]) -> float:
    return sum(len(block.samples) for block in sound(media)) / SAMPLE_RATE


async def test_audio_and_video_arrive_on_the_session_clock() -> None:
    clock = SessionClock()
    source = BrowserSource(clock, ice_addresses=LOOPBACK)
    async with sending(source, [Tone(), Colour(320, 240)]):
        media = await collect(source, lambda m: seconds(m) >= 1 and len(pictures(m)) >= 4)
        assert source.state == "connected"
        assert (source.has_audio, source.has_video) == (True, True)
        assert 0 < source.last_media_at <= clock.now()
    await source.close()

    samples = np.concatenate([block.samples for block in sound(media)])
    spectrum = np.abs(np.fft.rfft(samples[:SAMPLE_RATE] * np.hanning(SAMPLE_RATE)))
    assert abs(int(spectrum.argmax()) - TONE_HZ) <= 1
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.1)
    for previous, block in zip(sound(media), sound(media)[1:], strict=False):
        assert block.t == pytest.approx(previous.end, abs=0.02)

    assert all(frame.image.shape == (240, 320, 3) for frame in pictures(media))
    assert np.median(pictures(media)[-1].image, axis=(0, 1)) == pytest.approx((200, 60, 30), abs=12)
    slots = [int(frame.t * 5) for frame in pictures(media)]
    assert len(set(slots)) == len(slots)


async def test_frames_may_change_size() -> None:
    track = Colour(320, 240)
    async with opened() as source, sending(source, [track]):
        await collect(source, lambda m: len(pictures(m)) >= 2)
        track.size = (160, 120)
        media = await collect(source, lambda m: pictures(m)[-1].image.shape == (120, 160, 3))
        assert not sound(media)
        assert (source.has_audio, source.has_video) == (False, True)


async def test_large_frames_are_scaled_down() -> None:
    async with opened() as source, sending(source, [Colour(1280, 720)]):
        media = await collect(source, lambda m: len(pictures(m)) >= 1)
        assert pictures(media)[0].image.shape == (360, 640, 3)


async def test_a_new_offer_continues_on_the_same_clock() -> None:
    async with opened() as source:
        async with sending(source, [Tone(), Colour(320, 240)]):
            before = await collect(source, lambda m: seconds(m) > 0.3 and len(pictures(m)) > 1)
        async with sending(source, [Tone()]):
            assert (source.has_audio, source.has_video) == (True, False)
            last = max(item.t for item in before)
            after = await collect(source, lambda m: seconds(m) > 0.3)
            assert max(item.t for item in after) > last
            assert source.state == "connected"


async def test_only_the_first_track_of_a_kind_is_received() -> None:
    tracks = [Tone(), Tone(), Colour(320, 240), Colour(160, 120)]
    decoders_before = decoder_threads()
    async with opened() as source, sending(source, tracks) as peer:
        media = await collect(source, lambda m: seconds(m) > 0.3 and len(pictures(m)) > 1)
        assert {frame.image.shape for frame in pictures(media)} == {(240, 320, 3)}
        assert [t.currentDirection for t in peer.getTransceivers()] == [
            "sendonly",
            "inactive",
            "sendonly",
            "inactive",
        ]
        # The peer receives nothing, so every decoder belongs to the source.
        assert decoder_threads() - decoders_before == 2


async def test_unconsumed_media_is_bounded_and_counted() -> None:
    async with opened(max_queued=10) as source:
        async with sending(source, [Tone()]):
            await until(lambda: source.dropped >= 10)
            media = await collect(source, lambda m: True)
            assert seconds(media) < 0.3
        counted = source.dropped
        async with sending(source, [Colour(320, 240)]):
            await until(lambda: source.dropped >= counted + 3)
            media = await collect(source, lambda m: len(pictures(m)) == 2)
            assert pictures(media)[1].t > pictures(media)[0].t


async def test_windows_over_a_browser_source() -> None:
    clock = SessionClock()
    source = BrowserSource(clock, ice_addresses=LOOPBACK)
    windows = Windows(source, clock, WindowSpec(length=1, hop=0.5))
    async with sending(source, [Tone(), Colour(320, 240)]), asyncio.timeout(TIMEOUT):
        async for window in windows:
            if window.frames and window.audio and window.audio.samples.all():
                break
    assert window.audio is not None
    assert window.audio.end == pytest.approx(window.t, abs=1)
    await source.close()
    async with asyncio.timeout(TIMEOUT):
        async for window in windows:
            assert window.t < clock.now() + 1


async def test_closing_continues_when_the_first_caller_is_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoders_before = decoder_threads()
    may_close = asyncio.Event()
    close = RTCPeerConnection.close

    async def slowly(connection: RTCPeerConnection) -> None:
        await may_close.wait()
        await close(connection)

    source = BrowserSource(SessionClock(), ice_addresses=LOOPBACK)
    async with sending(source, [Tone()]):
        await until(lambda: decoder_threads() > decoders_before)
        monkeypatch.setattr(RTCPeerConnection, "close", slowly)
        first, second = (asyncio.create_task(source.close()) for _ in range(2))
        done, _ = await asyncio.wait({first, second}, timeout=0.1)
        assert not done
        first.cancel()
        await asyncio.wait({first})
        may_close.set()
        await second
        assert decoder_threads() == decoders_before


async def offer(direction: str = "sendonly") -> str:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    peer.addTransceiver("audio", direction=direction)
    peer.createDataChannel("data")
    with host_candidates(LOOPBACK):
        await peer.setLocalDescription()
    sdp: str = peer.localDescription.sdp
    await peer.close()
    return sdp


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sdp: "",
        lambda sdp: "not SDP at all",
        lambda sdp: sdp.replace("m=audio", "m=audio x"),
        lambda sdp: sdp.replace("a=ice-pwd", "a=ice-nothing"),
        lambda sdp: re.sub(r"a=candidate:.*", "a=candidate:1 1", sdp),
        lambda sdp: re.sub(r"a=rtpmap:(\d+) \w+", r"a=rtpmap:\1 codec2", sdp),
        lambda sdp: sdp[: len(sdp) // 2],
        lambda sdp: sdp + sdp[sdp.index("m=audio") :],
        lambda sdp: sdp.replace("a=group:BUNDLE", "a=group:BUNDLE nobody"),
        lambda sdp: sdp + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
    ],
)
async def test_a_malformed_offer_is_refused_and_changes_nothing(
    spoil: Callable[[str], str],
) -> None:
    async with opened() as source, sending(source, [Tone()]):
        bad = spoil(await offer())
        with pytest.raises(SourceError, match="offer"):
            await source.answer(bad)
        await collect(source, lambda m: seconds(m) > 0.2)
        assert source.has_audio


@pytest.mark.parametrize("sdp", ["v" * (MAX_SDP + 1), "m=audio 9 RTP 0\r\n" * 100])
async def test_a_large_offer_is_refused_unparsed(sdp: str) -> None:
    async with opened() as source:
        with pytest.raises(SourceError, match="too large"):
            await source.answer(sdp)


async def test_an_offer_that_sends_nothing_is_refused() -> None:
    async with opened() as source:
        with pytest.raises(SourceError, match="no audio or video"):
            await source.answer(await offer("recvonly"))


async def test_the_error_for_no_address_to_offer_says_what_to_do() -> None:
    # 192.0.2.0/24 is reserved for documentation (RFC 5737): no machine has it.
    source = BrowserSource(SessionClock(), ice_addresses=["192.0.2.1"])
    with pytest.raises(SourceError, match=r"127\.0\.0\.1") as caught:
        await source.answer(await offer())
    assert caught.value.code == "no_network_address"
    await source.close()


async def test_ice_addresses_must_be_ip_addresses() -> None:
    with pytest.raises(ValueError, match="localhost"):
        BrowserSource(SessionClock(), ice_addresses=["localhost"])


def decoder_threads() -> int:
    return sum(thread.name.endswith("-decoder") for thread in threading.enumerate())
