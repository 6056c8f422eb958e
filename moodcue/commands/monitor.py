"""``moodcue monitor``: a studio feed in the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from inference import EMOTIONS, Mood
from moodcue.commands.terminal import DataDir, clearly, clock_time, fail, settings_from
from recommender import Cue
from stream import DeviceSource, InputDevice, Level, SourceError

if TYPE_CHECKING:
    from web.sessions.media import MediaRun
    from web.sessions.services import Services
    from web.sessions.sources import DeviceOpening

REFRESH: Final = 10
"""Pictures per second."""

WIDTH: Final = 40
"""Characters of a full bar."""

LOUDEST, QUIETEST, HOT = 0.0, -60.0, -9.0
"""Ends of the level meter, and where it turns yellow, in dB relative to full scale."""

SHOWN: Final = 5
"""Cues that are listed."""


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
    from web.sessions.services import Services
    from web.sessions.sources import DeviceOpening

    if listing:
        Console().print(inputs_table(asyncio.run(input_devices())))
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
        asyncio.run(show_feed(opening, services, Console()))


async def show_feed(opening: DeviceOpening, services: Services, console: Console) -> None:
    """Show a studio feed until it ends or the user interrupts.

    Raises
    ------
    SourceError
        If the device cannot be used and waiting does not help.
    """
    from web.sessions.registry import LocalSessions

    async with LocalSessions(services) as sessions:
        session = await sessions.start(opening)
        with Live(console=console, refresh_per_second=REFRESH, screen=False) as live:
            while session.running:
                live.update(picture(session.media))
                await asyncio.sleep(1 / REFRESH)
        if session.media.problem.detail:
            raise SourceError(session.media.problem.detail)


def inputs_table(devices: Sequence[InputDevice]) -> RenderableType:
    """Return the sound inputs as a table."""
    if not devices:
        return "This machine has no sound input: plug one in."
    table = Table("", "input", "channels", "Hz", box=None, header_style="bold")
    for device in devices:
        name = f"{device.name} (default)" if device.default else device.name
        table.add_row(str(device.number), Text(name), str(device.channels), str(device.rate))
    return table


def picture(media: MediaRun) -> RenderableType:
    """Return what the terminal shows of a running session."""
    source = media.source
    assert isinstance(source, DeviceSource)
    parts: list[RenderableType] = [
        Text(f"{source.name or 'opening the device'}   {clock_time(media.t)}", style="bold"),
        meter(source.level),
    ]
    if media.problem.detail:
        parts.append(Text(f"{media.problem.detail}; waiting for it", style="yellow"))
    if media.mood is None:
        parts.append(Text("No mood yet: it needs a second of speech.", style="dim"))
    else:
        parts += [mood_table(media.mood), cues_table(media.cues)]
    return Group(*parts)


def meter(level: Level) -> Text:
    """Return a level meter: the peak as a bar, the held peak as a mark, a clip as a word."""
    filled, mark = _column(level.peak), _column(level.held)
    bar = Text()
    for column in range(WIDTH):
        decibels = QUIETEST + (LOUDEST - QUIETEST) * column / WIDTH
        colour = "yellow" if decibels >= HOT else "green"
        sign = "█" if column < filled else "│" if column == mark else "·"
        bar.append(sign, style=colour if column <= max(filled, mark) else "dim")
    bar.append(f"  {level.peak:6.1f} dB  peak {level.held:6.1f} dB")
    if level.clipped:
        bar.append("  CLIP: turn the input down", style="bold red")
    return bar


def mood_table(mood: Mood) -> Table:
    """Return the eight probabilities as bars, the label first."""
    table = Table.grid(padding=(0, 1))
    voice = mood.voice
    speech = "speech" if voice and voice.speech else "no speech"
    table.add_row(Text(mood.label, style="bold"), f"{mood.confidence:.0%}", Text(speech, "dim"))
    for emotion, probability in zip(EMOTIONS, mood.probs, strict=True):
        bar = "█" * round(float(probability) * WIDTH)
        table.add_row(emotion, f"{probability:4.0%}", Text(bar, style="cyan"))
    return table


def cues_table(cues: Sequence[Cue]) -> Table:
    """Return the best cues."""
    table = Table.grid(padding=(0, 2))
    for cue in cues[:SHOWN]:
        table.add_row(f"{cue.rank}.", cue.track.title, cue.track.artist, Text(cue.emotion, "dim"))
    return table


def _column(decibels: float) -> int:
    share = (decibels - QUIETEST) / (LOUDEST - QUIETEST)
    return max(0, min(WIDTH - 1, round(share * WIDTH)))
