"""Every source except the screen, in a real Chromium."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, WebSocketRoute, expect

from moodcue.bench.sound_server import DEVICE, SoundServer, installed
from stream import sample_path
from tests.browser.appearance import check_appearance
from tests.browser.conftest import Served, chromium, fake_devices, start_server
from tests.browser.test_journey import START, keep_screenshot, read_by_voice_and_face, visit
from tests.media import clip, write_speech
from tests.web.routes.test_whip import ffmpeg

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLACES = 3

DROP = """(target, content) => {
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], "take 3.mp4", { type: "video/mp4" }));
    target.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""

SESSIONS = "async () => (await (await fetch('/api/sessions')).json()).items"

OPEN = """async () => {
    const body = JSON.stringify({ source: "browser", consent: true });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/api/sessions", { method: "POST", body, headers });
    return answer.ok ? await answer.json() : null;
}"""

STOP = """async ({ token, links }) => {
    const headers = { Authorization: `Bearer ${token}` };
    await fetch(links.stop, { method: "POST", headers });
}"""


@dataclass(frozen=True)
class Studio:
    """A server with a sound server beside it."""

    served: Served
    booth: SoundServer


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("studio")
    booth = SoundServer(folder)
    settings = {
        "MOODCUE_MAX_SESSIONS": str(PLACES),
        "MOODCUE_ALLOW_PRIVATE_ADDRESSES": "1",
        **booth.environment,
    }
    served = start_server(folder / "data", settings=settings)
    yield Studio(served, booth)
    served.process.kill()
    served.process.communicate()
    booth.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(capture_files: tuple[Path, Path]) -> AsyncIterator[Browser]:
    async with chromium(fake_devices(capture_files)) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, studio: Studio) -> AsyncIterator[Page]:
    """The page at a first visit, with consent given."""
    context = await browser.new_context(viewport={"width": 1440, "height": 1000})
    page = await context.new_page()
    problems = await visit(page, studio.served.address)
    await page.get_by_role("checkbox", name="I agree").check()
    yield page
    await context.close()
    # Browsers report each answer that is an error; what the page makes of it is tested.
    assert [p for p in problems if not p.startswith("Failed to load resource")] == []


async def choose(page: Page, kind: str) -> None:
    await page.locator("label", has=page.locator(f"input[value={kind}]")).click()


async def phase_is(page: Page, phase: str) -> None:
    await expect(page.get_by_role("banner").get_by_role("status")).to_have_attribute(
        "data-phase", phase
    )


async def heard(page: Page) -> None:
    """Wait until the level meter shows more than silence."""
    await expect(page.get_by_role("meter", name="Level")).to_have_attribute(
        "aria-valuenow", re.compile(r"^-?[1-4]?\d$")
    )


async def test_a_choice_is_checked_before_and_remembered_after(page: Page) -> None:
    await page.get_by_role("button", name="Preview", exact=True).click()
    await expect(page.locator(".preview video")).to_be_visible()
    await heard(page)
    await keep_screenshot(page, "camera-check")
    await check_appearance(page, "chooser")
    await choose(page, "whip")
    await expect(page.locator("video")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_role("radio", name="OBS")).to_be_checked()
    await page.get_by_role("button", name=START).click()
    await phase_is(page, "waiting")
    await page.get_by_role("button", name="Stop", exact=True).click()


async def test_a_file_plays_in_the_page(page: Page) -> None:
    both = read_by_voice_and_face(page)
    await choose(page, "file")
    await expect(page.get_by_role("button", name=START)).to_be_disabled()
    await page.locator("input[type=file]").set_input_files(sample_path())
    await page.get_by_role("button", name=START).click()
    async with asyncio.timeout(30):
        await both.wait()
    await expect(page.get_by_test_id("face-box")).to_be_visible()
    await heard(page)
    await keep_screenshot(page, "playback")
    # What goes on elsewhere on the page does not stop it.
    await page.get_by_role("link", name="Library", exact=True).click()
    await page.get_by_role("link", name="Live", exact=True).click()
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    end = await page.evaluate("document.querySelector('.mounted video').duration")
    await page.get_by_label("Position in the file").fill(f"{end - 0.3:.1f}")
    await phase_is(page, "ended")


async def test_a_dropped_file_is_uploaded_or_not(page: Page) -> None:
    content = base64.b64encode(clip().read_bytes()).decode()
    await page.locator(".welcome").evaluate(DROP, content)
    await expect(page.get_by_test_id("drop")).to_contain_text("take 3.mp4")
    held: asyncio.Queue[Route] = asyncio.Queue()
    await page.route("**/api/analyses*", held.put)
    await page.get_by_role("button", name="Upload", exact=True).click()
    await expect(page.get_by_test_id("progress")).to_contain_text("Uploading")
    await held.get()
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await expect(page.get_by_role("button", name="Upload", exact=True)).to_be_visible()

    await page.unroute("**/api/analyses*")
    await page.get_by_role("button", name="Upload", exact=True).click()
    await phase_is(page, "ended")
    await keep_screenshot(page, "upload")
    progress = await page.get_by_test_id("progress").inner_text()
    at, length = re.findall(r"\d+:\d+", progress)
    assert at == length != "0:00"
    await expect(page.get_by_test_id("face-box")).to_be_visible()
    await page.get_by_role("button", name="Choose another source", exact=True).click()
    await expect(page.get_by_role("button", name="Upload", exact=True)).to_be_enabled()


