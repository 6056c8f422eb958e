"""What live sessions cost and how fast they are: ``moodcue bench live``.

The same senders (:mod:`moodcue.bench.sender`, one process for each session) play the same encoded
media over loopback WebRTC, first into a bare receiver (:mod:`moodcue.bench.bare`), then into a real
``moodcue serve``, then into a bare receiver again. Whatever else the machine does meanwhile, and
however fast it is, weighs on both: their ratio is what can be compared.

Steady part
    Begins :data:`SETTLE` seconds after the last sender's first packet, when all windows have their
    full length, and lasts as long as asked for; for each of the two bare receivers half of that.
    Loading, connecting and the first windows are not in it.
CPU seconds per session second
    User and system time of the receiving process in the steady part, by session and second.
Windows
    Of the steady part: *due* by the session clocks; *done* are those whose mood event arrived, at
    the latest :data:`GRACE` seconds after the steady part; the others were *dropped*.
Latency, from capture to event
    From the moment at which a sound or a picture would have left the microphone or the camera (its
    media time, counted from the sender's first packet) to the arrival of a mood that knows of it,
    for media that reach the receiver at the very end of a window. What comes earlier waits for that
    end, up to a hop; what the source still holds back then (up to 0.1 s of sound, and the pictures
    between those it samples) waits for the next. It has two parts. From the end of the window (the
    event's ``t`` on the session clock) to the arrival of its event at a WebSocket is measured for
    each event of the steady part. The way of the media from the sender through WebRTC and the
    decoder is measured in the bare receivers, and the median of the slower track is added.
First mood
    From a sender's first packet to the arrival of the first mood with a face in view, and of the
    first with a voice whose reliability is above 0. Of several sessions, the slowest.
Memory
    Largest resident size of the server, and by how much that is more than before the first session,
    by session.
"""

from __future__ import annotations

import asyncio
import math
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from rich.table import Table

from inference.models import processors
from moodcue.bench.media import encode
from moodcue.bench.process import BenchError, Child, running
from moodcue.bench.server import Mood, Session, serving
from stream import WINDOW_HOP, FileSource, sample_path
from stream.process import python

SETTLE: Final = 3.0
"""Seconds from the last sender's first packet to the steady part."""

GRACE: Final = 2.0
"""Seconds after the steady part in which its last mood events may still arrive."""

LOOK_EVERY: Final = 0.1
"""Seconds between two looks at the server's memory."""


@dataclass(frozen=True, slots=True)
class Cpu:
    """CPU seconds per session second, and the server's as a multiple of the bare receiver's."""

    server: float
    bare: float
    bare_before: float
    bare_after: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of all sessions."""

    due: int
    done: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from capture to event, and the two parts of it."""

    p50: float
    p95: float
    media_path: float
    window_to_event_p50: float
    window_to_event_p95: float


