"""The history page in a real Chromium: list, replay, comparison and export."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import opentimelineio
from playwright.async_api import Page, expect

from inference import Emotion
from tests.browser.appearance import assert_accessible, check_appearance
from tests.browser.conftest import Browse, Served
from tests.browser.past import write_session
from tests.browser.test_journey import keep_screenshot, visit

SCENES: list[tuple[Emotion, int]] = [
    ("neutral", 20),
    ("happy", 60),
    ("calm", 40),
    ("sad", 30),
    ("angry", 15),
    ("surprised", 10),
    ("fearful", 10),
    ("disgust", 15),
    ("calm", 50),
]
TAKE, CUT, STRANGE = "aaaa000000000001", "aaaa000000000002", "aaaa000000000003"


async def know(page: Page, *sessions: str) -> None:
    """Store tokens, as if this browser had started the sessions."""
    kept = json.dumps([[session, "secret"] for session in sessions])
    script = f"localStorage.setItem('moodcue-sessions', {json.dumps(kept)})"
    await page.add_init_script(script)


async def test_a_session_is_gone_through_again_renamed_exported_and_deleted(
    served: Served, browse: Browse, tmp_path: Path
) -> None:
    async with browse(devices=()) as context:
        page = await context.new_page()
        await know(page, TAKE, CUT)
        problems = await visit(page, f"{served.address}#/history")
        await expect(page.get_by_test_id("empty")).to_contain_text("No sessions yet")
        await keep_screenshot(page, "history-empty")

        write_session(served.data_dir, TAKE, SCENES, title="Take one")
        write_session(served.data_dir, CUT, SCENES[3:], ago=timedelta(days=1))
        write_session(served.data_dir, STRANGE, SCENES[:2], token="other", ago=timedelta(days=2))
        await page.reload()
        rows = page.get_by_test_id("session-row")
        await expect(rows).to_have_count(3)
        await expect(rows.first).to_contain_text("Mostly calm 36")
        await expect(rows.last).to_contain_text("another browser")
        await expect(rows.last.get_by_role("link")).to_have_count(0)
        await check_appearance(page, "history")

        await rows.first.get_by_role("button", name=re.compile("^Rename")).click()
        await page.get_by_role("textbox", name="Title").fill("The final cut")
        await page.keyboard.press("Enter")
        await expect(rows.first.get_by_role("link")).to_have_text("The final cut")
        await export(page, tmp_path)
        await replay(page)

        await page.get_by_role("link", name="All sessions").click()
        for row in (rows.nth(0), rows.nth(1)):
            await row.get_by_role("checkbox").check()
        await page.get_by_role("link", name=re.compile("^Compare")).click()
        compared = page.get_by_test_id("compared")
        await expect(compared).to_have_count(2)
        await compare(page)
        await keep_screenshot(page, "comparison")
        await assert_accessible(page, "comparison")

        await page.get_by_role("link", name="All sessions").click()
        await rows.first.get_by_role("button", name=re.compile("^Delete")).click()
        await page.get_by_role("dialog").get_by_role("button", name=re.compile("^Delete")).click()
        await expect(rows).to_have_count(2)
        await page.reload()
        await expect(rows).to_have_count(2)
        await expect(page.get_by_text("The final cut")).to_have_count(0)
        assert problems == []


async def export(page: Page, folder: Path) -> None:
    """Export the newest session for editing software; check the markers in the file."""
    await page.get_by_role("button", name="Export", exact=True).first.click()
    await page.get_by_role("combobox", name="Format").select_option("otio")
    await assert_accessible(page, "export")
    await page.get_by_role("combobox", name="Frame rate").select_option("24")
    await page.get_by_role("textbox", name="Start timecode").fill("01:00:00:00")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Save file").click()
    await (await downloading.value).save_as(folder / "cut.otio")
    cut = opentimelineio.adapters.read_from_file(str(folder / "cut.otio"))
    start = cut.global_start_time
    assert (start.rate, start.to_timecode()) == (24, "01:00:00:00")
    assert len(cut.find_children()) > 0


async def replay(page: Page) -> None:
    """Replay a session: by mouse, by keyboard, and playing."""
    await page.get_by_test_id("session-row").first.get_by_role("link").click()
    timeline = page.get_by_role("slider", name="Timeline")
    label = page.get_by_test_id("mood-label")
    await expect(label).to_have_attribute("data-label", "neutral")

    box = await timeline.bounding_box()
    assert box is not None
    await timeline.click(position={"x": 0.25 * box["width"], "y": 100})
    needle = await page.locator(".needle").bounding_box()
    assert needle
    assert needle["height"] > 100
    await expect(label).to_have_attribute("data-label", "happy")
    await expect(
        page.get_by_role("region", name="Cues at this moment").get_by_role("listitem")
    ).to_have_count(5)
    await expect(
        page.get_by_role("region", name="Downloads so far").get_by_role("listitem")
    ).to_have_count(1)

    await timeline.press("Home")
    await expect(
        page.get_by_role("region", name="Downloads so far").get_by_role("listitem")
    ).to_have_count(0)
    for _ in range(2):
        await timeline.press("Shift+ArrowRight")
    told = await timeline.get_attribute("aria-valuetext")
    assert told is not None
    assert "0:20. Happy" in told
    assert "The scene begins" in told
    await expect(page.get_by_test_id("readout")).to_contain_text("The scene begins")

    await timeline.press("PageDown")
    told = await timeline.get_attribute("aria-valuetext")
    assert told is not None
    assert "Music: " in told
    await page.get_by_role("textbox", name=re.compile("^Note")).fill("Colder from here on")
    await page.keyboard.press("Enter")
    note = page.get_by_role("list", name="Notes").get_by_role("listitem").filter(has_text="Colder")
    await expect(note).to_contain_text("1:20")

    await timeline.focus()
    before = await timeline.screenshot()
    await page.mouse.move(box["x"] + 300, box["y"] + 100)
    await page.mouse.wheel(0, -900)
    await expect(page.get_by_role("button", name="Whole session", exact=True)).to_be_enabled()
    assert await timeline.screenshot() != before
    await check_appearance(page, "replay")
    await timeline.press("0")
    await expect(page.get_by_role("button", name="Whole session", exact=True)).to_be_disabled()

    await timeline.press("End")
    for _ in range(3):
        await timeline.press("Shift+ArrowLeft")
    await page.get_by_role("button", name="16\N{MULTIPLICATION SIGN}", exact=True).click()
    await page.get_by_role("button", name=re.compile("^(Play|Pause)$")).click()
    await expect(page.get_by_test_id("playhead")).to_have_text("4:10 / 4:10")
    await expect(page.get_by_role("button", name=re.compile("^(Play|Pause)$"))).to_have_text("Play")


async def compare(page: Page) -> None:
    """Zoom one of several timelines; all zoom together."""
    charts = page.get_by_role("slider")
    before = [await chart.screenshot() for chart in await charts.all()]
    await page.get_by_role("button", name="Zoom in", exact=True).click()
    for chart, was in zip(await charts.all(), before, strict=True):
        assert await chart.screenshot() != was
