"""The report of the benchmark, as a table and as a plot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from moodcue.bench.ranking.listener import CHOICES, KINDS, Kind
from moodcue.bench.ranking.policies import WABBIT
from moodcue.bench.ranking.speed import Speed

COLOURS: Final = {
    "oracle": "#bbbbbb",
    WABBIT: "#8c6bb1",
    "beta per track": "#4292c6",
    "mapping": "#636363",
    "learned": "#d94801",
}
"""Colour of each ranking in the plot."""


@dataclass(frozen=True, slots=True)
class Result:
    """Hits of a ranking over all users of one taste."""

    taste: Kind
    policy: str
    mean: float
    spread: float
    ratio: float
    ratio_spread: float


@dataclass(frozen=True, slots=True)
class Target:
    """A lower limit, and whether it was met."""

    name: str
    value: float
    limit: float
    met: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a run; ``left_out`` says which ranking was not measured, and why."""

    users: int
    left_out: str | None
    results: list[Result]
    speed: Speed
    targets: list[Target]


def plot(runs: dict[tuple[Kind, str], NDArray[np.bool_]], path: Path) -> None:
    """Plot cumulative hits: mean and standard deviation over the users of each taste."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 3.6), layout="constrained")
    choices = np.arange(1, CHOICES + 1)
    panels = figure.subplots(1, len(KINDS), sharey=True)
    for kind, axes in zip(KINDS, panels, strict=True):
        for name, colour in COLOURS.items():
            if (kind, name) in runs:
                total = runs[kind, name].cumsum(axis=1)
                mean, spread = total.mean(axis=0), total.std(axis=0)
                axes.plot(choices, mean, color=colour, label=name)
                axes.fill_between(
                    choices, mean - spread, mean + spread, color=colour, alpha=0.12, linewidth=0
                )
        axes.set_title(f"taste: {kind}", fontsize=10)
        axes.set_xlabel("choices")
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("hits")
    panels[0].legend(frameon=False, fontsize=8)
    figure.savefig(
        path, facecolor="white", metadata={"Date": None} if path.suffix == ".svg" else None
    )


def table(report: Report) -> Table:
    """Return the report as a table."""
    table = Table(
        title=f"Hits in {CHOICES} choices, {report.users} users of each taste",
        caption=report.left_out,
    )
    for heading in ("taste", "ranking", "hits", "over the mapping's"):
        table.add_column(heading, justify="left" if heading in ("taste", "ranking") else "right")
    for result in report.results:
        table.add_row(
            result.taste,
            result.policy,
            f"{result.mean:.1f} ± {result.spread:.1f}",
            f"{result.ratio:.2f} ± {result.ratio_spread:.2f}",
        )
    speed = report.speed
    table.add_section()
    table.add_row(
        f"{speed.tracks} tracks",
        f"{1000 * speed.ours:.1f} ms",
        f"{1000 * speed.one_by_one:.0f} ms one by one",
        f"{speed.ratio:.0f} times; {speed.bytes_per_track:.0f} bytes a track",
    )
    table.add_section()
    for target in report.targets:
        verdict = "[green]met[/]" if target.met else "[red]missed[/]"
        table.add_row(target.name, verdict, f"{target.value:.2f}", f"at least {target.limit:g}")
    return table