@dataclass(frozen=True, slots=True)
class First:
    """Seconds from the first packet to the first mood of a kind; None if there was none."""

    face: float | None
    voice: float | None


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident size of the server in megabytes."""

    peak: float
    before_sessions: float
    per_session: float


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached: at most ``limit``."""

    name: str
    value: float | None
    limit: float
    met: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What one run measured; the module says how."""

    sessions: int
    seconds: float
    processors: int
    clip: str
    cpu: Cpu
    windows: Windows
    latency_ms: Latency
    first_mood_s: First
    memory_mb: Memory
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Steady:
    """The steady part of one receiving process.

    Attributes
    ----------
    begin, end : float
        Wall times.
    cpu : float
        CPU seconds per second.
    """

    begin: float
    end: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Bare:
    """What a bare receiver costs, and the seconds that media take to get into its hands."""

    steady: Steady
    media_path: float


@dataclass(frozen=True, slots=True)
class Served:
    """What the server costs, and what its sessions said."""

    steady: Steady
    sessions: list[Session]
    memory: Memory


def measure(sessions: int, seconds: float, clip: Path | None, say: Callable[[str], None]) -> Report:
    """Measure live sessions on this machine.

    Parameters
    ----------
    sessions : int
        How many at once.
    seconds : float
        Length of the steady part.
    clip : Path or None
        A recording with a face and a voice to play; None for Moodcue's own.
    say : callable
        Told what is being done.

    Raises
    ------
    BenchError
        If nothing could be measured.
    SourceError
        If the clip cannot be read.
    """
    source = FileSource(clip := clip or sample_path())
    if not (source.has_audio and source.has_video):
        raise BenchError(f"{clip} needs both sound and pictures")
    # Whoever terminates the bench wants its processes gone too, as with Ctrl+C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return asyncio.run(_measure(sessions, seconds, clip, say))


async def _measure(sessions: int, seconds: float, clip: Path, say: Callable[[str], None]) -> Report:
    with TemporaryDirectory(prefix="moodcue-bench-") as name:
        folder = Path(name)
        say("Encoding the clip")
        await asyncio.to_thread(encode, clip, folder / "clip.webm")
        say("Bare receiver, first half")
        before = await _bare(folder, sessions, seconds / 2)
        say("Server")
        served = await _served(folder, sessions, seconds)
        say("Bare receiver, second half")
        after = await _bare(folder, sessions, seconds / 2)
    bare = mean([before.steady.cpu, after.steady.cpu])
    cpu = Cpu(
        server=served.steady.cpu / sessions,
        bare=bare / sessions,
        bare_before=before.steady.cpu / sessions,
        bare_after=after.steady.cpu / sessions,
        ratio=served.steady.cpu / bare,
    )
    windows = _windows(served)
    first = First(_first(served, has_face), _first(served, has_voice))
    return Report(
        sessions=sessions,
        seconds=seconds,
        processors=processors(),
        clip=clip.name,
        cpu=cpu,
        windows=windows,
        latency_ms=_latency(served, mean([before.media_path, after.media_path])),
        first_mood_s=first,
        memory_mb=served.memory,
        targets=tuple(_targets(sessions, cpu, windows, first)),
    )


async def _bare(folder: Path, sessions: int, seconds: float) -> Bare:
    command = python("-m", "moodcue.bench.bare")
    async with running("the bare receiver", *command, log=folder / "bare.log") as bare:

        async def answer(offer: str) -> str:
            bare.tell(offer=offer)
            return str(await bare.hear("answer"))

        async with _senders(folder, sessions, answer) as began:
            steady = await _steady(bare, max(began), seconds)
            bare.finish()
            offsets = await bare.hear("offsets")
    paths = [max(o.values()) - start for o, start in zip(offsets, began, strict=True)]
    return Bare(steady, median(paths))


async def _served(folder: Path, sessions: int, seconds: float) -> Served:
    async with serving(folder, MOODCUE_MAX_SESSIONS=str(sessions)) as (server, address):
        sizes = [server.memory()]
        opened: list[Session] = []
        tasks = [asyncio.create_task(_weigh(server, sizes))]

        async def answer(offer: str) -> str:
            session = await Session.open(address)
            opened.append(session)
            tasks.append(asyncio.create_task(session.listen()))
            return await session.answer(offer)

        try:
            async with _senders(folder, sessions, answer) as began:
                for session, start in zip(opened, began, strict=True):
                    session.began = start
                steady = await _steady(server, max(began), seconds)
                await asyncio.sleep(GRACE)
                for task in tasks:
                    if task.done():
                        task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    peak, resting = max(sizes) / 1e6, sizes[0] / 1e6
    return Served(steady, opened, Memory(peak, resting, (peak - resting) / sessions))


@asynccontextmanager
async def _senders(
    folder: Path, count: int, answer: Callable[[str], Awaitable[str]]
) -> AsyncIterator[list[float]]:
    """Start senders and connect them in turn; give the wall times of their first packets."""
    command = python("-m", "moodcue.bench.sender", str(folder / "clip.webm"))
    async with AsyncExitStack() as stack:
        senders = [
            await stack.enter_async_context(
                running(f"sender {n}", *command, log=folder / f"sender-{n}.log")
            )
            for n in range(count)
        ]
        offers = [await sender.hear("offer") for sender in senders]
        for sender, offer in zip(senders, offers, strict=True):
            sender.tell(answer=await answer(offer))
        yield [await sender.hear("began") for sender in senders]


async def _steady(process: Child, began: float, seconds: float) -> Steady:
    await asyncio.sleep(began + SETTLE - time.time())
    begin, before = time.time(), process.cpu()
    await asyncio.sleep(seconds)
    end, after = time.time(), process.cpu()
    return Steady(begin, end, (after - before) / (end - begin))


async def _weigh(process: Child, sizes: list[int]) -> None:
    while True:
        sizes.append(process.memory())
        await asyncio.sleep(LOOK_EVERY)


def _windows(served: Served) -> Windows:
    steady = served.steady
    due = sum(
        math.floor((steady.end - session.clock_zero) / WINDOW_HOP)
        - math.floor((steady.begin - session.clock_zero) / WINDOW_HOP)
        for session in served.sessions
    )
    done = sum(1 for _ in _delays(served))
    return Windows(due, done, due - done)


def _delays(served: Served) -> Iterator[float]:
    """Yield for each mood of the steady part the seconds from its window's end to its arrival."""
    for session in served.sessions:
        for arrived, mood in session.moods:
            if served.steady.begin < session.due(mood) <= served.steady.end:
                yield arrived - session.due(mood)


