"""``moodcue models``: list the networks with licences and figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table

from inference import ModelCard, ModelError
from inference.card import read_card
from inference.models import SHIPPED
from moodcue.commands.terminal import AsJson, errors, report_errors, settings_from

WIDTH: Final = 120
"""Minimum width of the table in characters."""

COMMERCIAL_USE: Final = {True: "allowed", False: "not allowed", None: "not stated"}


@report_errors
def models(
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder with your own models in models/NAME/.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the networks with licence, commercial use, size and figures."""
    own = settings_from(data_dir=data_dir).own_models
    cards = [*read_cards([own, SHIPPED])]
    if as_json:
        print(json.dumps([facts(card, own) for card in cards], indent=2))
        return
    table = Table("model", "licence", "commercial use", "size", "figures")
    for card in cards:
        name = f"{card.name} (yours)" if card.model.is_relative_to(own) else card.name
        size = decimal(card.model.stat().st_size)
        row = (name, card.licence, COMMERCIAL_USE[card.commercial_use], size, figures(card))
        table.add_row(*map(escape, row))
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH)
    console.print(table)


def read_cards(directories: Sequence[Path]) -> Iterator[ModelCard]:
    """Read the cards of all models; if two folders have the same name, the first is used.

    A card that cannot be read is reported on stderr and skipped.
    """
    found: dict[str, Path] = {}
    for directory in directories:
        for path in sorted(directory.glob("*/card.md")):
            found.setdefault(path.parent.name, path)
    for path in found.values():
        try:
            yield read_card(path)
        except ModelError as error:
            errors.print(f"moodcue: {error}")


def facts(card: ModelCard, own: Path) -> dict[str, Any]:
    """Return the facts about a model that ``--json`` prints."""
    return {
        "name": card.name,
        "licence": card.licence,
        "commercial_use": card.commercial_use,
        "bytes": card.model.stat().st_size,
        "figures": card.figures,
        "file": str(card.model),
        "own": card.model.is_relative_to(own),
    }


def figures(card: ModelCard) -> str:
    """Format the figures of a card in one line, such as ``uar 0.72 (RAVDESS)``."""
    numbers = [
        f"{name.replace('_', ' ')} {value}"
        for name, value in card.figures.items()
        if name != "data"
    ]
    data = card.figures.get("data")
    return ", ".join(numbers) + (f" ({data})" if data else "")
