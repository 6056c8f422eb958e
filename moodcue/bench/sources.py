"""CPU time, first mood and speed of each kind of source: ``moodcue bench sources``.

A real ``moodcue serve`` analyses the sample clip in one session after the other: as an uploaded
file, from a URL, from a browser (:mod:`moodcue.bench.sender`), from an encoder (ffmpeg over WHIP),
and, if PulseAudio is installed, from a sound card. Senders run in other processes.

CPU seconds per second of media
    User and system time of the server and all its child processes: for a file, from start to end,
    including the decoder process; for a live source, from the first mood on, for the requested
    time.
First mood
    Time from the request for the session to the first mood with a reliable voice or a face; for a
    live source, this includes connecting, and the silence before the first word of the clip.
Times real time
    For a file, its length divided by the time from the request to the last event.
Plain decoding
    All frames of the same file decoded by PyAV in this process, without further processing.
"""

from __future__ import annotations

import asyncio
import math
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import av
import imageio_ffmpeg
from rich.table import Table

from inference.models import processors
from moodcue.bench.live import has_face, has_voice
from moodcue.bench.media import encode
from moodcue.bench.process import BenchError, Child, running
from moodcue.bench.server import Session, serving
from moodcue.bench.site import Site
from moodcue.bench.sound_server import DEVICE, SoundServer, installed
from stream import sample_path
from stream.process import python

FIRST_TIMEOUT: Final = 60.0
"""Seconds within which the first mood must arrive."""

POLL_EVERY: Final = 0.02
"""Seconds between two checks for the first mood."""

WEBM: Final = "clip.webm"
WAV: Final = "clip.wav"

Feed = Callable[[], AbstractAsyncContextManager[Session]]
"""Opens a session and sends media to it."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Plain decoding: length in seconds, CPU seconds per second of media, times real time."""

    length: float
    cpu: float
    speed: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The results of one source; ``speed`` is None for live sources."""

    source: str
    cpu: float
    first_mood_s: float
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a run; see the module.

    Attributes
    ----------
    clip : str
        File name of the recording.
    seconds : float
        Time for which each live source was measured.
    processors : int
        Number of usable processors.
    plain : Plain
        The baseline.
    sources : tuple of Measured
        The results of each source.
    left_out : tuple of str
        Sources that were not measured, and what they need.
    """

    clip: str
    seconds: float
    processors: int
    plain: Plain
    sources: tuple[Measured, ...]
    left_out: tuple[str, ...]


def measure(seconds: float, progress: Callable[[str], None], *, clip: Path | None = None) -> Report:
    """Measure the sources on this machine.

    Parameters
    ----------
    seconds : float
        Time for which to measure each live source.
    progress : callable
        Called with the name of each step.
    clip : Path, optional
        An MP4 file with a face and a voice; by default the sample clip.

    Raises
    ------
    BenchError
        If nothing could be measured.
    """
    # SIGTERM must end the child processes too, like Ctrl+C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return asyncio.run(_measure(seconds, progress, clip or sample_path()))


async def _measure(seconds: float, progress: Callable[[str], None], clip: Path) -> Report:
    progress("Plain decoding")
    plain = await asyncio.to_thread(_decode, clip)
    with TemporaryDirectory(prefix="moodcue-bench-") as name:
        folder = Path(name)
        progress("Encoding the clip")
        await asyncio.to_thread(encode, clip, folder / WEBM)
        await asyncio.to_thread(_write_sound, clip, folder / WAV, FIRST_TIMEOUT)
        with _site(clip.parent) as site, _booth(folder) as booth:
            environment = booth.environment if booth else {}
            async with serving(folder, MOODCUE_ALLOW_PRIVATE_ADDRESSES="true", **environment) as (
                server,
                address,
            ):
                progress("file")
                measured = [await _file(server, address, clip, plain)]
                feeds: dict[str, Feed] = {
                    "url": lambda: _url(address, site, clip),
                    "browser": lambda: _browser(address, folder),
                    "whip": lambda: _whip(address, clip, folder),
                }
                if booth:
                    feeds["device"] = lambda: _device(address, folder, booth)
                for source, feed in feeds.items():
                    progress(source)
                    measured.append(await _feed(server, source, feed, seconds))
    return Report(
        clip=clip.name,
        seconds=seconds,
        processors=processors(),
        plain=plain,
        sources=tuple(measured),
        left_out=() if booth else ("device: needs Debian's package pulseaudio",),
    )