async def test_an_encoder_sends_to_the_address_on_the_page(page: Page) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await choose(page, "whip")
    await page.get_by_role("button", name=START).click()
    pasted = []
    for label in ("Server", "Bearer token"):
        copy = page.get_by_role("button", name=re.compile(f"(Copy|Copied) {label}"))
        await copy.click()
        await expect(copy).to_contain_text("Copied")
        pasted.append(await page.evaluate("navigator.clipboard.readText()"))
    await check_appearance(page, "encoder")
    async with ffmpeg(*pasted):
        await phase_is(page, "live")
        await expect(page.get_by_text("This video stays on the server.")).to_be_visible()
        await expect(page.get_by_test_id("face-box")).to_be_visible()
        frame = await page.locator(".picture").bounding_box()
        assert frame
        assert frame["width"] / frame["height"] == pytest.approx(4 / 3, rel=0.02)
        await keep_screenshot(page, "encoder-live")
    # Encoders say goodbye, which ends the session.
    await phase_is(page, "ended")
    kept = await page.evaluate(SESSIONS)
    await page.get_by_role("button", name="Delete session", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("^Delete")).click()
    await expect(page.get_by_role("checkbox", name="I agree")).to_be_visible()
    assert len(await page.evaluate(SESSIONS)) == len(kept) - 1


async def test_a_studio_feed_shows_its_level_and_waits_for_its_device(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    if not installed():
        pytest.skip("needs Debian's package pulseaudio: apt-get install pulseaudio")
    studio.booth.start()
    await choose(page, "device")
    await page.get_by_role("combobox", name="Audio input on the server").select_option(DEVICE)
    await page.get_by_role("textbox", name="Channels").fill("1")
    await keep_screenshot(page, "studio-choice")
    await page.get_by_role("button", name=START).click()
    await phase_is(page, "live")
    studio.booth.play(write_speech(tmp_path / "speech.wav"))
    await heard(page)
    await expect(page.get_by_text("No video: only the voice is analysed.")).to_be_visible()
    await keep_screenshot(page, "studio")
    studio.booth.stop()
    await phase_is(page, "lost")
    await expect(page.get_by_test_id("why")).to_be_visible()
    await page.get_by_role("button", name="Stop", exact=True).click()


async def test_an_address_plays_and_its_events_have_no_gap(page: Page, studio: Studio) -> None:
    numbers: list[int] = []
    asked: list[str] = []

    def broken_once(socket: WebSocketRoute) -> None:
        asked.append(socket.url)
        first, whole = len(asked) == 1, True

        async def forward(text: str | bytes) -> None:
            nonlocal whole
            event = json.loads(text)
            if first and event["type"] == "mood":
                whole = False
                await socket.close()
            if whole:
                numbers.append(event["seq"])
                socket.send(text)

        socket.connect_to_server().on_message(forward)

    await page.route_web_socket("**/events*", broken_once)
    await choose(page, "url")
    await page.get_by_role("textbox", name="Address").fill("http://nowhere.invalid/film.mp4")
    await page.get_by_role("button", name=START).click()
    await expect(page.get_by_role("alert")).to_contain_text(
        "The host nowhere.invalid was not found."
    )
    await keep_screenshot(page, "address-refused")
    await page.get_by_role("textbox", name="Address").fill(f"{studio.served.address}api/sample")
    await page.get_by_role("button", name=START).click()
    await expect(page.get_by_test_id("face-box")).to_be_visible()
    await keep_screenshot(page, "address")
    await page.get_by_role("button", name="Stop", exact=True).click()
    assert len(asked) == 2
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_full_server_says_when_to_try_again(page: Page) -> None:
    opened = []
    while (session := await page.evaluate(OPEN)) is not None:
        opened.append(session)
    assert len(opened) <= PLACES
    await choose(page, "whip")
    await page.get_by_role("button", name=START).click()
    await expect(page.get_by_role("alert")).to_contain_text("The server is full.")
    await expect(page.get_by_role("button", name=re.compile("^Try again"))).to_have_text(
        re.compile(r"Try again \(in [12]\d s\)")
    )
    await keep_screenshot(page, "full")
    for session in opened:
        await page.evaluate(STOP, session)
    await page.get_by_role("button", name=re.compile("^Try again")).click()
    await phase_is(page, "waiting")
