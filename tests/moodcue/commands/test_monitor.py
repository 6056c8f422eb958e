"""A studio feed in the terminal."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from rich.console import Console

from moodcue.bench.sound_server import DEVICE, SoundServer
from moodcue.commands.monitor import meter, show_feed
from stream import Level, SourceError
from tests.media import write_speech
from web.sessions.services import Services
from web.sessions.sources import DeviceOpening
from web.settings import Settings


def test_the_meter_shows_peak_hold_and_clip() -> None:
    quiet = meter(Level(peak=-60, held=-30)).plain
    loud = meter(Level(peak=-1, held=0, clipped=True)).plain
    assert quiet.count("█") < loud.count("█")
    assert quiet.index("│") == pytest.approx(20, abs=1), "half of 60 dB is the middle of 40"
    assert "CLIP" in loud
    assert "CLIP" not in quiet


async def test_a_feed_is_shown_until_one_has_enough(booth: SoundServer, tmp_path: Path) -> None:
    services = Services.open(Settings(data_dir=tmp_path / "data"))
    output = io.StringIO()
    console = Console(file=output, force_terminal=True, width=100)
    opening = DeviceOpening(source="device", consent=True, device=DEVICE)
    showing = asyncio.create_task(show_feed(opening, services, console))
    async with asyncio.timeout(60):
        while "dB" not in output.getvalue() or f"{DEVICE} " not in output.getvalue():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        booth.play(write_speech(tmp_path / "speech.wav"))
        while "%" not in output.getvalue() or "speech" not in output.getvalue():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)
    services.close()


async def test_a_channel_that_is_not_there_is_explained(booth: SoundServer, tmp_path: Path) -> None:
    services = Services.open(Settings(data_dir=tmp_path / "data"))
    opening = DeviceOpening(source="device", consent=True, device=DEVICE, channels=[200])
    with pytest.raises(SourceError, match="channels 1 to"):
        await show_feed(opening, services, Console(file=io.StringIO()))
    services.close()
