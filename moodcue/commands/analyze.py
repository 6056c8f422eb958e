"""``moodcue analyze``: a recording, or what plays at an address, as fast as possible."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.progress import Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from moodcue.commands.export import AsFormat, DropFrame, Rate, Start, check, write
from moodcue.commands.terminal import (
    DataDir,
    Output,
    VoiceModel,
    clearly,
    errors,
    fail,
    settings_from,
)
from stream import FileSource, SessionClock, UrlSource, sample_path
from web.export import ZERO, Timebase, export

if TYPE_CHECKING:
    from web.analysis import Analysis
    from web.sessions.services import Services


@clearly
def analyze(
    recording: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|URL]",
            help="A recording, or an address: of an audio or video file, HLS, RTSP, or, with the "
            "extra 'url', of a page on which something plays.",
            show_default=False,
        ),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Take Moodcue's own clip.")] = False,
    format_: AsFormat = "json",
    output: Output = None,
    rate: Rate = "25",
    start: Start = ZERO,
    drop_frame: DropFrame = None,
    allow_private_addresses: Annotated[
        bool | None,
        typer.Option(
            "--allow-private-addresses",
            help="Let the address lead into private networks and to this machine.",
        ),
    ] = None,
    data_dir: DataDir = None,
    voice_model: VoiceModel = None,
) -> None:
    """Analyse a recording as fast as it comes; print its moods and cues.

    Ctrl+C ends it: what was analysed by then is printed.
    """
    from web.sessions.services import Services

    if (recording is None) != sample:
        fail("name one file or address to analyse, or --sample")
    base = Timebase.of(rate, start, drop_frame)
    check(format_, output)
    settings = settings_from(
        data_dir=data_dir, voice_model=voice_model, allow_private_addresses=allow_private_addresses
    )
    source: UrlSource | FileSource
    if recording and "://" in recording:
        source = UrlSource(
            recording, SessionClock(), live=False, allow_private=settings.allow_private_addresses
        )
    else:
        source = FileSource(Path(recording) if recording else sample_path())
    with closing(Services.open(settings)) as services:
        result, interrupted = asyncio.run(until_interrupted(source, services))
    if source.warning:
        errors.print(f"moodcue: warning: {source.warning}")
    if interrupted:
        end = result.timeline[-1].t if result.timeline else 0.0
        errors.print(f"moodcue: stopped; the first {end:.1f} s were analysed")
    if format_ == "json":
        written = f"{result.model_dump_json(indent=2)}\n".encode()
    else:
        record = result.record(name_of(recording), None if interrupted else source.duration)
        written = export(record, format_, base)
    write(written, output)
    if interrupted and source.duration is not None:
        raise typer.Exit(130)


def name_of(recording: str | None) -> str:
    """Return what to call a recording: its file's name; no address, which may hold a password."""
    if recording is None:
        return "Sample"
    if "://" not in recording:
        return Path(recording).name
    address = urlsplit(recording)
    return Path(address.path).name or address.hostname or ""


async def until_interrupted(
    source: UrlSource | FileSource, services: Services
) -> tuple[Analysis, bool]:
    """Analyse a source to its end, or until Ctrl+C; say whether it was that."""
    from web.analysis import analyse

    with Progress(
        *Progress.get_default_columns(),
        TextColumn("{task.completed:.0f} s"),
        _Problem(source),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bar:
        task = bar.add_task("Opening", total=source.duration)
        if isinstance(source, UrlSource):
            await source.open()
            if source.endless:
                hours = services.settings.max_length / 3600
                errors.print(
                    f"moodcue: this goes on and on: Ctrl+C ends it, or MOODCUE_MAX_LENGTH, "
                    f"which is {hours:g} hours"
                )
        bar.update(task, description="Analysing", total=source.duration)
        analysing = asyncio.ensure_future(
            analyse(
                source,
                services.new_engine(),
                services.settings.windows,
                lambda t: bar.update(task, completed=t),
                services.settings.max_length,
            )
        )
        try:
            return await asyncio.shield(analysing), False
        except asyncio.CancelledError:
            await source.close()
            return await analysing, True


class _Problem(ProgressColumn):
    """Says why nothing comes at the moment."""

    def __init__(self, source: UrlSource | FileSource) -> None:
        super().__init__()
        self._source = source

    def render(self, _: Task) -> Text:
        """Return the problem."""
        problem = self._source.problem if isinstance(self._source, UrlSource) else None
        return Text(str(problem or ""), style="yellow")