def _decode(path: Path) -> Plain:
    wall, cpu = time.perf_counter(), time.thread_time()
    with av.open(str(path)) as container:
        # One thread only, whose CPU time is measured.
        container.streams.video[0].codec_context.thread_count = 1
        for _ in container.decode():
            pass
        assert container.duration
        length = container.duration / av.time_base
    return Plain(length, (time.thread_time() - cpu) / length, length / (time.perf_counter() - wall))


def _write_sound(clip: Path, wav: Path, seconds: float) -> None:
    """Write the sound of the clip as WAV, repeated for at least some seconds."""
    with av.open(str(clip)) as source, av.open(str(wav), "w") as target:
        stream = target.add_stream("pcm_s16le", rate=48_000, layout="mono")
        frames = [*source.decode(audio=0)]
        length = sum(frame.samples / frame.sample_rate for frame in frames)
        for frame in frames * math.ceil(seconds / length):
            frame.pts = None
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


async def _file(server: Child, address: str, path: Path, plain: Plain) -> Measured:
    before = server.family_cpu()
    session = await Session.upload(address, path)
    await session.listen()
    elapsed, cpu = time.time() - session.started, server.family_cpu() - before
    return Measured("file", cpu / plain.length, _first(session), plain.length / elapsed)


async def _feed(server: Child, source: str, feed: Feed, seconds: float) -> Measured:
    async with feed() as session:
        listening = asyncio.create_task(session.listen())
        try:
            async with asyncio.timeout(FIRST_TIMEOUT):
                while _first(session) == math.inf:
                    await asyncio.sleep(POLL_EVERY)
                    if listening.done():
                        listening.result()
            begin, before = time.time(), server.family_cpu()
            await asyncio.sleep(seconds)
            cpu = (server.family_cpu() - before) / (time.time() - begin)
        except TimeoutError:
            raise BenchError(f"{source}: no mood within {FIRST_TIMEOUT:g} s") from None
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        await session.stop()
    return Measured(source, cpu, _first(session))


def _first(session: Session) -> float:
    return session.first(lambda mood: has_voice(mood) or has_face(mood))


@asynccontextmanager
async def _url(address: str, site: Site, clip: Path) -> AsyncIterator[Session]:
    yield await Session.open(address, "url", url=f"{site.address}/{clip.name}")


@asynccontextmanager
async def _browser(address: str, folder: Path) -> AsyncIterator[Session]:
    command = python("-m", "moodcue.bench.sender", str(folder / WEBM))
    async with running("the browser", *command, log=folder / "browser.log") as peer:
        offer = await peer.receive("offer")
        session = await Session.open(address)
        peer.send(answer=await session.answer(offer))
        yield session


@asynccontextmanager
async def _whip(address: str, clip: Path, folder: Path) -> AsyncIterator[Session]:
    session = await Session.open(address, "whip")
    encoder = (
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-re", "-stream_loop", "-1"),
        *("-i", str(clip), "-pix_fmt", "yuv420p", "-c:v", "libx264", "-profile:v", "baseline"),
        *("-preset", "ultrafast", "-bf", "0", "-g", "20", "-c:a", "libopus", "-ac", "2"),
        *("-f", "whip", "-authorization", session.token, f"http://{address}/api/whip"),
    )
    async with running("ffmpeg", *encoder, log=folder / "ffmpeg.log"):
        yield session


@asynccontextmanager
async def _device(address: str, folder: Path, booth: SoundServer) -> AsyncIterator[Session]:
    session = await Session.open(address, "device", device=DEVICE)
    booth.play(folder / WAV)
    yield session


@contextmanager
def _site(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    site.start()
    try:
        yield site
    finally:
        site.stop()


@contextmanager
def _booth(folder: Path) -> Iterator[SoundServer | None]:
    if not installed():
        yield None
        return
    booth = SoundServer(folder)
    booth.start()
    try:
        yield booth
    finally:
        booth.stop()


def table(report: Report) -> Table:
    """Return the report as a table."""
    table = Table(
        "source",
        "CPU s per s",
        "first mood",
        "times real time",
        title=f"{report.clip}, live sources for {report.seconds:g} s, "
        f"{report.processors} processors",
        caption="; ".join(f"not measured: {name}" for name in report.left_out) or None,
    )
    plain = report.plain
    table.add_row("plain decoding", f"{plain.cpu:.4f}", "", f"{plain.speed:.1f}")
    for source in report.sources:
        speed = "" if source.speed is None else f"{source.speed:.1f}"
        first = f"{source.first_mood_s:.2f} s"
        table.add_row(source.source, f"{source.cpu:.3f}", first, speed)
    return table
