"""Start Debian's Chromium with Playwright."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, async_playwright

from moodcue.bench.process import BenchError

SWITCHES: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)


@asynccontextmanager
async def chromium(*switches: str) -> AsyncIterator[Browser]:
    """Start Chromium with sound and additional switches.

    Raises
    ------
    BenchError
        If it is not installed.
    """
    path = shutil.which("chromium")
    if path is None:
        raise BenchError("Chromium is not installed: install Debian's package chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=[*SWITCHES, *switches],
            ignore_default_args=["--mute-audio"],
        )
        yield browser
        await browser.close()
