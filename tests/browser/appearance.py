"""Checks of a page's appearance: screenshots, overflow, and axe-core."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from tests.browser.test_journey import keep_screenshot

AXE = Path(__file__).parents[2] / "web" / "page" / "node_modules" / "axe-core" / "axe.min.js"

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

WIDTHS = (("desktop", 1440), ("tablet", 820), ("phone", 390))


async def assert_accessible(page: Page, where: str) -> None:
    """Assert that axe-core finds nothing on the page as it stands."""
    if not await page.evaluate("'axe' in window"):
        # Evaluated by the debugger, so that the page's Content-Security-Policy stays as it is.
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    result = await page.evaluate(
        """async (rules) => {
            const { violations, passes } = await axe.run(document, { runOnly: rules });
            return {
                passed: passes.length,
                found: violations.map(({ id, nodes }) =>
                    `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`),
            };
        }""",
        RULES,
    )
    assert result["found"] == [], where
    assert result["passed"] > 10, where


async def check_appearance(page: Page, name: str) -> None:
    """Keep screenshots at three widths in both themes; assert no overflow and no axe violation."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        for width_name, width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            # Charts follow the width a moment later.
            await page.wait_for_function(
                "(width) => document.documentElement.scrollWidth <= width", arg=width
            )
            await keep_screenshot(page, f"{name}-{width_name}-{scheme}")
        await assert_accessible(page, f"{name}, {scheme}")
    await page.set_viewport_size({"width": 1440, "height": 1000})
