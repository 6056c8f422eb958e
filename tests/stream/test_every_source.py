"""What every source does, whatever its media come from.

A new source is one more :class:`Kind`.
"""

from __future__ import annotations

import asyncio
import gc
import re
import threading
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import psutil
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription

from moodcue.bench.site import Site
from moodcue.bench.sound_server import DEVICE, SoundServer
from stream import (
    FRAME_RATE,
    SAMPLE_RATE,
    AudioBlock,
    BrowserSource,
    Camera,
    Clock,
    DeviceSource,
    FileSource,
    Media,
    SandboxedSource,
    SessionClock,
    Source,
    SourceError,
    UrlSource,
    VideoFrame,
    sample_path,
)
from stream.windows import MAX_JITTER
from tests.stream.clock import VirtualClock
from tests.stream.peer import LOOPBACK, Colour, Tone, sending
from tests.stream.recording import tone, write

SECONDS = 3
TIMEOUT = 60.0


@dataclass
class Stage:
    """What there is to hear and to see.

    Attributes
    ----------
    folder : Path
        Has ``clip.mp4`` in it, a tone and pictures for :data:`SECONDS`, ``cut.mp4``, which breaks
        off in the middle, and ``second.ts``, which can be played over and over.
    site : Site
        Serves the folder.
    """

    folder: Path
    site: Site


Opening: TypeAlias = Callable[[Stage, Clock], AbstractAsyncContextManager[Source]]
Check: TypeAlias = Callable[[Any, Clock], Awaitable[None]]


@dataclass(frozen=True)
class Kind:
    """A way to make a source.

    Attributes
    ----------
    open : callable
        Makes one that media come from, and closes it.
    live : bool
        Whether media come at the pace of the clock.
    ends : bool
        Whether they end.
    drops : bool
        Whether what nobody takes in time is dropped; what is not dropped waits where it is.
    feed : bool
        Whether it is a :class:`~stream.source.Feed`.
    clock : type of Clock
        A clock that it can keep time by.
    """

    open: Opening
    live: bool
    ends: bool
    drops: bool
    feed: bool
    clock: Callable[[], Clock] = SessionClock


@asynccontextmanager
async def browser(stage: Stage, clock: Clock) -> AsyncIterator[Source]:
    source = BrowserSource(clock, ice_addresses=LOOPBACK)
    try:
        async with sending(source, [Tone(), Colour(320, 240)]):
            yield source
    finally:
        await source.close()


@asynccontextmanager
async def encoder(stage: Stage, clock: Clock) -> AsyncIterator[Source]:
    """A sender as by WHIP: H.264, and an offer without candidates."""
    source = BrowserSource(clock, ice_addresses=LOOPBACK)
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        peer.addTransceiver(Tone(), direction="sendonly")
        pictures = peer.addTransceiver(Colour(320, 240), direction="sendonly")
        codecs = RTCRtpSender.getCapabilities("video").codecs
        pictures.setCodecPreferences([each for each in codecs if each.mimeType == "video/H264"])
        await peer.setLocalDescription()
        offer = re.sub(r"a=(candidate:.*|end-of-candidates)\r\n", "", peer.localDescription.sdp)
        answer = await source.answer(offer)
        await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        yield source
    finally:
        await source.close()
        await peer.close()


@asynccontextmanager
async def device(stage: Stage, clock: Clock) -> AsyncIterator[Source]:
    source = DeviceSource(clock, DEVICE, camera=Camera(str(sample_path())))
    try:
        yield source
    finally:
        await source.close()


@asynccontextmanager
async def file(stage: Stage, clock: Clock) -> AsyncIterator[Source]:
    source = FileSource(stage.folder / "clip.mp4")
    try:
        yield source
    finally:
        await source.close()


@asynccontextmanager
async def paced_file(stage: Stage, clock: Clock) -> AsyncIterator[Source]:
    await clock.sleep_until(10)
    source = FileSource(stage.folder / "clip.mp4", pace=clock)
    try:
        yield source
    finally:
        await source.close()


@asynccontextmanager
async def upload(stage: Stage, clock: Clock) -> AsyncIterator[Source]:
    source = await SandboxedSource.open(stage.folder / "clip.mp4")
    try:
        yield source
    finally:
        await source.close()


def address(path: str, live: bool) -> Opening:
    @asynccontextmanager
    async def opened(stage: Stage, clock: Clock) -> AsyncIterator[Source]:
        url = f"{stage.site.address}/{path}"
        source = UrlSource(url, clock, live=live, allow_private=True)
        try:
            await source.open()
            yield source
        finally:
            await source.close()

    return opened


