"""The library page in a real Chromium: looking for music, and saying what it sounds like."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Browse, Served
from tests.browser.test_journey import look, visit

NEAREST = """async () => {
    const [valence, arousal] = ["cx", "cy"].map((name) =>
        Number(document.querySelector(".plane .here").getAttribute(name)));
    const query = `licence=publishable&near_valence=${valence}&near_arousal=${-arousal}`;
    return (await (await fetch(`/api/tracks?${query}`)).json()).items[0].id;
}"""
"""Asks the server which track is the nearest to the place that was clicked."""


async def test_a_track_is_found_and_its_mood_corrected(served: Served, browse: Browse) -> None:
    async with browse(devices=()) as context:
        page = await context.new_page()
        problems = await visit(page, served.address)
        await page.get_by_test_id("page-library").click()
        tracks, found = page.get_by_test_id("track"), page.get_by_test_id("found")
        await expect(tracks).to_have_count(25)
        everything = await found.inner_text()
        await look(page, "library")
        await page.get_by_test_id("next").click()
        await expect(page.get_by_test_id("range")).to_contain_text("50 of")

        await page.get_by_test_id("plane").click(position={"x": 60, "y": 60})
        await expect(page.get_by_test_id("range")).to_contain_text("of")
        nearest = await page.evaluate(NEAREST)
        await expect(tracks.first).to_have_attribute("data-track", nearest)
        assert float(await page.get_by_test_id("valence").input_value()) < -0.5
        assert float(await page.get_by_test_id("arousal").input_value()) > 0.5
        await page.get_by_test_id("no-place").click()

        await page.get_by_test_id("wish-words").fill("no such words")
        await expect(page.get_by_test_id("empty")).to_contain_text("Use fewer words")
        await page.get_by_test_id("wish-words").fill("happy acoustic")
        await page.get_by_test_id("wish-emotion").select_option("happy")
        track = page.locator("[data-track=immich-happy-acoustic-1]")
        await expect(track.get_by_test_id("track-mood")).to_contain_text("Happy")
        await track.get_by_test_id("cue-play").click()
        await page.wait_for_function(
            "() => document.querySelector('audio[data-testid=player]').currentTime > 0"
        )
        await track.get_by_test_id("correct").click()
        await look(page, "library-correct")
        await track.get_by_test_id("mood-calm").click()
        await expect(track.get_by_test_id("track-mood")).to_contain_text("Calmset by hand")

        await page.reload()
        await expect(found).to_have_text(everything)
        await page.get_by_test_id("wish-words").fill("happy acoustic")
        await page.get_by_test_id("wish-emotion").select_option("calm")
        await expect(track.get_by_test_id("track-mood")).to_contain_text("Calmset by hand")

        await page.get_by_test_id("wish-none").click()
        await expect(found).to_have_text(everything)
        await page.emulate_media(color_scheme="dark")
        await look(page, "library-dark")
        await page.set_viewport_size({"width": 390, "height": 800})
        await look(page, "library-narrow")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        assert problems == []
