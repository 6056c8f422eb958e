"""``moodcue taste``: print or reset the learned taste."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from moodcue.commands.terminal import AsJson, DataDir, report_errors, settings_from
from recommender import LearnedWord, Learner, Ranker, ShownLog, TrackIndex


@report_errors
def taste(
    reset: Annotated[bool, typer.Option("--reset", help="Reset it permanently.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Print the learned music taste of the user."""
    from web.sessions.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        ranker = Ranker(TrackIndex(catalogue.tracks()))
        learner = Learner(ShownLog(catalogue.engine), ranker)
        if reset:
            learner.reset()
    words = ranker.taste.words()
    if as_json:
        print(json.dumps([asdict(word) for word in words], indent=2))
    else:
        Console().print(table(words))


def table(words: Sequence[LearnedWord]) -> Table:
    """Return the learned words with their weights."""
    table = Table(title="Learned taste" if words else "Nothing learned yet")
    for heading in ("word", "weight", "", "chosen in"):
        table.add_column(heading, justify="right" if heading == "weight" else "left")
    for word in words:
        moods = ", ".join(f"{emotion} {count:.0f}" for emotion, count in word.taken.items())
        table.add_row(word.word, f"{word.weight:+.3f}", f"± {word.deviation:.3f}", moods)
    return table
