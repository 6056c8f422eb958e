"""CPU time, latency and memory of live sessions: ``moodcue bench live``.

The same senders (:mod:`moodcue.bench.sender`, one process per session) play the same encoded media
over loopback WebRTC: to a bare receiver (:mod:`moodcue.bench.bare`), then to a real ``moodcue
serve``, then to a bare receiver again. The speed and the load of the machine affect both, so that
only their ratio can be compared between runs.

Steady part
    Starts :data:`SETTLE` seconds after the first packet of the last sender, when all windows have
    their full length, and lasts the requested time; half of it for each bare receiver. It excludes
    loading, connecting and the first windows.
CPU seconds per session second
    User and system time of the receiving process in the steady part, per session and second.
Windows
    Windows in the steady part: *due* by the session clocks; *done* if the mood event arrived up to
    :data:`GRACE` seconds after the steady part; otherwise *dropped*.
Latency, from capture to event
    Time from capture (the media time, counted from the first packet of the sender) to the arrival
    of a mood that includes it, for media that arrive exactly at the end of a window. Earlier media
    wait for that end, up to a hop; media still buffered by the source (up to 0.1 s of sound, and
    pictures that are not sampled) wait for the next window. It is the sum of two parts. The time
    from the end of the window (``t`` of the event on the session clock) to the arrival of the event
    at a WebSocket is measured for each event of the steady part. The time from the sender through
    WebRTC and the decoder is measured in the bare receivers; the median of the slower track is
    added.
First mood
    Time from the first packet of a sender to the first mood with a face in view, and to the first
    with a voice of reliability above 0; the slowest session counts.
Memory
    Maximum resident set size of the server, and its increase since before the first session, per
    session.
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
"""Seconds from the first packet of the last sender to the steady part."""

GRACE: Final = 2.0
"""Seconds after the steady part during which its last mood events may arrive."""

SAMPLE_EVERY: Final = 0.1
"""Seconds between two samples of the server's memory."""


@dataclass(frozen=True, slots=True)
class Cpu:
    """CPU seconds per session second, and the ratio of server to bare receiver."""

    server: float
    bare: float
    bare_before: float
    bare_after: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Windows:
    """Numbers of windows of all sessions."""

    due: int
    done: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from capture to event, and their two parts."""

    p50: float
    p95: float
    media_path: float
    window_to_event_p50: float
    window_to_event_p95: float


@dataclass(frozen=True, slots=True)
class First:
    """Seconds from the first packet to the first mood with face or voice; None if none."""

    face: float | None
    voice: float | None


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident set size of the server in megabytes."""

    peak: float
    before_sessions: float
    per_session: float


@dataclass(frozen=True, slots=True)
class Target:
    """An upper limit, and whether it was met."""

    name: str
    value: float | None
    limit: float
    met: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a run; see the module."""

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
        Unix times.
    cpu : float
        CPU seconds per second.
    """

    begin: float
    end: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Bare:
    """The steady part of a bare receiver, and the seconds that media take to reach it."""

    steady: Steady
    media_path: float


@dataclass(frozen=True, slots=True)
class Served:
    """The steady part of the server, with its sessions and memory."""

    steady: Steady
    sessions: list[Session]
    memory: Memory


def measure(
    sessions: int, seconds: float, clip: Path | None, progress: Callable[[str], None]
) -> Report:
    """Measure live sessions on this machine.

    Parameters
    ----------
    sessions : int
        Number of concurrent sessions.
    seconds : float
        Length of the steady part.
    clip : Path or None
        A recording with a face and a voice to play; None for the sample clip.
    progress : callable
        Called with the name of each step.

    Raises
    ------
    BenchError
        If nothing could be measured.
    SourceError
        If the clip cannot be read.
    """
    source = FileSource(clip := clip or sample_path())
    if not (source.has_audio and source.has_video):
        raise BenchError(f"{clip} must have sound and video")
    # SIGTERM must end the child processes too, like Ctrl+C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return asyncio.run(_measure(sessions, seconds, clip, progress))


