"""``moodcue monitor``: a studio feed in the terminal."""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from typing import Annotated

import typer
from rich.console import Console

from moodcue.commands.terminal import DataDir, clearly, fail, settings_from


@clearly
def monitor(
    device: Annotated[
        str | None, typer.Option(help="Number of the input, or words in its name.")
    ] = None,
    channels: Annotated[
        str, typer.Option(help="Channels to mix, as in 1,2; the first two by default.")
    ] = "",
    camera: Annotated[int | None, typer.Option(min=0, help="Number of a camera beside it.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the inputs, and end.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Listen to a studio feed: its level, its mood, and what to play. Ctrl+C ends it."""
    from stream import input_devices
    from web.monitor import inputs, monitor
    from web.services import Services
    from web.sources import DeviceOpening

    if listing:
        Console().print(inputs(asyncio.run(input_devices())))
        return
    numbers = [part.strip() for part in channels.split(",") if part.strip()]
    if not all(number.isdecimal() and int(number) > 0 for number in numbers):
        fail(f"--channels: name them by numbers from 1 on, as in 1,2, not {channels!r}")
    opening = DeviceOpening(
        source="device",
        consent=True,
        title="Studio feed",
        device=int(device) if device and device.isdecimal() else device,
        channels=[int(number) for number in numbers],
        camera=camera,
    )
    with (
        closing(Services.open(settings_from(data_dir=data_dir))) as services,
        suppress(KeyboardInterrupt),
    ):
        asyncio.run(monitor(opening, services, Console()))
