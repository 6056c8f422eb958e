"""Accessibility and language: keyboard only, axe-core, Chinese, and after an upgrade."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Request,
    Route,
    WebSocketRoute,
    expect,
)

from tests.browser.appearance import assert_accessible, check_appearance
from tests.browser.conftest import Browse, Served, start_server
from tests.browser.test_journey import keep_screenshot, visit

PAGES = ("live", "history", "library", "downloads", "settings")

OFFLINE = {
    "filters": {
        "licences": ["publishable"],
        "tempo": [None, None],
        "length": [None, None],
        "instrumental": False,
        "sources": ["immich"],
    }
}
"""What is asked of the cues where no network is: the tracks of an installed package."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for all journeys of this module: each has a browser profile of its own."""
    served = start_server(tmp_path_factory.mktemp("everyone") / "data")
    yield served
    served.process.kill()
    served.process.communicate()


def browser_of(context: BrowserContext) -> Browser:
    assert context.browser
    return context.browser


def page_link(page: Page, name: str) -> Locator:
    """Return the link to a page, in whatever language."""
    fragment = "#/" if name == "live" else f"#/{name}"
    return page.locator(f"nav a[href='{fragment}']")


async def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await target.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to {target}")


async def played(page: Page) -> tuple[str, float, bool, float]:
    """Return what is in the player: its address, position, whether it is paused, its volume."""
    address, position, paused, volume = await page.evaluate(
        """() => {
            const { src, currentTime, paused, volume } =
                document.querySelector("audio");
            return [src, currentTime, paused, volume];
        }"""
    )
    return address, position, paused, volume


async def test_by_keyboard_alone_and_as_axe_checks_it(
    shared: Served, browse: Browse, tmp_path: Path
) -> None:
    async with browse(devices=()) as context:
        await context.grant_permissions(["clipboard-read", "clipboard-write"])
        settings = json.dumps(OFFLINE)
        await context.add_init_script(
            f"localStorage.getItem('moodcue-cues') ?? "
            f"localStorage.setItem('moodcue-cues', {settings!r})"
        )
        page = await context.new_page()
        told: dict[str, list[Request]] = {"playing": [], "feedback": [], "cues": []}
        page.on("request", lambda request: told.get(part_of(request), []).append(request))
        problems = await visit(page, shared.address)
        await assert_accessible(page, "before the first start")
        await tab_to(page, page.get_by_role("checkbox", name="I agree"))
        await page.keyboard.press("Space")
        await tab_to(page, page.get_by_role("button", name="Try the sample clip"))
        await page.keyboard.press("Enter")
        cues = page.get_by_role("region", name="Cues").get_by_role("listitem")
        await expect(cues).to_have_count(10)

        await page.keyboard.press("k")
        await page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
        await expect(page.locator(".wave path.played")).to_be_attached()
        await expect(page.get_by_text("Volume lowered: speech")).to_be_visible()
        await page.wait_for_function("() => document.querySelector('audio').volume < 0.5")
        first, *_ = await played(page)
        await page.keyboard.press("l")
        await page.wait_for_function(
            "(first) => document.querySelector('audio').src !== first", arg=first
        )
        await page.keyboard.press("k")
        assert (await played(page))[2]

        notice = page.get_by_test_id("notice")
        await page.keyboard.press("h")
        await expect(notice).to_contain_text("Liked: ")
        await page.keyboard.press("c")
        await expect(notice).to_contain_text("Copied credit: ")
        title = (await notice.inner_text()).removeprefix("Copied credit: ")
        assert title in await page.evaluate("navigator.clipboard.readText()")
        async with page.expect_download() as downloading:
            await page.keyboard.press("d")
        await (await downloading.value).save_as(tmp_path / "track")
        assert (tmp_path / "track").stat().st_size > 10_000
        await expect(page.get_by_test_id("download-row").first).to_be_visible()
        await page.keyboard.press("x")
        await expect(notice).to_contain_text("Skipped: ")
        await expect(cues.filter(has_text=title)).to_have_count(0)
        await page.keyboard.press("m")
        await expect(page.get_by_role("radio", name="Contrast")).to_be_checked()

        await page.keyboard.press("n")
        await expect(page.get_by_role("textbox", name=re.compile("^Note"))).to_be_focused()
        await page.keyboard.type("kx: no command")
        await page.keyboard.press("Enter")
        await expect(
            page.get_by_role("list", name="Notes").get_by_role("listitem")
        ).to_contain_text("kx: no command")
        await page.keyboard.press("Escape")
        assert (await played(page))[2]

        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await check_appearance(page, "help")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        for name in PAGES:
            await page_link(page, name).focus()
            await page.keyboard.press("Enter")
            await expect(page_link(page, name)).to_have_attribute("aria-current", "page")
            await check_appearance(page, f"everyone-{name}")
        await page.get_by_role("link", name="Live", exact=True).focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("s")
        await expect(page.get_by_role("banner").get_by_role("status")).to_have_attribute(
            "data-phase", "ended"
        )
        assert problems == []

        playing = [body(request)["track_id"] for request in told["playing"]]
        assert playing[0] is not None
        assert playing[-1] is None
        given = {body(request)["action"]: request for request in told["feedback"]}
        assert given.keys() == {"previewed", "liked", "skipped"}
        assert body(given["previewed"])["seconds"] > 0
        assert body(told["cues"][-1])["mode"] == "contrast"
        for request in (request for part in told.values() for request in part):
            answer = await request.response()
            assert answer
            assert answer.ok, request.url


