"""``moodcue analyze``: analyse a recording or a URL as fast as possible."""

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
    FaceModel,
    Output,
    VoiceModel,
    errors,
    fail,
    report_errors,
    settings_from,
)
from stream import FileSource, SessionClock, UrlSource, sample_path
from web.export import ZERO, Timebase, export

if TYPE_CHECKING:
    from web.analysis import Analysis
    from web.sessions.services import Services


@report_errors
def analyze(
    recording: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|URL]",
            help="A recording, or the URL of an audio or video file, an HLS or RTSP stream, or, "
            "with the extra 'url', a web page with media.",
            show_default=False,
        ),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Analyse the sample clip.")] = False,
    format_: AsFormat = "json",
    output: Output = None,
    rate: Rate = "25",
    start: Start = ZERO,
    drop_frame: DropFrame = None,
    allow_private_addresses: Annotated[
        bool | None,
        typer.Option(
            "--allow-private-addresses",
            help="Allow URLs on private networks and on this machine.",
        ),
    ] = None,
    data_dir: DataDir = None,
    voice_model: VoiceModel = None,
    face_model: FaceModel = None,
) -> None:
    """Analyse a recording as fast as possible, and print its moods and cues.

    Ctrl+C stops the analysis and prints the results so far.
    """
    from web.sessions.services import Services

    if (recording is None) != sample:
        fail("give a file or URL to analyse, or --sample")
    base = Timebase.of(rate, start, drop_frame)
    check(format_, output)
    settings = settings_from(
        data_dir=data_dir,
        voice_model=voice_model,
        face_model=face_model,
        allow_private_addresses=allow_private_addresses,
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
        errors.print(f"moodcue: stopped: the first {end:.1f} s were analysed")
    if format_ == "json":
        content = f"{result.model_dump_json(indent=2)}\n".encode()
    else:
        record = result.record(title_of(recording), None if interrupted else source.duration)
        content = export(record, format_, base)
    write(content, output)
    if interrupted and source.duration is not None:
        raise typer.Exit(130)


def title_of(recording: str | None) -> str:
    """Return the title of a recording: its file name, not its URL, which may have a password."""
    if recording is None:
        return "Sample"
    if "://" not in recording:
        return Path(recording).name
    url = urlsplit(recording)
    return Path(url.path).name or url.hostname or ""


async def until_interrupted(
    source: UrlSource | FileSource, services: Services
) -> tuple[Analysis, bool]:
    """Analyse a source until it ends or Ctrl+C; return the analysis and whether it was Ctrl+C."""
    from web.analysis import analyse

    with Progress(
        *Progress.get_default_columns(),
        TextColumn("{task.completed:.0f} s"),
        _ProblemColumn(source),
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
                    f"moodcue: this stream has no end: stop with Ctrl+C, or it stops after "
                    f"{hours:g} hours (MOODCUE_MAX_LENGTH)"
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


class _ProblemColumn(ProgressColumn):
    """Shows why no media arrive."""

    def __init__(self, source: UrlSource | FileSource) -> None:
        super().__init__()
        self._source = source

    def render(self, _: Task) -> Text:
        """Return the problem as text; empty if there is none."""
        problem = self._source.problem if isinstance(self._source, UrlSource) else None
        return Text(str(problem or ""), style="yellow")