async def _measure(
    sessions: int, seconds: float, clip: Path, progress: Callable[[str], None]
) -> Report:
    with TemporaryDirectory(prefix="moodcue-bench-") as name:
        folder = Path(name)
        progress("Encoding the clip")
        await asyncio.to_thread(encode, clip, folder / "clip.webm")
        progress("Bare receiver, first half")
        before = await _bare(folder, sessions, seconds / 2)
        progress("Server")
        served = await _served(folder, sessions, seconds)
        progress("Bare receiver, second half")
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
            bare.send(offer=offer)
            return str(await bare.receive("answer"))

        async with _senders(folder, sessions, answer) as starts:
            steady = await _steady(bare, max(starts), seconds)
            bare.close_input()
            offsets = await bare.receive("offsets")
    paths = [max(o.values()) - start for o, start in zip(offsets, starts, strict=True)]
    return Bare(steady, median(paths))


async def _served(folder: Path, sessions: int, seconds: float) -> Served:
    async with serving(folder, MOODCUE_MAX_SESSIONS=str(sessions)) as (server, address):
        sizes = [server.memory()]
        opened: list[Session] = []
        tasks = [asyncio.create_task(_sample_memory(server, sizes))]

        async def answer(offer: str) -> str:
            session = await Session.open(address)
            opened.append(session)
            tasks.append(asyncio.create_task(session.listen()))
            return await session.answer(offer)

        try:
            async with _senders(folder, sessions, answer) as starts:
                for session, start in zip(opened, starts, strict=True):
                    session.started = start
                steady = await _steady(server, max(starts), seconds)
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
    """Start senders and connect them in turn; yield the Unix times of their first packets."""
    command = python("-m", "moodcue.bench.sender", str(folder / "clip.webm"))
    async with AsyncExitStack() as stack:
        senders = [
            await stack.enter_async_context(
                running(f"sender {n}", *command, log=folder / f"sender-{n}.log")
            )
            for n in range(count)
        ]
        offers = [await sender.receive("offer") for sender in senders]
        for sender, offer in zip(senders, offers, strict=True):
            sender.send(answer=await answer(offer))
        yield [await sender.receive("started") for sender in senders]


async def _steady(process: Child, start: float, seconds: float) -> Steady:
    await asyncio.sleep(start + SETTLE - time.time())
    begin, before = time.time(), process.cpu()
    await asyncio.sleep(seconds)
    end, after = time.time(), process.cpu()
    return Steady(begin, end, (after - before) / (end - begin))


async def _sample_memory(process: Child, sizes: list[int]) -> None:
    while True:
        sizes.append(process.memory())
        await asyncio.sleep(SAMPLE_EVERY)


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
    """Yield for each mood of the steady part the seconds from the end of its window to arrival."""
    for session in served.sessions:
        for arrived, mood in session.moods:
            if served.steady.begin < session.window_end(mood) <= served.steady.end:
                yield arrived - session.window_end(mood)


def _latency(served: Served, media_path: float) -> Latency:
    delays = list(_delays(served))
    if not delays:
        raise BenchError("no mood arrived during the measurement")
    p50, p95 = (1000 * float(value) for value in np.percentile(delays, (50, 95)))
    path = 1000 * media_path
    return Latency(p50 + path, p95 + path, path, p50, p95)


def has_face(mood: Mood) -> bool:
    """Return whether a mood has a face in view."""
    return bool(mood["face"] and mood["face"]["faces"])


def has_voice(mood: Mood) -> bool:
    """Return whether a mood has a reliable voice."""
    return bool(mood["voice"] and mood["voice"]["reliability"] > 0)


def _first(served: Served, wanted: Callable[[Mood], bool]) -> float | None:
    slowest = max(session.first(wanted) for session in served.sessions)
    return slowest if math.isfinite(slowest) else None


def _targets(sessions: int, cpu: Cpu, windows: Windows, first: First) -> Iterator[Target]:
    if sessions == 1:
        yield Target("CPU time relative to the bare receiver", cpu.ratio, 3.0, cpu.ratio <= 3.0)
    yield Target("windows dropped", windows.dropped, 0, windows.dropped == 0)
    for name, value, limit in (
        ("first mood with a face, s", first.face, 2.0),
        ("first mood with a voice, s", first.voice, 4.5),
    ):
        yield Target(name, value, limit, value is not None and value <= limit)


def table(report: Report) -> Table:
    """Return the report as a table."""
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
        ("  of which media path", f"{latency.media_path:.0f} ms"),
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
