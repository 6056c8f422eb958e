"""The overlay as OBS shows it: over a picture, in a browser that has only its address."""

from __future__ import annotations

import asyncio
import gzip
import re

import cv2
import numpy as np
from playwright.async_api import Page, Response, WebSocketRoute, expect

from tests.browser.appearance import assert_accessible
from tests.browser.conftest import ARTEFACTS, Browse, Served
from tests.browser.test_journey import begin, visit

TRACK = "immich-happy-acoustic-1"

PLAY = """async (track) => {
    const [[id, token]] = JSON.parse(localStorage.getItem("moodcue-sessions"));
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const init = { method: "PUT", headers, body: JSON.stringify({ track_id: track }) };
    return (await fetch(`/api/sessions/${id}/playing`, init)).status;
}"""
"""Tells that a track plays in the session that was opened last."""

PICTURE = """document.documentElement.style.background =
    "linear-gradient(115deg, #f4e3c1, #7a9e9f 38%, #20344a 60%, #e8eef2) 0 0 / 100vw 100vh" """

SCRIPT_LIMIT = 6_000
"""Bytes of script, compressed, that the overlay may load."""


async def begin_session(page: Page) -> str:
    """Start a session with the camera; return the address of its overlay."""
    await begin(page)
    await expect(page.get_by_role("banner").get_by_role("status")).to_have_attribute(
        "data-phase", "live"
    )
    await page.get_by_text("Overlay for OBS").click()
    await page.get_by_role("button", name="Show", exact=True).click()
    return await page.get_by_role("textbox", name="Overlay address").input_value()


async def alpha(page: Page) -> np.ndarray:
    """Return how opaque each pixel of the page is, from 0 to 255."""
    picture = np.frombuffer(await page.screenshot(omit_background=True), np.uint8)
    return np.asarray(cv2.imdecode(picture, cv2.IMREAD_UNCHANGED))[..., 3]


async def test_the_overlay_shows_mood_and_track_and_comes_back_when_the_line_breaks(
    served: Served, browse: Browse
) -> None:
    lines: list[WebSocketRoute] = []
    connected = asyncio.Queue[str]()

    async def connect(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)
        connected.put_nowait(line.url)

    async with browse() as context:
        page = await context.new_page()
        problems = await visit(page, served.address)
        address = await begin_session(page)
        assert await page.evaluate(PLAY, TRACK) == 204

        assert context.browser is not None
        stranger = await context.browser.new_context(
            viewport={"width": 640, "height": 360}, reduced_motion="reduce"
        )
        overlay = await stranger.new_page()
        await overlay.route_web_socket("**/events**", connect)
        scripts: list[Response] = []
        overlay.on("response", lambda r: scripts.append(r) if ".js" in r.url else None)
        problems += await visit(overlay, f"{address}&lang=zh-TW")
        mood, title = overlay.locator("#word"), overlay.locator("#title")
        await expect(mood).to_have_text(re.compile("[\u4e00-\u9fff]+"))
        stroke = "getComputedStyle(document.querySelector('#mood svg')).stroke"
        assert (await overlay.evaluate(stroke)).startswith("rgb")
        await expect(title).to_have_text("Happy Acoustic A")
        await expect(overlay.locator("#credit")).to_contain_text("MIT")
        sizes = [len(gzip.compress(await script.body())) for script in scripts]
        assert 0 < sum(sizes) < SCRIPT_LIMIT
        assert (await alpha(overlay))[-1, -1] == 0
        await look_over_a_picture(overlay, address)

        await lines[-1].close(code=1001)
        while "after=0" in (url := await connected.get()):
            pass
        assert "after=" in url
        assert await page.evaluate(PLAY, None) == 204
        await expect(title).to_be_hidden()
        await expect(mood).to_be_visible()
        await page.get_by_role("button", name="Stop", exact=True).click()
        await expect(mood).to_be_hidden()
        assert problems == []


async def look_over_a_picture(overlay: Page, address: str) -> None:
    """Keep a screenshot of each theme over a picture with bright and dark parts."""
    ARTEFACTS.mkdir(exist_ok=True)
    for theme in ("dark", "light", "minimal"):
        await overlay.goto(address.replace("theme=dark", f"theme={theme}"))
        await expect(overlay.locator("#title")).to_be_visible()
        await expect(overlay.locator("#word")).to_be_visible()
        await overlay.evaluate(PICTURE)
        await overlay.screenshot(path=ARTEFACTS / f"overlay-{theme}.png")
        await assert_accessible(overlay, f"overlay, {theme}")
