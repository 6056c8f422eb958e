"""The mood panel in a real Chromium: a clear mood, and one of which voice and face disagree."""

from __future__ import annotations

from playwright.async_api import Page, expect

from inference import Emotion
from tests.browser.appearance import check_appearance
from tests.browser.conftest import Browse, Served
from tests.browser.past import write_session
from tests.browser.test_history import know
from tests.browser.test_journey import keep_screenshot, visit

SCENES: list[tuple[Emotion, int]] = [("neutral", 21), ("angry", 30)]
TAKE = "aaaa000000000004"


async def test_a_conflict_is_said_in_words(served: Served, browse: Browse) -> None:
    write_session(served.data_dir, TAKE, SCENES)
    async with browse(devices=()) as context:
        page = await context.new_page()
        await know(page, TAKE)
        problems = await visit(page, f"{served.address}#/history/{TAKE}")
        label, conflict = page.get_by_test_id("mood-label"), page.get_by_test_id("mood-conflict")
        await go_to(page, 10)
        await expect(label).to_have_text("Neutral")
        await expect(page.get_by_text("Without the face: neutral, 71%")).to_be_visible()
        await expect(conflict).to_have_count(0)

        await go_to(page, 22)
        await expect(label).to_have_text("Not sure: neutral or angry")
        await expect(conflict).to_have_text("Voice and face disagree. Voice: neutral, face: angry")
        await expect(page.get_by_text("Without the voice: angry, 62%")).to_be_visible()
        await check_appearance(page, "conflict")

        await page.evaluate("localStorage.setItem('moodcue-language', '\"zh-Hant\"')")
        await page.reload()
        await go_to(page, 22)
        await expect(label).to_contain_text("中性或憤怒")
        await expect(conflict).to_contain_text("聲音與表情不一致。")
        for name, width in (("desktop", 1440), ("phone", 390)):
            await page.set_viewport_size({"width": width, "height": 900})
            await keep_screenshot(page, f"conflict-chinese-{name}")
        assert problems == []


async def go_to(page: Page, second: int) -> None:
    """Move the replay to a second."""
    timeline = page.get_by_role("slider")
    await timeline.press("Home")
    for _ in range(second // 10):
        await timeline.press("Shift+ArrowRight")
    for _ in range(second % 10):
        await timeline.press("ArrowRight")
