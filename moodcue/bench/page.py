"""What the page costs a browser: ``moodcue bench page``, in a Chromium without a graphics card.

Visits
    First visits with an empty cache, the median of :data:`VISITS` each: on this machine as it is,
    and on a phone that is four times as slow behind 1.6 Mbit/s with 150 ms. The baseline is the
    barest page of the same server under the same conditions. *First* and *largest* are the first
    and the largest contentful paint; *shift* is the cumulative layout shift; *blocked* is the time
    beyond 50 ms of tasks that take longer, until :data:`WATCHED` seconds after the page was loaded.
Live
    A session whose events are made up (:mod:`moodcue.bench.hours`): a mood a second with a face
    that moves, new cues every ten seconds, notes and downloads. It is measured before the first of
    them, after a minute, and after hours; the baseline of all is the time before the first. *Work*
    is CPU time of the main thread for a second of the session. *Layouts* are counted while nothing
    else asks for a frame. Then every frame is asked for: *frame* is the time from one to the next,
    and tasks beyond 50 ms are *long*.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from playwright.async_api import Browser, CDPSession, Page, ViewportSize
from rich.console import Group
from rich.table import Table

from moodcue.bench.chromium import chromium
from moodcue.bench.hours import begin, make_up_events, metrics, tell
from moodcue.bench.server import serving

VISITS: Final = 5

WATCHED: Final = 3.0

SETTLE: Final = 3.0
"""Seconds that the page has for what it was told before it is measured."""

DESKTOP: Final = ViewportSize(width=1440, height=900)
PHONE: Final = ViewportSize(width=390, height=844)

SLOWER: Final = 4
"""As many times as slow the processor of a phone is."""

NETWORK: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}

VISITED = """(watched) => new Promise((answer) => {
    const found = { largest_ms: 0, shift: 0, blocked_ms: 0 };
    const watch = (type, take) => new PerformanceObserver((list) =>
        list.getEntries().forEach(take)).observe({ type, buffered: true });
    watch("largest-contentful-paint", (entry) => (found.largest_ms = entry.startTime));
    watch("layout-shift", (entry) => (found.shift += entry.hadRecentInput ? 0 : entry.value));
    watch("longtask", ({ duration }) => (found.blocked_ms += Math.max(0, duration - 50)));
    setTimeout(() => {
        const entries = (type) => performance.getEntriesByType(type);
        const all = [...entries("navigation"), ...entries("resource")];
        const size = (some) => some.reduce((sum, entry) => sum + entry.transferSize, 0) / 1000;
        answer({
            ...found,
            first_ms: performance.getEntriesByName("first-contentful-paint")[0].startTime,
            script_kb: size(all.filter((entry) => entry.initiatorType === "script")),
            all_kb: size(all),
            requests: all.length,
        });
    }, 1000 * watched);
})"""

FRAMES = """(seconds) => new Promise((answer) => {
    const frames = [];
    const long = [];
    const observer = new PerformanceObserver((list) =>
        long.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: "longtask" });
    const begun = performance.now();
    let last = null;
    const frame = (now) => {
        if (last !== null) frames.push(now - last);
        last = now;
        if (now - begun < 1000 * seconds) return requestAnimationFrame(frame);
        observer.disconnect();
        answer({ frames, long });
    };
    requestAnimationFrame(frame);
})"""


@dataclass(frozen=True, slots=True)
class Visit:
    """The medians of first visits; times in milliseconds since the visit began.

    Attributes
    ----------
    first_ratio : float
        The first paint as a multiple of the barest page's.
    shift : float
        Without unit, as the Layout Instability API defines it.
    script_kb, all_kb : float
        Sent over the network, compressed.
    """

    name: str
    first_ms: float
    first_ratio: float
    largest_ms: float
    shift: float
    blocked_ms: float
    script_kb: float
    all_kb: float
    requests: float


@dataclass(frozen=True, slots=True)
class Stage:
    """The live page after a part of the session.

    Attributes
    ----------
    work_ms, layouts : float
        For one second.
    frame_p50_ms, frame_p95_ms, frame_max_ms : float
        From one frame to the next.
    frame_ratio : float
        The 95th percentile as a multiple of that before the first event.
    long_tasks : int
        Of more than 50 ms.
    longest_ms : float
        The longest of those; 0 where there is none.
    heap_mb : float
        Memory of the scripts after a collection.
    """

    name: str
    work_ms: float
    layouts: float
    frame_p50_ms: float
    frame_p95_ms: float
    frame_max_ms: float
    frame_ratio: float
    long_tasks: int
    longest_ms: float
    heap_mb: float


@dataclass(frozen=True, slots=True)
class Report:
    """What one run measured; the module says how."""

    browser: str
    seconds: int
    visits: list[Visit]
    stages: list[Stage]


def measure(hours: float, seconds: int, say: Callable[[str], None]) -> Report:
    """Measure the page in Chromium.

    Parameters
    ----------
    hours : float
        Length of the session.
    seconds : int
        Length of each of the two parts of a stage.
    say : callable
        Told what is being done.

    Raises
    ------
    BenchError
        If there is no Chromium, or the server fails.
    """
    return asyncio.run(_measure(hours, seconds, say))


async def _measure(hours: float, seconds: int, say: Callable[[str], None]) -> Report:
    with TemporaryDirectory(prefix="moodcue-bench-") as folder:
        async with chromium() as browser, serving(Path(folder)) as (_, host):
            address = f"http://{host}/"
            visits = []
            for name, size, slow in (("this machine", DESKTOP, False), ("slow phone", PHONE, True)):
                say(f"First visits: {name}")
                bare = await _visits(browser, f"{address}healthz", size, slow)
                own = await _visits(browser, address, size, slow)
                visits.append(Visit(name, first_ratio=own["first_ms"] / bare["first_ms"], **own))
            stages = await _live(browser, address, hours, seconds, say)
            return Report(f"Chromium {browser.version}", seconds, visits, stages)


async def _visits(
    browser: Browser, address: str, size: ViewportSize, slow: bool
) -> dict[str, float]:
    """Return the medians of several first visits."""
    seen = []
    for _ in range(VISITS):
        context = await browser.new_context(viewport=size, locale="en-US")
        page = await context.new_page()
        if slow:
            cdp = await context.new_cdp_session(page)
            await cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            await cdp.send("Network.enable")
            await cdp.send("Network.emulateNetworkConditions", NETWORK)
        await page.goto(address)
        seen.append(await page.evaluate(VISITED, WATCHED))
        await context.close()
    return {name: median(each[name] for each in seen) for name in seen[0]}


async def _live(
    browser: Browser, address: str, hours: float, seconds: int, say: Callable[[str], None]
) -> list[Stage]:
    context = await browser.new_context(viewport=DESKTOP, locale="en-US")
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    await make_up_events(page)
    await page.goto(address)
    await begin(page)
    stages: list[Stage] = []
    told = 0
    for name, t, moods in (
        ("before", 0, False),
        ("after a minute", 60, True),
        (f"after {hours:g} h", round(3600 * hours), True),
    ):
        say(f"Live: {name}")
        start = max(t, told)
        await tell(page, told, start)
        await asyncio.sleep(SETTLE)
        told = start + 2 * seconds if moods else start
        stages.append(await _stage(page, cdp, name, range(start, told), seconds, stages[:1]))
    return stages


async def _stage(
    page: Page, cdp: CDPSession, name: str, moods: range, seconds: int, baseline: list[Stage]
) -> Stage:
    before = await metrics(cdp)
    await _tell_each_second(page, moods[:seconds], seconds)
    after = await metrics(cdp)
    seen, _ = await asyncio.gather(
        page.evaluate(FRAMES, seconds), _tell_each_second(page, moods[seconds:], seconds)
    )
    await cdp.send("HeapProfiler.collectGarbage")
    heap: dict[str, Any] = await cdp.send("Runtime.getHeapUsage")
    p50, p95 = (float(value) for value in np.percentile(seen["frames"], (50, 95)))
    return Stage(
        name,
        work_ms=1000 * (after["TaskDuration"] - before["TaskDuration"]) / seconds,
        layouts=(after["LayoutCount"] - before["LayoutCount"]) / seconds,
        frame_p50_ms=p50,
        frame_p95_ms=p95,
        frame_max_ms=max(seen["frames"]),
        frame_ratio=p95 / baseline[0].frame_p95_ms if baseline else 1.0,
        long_tasks=len(seen["long"]),
        longest_ms=max(seen["long"], default=0),
        heap_mb=heap["usedSize"] / 1e6,
    )


async def _tell_each_second(page: Page, moods: range, seconds: int) -> None:
    clock = asyncio.get_running_loop()
    began = clock.time()
    for n in range(seconds):
        if n < len(moods):
            await tell(page, moods[n], moods[n] + 1)
        await asyncio.sleep(began + n + 1 - clock.time())


def table(report: Report) -> Group:
    """Return a report for people."""
    visits = Table("first visit", title=report.browser)
    for visit in report.visits:
        visits.add_column(visit.name, justify="right")
    for name, written in (
        ("first contentful paint", lambda v: f"{v.first_ms:.0f} ms"),
        ("  times the barest page's", lambda v: f"{v.first_ratio:.1f}"),
        ("largest contentful paint", lambda v: f"{v.largest_ms:.0f} ms"),
        ("layout shift", lambda v: f"{v.shift:.3f}"),
        ("blocked", lambda v: f"{v.blocked_ms:.0f} ms"),
        ("script", lambda v: f"{v.script_kb:.0f} kB"),
        ("all", lambda v: f"{v.all_kb:.0f} kB in {v.requests:g} requests"),
    ):
        visits.add_row(name, *map(written, report.visits))
    stages = Table("live", title=f"Twice {report.seconds} s each")
    for stage in report.stages:
        stages.add_column(stage.name, justify="right")
    for name, figure in (
        ("work", lambda s: f"{s.work_ms:.1f} ms/s"),
        ("layouts", lambda s: f"{s.layouts:.2f}/s"),
        ("frame p50", lambda s: f"{s.frame_p50_ms:.1f} ms"),
        ("frame p95", lambda s: f"{s.frame_p95_ms:.1f} ms"),
        ("  times that before", lambda s: f"{s.frame_ratio:.2f}"),
        ("longest frame", lambda s: f"{s.frame_max_ms:.0f} ms"),
        ("long tasks", lambda s: f"{s.long_tasks}"),
        ("longest task", lambda s: f"{s.longest_ms:.0f} ms" if s.long_tasks else "none"),
        ("memory", lambda s: f"{s.heap_mb:.1f} MB"),
    ):
        stages.add_row(name, *map(figure, report.stages))
    return Group(visits, stages)