KINDS = {
    "browser": Kind(browser, live=True, ends=False, drops=True, feed=True),
    "encoder": Kind(encoder, live=True, ends=False, drops=True, feed=True),
    "device": Kind(device, live=True, ends=False, drops=True, feed=True),
    "file": Kind(file, live=False, ends=True, drops=False, feed=False),
    "paced file": Kind(
        paced_file, live=True, ends=True, drops=False, feed=False, clock=VirtualClock
    ),
    "upload": Kind(upload, live=False, ends=True, drops=False, feed=False),
    "url": Kind(address("clip.mp4", live=False), live=False, ends=True, drops=False, feed=True),
    "broadcast": Kind(
        address("broadcast/second.ts", live=True), live=True, ends=False, drops=False, feed=True
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stage")
    write(
        folder / "clip.mp4",
        sound=tone(SECONDS),
        pictures=SECONDS,
        options={"movflags": "faststart"},
    )
    write(folder / "second.ts", sound=tone(1), pictures=1)
    whole = (folder / "clip.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    return folder


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    site.start()
    yield site
    site.stop()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    if request.param == "device":
        booth: SoundServer = request.getfixturevalue("booth")
        folder: Path = request.getfixturevalue("folder")
        booth.play(write(folder / "long.wav", sound=tone(30)))
    return KINDS[request.param]


@pytest.fixture
def stage(folder: Path, site: Site) -> Stage:
    return Stage(folder, site)


def run(kind: Kind, stage: Stage, check: Check) -> weakref.ref[Source]:
    """Run a check on a source of its own, of which no task, process or thread may be left."""
    clock = kind.clock()
    processes = set(psutil.Process().children())
    threads = decoders()

    async def main() -> weakref.ref[Source]:
        async with asyncio.timeout(TIMEOUT):
            async with kind.open(stage, clock) as source:
                await check(source, clock)
            await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})
            return weakref.ref(source)

    closed = clock.run(main()) if isinstance(clock, VirtualClock) else asyncio.run(main())
    assert set(psutil.Process().children()) <= processes
    assert decoders() <= threads
    return closed


def decoders() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.endswith("-decoder")}


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  (what is waited for has no event)
        await asyncio.sleep(0.01)


def sound(media: list[Media]) -> list[AudioBlock]:
    return [item for item in media if isinstance(item, AudioBlock)]


def pictures(media: list[Media]) -> list[VideoFrame]:
    return [item for item in media if isinstance(item, VideoFrame)]


def enough(media: list[Media]) -> bool:
    heard = sum(len(block.samples) for block in sound(media)) / SAMPLE_RATE
    return heard >= 1 and len(pictures(media)) >= 3


async def taken(source: Source, ends: bool) -> list[Media]:
    """Return all of what ends, and enough of what does not."""
    media: list[Media] = []
    async with aclosing(aiter(source)) as items:  # type: ignore[type-var]
        async for item in items:
            media.append(item)
            if not ends and enough(media):
                break
    return media


def in_order(media: list[Media]) -> None:
    """Check that each track goes on from where it was, or tells of a gap by its times."""
    for block, after in pairwise(sound(media)):
        assert after.t >= block.end - MAX_JITTER
    for frame, next_frame in pairwise(pictures(media)):
        assert next_frame.t > frame.t


