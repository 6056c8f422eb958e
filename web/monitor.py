"""A studio feed in the terminal: how loud it is, its mood, and what to play."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from inference import EMOTIONS, Mood
from stream import DeviceSource, InputDevice, Level, SourceError
from web.services import Services
from web.session import Session
from web.sessions import Sessions
from web.sources import DeviceOpening

REFRESH: Final = 10
"""Pictures per second."""

WIDTH: Final = 40
"""Characters of a full bar."""

LOUDEST, QUIETEST, HOT = 0.0, -60.0, -9.0
"""Ends of the level meter, and where it turns yellow, in dB relative to full scale."""

SHOWN: Final = 5
"""Cues that are listed."""


def inputs(devices: Sequence[InputDevice]) -> RenderableType:
    """Return the sound inputs as a table."""
    if not devices:
        return "This machine has no sound input: plug one in."
    table = Table("", "input", "channels", "Hz", box=None, header_style="bold")
    for device in devices:
        name = f"{device.name} (default)" if device.default else device.name
        table.add_row(str(device.number), Text(name), str(device.channels), str(device.rate))
    return table


async def monitor(opening: DeviceOpening, services: Services, console: Console) -> None:
    """Show a studio feed until it ends or the user interrupts.

    Raises
    ------
    SourceError
        If the device cannot be used and waiting does not help.
    """
    async with Sessions(services) as sessions:
        session = await sessions.open(opening)
        with Live(console=console, refresh_per_second=REFRESH, screen=False) as live:
            while session.state != "ended":
                live.update(picture(session))
                await asyncio.sleep(1 / REFRESH)
        if session.problem:
            raise SourceError(str(session.problem.detail))


def picture(session: Session) -> RenderableType:
    """Return what the terminal shows of a session at this moment."""
    source = session.source
    assert isinstance(source, DeviceSource)
    parts: list[RenderableType] = [
        Text(f"{source.name or 'opening the device'}   {_time(session.t)}", style="bold"),
        meter(source.level),
    ]
    if session.problem:
        parts.append(Text(f"{session.problem.detail}; waiting for it", style="yellow"))
    if session.mood is None:
        parts.append(Text("No mood yet: it needs a second of speech.", style="dim"))
    else:
        parts += [mood_table(session.mood), _cues(session)]
    return Group(*parts)


def meter(level: Level) -> Text:
    """Return a level meter: the peak as a bar, the held peak as a mark, a clip as a word."""
    filled, mark = _place(level.peak), _place(level.held)
    bar = Text()
    for place in range(WIDTH):
        decibels = QUIETEST + (LOUDEST - QUIETEST) * place / WIDTH
        colour = "yellow" if decibels >= HOT else "green"
        sign = "█" if place < filled else "│" if place == mark else "·"
        bar.append(sign, style=colour if place <= max(filled, mark) else "dim")
    bar.append(f"  {level.peak:6.1f} dB  peak {level.held:6.1f} dB")
    if level.clipped:
        bar.append("  CLIP: turn the input down", style="bold red")
    return bar


def mood_table(mood: Mood) -> Table:
    """Return the eight probabilities as bars, the label first."""
    table = Table.grid(padding=(0, 1))
    voice = mood.voice
    heard = "speech" if voice and voice.speech else "no speech"
    table.add_row(Text(mood.label, style="bold"), f"{mood.confidence:.0%}", Text(heard, "dim"))
    for emotion, probability in zip(EMOTIONS, mood.probs, strict=True):
        bar = "█" * round(float(probability) * WIDTH)
        table.add_row(emotion, f"{probability:4.0%}", Text(bar, style="cyan"))
    return table


def _cues(session: Session) -> Table:
    table = Table.grid(padding=(0, 2))
    for cue in session.cues[:SHOWN]:
        table.add_row(f"{cue.rank}.", cue.track.title, cue.track.artist, Text(cue.emotion, "dim"))
    return table


def _place(decibels: float) -> int:
    share = (decibels - QUIETEST) / (LOUDEST - QUIETEST)
    return max(0, min(WIDTH - 1, round(share * WIDTH)))


def _time(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
