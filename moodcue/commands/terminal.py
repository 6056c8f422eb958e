"""What all commands share: how they are told, how they answer, and how they fail."""

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
    typer.Option(help="What reads the voice: voice, mfcc-conv1d of the 2020 system, or your own."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DataDir = Annotated[Path | None, typer.Option(help="Where the database is kept.")]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write here instead of to stdout.")
]

PROBLEMS: Final = (
    *(StorageError, ExportError, ImportFileError, LabelError, LibraryError, ModelError),
    *(OptionError, SourceError),
)
"""What a user can mend."""

INTERRUPTED: Final = 130
"""Exit code after Ctrl+C, as shells know it: 128 and the number of the signal."""

TOLD: Final = 20
"""Problems of an import that are printed; the others are counted."""


def fail(message: str) -> NoReturn:
    """Say on stderr in one line what is wrong, and end with exit code 2."""
    errors.print(f"moodcue: {message}", style="bold red" if errors.is_terminal else None)
    raise typer.Exit(2)


def clearly(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what a user can mend into one line; anything else is a defect and keeps its trace."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except PROBLEMS as error:
            fail(str(error))
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except typer.Abort as abort:
            # Typer answers Ctrl+C at a prompt like a "no".
            if isinstance(abort.__context__, KeyboardInterrupt):
                raise typer.Exit(INTERRUPTED) from None
            raise

    return run


def clock_time(seconds: float) -> str:
    """Return a session time as ``H:MM:SS``."""
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


def settings_from(**flags: Any) -> Settings:
    """Return the settings of flags that were given, and of the environment otherwise."""
    given_flags = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given_flags)
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(str(part) for part in problem["loc"])
        given = f"--{name.replace('_', '-')}" if name in given_flags else f"MOODCUE_{name.upper()}"
        what = problem["msg"].removeprefix("Value error, ")
        fail(f"{given}: {what}" if name else what)
