"""The live page after three hours: hardly slower or larger than in its first minute."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import median

from playwright.async_api import CDPSession, Page, expect

from moodcue.bench.simulated_session import (
    HOURS,
    metrics,
    send_events,
    simulate_events,
    start_session,
)
from tests.browser.conftest import ARTEFACTS, Browse, Served
from tests.browser.test_journey import keep_screenshot, visit

UPDATES = 20
"""Moods of which each is measured."""

SLOWER = 3.0
"""Limit of the work per mood after hours, relative to the first minute."""

LARGER = 2.0
"""Limit of the memory after hours, relative to the first minute."""

LISTEN = """() => {
    window.announced = 0;
    const region = document.querySelector(".mood [aria-live=polite]");
    const heard = new MutationObserver((changes) => (window.announced += changes.length));
    heard.observe(region, { characterData: true, childList: true, subtree: true });
}"""


@dataclass(frozen=True)
class Load:
    """Load of the page.

    Attributes
    ----------
    heap : float
        Memory of its script after a collection, in MB.
    work : float
        CPU time of the main thread for one second of the session, in milliseconds; the median.
    layouts : float
        Layouts for one second of the session.
    nodes : float
        Nodes in the document.
    """

    heap: float
    work: float
    layouts: float
    nodes: float


async def measure(page: Page, cdp: CDPSession, start: int) -> Load:
    """Let the session go on from a second, one mood at a time."""
    seen = [await metrics(cdp)]
    for t in range(start, start + UPDATES):
        await send_events(page, t, t + 1)
        await page.clock.run_for(1000)
        seen.append(await metrics(cdp))
    work = [after["TaskDuration"] - before["TaskDuration"] for before, after in pairwise(seen)]
    await cdp.send("HeapProfiler.collectGarbage")
    heap = (await cdp.send("Runtime.getHeapUsage"))["usedSize"]
    return Load(
        heap=heap / 1e6,
        work=1000 * median(work),
        layouts=(seen[-1]["LayoutCount"] - seen[0]["LayoutCount"]) / UPDATES,
        nodes=seen[-1]["Nodes"],
    )


async def test_hours_make_the_page_neither_slow_nor_large(served: Served, browse: Browse) -> None:
    async with browse(devices=()) as context:
        page = await context.new_page()
        cdp = await context.new_cdp_session(page)
        await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        await page.clock.install()
        await simulate_events(page)
        problems = await visit(page, served.address)
        await start_session(page)

        await send_events(page, 0, 60)
        await page.clock.run_for(2000)
        await expect(page.get_by_test_id("mood-label")).to_have_text("Neutral")
        await page.evaluate(LISTEN)
        first = await measure(page, cdp, 60)

        told = await page.evaluate("() => announced")
        assert 0 < told <= UPDATES / 5, "moods are announced when they last, not every second"

        end = 3600 * HOURS
        for t in range(60 + UPDATES, end, 600):
            await send_events(page, t, min(t + 600, end))
            await page.clock.run_for(1000)
        last = await measure(page, cdp, end)
        await page.keyboard.press("n")
        await page.keyboard.type("Three hours in")
        await page.keyboard.press("Enter")
        note = (
            page.get_by_role("list", name="Notes")
            .get_by_role("listitem")
            .filter(has_text="Three hours in")
        )
        await expect(note).to_have_count(1)
        await expect(page.get_by_role("banner").get_by_role("status")).to_contain_text("Analysing")
        await keep_screenshot(page, "live-3-hours")
        figures = {"first minute": asdict(first), f"after {HOURS} hours": asdict(last)}
        (ARTEFACTS / "long.json").write_text(json.dumps(figures, indent=2))

        assert last.work < SLOWER * first.work, figures
        assert last.heap < LARGER * first.heap, figures
        assert max(first.layouts, last.layouts) <= 1, "one reflow for each second at the most"
        assert problems == []
