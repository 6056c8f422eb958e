"""Options and output of the commands that export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from moodcue.commands.terminal import fail
from web.export import Format, require

AsFormat = Annotated[Format, typer.Option("--format", help="Output format.")]
Rate = Annotated[str, typer.Option(help="Frame rate: 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60.")]
Start = Annotated[
    str, typer.Option(help="Timecode of the first frame; ';' before the frames means drop-frame.")
]
DropFrame = Annotated[
    bool | None,
    typer.Option(
        "--drop-frame/--non-drop",
        help="Timecode format; by default that of --start.",
        show_default=False,
    ),
]


def check(format_: Format, output: Path | None) -> None:
    """Fail before the work starts if the export cannot be written.

    Raises
    ------
    ExportError
        If a library that the format needs is not installed.
    """
    require(format_)
    if output is not None and not output.parent.is_dir():
        fail(f"cannot write {output}: the folder {output.parent} does not exist")
    if output is None and format_ == "png" and sys.stdout.isatty():
        fail("cannot print a PNG to a terminal: give a file with -o")


def write(content: bytes, output: Path | None) -> None:
    """Write to a file, or to stdout for None."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror}")
