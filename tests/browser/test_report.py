"""The report of a session, as a client opens it: one file, no script, no network."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests.browser.conftest import ARTEFACTS, chromium
from tests.web.export.records import cues, mood, moods, record, track
from web.export import Timebase, export
from web.sessions.record import Download, Note, Play

PHONE, DESKTOP = 390, 1440


@pytest.fixture
def report(tmp_path: Path) -> Path:
    doubt = [mood(float(t), "calm", 0.2) for t in range(75, 82)]
    rain = track("雨のち晴れ 夜想曲", "東京の音楽家")
    angry = track("Don't Stop <b>", "AC/DC & friends", warning="Share-alike: pass it on.")
    session = record(
        [*moods((22, "neutral"), (30, "happy"), (22, "surprised")), *doubt],
        title="Evening stream <script>document.title = 'x'</script>",
        cues=[cues(2.0, a=track(), r=rain), cues(53.0, d=angry)],
        plays=[Play(5.0, 40.0, "a", track())],
        downloads=[Download(30.0, "r", rain), Download(60.0, "d", angry)],
        notes=[Note(24.0, "She laughs")],
    )
    path = tmp_path / "report.html"
    path.write_bytes(export(session, "html", Timebase.of("29.97", "01:00:00;00")))
    return path


@pytest.mark.parametrize(
    ("width", "scheme", "ground"),
    [(DESKTOP, "light", "rgb(244, 245, 243)"), (PHONE, "dark", "rgb(18, 21, 20)")],
)
async def test_a_report_stands_alone(
    report: Path, width: int, scheme: Literal["light", "dark"], ground: str
) -> None:
    async with chromium(()) as browser:
        page = await browser.new_page(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=False,
        )
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        await page.goto(report.as_uri())
        assert (asked, said) == ([report.as_uri()], [])
        assert (await page.title()).startswith("Evening stream <script>")
        style = "element => getComputedStyle(element).backgroundColor"
        assert await page.locator("body").evaluate(style) == ground
        wide = await page.locator("html").evaluate("element => element.scrollWidth")
        assert wide == width, "nothing leads out of the page"
        for text in ("01:00:22;29", "Don't Stop <b> · AC/DC & friends", "She laughs"):
            assert await page.locator("table").get_by_text(text).first.is_visible()
        ARTEFACTS.mkdir(exist_ok=True)
        await page.screenshot(path=ARTEFACTS / f"report-{scheme}-{width}.png", full_page=True)
