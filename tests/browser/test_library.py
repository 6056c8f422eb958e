"""The library page in a real Chromium: search, and mood corrections."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Route, expect

from tests.browser.conftest import Browse, Served
from tests.browser.test_journey import keep_screenshot, visit

NEAREST = """async () => {
    const [valence, arousal] = ["cx", "cy"].map((name) =>
        Number(document.querySelector(".plane .here").getAttribute(name)));
    const query = `licence=publishable&near_valence=${valence}&near_arousal=${-arousal}`;
    return (await (await fetch(`/api/tracks?${query}`)).json()).items[0].id;
}"""
"""Asks the server which track is the nearest to the place that was clicked."""


async def test_a_track_is_found_and_its_mood_corrected(
    served: Served, browse: Browse, tmp_path: Path
) -> None:
    async with browse(devices=()) as context:
        page = await context.new_page()
        problems = await visit(page, served.address)
        await page.get_by_role("link", name="Library", exact=True).click()
        tracks, found = (
            page.get_by_role("region", name="Tracks").get_by_role("listitem"),
            page.get_by_test_id("found"),
        )
        await expect(tracks).to_have_count(25)
        everything = await found.inner_text()
        await keep_screenshot(page, "library")
        await page.get_by_role("button", name="Next", exact=True).click()
        await expect(page.get_by_test_id("range")).to_contain_text("50 of")

        await page.get_by_role("img", name=re.compile("by valence")).click(
            position={"x": 60, "y": 60}
        )
        await expect(page.get_by_test_id("range")).to_contain_text("of")
        nearest = await page.evaluate(NEAREST)
        await expect(tracks.first).to_have_attribute("data-track", nearest)
        assert (
            float(await page.get_by_role("slider", name="Unpleasant to pleasant").input_value())
            < -0.5
        )
        assert float(await page.get_by_role("slider", name="Calm to energetic").input_value()) > 0.5
        await page.get_by_role("button", name="Sort by title", exact=True).click()

        await page.get_by_role("searchbox").fill("no such words")
        await expect(page.get_by_test_id("empty")).to_contain_text("Try fewer words")
        await page.get_by_role("searchbox").fill("happy acoustic")
        await page.get_by_role("combobox", name="Mood").select_option("happy")
        track = page.locator("[data-track=immich-happy-acoustic-1]")
        await expect(track.get_by_test_id("track-mood")).to_contain_text("Happy")
        await track.get_by_role("button", name=re.compile("^Play")).click()
        await page.wait_for_function("() => document.querySelector('audio').currentTime > 0")
        await track.get_by_role("button", name=re.compile("^Change mood")).click()
        await keep_screenshot(page, "library-correct")
        await track.get_by_role("button", name="Calm", exact=True).click()
        await expect(track.get_by_test_id("track-mood")).to_contain_text("Calmset by hand")

        await page.reload()
        await expect(found).to_have_text(everything)
        await page.get_by_role("searchbox").fill("happy acoustic")
        await page.get_by_role("combobox", name="Mood").select_option("calm")
        await expect(track.get_by_test_id("track-mood")).to_contain_text("Calmset by hand")

        await track.get_by_role("button", name=re.compile("^Change mood")).click()
        await track.get_by_role("button", name="Use the estimate", exact=True).click()
        await expect(track.get_by_role("button", name=re.compile("^Change mood"))).to_be_focused()
        await expect(track.get_by_test_id("track-mood")).to_contain_text("Happy")

        await page.get_by_role("button", name="Reset", exact=True).click()
        await expect(found).to_have_text(everything)
        await page.get_by_test_id("folders").locator("summary").first.click()
        path = page.get_by_role("textbox", name="Folder")
        await path.fill(str(tmp_path / "missing"))
        await path.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("missing")
        assert "422" in problems.pop()
        music = tmp_path / "music"
        music.mkdir()
        await path.fill(str(music))
        await path.press("Enter")
        await expect(page.get_by_test_id("scan")).to_have_attribute("data-state", "finished")
        await expect(page.get_by_test_id("folder")).to_contain_text("0 tracks")
        await page.emulate_media(color_scheme="dark")
        await keep_screenshot(page, "library-dark")
        await page.set_viewport_size({"width": 390, "height": 800})
        await keep_screenshot(page, "library-narrow")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        assert problems == []


async def test_a_scan_shows_how_far_it_is_and_what_it_cannot_read(
    served: Served, browse: Browse
) -> None:
    """The server's answers are made up: a real scan first compiles for a while."""
    folder = {"path": "/music", "files": 1200, "unreadable": 1, "missing": 2}
    progress = {"total": 1203, "done": 400, "heard": 380, "unreadable": 1, "missing": 2}
    well: dict[str, object] = {"detail": None, "code": None, "facts": {}}
    scan = {"state": "running", "folder": "/music", "progress": progress, **well}
    broken = {"path": "/music/broken.mp3", "reason": "it has no sound in it", "code": "no_sound"}

    async def tell(route: Route) -> None:
        if route.request.url.endswith("/scan/stop"):
            scan["state"] = "stopped"
        await route.fulfill(json={"folders": [folder], "scan": scan})

    async with browse(devices=()) as context:
        page = await context.new_page()
        await page.route(re.compile(r"/api/library(/scan/stop)?$"), tell)
        await page.route("**/api/library/unreadable", lambda r: r.fulfill(json={"items": [broken]}))
        problems = await visit(page, f"{served.address}#/library")
        shown = page.get_by_test_id("scan")
        await expect(shown).to_contain_text("400 of 1,203 files, 380 analysed")
        await expect(page.get_by_test_id("folder")).to_contain_text("1 unreadable · 2 missing")
        await page.get_by_test_id("unreadable").locator("summary").click()
        await expect(page.get_by_test_id("unreadable")).to_contain_text(
            "The file contains no audio."
        )
        await keep_screenshot(page, "library-scan")
        await page.get_by_role("button", name="Stop scan", exact=True).click()
        await expect(shown).to_have_attribute("data-state", "stopped")
        await expect(page.get_by_role("button", name="Stop scan", exact=True)).to_have_count(0)
        assert problems == []
