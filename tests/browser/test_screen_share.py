"""A tab that plays a clip, shared with the page in a real Chromium."""

from __future__ import annotations

import asyncio

from playwright.async_api import BrowserContext, Page, expect

from tests.browser.conftest import Browse, Served
from tests.browser.test_journey import START, keep_screenshot, read_by_voice_and_face, visit

TITLE = "A film to share"
SHARE_IT = (f"--auto-select-tab-capture-source-by-title={TITLE}",)

PLAY = """(title) => {
    document.title = title;
    const video = document.createElement("video");
    Object.assign(video, { src: "/api/sample", loop: true });
    document.body.replaceChildren(video);
    return video.play();
}"""

WITHOUT_SOUND_AT_FIRST = """() => {
    const devices = navigator.mediaDevices;
    const share = devices.getDisplayMedia.bind(devices);
    devices.getDisplayMedia = (options) => {
        devices.getDisplayMedia = share;
        return share({ ...options, audio: false });
    };
}"""


async def film(context: BrowserContext, address: str) -> Page:
    """Open a tab that plays the sample, over and over."""
    tab = await context.new_page()
    await tab.goto(address)
    await tab.evaluate(PLAY, TITLE)
    return tab


async def test_a_tab_is_shared_silently_then_with_sound_and_closed(
    served: Served, browse: Browse
) -> None:
    async with browse(devices=SHARE_IT) as context:
        tab = await film(context, served.address)
        page = await context.new_page()
        both = read_by_voice_and_face(page)
        problems = await visit(page, served.address)
        await page.evaluate(WITHOUT_SOUND_AT_FIRST)
        await page.get_by_text("tab or window").click()
        await page.get_by_role("checkbox", name="I agree").check()
        await page.get_by_role("button", name=START).click()

        await expect(page.get_by_role("alert")).to_contain_text("Also share tab audio")
        await expect(page.get_by_test_id("face-box")).to_be_visible()
        await expect(page.get_by_test_id("source-facts")).to_contain_text("without sound")
        await keep_screenshot(page, "share-without-sound")

        await page.get_by_role("button", name="Share again", exact=True).click()
        async with asyncio.timeout(30):
            await both.wait()
        await expect(page.get_by_role("alert")).to_have_count(0)
        await expect(page.get_by_test_id("source-facts")).to_contain_text("with sound")
        await expect(page.get_by_role("meter", name="Level")).to_be_visible()
        assert await page.title() == "● Moodcue"
        await keep_screenshot(page, "share")

        await tab.close()
        await expect(page.get_by_role("banner").get_by_role("status")).to_have_attribute(
            "data-phase", "ended"
        )
        await expect(page.get_by_role("alert")).to_have_count(0)
        assert await page.title() == "Moodcue"
        await page.wait_for_function(
            """async () => {
                const sessions = (await (await fetch("/api/sessions")).json()).items;
                return sessions.length === 1 && sessions[0].state === "ended";
            }""",
            polling=200,
        )
        assert problems == []