def part_of(request: Request) -> str:
    """Return the last part of an address: what of a session is meant."""
    return urlsplit(request.url).path.rpartition("/")[2]


def body(request: Request) -> dict[str, Any]:
    """Return what was sent as JSON."""
    sent: dict[str, Any] = json.loads(request.post_data or "{}")
    return sent


async def test_in_chinese(shared: Served, browse: Browse) -> None:
    async with browse(devices=()) as context:
        chinese = await browser_of(context).new_context(
            locale="zh-TW", viewport={"width": 820, "height": 1180}
        )
        page = await chinese.new_page()
        problems = await visit(page, shared.address)
        await expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
        await expect(page_link(page, "library")).to_have_text("音樂庫")
        await expect(page_link(page, "live")).to_have_text("即時")
        await keep_screenshot(page, "welcome-chinese")
        for name in PAGES:
            await page_link(page, name).click()
            await expect(page.locator("main")).to_have_attribute(
                "aria-label", await page_link(page, name).inner_text()
            )
            assert await english_on(page) == [], name

        await page_link(page, "live").click()
        await page.get_by_role("checkbox", name="我同意").check()
        await page.locator("label", has=page.locator("input[value=url]")).click()
        await page.get_by_role("textbox", name="網址").fill("http://localhost/film.mp4")
        await page.get_by_role("button", name="開始", exact=True).click()
        await expect(page.get_by_role("alert")).to_contain_text(
            "localhost 是伺服器內部網路的位址。"
        )
        assert await english_on(page) == []
        await keep_screenshot(page, "refused-chinese")
        await page.locator("label", has=page.locator("input[value=camera]")).click()
        await page.get_by_role("button", name="試用範例短片").click()
        await expect(
            page.get_by_role("region", name="推薦音樂").get_by_role("listitem")
        ).to_have_count(10)
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await english_on(page) == []
        await page.keyboard.press("Escape")
        await keep_screenshot(page, "sample-chinese")
        await page.get_by_role("button", name="停止", exact=True).click()

        await page_link(page, "settings").click()
        await page.get_by_role("combobox", name="語言").select_option("en")
        await page.get_by_role("combobox", name="Theme").select_option("dark")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await page.reload()
        await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert await english_on(page) != []
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert all(int(part) < 64 for part in re.findall(r"\d+", ground))
        assert len(problems) == 1, "nothing fails but for the address that is refused"
        assert "422" in problems[0]


SAID = """(data) => {
    const read = ["alt", "aria-label", "aria-valuetext", "placeholder", "title"];
    const said = [document.title];
    for (const element of document.body.querySelectorAll("*")) {
        if (element.closest(data) || !element.checkVisibility()) continue;
        said.push(...read.map((name) => element.getAttribute(name) ?? ""));
        for (const node of element.childNodes) {
            if (node.nodeType === Node.TEXT_NODE) said.push(node.data);
        }
    }
    return [...new Set(said)];
}"""
"""All texts that are seen or read out, but for what is in elements that match a selector."""

DATA = "[data-track] .title, [data-track] .facts, .licence, [title^='“'], tbody th"
"""Titles, artists, licences and credits are the same in every language."""


async def english_on(page: Page) -> list[str]:
    """Return the English texts on a Chinese page."""
    return [text for text in await page.evaluate(SAID, DATA) if is_english(text)]


def is_english(text: str) -> bool:
    """Return whether a text holds words, none of them Chinese, that are no names and no ids."""
    names = r"Moodcue|OBS|MIT|CC|GPL|BPM|CSV|JSON|Kevin MacLeod|English|\b[0-9a-f]{8}\b"
    return bool(re.search(r"[A-Za-z]{3}", re.sub(names, "", text))) and not re.search(
        r"[\u4e00-\u9fff]", text
    )


async def test_a_tab_from_before_an_upgrade_asks_to_be_reloaded(
    shared: Served, browse: Browse
) -> None:
    async with browse(devices=()) as context:
        page = await context.new_page()
        sockets: list[WebSocketRoute] = []

        def join(socket: WebSocketRoute) -> None:
            socket.connect_to_server()
            sockets.append(socket)

        await page.route_web_socket(re.compile("/api/downloads/live"), join)
        await visit(page, f"{shared.address}#/downloads")
        outdated = page.get_by_role("alert")

        async def come_back() -> None:
            await expect(page.get_by_test_id("feed")).to_have_text("Live")
            async with page.expect_response(lambda r: urlsplit(r.url).path == "/"):
                await sockets[-1].close()

        await come_back()
        await expect(outdated).to_have_count(0)

        async def upgraded(route: Route) -> None:
            newer = '<script type="module" src="/assets/index-newer.js"></script>'
            await route.fulfill(content_type="text/html", body=newer)

        await page.route(shared.address, upgraded)
        await come_back()
        await expect(outdated).to_contain_text("Reload")
        await page.unroute(shared.address)
        await outdated.get_by_role("button").click()
        await expect(outdated).to_have_count(0)
