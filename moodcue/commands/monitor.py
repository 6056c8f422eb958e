"""``moodcue monitor``: show a studio feed in the terminal."""

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
from moodcue.commands.terminal import DataDir, clock_time, fail, report_errors, settings_from
from recommender import Cue
from stream import DeviceSource, InputDevice, Level, SourceError

if TYPE_CHECKING:
    from web.sessions.media import MediaRun
    from web.sessions.services import Services
    from web.sessions.sources import DeviceOpening

REFRESH: Final = 10
"""Updates per second."""

WIDTH: Final = 40
"""Characters in a full bar."""

MAX_LEVEL, MIN_LEVEL, YELLOW_FROM = 0.0, -60.0, -9.0
"""Range of the level meter, and where it turns yellow, in dB relative to full scale."""

CUES_SHOWN: Final = 5
"""Cues listed."""


@report_errors
def monitor(
    device: Annotated[
        str | None, typer.Option(help="Number of the input, or words in its name.")
    ] = None,
    channels: Annotated[
        str, typer.Option(help="Channels to mix, such as 1,2; by default the first two.")
    ] = "",
    camera: Annotated[
        int | None, typer.Option(min=0, help="Number of a camera to use as well.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the inputs and exit.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Show level, mood and cues of a studio feed until Ctrl+C."""
    from stream import input_devices
    from web.sessions.services import Services
    from web.sessions.sources import DeviceOpening

    if listing:
        Console().print(inputs_table(asyncio.run(input_devices())))
        return
    numbers = [part.strip() for part in channels.split(",") if part.strip()]
    if not all(number.isdecimal() and int(number) > 0 for number in numbers):
        fail(f"--channels: give numbers from 1, such as 1,2, not {channels!r}")
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
                live.update(dashboard(session.media))
                await asyncio.sleep(1 / REFRESH)
        if session.media.reason == "failed":
            raise SourceError(str(session.media.problem.detail))


def inputs_table(devices: Sequence[InputDevice]) -> RenderableType:
    """Return the sound inputs as a table."""
    if not devices:
        return "This machine has no sound input: connect one."
    table = Table("", "input", "channels", "Hz", box=None, header_style="bold")
    for device in devices:
        name = f"{device.name} (default)" if device.default else device.name
        table.add_row(str(device.number), Text(name), str(device.channels), str(device.rate))
    return table


def dashboard(media: MediaRun) -> RenderableType:
    """Return the terminal view of a running session."""
    source = media.source
    assert isinstance(source, DeviceSource)
    parts: list[RenderableType] = [
        Text(f"{source.name or 'opening the device'}   {clock_time(media.t)}", style="bold"),
        meter(source.level),
    ]
    if media.problem.detail:
        parts.append(Text(f"{media.problem.detail}; waiting", style="yellow"))
    if media.mood is None:
        parts.append(Text("No mood yet: a second of speech is needed.", style="dim"))
    else:
        parts += [mood_table(media.mood), cues_table(media.cues)]
    return Group(*parts)


def meter(level: Level) -> Text:
    """Return a level meter with peak, held peak and clip warning."""
    filled, mark = _column(level.peak), _column(level.held)
    bar = Text()
    for column in range(WIDTH):
        decibels = MIN_LEVEL + (MAX_LEVEL - MIN_LEVEL) * column / WIDTH
        colour = "yellow" if decibels >= YELLOW_FROM else "green"
        sign = "█" if column < filled else "│" if column == mark else "·"
        bar.append(sign, style=colour if column <= max(filled, mark) else "dim")
    bar.append(f"  {level.peak:6.1f} dB  peak {level.held:6.1f} dB")
    if level.clipped:
        bar.append("  CLIP: turn the input down", style="bold red")
    return bar


def mood_table(mood: Mood) -> Table:
    """Return the label and the eight probabilities as bars."""
    table = Table.grid(padding=(0, 1))
    voice = mood.voice
    speech = "speech" if voice and voice.speech else "no speech"
    table.add_row(Text(mood.label, style="bold"), f"{mood.confidence:.0%}", Text(speech, "dim"))
    if mood.conflict and mood.without is not None:
        heard, seen = mood.without.face.label, mood.without.voice.label
        table.add_row("", "", Text(f"voice: {heard}, face: {seen}", "yellow"))
    for emotion, probability in zip(EMOTIONS, mood.probs, strict=True):
        bar = "█" * round(float(probability) * WIDTH)
        table.add_row(emotion, f"{probability:4.0%}", Text(bar, style="cyan"))
    return table


def cues_table(cues: Sequence[Cue]) -> Table:
    """Return the best cues."""
    table = Table.grid(padding=(0, 2))
    for cue in cues[:CUES_SHOWN]:
        table.add_row(f"{cue.rank}.", cue.track.title, cue.track.artist, Text(cue.emotion, "dim"))
    return table


def _column(decibels: float) -> int:
    share = (decibels - MIN_LEVEL) / (MAX_LEVEL - MIN_LEVEL)
    return max(0, min(WIDTH - 1, round(share * WIDTH)))
