"""Performance of the page in Chromium without a GPU: ``moodcue bench page``.

Visits
    First visits with an empty cache, the median of ``Plan.visits``: on this machine, and on a
    simulated phone with a four times slower CPU and a network of 1.6 Mbit/s and 150 ms latency. The
    baseline is a minimal page of the same server under the same conditions. *First* and *largest*
    are first and largest contentful paint; *shift* is cumulative layout shift; *blocked* is total
    blocking time up to ``Plan.observed`` seconds after loading.
Live
    A session with simulated events (:mod:`moodcue.bench.simulated_session`): a mood per second with
    a moving face, new cues every ten seconds, notes and downloads. It is measured before the first
    event (the baseline), after a minute, and after hours. *Work* is CPU time of the main thread per
    second of the session. *Layouts* are counted without requesting animation frames. Then every
    frame is requested: *frame* is the time between frames, and tasks above 50 ms are *long*.
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
from moodcue.bench.server import serving
from moodcue.bench.simulated_session import metrics, send_events, simulate_events, start_session

DESKTOP: Final = ViewportSize(width=1440, height=900)
PHONE: Final = ViewportSize(width=390, height=844)

SLOWER: Final = 4
"""Slowdown of the CPU of the simulated phone."""

NETWORK: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}

OBSERVE_VISIT = """(observed) => new Promise((answer) => {
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
    }, 1000 * observed);
})"""

OBSERVE_FRAMES = """(seconds) => new Promise((answer) => {
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
class Plan:
    """How thoroughly to measure.

    Attributes
    ----------
    visits : int
        First visits of each kind.
    observed : float
        Seconds after loading for which a visit is observed.
    settle : float
        Seconds for the page to process events before it is measured.
    """

    visits: int = 5
    observed: float = 3.0
    settle: float = 3.0


@dataclass(frozen=True, slots=True)
class Visit:
    """Medians of first visits; times in milliseconds since navigation.

    Attributes
    ----------
    first_ratio : float
        First contentful paint relative to the minimal page.
    shift : float
        Cumulative layout shift, without unit.
    script_kb, all_kb : float
        Compressed transfer size.
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
    """The live page at one stage of the session.

    Attributes
    ----------
    work_ms, layouts : float
        Per second.
    frame_p50_ms, frame_p95_ms, frame_max_ms : float
        Time between frames.
    frame_ratio : float
        95th percentile relative to the baseline.
    long_tasks : int
        Number of tasks above 50 ms.
    longest_ms : float
        Longest of those tasks; 0 if there is none.
    heap_mb : float
        JavaScript heap after garbage collection.
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
    """The results of a run; see the module."""

    browser: str
    seconds: int
    visits: list[Visit]
    stages: list[Stage]


def measure(
    hours: float, seconds: int, progress: Callable[[str], None], *, plan: Plan | None = None
) -> Report:
    """Measure the page in Chromium.

    Parameters
    ----------
    hours : float
        Length of the session.
    seconds : int
        Length of each of the two parts of a stage.
    progress : callable
        Called with the name of each step.
    plan : Plan, optional
        How thoroughly to measure.

    Raises
    ------
    BenchError
        If Chromium is not installed, or the server fails.
    """
    return asyncio.run(_measure(hours, seconds, progress, plan or Plan()))


async def _measure(
    hours: float, seconds: int, progress: Callable[[str], None], plan: Plan
) -> Report:
    with TemporaryDirectory(prefix="moodcue-bench-") as folder:
        async with chromium() as browser, serving(Path(folder)) as (_, host):
            address = f"http://{host}/"
            visits = []
            for name, size, slow in (("this machine", DESKTOP, False), ("slow phone", PHONE, True)):
                progress(f"First visits: {name}")
                bare = await _visits(browser, f"{address}healthz", size, slow, plan)
                own = await _visits(browser, address, size, slow, plan)
                visits.append(Visit(name, first_ratio=own["first_ms"] / bare["first_ms"], **own))
            stages = await _live(browser, address, hours, seconds, progress, plan.settle)
            return Report(f"Chromium {browser.version}", seconds, visits, stages)


async def _visits(
    browser: Browser, address: str, size: ViewportSize, slow: bool, plan: Plan
) -> dict[str, float]:
    """Return the medians of the first visits."""
    visits = []
    for _ in range(plan.visits):
        context = await browser.new_context(viewport=size, locale="en-US")
        page = await context.new_page()
        if slow:
            cdp = await context.new_cdp_session(page)
            await cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            await cdp.send("Network.enable")
            await cdp.send("Network.emulateNetworkConditions", NETWORK)
        await page.goto(address)
        visits.append(await page.evaluate(OBSERVE_VISIT, plan.observed))
        await context.close()
    return {name: median(visit[name] for visit in visits) for name in visits[0]}


async def _live(
    browser: Browser,
    address: str,
    hours: float,
    seconds: int,
    progress: Callable[[str], None],
    settle: float,
) -> list[Stage]:
    context = await browser.new_context(viewport=DESKTOP, locale="en-US")
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    await simulate_events(page)
    await page.goto(address)
    await start_session(page)
    stages: list[Stage] = []
    sent = 0
    for name, t, moods in (
        ("before", 0, False),
        ("after a minute", 60, True),
        (f"after {hours:g} h", round(3600 * hours), True),
    ):
        progress(f"Live: {name}")
        start = max(t, sent)
        await send_events(page, sent, start)
        await asyncio.sleep(settle)
        sent = start + 2 * seconds if moods else start
        stages.append(await _stage(page, cdp, name, range(start, sent), seconds, stages[:1]))
    return stages


async def _stage(
    page: Page, cdp: CDPSession, name: str, moods: range, seconds: int, baseline: list[Stage]
) -> Stage:
    before = await metrics(cdp)
    await _send_each_second(page, moods[:seconds], seconds)
    after = await metrics(cdp)
    observed, _ = await asyncio.gather(
        page.evaluate(OBSERVE_FRAMES, seconds), _send_each_second(page, moods[seconds:], seconds)
    )
    await cdp.send("HeapProfiler.collectGarbage")
    heap: dict[str, Any] = await cdp.send("Runtime.getHeapUsage")
    p50, p95 = (float(value) for value in np.percentile(observed["frames"], (50, 95)))
    return Stage(
        name,
        work_ms=1000 * (after["TaskDuration"] - before["TaskDuration"]) / seconds,
        layouts=(after["LayoutCount"] - before["LayoutCount"]) / seconds,
        frame_p50_ms=p50,
        frame_p95_ms=p95,
        frame_max_ms=max(observed["frames"]),
        frame_ratio=p95 / baseline[0].frame_p95_ms if baseline else 1.0,
        long_tasks=len(observed["long"]),
        longest_ms=max(observed["long"], default=0),
        heap_mb=heap["usedSize"] / 1e6,
    )


async def _send_each_second(page: Page, moods: range, seconds: int) -> None:
    clock = asyncio.get_running_loop()
    start = clock.time()
    for n in range(seconds):
        if n < len(moods):
            await send_events(page, moods[n], moods[n] + 1)
        await asyncio.sleep(start + n + 1 - clock.time())


def table(report: Report) -> Group:
    """Return the report as tables."""
    visits = Table("first visit", title=report.browser)
    for visit in report.visits:
        visits.add_column(visit.name, justify="right")
    for name, written in (
        ("first contentful paint", lambda v: f"{v.first_ms:.0f} ms"),
        ("  relative to minimal page", lambda v: f"{v.first_ratio:.1f}"),
        ("largest contentful paint", lambda v: f"{v.largest_ms:.0f} ms"),
        ("layout shift", lambda v: f"{v.shift:.3f}"),
        ("total blocking time", lambda v: f"{v.blocked_ms:.0f} ms"),
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
        ("  relative to baseline", lambda s: f"{s.frame_ratio:.2f}"),
        ("longest frame", lambda s: f"{s.frame_max_ms:.0f} ms"),
        ("long tasks", lambda s: f"{s.long_tasks}"),
        ("longest task", lambda s: f"{s.longest_ms:.0f} ms" if s.long_tasks else "none"),
        ("memory", lambda s: f"{s.heap_mb:.1f} MB"),
    ):
        stages.add_row(name, *map(figure, report.stages))
    return Group(visits, stages)