def test_media_are_what_the_protocol_says(kind: Kind, stage: Stage) -> None:
    async def check(source: Source, clock: Clock) -> None:
        assert source.live is kind.live
        begin = clock.now() if kind.live else 0.0
        media: list[Media] = []
        async with aclosing(aiter(source)) as items:  # type: ignore[type-var]
            async for item in items:
                media.append(item)
                if kind.live:
                    assert begin - MAX_JITTER <= item.t <= clock.now() + 1e-3
                if not kind.ends and enough(media):
                    break
        assert (source.has_audio, source.has_video) == (True, True)
        for block in sound(media):
            assert block.samples.dtype == np.float32
            assert block.samples.ndim == 1
            assert 0 < len(block.samples) <= SAMPLE_RATE
            assert np.abs(block.samples).max() <= 1
        for frame in pictures(media):
            height, width, colours = frame.image.shape
            assert frame.image.dtype == np.uint8
            assert (colours, 16 <= height <= 640, 16 <= width <= 640) == (3, True, True)
        in_order(media)
        slots = [int((frame.t + 1e-3) * FRAME_RATE) for frame in pictures(media)]
        if not kind.live:
            assert [item.t for item in media] == sorted(item.t for item in media)
            assert len(set(slots)) == len(slots) == pytest.approx(SECONDS * FRAME_RATE, abs=1)
        if kind.ends:
            assert sound(media)[-1].end - begin == pytest.approx(SECONDS, abs=0.15)
            for block, after in pairwise(sound(media)):
                assert after.t == pytest.approx(block.end, abs=0.03)
        middle = np.concatenate([block.samples for block in sound(media)])[-SAMPLE_RATE // 2 :]
        spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
        assert abs(int(spectrum.argmax()) * SAMPLE_RATE / len(middle) - 440) <= 4

    run(kind, stage, check)


def test_nobody_is_told_of_drops_or_problems_where_there_are_none(kind: Kind, stage: Stage) -> None:
    async def check(source: Any, clock: Clock) -> None:
        made = clock.now()
        if kind.feed:
            assert source.last_media_at <= made
        media = await taken(source, kind.ends)
        assert enough(media)
        assert source.dropped == 0
        assert getattr(source, "warning", None) is None
        if kind.feed:
            assert source.problem is None
            assert made <= source.last_media_at <= clock.now()
        if kind.ends:
            assert source.duration == pytest.approx(SECONDS, abs=0.15)

    run(kind, stage, check)


def test_closing_ends_the_iteration(kind: Kind, stage: Stage) -> None:
    async def check(source: Any, clock: Clock) -> None:
        media: list[Media] = []
        going = asyncio.Event()

        async def take() -> None:
            async for item in source:
                media.append(item)
                await going.wait()

        taking = asyncio.create_task(take())
        await until(lambda: bool(media))
        await asyncio.sleep(0.2)  # Meanwhile whatever lies between fills up.
        await source.close()
        await source.close()
        await asyncio.gather(source.close(), source.close())
        going.set()
        await taking
        assert [item async for item in source] == []
        if isinstance(source, BrowserSource):
            with pytest.raises(SourceError, match="ended"):
                await source.answer("v=0\r\n")

    closed = run(kind, stage, check)
    gc.collect()
    assert closed() is None


def test_closing_wakes_who_waits(kind: Kind, stage: Stage) -> None:
    async def check(source: Any, clock: Clock) -> None:
        media: list[Media] = []

        async def take() -> None:
            async for item in source:
                media.append(item)

        taking = asyncio.create_task(take())
        await until(lambda: bool(media) or taking.done())
        await source.close()
        await taking

    run(kind, stage, check)


def test_what_was_closed_unused_gives_nothing(kind: Kind, stage: Stage) -> None:
    async def check(source: Source, clock: Clock) -> None:
        await source.close()
        assert [item async for item in source] == []

    run(kind, stage, check)


@pytest.mark.parametrize("busy", [True, False], ids=["busy", "waiting"])
def test_a_cancelled_consumer_leaves_nothing_behind(kind: Kind, stage: Stage, busy: bool) -> None:
    async def check(source: Source, clock: Clock) -> None:
        media: list[Media] = []

        async def take() -> None:
            async for item in source:
                media.append(item)
                if busy:
                    await asyncio.Event().wait()
            await asyncio.Event().wait()  # What ends has ended.

        taking = asyncio.create_task(take())
        await until(lambda: bool(media))
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking

    run(kind, stage, check)


def test_a_slow_consumer_is_told_what_it_missed_and_nothing_else_is_lost(
    kind: Kind, stage: Stage
) -> None:
    slow: list[Media] = []
    fast: list[Media] = []

    async def dropping(source: Source, clock: Clock) -> None:
        async with aclosing(aiter(source)) as items:  # type: ignore[type-var]
            slow.append(await anext(items))
            await until(lambda: source.dropped >= 3)
            resumed = clock.now()
            while slow[-1].t <= resumed:
                slow.append(await anext(items))
        late = [frame for frame in pictures(slow[1:]) if frame.t <= resumed - 1 / FRAME_RATE]
        assert len(late) <= 2, "of the pictures, the newest is kept"
        in_order(slow)

    async def waiting(source: Source, clock: Clock) -> None:
        async for item in source:
            slow.append(item)
            if len(slow) % 10 == 0:
                await clock.sleep_until(clock.now() + 0.05)
            if not kind.ends and enough(slow):
                break
        in_order(slow)
        assert source.dropped == 0

    async def at_once(source: Source, clock: Clock) -> None:
        fast.extend(await taken(source, kind.ends))

    if kind.drops:
        run(kind, stage, dropping)
        return
    run(kind, stage, waiting)
    run(kind, stage, at_once)
    if kind.ends:
        assert [type(item) for item in slow] == [type(item) for item in fast]
        assert [item.t for item in slow] == pytest.approx([item.t for item in fast])
        for one, other in zip(sound(slow), sound(fast), strict=True):
            np.testing.assert_array_equal(one.samples, other.samples)


@pytest.mark.parametrize("opening", [file, upload], ids=["file", "upload"])
def test_a_recording_that_breaks_off_is_told(
    opening: Opening, stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "clip.mp4").write_bytes((stage.folder / "cut.mp4").read_bytes())
    kind = Kind(opening, live=False, ends=True, drops=False, feed=False)

    async def check(source: Any, clock: Clock) -> None:
        assert source.warning is None
        media = await taken(source, ends=True)
        assert 0 < media[-1].t < SECONDS
        assert "truncated" in str(source.warning)

    run(kind, Stage(tmp_path, stage.site), check)
