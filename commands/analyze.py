"""``moodcue analyze``: a recording, as fast as possible."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import Progress

from commands.terminal import DataDir, Output, VoiceModel, clearly, errors, fail, settings_from


@clearly
def analyze(
    file: Annotated[Path | None, typer.Argument(help="A recording.", show_default=False)] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Take Moodcue's own clip.")] = False,
    _: Annotated[Literal["json"], typer.Option("--format", help="What to print.")] = "json",
    output: Output = None,
    data_dir: DataDir = None,
    voice_model: VoiceModel = None,
) -> None:
    """Analyse a recording as fast as possible; print its moods and cues."""
    from stream import FileSource, sample_path
    from web.analysis import analyse
    from web.services import Services

    if (file is None) != sample:
        fail("name one file to analyse, or --sample")
    if output is not None and not output.parent.is_dir():
        fail(f"cannot write {output}: there is no folder {output.parent}")
    settings = settings_from(data_dir=data_dir, voice_model=voice_model)
    source = FileSource(sample_path() if file is None else file)
    with (
        closing(Services.open(settings)) as services,
        Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar,
    ):
        task = bar.add_task("Analysing", total=source.duration)
        result = asyncio.run(analyse(source, services, lambda t: bar.update(task, completed=t)))
    if source.warning:
        errors.print(f"moodcue: warning: {source.warning}")
    text = result.model_dump_json(indent=2)
    if output is None:
        print(text)
        return
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror}")
