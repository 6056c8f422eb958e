"""The downloads page in a real Chromium: empty, live, filtered and exported."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from inference import EMOTIONS
from recommender import Catalogue, FeedbackLog
from tests.browser.conftest import Browse, Served, start_server
from tests.browser.test_journey import keep_screenshot, visit

DOWNLOAD = """async () => {
    const body = JSON.stringify({ source: "file", sample: true, consent: true });
    const headers = { "Content-Type": "application/json" };
    const opened = await (await fetch("/api/sessions", { method: "POST", body, headers })).json();
    const query = `session=${opened.id}&token=${opened.token}`;
    const answer = await fetch(`/api/tracks/immich-happy-acoustic-1/download?${query}`);
    return answer.status;
}"""
"""Downloads a track in a session of its own."""


def fill(data_dir: Path, rows: int) -> None:
    """Write downloads, one every three hours up to now, in a few sessions."""
    data_dir.mkdir()
    now = datetime.now(UTC)
    moments = (now - timedelta(hours=3 * (rows - number)) for number in range(rows))
    with closing(Catalogue.open(f"sqlite:///{data_dir / 'moodcue.db'}")) as catalogue:
        log = FeedbackLog(catalogue.engine, clock=lambda: next(moments))
        tracks = [track.id for track in catalogue.search("piano", limit=40).tracks]
        for number in range(rows):
            mood = EMOTIONS[number % 7 if number % 2 else 3]
            log.record(
                session_id=f"{number // 25}0c0ffee",
                t=40.0 * (number % 25),
                track_id=tracks[number % len(tracks)],
                action="downloaded",
                mood=mood if number % 11 else None,
                voice=mood if number % 3 else None,
                face="happy",
                rank=number % 10 + 1,
                mode="match",
            )


async def test_an_empty_log_says_what_will_be_in_it_and_fills_live(
    served: Served, browse: Browse
) -> None:
    async with browse(devices=()) as context:
        page = await context.new_page()
        problems = await visit(page, served.address)
        await page.get_by_role("link", name="Downloads", exact=True).click()
        await expect(page.get_by_test_id("empty")).to_contain_text("No downloads yet")
        await expect(page.get_by_test_id("feed")).to_have_text("Live")
        await keep_screenshot(page, "downloads-empty")
        assert await page.evaluate(DOWNLOAD) == 200
        await expect(page.get_by_test_id("download-row")).to_have_count(1)
        await expect(page.get_by_test_id("total")).to_have_text("1 download")
        await keep_screenshot(page, "downloads-first")
        assert await page.evaluate(DOWNLOAD) == 200
        await expect(page.get_by_test_id("download-row")).to_have_count(2)
        assert problems == []


async def test_a_long_log_is_filtered_drawn_and_exported(tmp_path: Path, browse: Browse) -> None:
    fill(tmp_path / "data", 130)
    server = start_server(tmp_path / "data")
    try:
        async with browse(devices=()) as context:
            page = await context.new_page()
            problems = await visit(page, f"{server.address}#/downloads")
            rows = page.get_by_test_id("download-row")
            await expect(rows).to_have_count(50)
            await expect(page.get_by_test_id("total")).to_have_text("130 downloads")
            assert await drawn(page)
            await keep_screenshot(page, "downloads")
            for shown in (100, 130):
                await page.get_by_role("button", name="Show older", exact=True).click()
                await expect(rows).to_have_count(shown)
            await expect(page.get_by_role("button", name="Show older", exact=True)).to_have_count(0)

            await page.get_by_role("combobox", name="Mood").select_option("sad")
            await expect(page.get_by_test_id("total")).not_to_have_text("130 downloads")
            total = await page.get_by_test_id("total").inner_text()
            found = int(total.removesuffix(" downloads"))
            await expect(rows).to_have_count(50)
            await expect(rows.filter(has_text="Sad")).to_have_count(50)
            for format_ in ("csv", "json"):
                async with page.expect_download() as downloading:
                    await page.get_by_role("link", name=format_.upper()).click()
                await (await downloading.value).save_as(tmp_path / format_)
            with (tmp_path / "csv").open() as table:
                assert [row["mood"] for row in csv.DictReader(table)] == ["sad"] * found
            items = json.loads((tmp_path / "json").read_text())["items"]
            assert [item["mood"] for item in items] == ["sad"] * found

            await page.get_by_role("searchbox").fill("no such words")
            await expect(page.get_by_text("No downloads match these filters.")).to_be_visible()
            await page.get_by_role("button", name="Show all", exact=True).click()
            await expect(page.get_by_test_id("total")).to_have_text("130 downloads")

            await page.emulate_media(color_scheme="dark")
            await keep_screenshot(page, "downloads-dark")
            await page.set_viewport_size({"width": 390, "height": 800})
            await keep_screenshot(page, "downloads-narrow")
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width <= 390

            # By keyboard alone: the address bar's tab order leads to the pages first.
            await page.get_by_role("link", name="Live", exact=True).focus()
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("checkbox", name="I agree")).to_be_visible()
            await expect(page.locator("main")).to_be_focused()
            assert problems == []
    finally:
        server.process.kill()
        server.process.communicate()


async def drawn(page: Page) -> bool:
    """Return whether the chart over time holds more than its background."""
    return bool(
        await page.evaluate(
            """() => {
                const canvas = document.querySelector(".pictures canvas");
                const { width, height } = canvas;
                const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
                const colours = new Set();
                for (let i = 0; i < pixels.length; i += 4)
                    if (pixels[i + 3] === 255)
                        colours.add(`${pixels[i]} ${pixels[i + 1]} ${pixels[i + 2]}`);
                return colours.size > 5;
            }"""
        )
    )
