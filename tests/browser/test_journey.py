"""The page in a real Chromium: from consent to a logged download, and error cases."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, WebSocket, expect

from tests.browser.conftest import ARTEFACTS, Browse, Served, start_server

PATIENCE = 30_000
"""Milliseconds until something counts as missing; no figure of speed."""

START = re.compile("^(Start|Start again|Play here|Share screen…|Get server address and token)$")
"""The button that starts a session, whatever its source."""

expect.set_options(timeout=PATIENCE)


async def visit(page: Page, address: str) -> list[str]:
    """Open the page; return a list that fills with what goes wrong in it."""
    problems: list[str] = []
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    await page.goto(address)
    return problems


async def begin(page: Page) -> None:
    await page.get_by_role("checkbox", name="I agree").check()
    await page.get_by_role("button", name=START).click()


async def keep_screenshot(page: Page, name: str) -> None:
    """Keep a full-page screenshot for review."""
    ARTEFACTS.mkdir(exist_ok=True)
    await page.evaluate("scrollTo(0, 0)")
    path = ARTEFACTS / f"{name}.png"
    await page.screenshot(path=path, full_page=True, animations="disabled")


def read_by_voice_and_face(page: Page) -> asyncio.Event:
    """Return what is set once a mood made from both has reached the page."""
    both = asyncio.Event()

    def receive(text: str | bytes) -> None:
        event = json.loads(text)
        voice, face = event.get("voice"), event.get("face")
        if event.get("type") != "mood" or not voice or not face:
            return
        if voice["reliability"] > 0 and face["faces"]:
            both.set()

    def follow(socket: WebSocket) -> None:
        socket.on("framereceived", receive)

    page.on("websocket", follow)
    return both


async def test_first_visit_to_download(served: Served, browse: Browse, tmp_path: Path) -> None:
    async with browse() as context:
        page = await context.new_page()
        both = read_by_voice_and_face(page)
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        problems = await visit(page, served.address)
        await expect(page.get_by_role("button", name=START)).to_be_disabled()
        await keep_screenshot(page, "welcome")
        await begin(page)

        async with asyncio.timeout(PATIENCE / 1000):
            await both.wait()
        await expect(page.get_by_test_id("face-box")).to_be_visible()
        await expect(page.get_by_test_id("mood-label")).to_have_attribute(
            "data-label", re.compile(r"\w+")
        )
        await expect(page.get_by_role("region", name="Cues").get_by_role("listitem")).to_have_count(
            10
        )
        cue = (
            page.get_by_role("region", name="Cues")
            .get_by_role("listitem")
            .filter(has_text="offline")
            .first
        )
        track = await cue.get_attribute("data-track")
        await cue.get_by_role("button", name=re.compile("^Play")).click()
        await page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
        async with page.expect_download() as downloading:
            await cue.get_by_role("link", name=re.compile("^Download")).click()
        await (await downloading.value).save_as(tmp_path / "track")
        assert (tmp_path / "track").stat().st_size > 10_000

        await expect(page.get_by_test_id("download-row")).to_have_count(1)
        listed = await page.evaluate("async () => (await fetch('/api/downloads')).json()")
        (download,) = listed["items"]
        assert download["track_id"] == track
        assert download["mood"]
        assert download["t"] > 0
        await keep_screenshot(page, "live")
        await page.get_by_role("button", name="Stop", exact=True).click()
        await expect(page.get_by_role("button", name=START)).to_be_visible()
        assert problems == []
        hosts = {url.split("/")[2] for url in requested if url.startswith("http")}
        assert hosts == {served.address.split("/")[2]}, "nothing may be asked of another host"


async def test_the_sample_needs_no_devices(served: Served, browse: Browse) -> None:
    async with browse(devices=()) as context:
        page = await context.new_page()
        both = read_by_voice_and_face(page)
        problems = await visit(page, served.address)
        await page.get_by_role("checkbox", name="I agree").check()
        await page.get_by_role("button", name="Try the sample clip").click()
        async with asyncio.timeout(PATIENCE / 1000):
            await both.wait()
        await expect(page.get_by_test_id("face-box")).to_be_visible()
        await expect(page.get_by_role("region", name="Cues").get_by_role("listitem")).to_have_count(
            10
        )
        await keep_screenshot(page, "sample")

        await page.get_by_role("button", name="Stop", exact=True).click()
        shown = "document.querySelector('video').currentTime"
        stopped_at = await page.evaluate(shown)
        await page.get_by_role("button", name=START).click()
        await page.wait_for_function(f"() => {shown} < {stopped_at}")

        await page.get_by_role("button", name="Stop", exact=True).click()
        await page.get_by_role("button", name="Choose another source", exact=True).click()
        await expect(page.get_by_role("checkbox", name="I agree")).to_be_visible()

        # What is deleted in the history is not shown live any more.
        await page.get_by_role("button", name="Try the sample clip").click()
        await expect(page.get_by_role("main")).to_be_focused()
        await expect(page.get_by_role("banner").get_by_role("status")).to_have_attribute(
            "data-phase", "live"
        )
        await page.get_by_role("link", name="History", exact=True).click()
        await page.get_by_role("button", name=re.compile("^Delete")).first.click()
        await page.get_by_role("dialog").get_by_role("button", name=re.compile("^Delete")).click()
        await expect(page.get_by_role("banner").get_by_role("status")).to_have_attribute(
            "data-phase", "idle"
        )
        assert problems == []


@pytest.mark.parametrize(("without", "box"), [("Camera", False), ("Microphone", True)])
async def test_one_of_camera_and_microphone_is_enough(
    served: Served, browse: Browse, without: str, box: bool
) -> None:
    async with browse() as context:
        page = await context.new_page()
        problems = await visit(page, served.address)
        await page.get_by_role("combobox", name=without).select_option(f"No {without.lower()}")
        await begin(page)
        await expect(page.get_by_role("region", name="Cues").get_by_role("listitem")).to_have_count(
            10
        )
        await expect(page.get_by_test_id("face-box")).to_be_visible(visible=box)
        await keep_screenshot(page, f"without-{without.lower()}")
        assert problems == []


async def test_a_denied_permission_is_explained(served: Served, browse: Browse) -> None:
    async with browse(devices=("--use-fake-device-for-media-stream",)) as context:
        await context.grant_permissions([])
        page = await context.new_page()
        await visit(page, served.address)
        await begin(page)
        await expect(page.get_by_role("alert")).to_contain_text("access was denied")
        await keep_screenshot(page, "denied")
        await page.get_by_role("button", name="Voice only").click()
        await expect(page.get_by_role("alert")).to_contain_text("Microphone access was denied")


async def test_a_machine_without_devices_is_offered_the_sample(
    served: Served, browse: Browse
) -> None:
    async with browse(devices=("--use-fake-ui-for-media-stream",)) as context:
        page = await context.new_page()
        await visit(page, served.address)
        await begin(page)
        await expect(page.get_by_role("alert")).to_contain_text("No camera or microphone")
        await keep_screenshot(page, "no-devices")


async def test_a_tab_that_is_loaded_anew_goes_on_and_one_that_is_closed_ends_its_session(
    served: Served, browse: Browse
) -> None:
    async with browse() as context:
        page, other = await context.new_page(), await context.new_page()
        await visit(page, served.address)
        await visit(other, served.address)
        await begin(page)
        await expect(page.get_by_test_id("face-box")).to_be_visible()
        await page.get_by_role("textbox", name=re.compile("^Note")).fill(
            "Before it was loaded anew"
        )
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("list", name="Notes").get_by_role("listitem")).to_be_visible()
        await page.get_by_role("combobox", name="Mood", exact=True).select_option("sad")
        await expect(
            page.get_by_role("region", name="Cues").get_by_role("listitem").first
        ).to_contain_text("sad")

        await page.reload()
        await expect(
            page.get_by_role("list", name="Notes").get_by_role("listitem")
        ).to_contain_text("Before it was")
        await expect(page.get_by_test_id("face-box")).to_be_visible()
        await expect(page.get_by_role("combobox", name="Mood", exact=True)).to_have_value("sad")
        await expect(
            page.get_by_role("region", name="Cues").get_by_role("listitem").first
        ).to_contain_text("sad")
        await page.close()
        await other.wait_for_function(
            """async () => {
                const sessions = (await (await fetch("/api/sessions")).json()).items;
                return sessions.length === 1 && sessions[0].state === "ended";
            }""",
            polling=200,
        )


async def test_a_lost_server_is_told_and_a_killed_one_loses_no_download(
    tmp_path: Path, browse: Browse
) -> None:
    server = start_server(tmp_path / "data")
    try:
        async with browse() as context:
            page = await context.new_page()
            await visit(page, server.address)
            await begin(page)
            cue = (
                page.get_by_role("region", name="Cues")
                .get_by_role("listitem")
                .filter(has_text="offline")
                .first
            )
            await cue.get_by_role("link", name=re.compile("^Download")).click()
            await expect(page.get_by_test_id("download-row")).to_have_count(1)
            shown = await page.get_by_test_id("download-row").inner_text()
            server.process.kill()
            server.process.communicate()
            await expect(page.get_by_role("alert")).to_contain_text("not responding")
            await expect(page.get_by_role("banner").get_by_role("status")).to_have_attribute(
                "data-phase", "lost"
            )
            await keep_screenshot(page, "lost")

            server = start_server(tmp_path / "data", port=urlsplit(server.address).port or 0)
            await expect(page.get_by_role("alert")).to_contain_text("ended this session")
            listed = await page.evaluate("async () => (await fetch('/api/downloads')).json()")
            (download,) = listed["items"]
            assert download["title"] in shown
            await page.get_by_role("button", name=START).click()
            await expect(page.get_by_test_id("face-box")).to_be_visible()
            await expect(page.get_by_role("alert")).to_have_count(0)
    finally:
        server.process.kill()
        server.process.communicate()
