"""Options, output and error handling shared by all commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, ParamSpec

import typer
from pydantic import ValidationError
from rich.console import Console

from inference import ModelError
from models.labelled import LabelError
from recommender import StorageError
from recommender.library import LibraryError
from recommender.music.csv_rows import ImportFileError
from stream import SourceError
from web.export import ExportError, OptionError
from web.settings import Settings

errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

P = ParamSpec("P")

VoiceModel = Annotated[
    str | None,
    typer.Option(help="Voice model: voice, voice-open, mfcc-conv1d of the 2020 system, or yours."),
]
FaceModel = Annotated[
    str | None,
    typer.Option(help="Face model: face_emotion, mini-xception of the 2020 system, or your own."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DataDir = Annotated[Path | None, typer.Option(help="Folder of the database.")]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write to this file instead of stdout.")
]

USER_ERRORS: Final = (
    *(StorageError, ExportError, ImportFileError, LabelError, LibraryError, ModelError),
    *(OptionError, SourceError),
)
"""Errors that a user can fix."""

INTERRUPTED: Final = 130
"""Exit code after Ctrl+C by the convention of shells: 128 plus the number of the signal."""

MAX_PRINTED: Final = 20
"""Number of skipped rows or files that are printed."""


def fail(message: str) -> NoReturn:
    """Print one line to stderr and exit with code 2."""
    errors.print(f"moodcue: {message}", style="bold red" if errors.is_terminal else None)
    raise typer.Exit(2)


def report_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Print errors that a user can fix in one line; other errors keep their traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except USER_ERRORS as error:
            fail(str(error))
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except typer.Abort as abort:
            # Typer treats Ctrl+C at a prompt like the answer "no".
            if isinstance(abort.__context__, KeyboardInterrupt):
                raise typer.Exit(INTERRUPTED) from None
            raise

    return run


def clock_time(seconds: float) -> str:
    """Return a session time as ``H:MM:SS``."""
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


def settings_from(**options: Any) -> Settings:
    """Return the settings from the given options, else from the environment."""
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(str(part) for part in problem["loc"])
        source = f"--{name.replace('_', '-')}" if name in given else f"MOODCUE_{name.upper()}"
        message = problem["msg"].removeprefix("Value error, ")
        fail(f"{source}: {message}" if name else message)