def _latency(served: Served, media_path: float) -> Latency:
    delays = list(_delays(served))
    if not delays:
        raise BenchError("no mood arrived while it was measured")
    p50, p95 = (1000 * float(value) for value in np.percentile(delays, (50, 95)))
    path = 1000 * media_path
    return Latency(p50 + path, p95 + path, path, p50, p95)


def has_face(mood: Mood) -> bool:
    """Return whether a mood has a face in view."""
    return bool(mood["face"] and mood["face"]["faces"])


def has_voice(mood: Mood) -> bool:
    """Return whether a mood has a voice to go by."""
    return bool(mood["voice"] and mood["voice"]["reliability"] > 0)


def _first(served: Served, wanted: Callable[[Mood], bool]) -> float | None:
    slowest = max(session.first(wanted) for session in served.sessions)
    return slowest if math.isfinite(slowest) else None


def _targets(sessions: int, cpu: Cpu, windows: Windows, first: First) -> Iterator[Target]:
    if sessions == 1:
        yield Target("CPU time, times the bare receiver's", cpu.ratio, 3.0, cpu.ratio <= 3.0)
    yield Target("windows dropped", windows.dropped, 0, windows.dropped == 0)
    for name, value, limit in (
        ("first mood with a face, s", first.face, 2.0),
        ("first mood with a voice, s", first.voice, 4.5),
    ):
        yield Target(name, value, limit, value is not None and value <= limit)


def table(report: Report) -> Table:
    """Return a report for people."""
    cpu, windows, latency = report.cpu, report.windows, report.latency_ms
    first, memory = report.first_mood_s, report.memory_mb
    table = Table(
        title=f"{report.sessions} live sessions, {report.seconds:g} s, "
        f"{report.processors} processors, {report.clip}",
        show_header=False,
    )
    for name, value in (
        ("CPU s per session s, server", f"{cpu.server:.3f}"),
        (
            "CPU s per session s, bare receiver",
            f"{cpu.bare:.3f}  ({cpu.bare_before:.3f} before, {cpu.bare_after:.3f} after)",
        ),
        ("ratio", f"{cpu.ratio:.2f}"),
        ("windows due, done, dropped", f"{windows.due}, {windows.done}, {windows.dropped}"),
        ("capture to event p50, p95", f"{latency.p50:.0f} ms, {latency.p95:.0f} ms"),
        ("  of it the media's way", f"{latency.media_path:.0f} ms"),
        ("first mood with a face", _seconds(first.face)),
        ("first mood with a voice", _seconds(first.voice)),
        ("memory, peak", f"{memory.peak:.0f} MB"),
        ("memory per session", f"{memory.per_session:.1f} MB"),
    ):
        table.add_row(name, value)
    table.add_section()
    for target in report.targets:
        verdict = "[green]met[/]" if target.met else "[red]missed[/]"
        table.add_row(f"{target.name}: at most {target.limit:g}", verdict)
    return table


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f} s"
