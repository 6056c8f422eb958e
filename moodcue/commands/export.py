"""What commands that export share: how they are told, and how they write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from moodcue.commands.terminal import fail
from web.export import Format, require

AsFormat = Annotated[Format, typer.Option("--format", help="What to make of it.")]
Rate = Annotated[
    str, typer.Option(help="Frames a second: 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60.")
]
Start = Annotated[
    str, typer.Option(help="Timecode of the beginning; ';' before the frames is drop-frame.")
]
DropFrame = Annotated[
    bool | None,
    typer.Option(
        "--drop-frame/--non-drop",
        help="How to count; by default as --start says.",
        show_default=False,
    ),
]


def check(format_: Format, output: Path | None) -> None:
    """End with a clear line if it can be told beforehand that there will be no export.

    Raises
    ------
    ExportError
        If this machine lacks what the format needs.
    """
    require(format_)
    if output is not None and not output.parent.is_dir():
        fail(f"cannot write {output}: there is no folder {output.parent}")
    if output is None and format_ == "png" and sys.stdout.isatty():
        fail("a terminal shows no png: name a file with -o")


def write(content: bytes, output: Path | None) -> None:
    """Write to a file, or to stdout."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror}")
