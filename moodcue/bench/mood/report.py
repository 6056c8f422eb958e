"""The report of the benchmark, as a table and as a plot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Group
from rich.table import Table

from moodcue.bench.live import Target
from moodcue.bench.mood.cases import STRANGERS, Case
from moodcue.bench.mood.display import AVERAGE, OURS, RAW, SHIPPED, Way

STYLES: Final = (
    (RAW, "s", "#999999"),
    (AVERAGE, "^-", "#8c6bb1"),
    (OURS, ".", "#fdae6b"),
    (SHIPPED, "*", "#d94801"),
)
"""Name, marker and colour in the plot."""

GRID_COLOUR: Final = "#dddddd"


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a run; see :mod:`moodcue.bench.mood`."""

    speakers: int
    moods: int
    minutes: float
    window: float
    voice: str
    face: str
    ways: tuple[Way, ...]
    cases: tuple[Case, ...]
    targets: tuple[Target, ...]


def table(report: Report) -> Group:
    """Return the report as two tables."""
    return Group(ways_table(report), cases_table(report))


def cases_table(report: Report) -> Table:
    """Return a table of what is shipped, by kind of feed."""
    table = Table(
        title="As shipped, by kind of feed",
        caption=None
        if any(case.name == STRANGERS for case in report.cases)
        else "Strangers are absent: held_out.npz has no corpus but RAVDESS, or --data lacks it.",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=0,
        pad_edge=False,
    )
    table.add_column("feeds", no_wrap=True)
    headings = ("accuracy", "s p50", "false", "ECE", "set", "size", "found", "alarms")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for case in report.cases:
        o = case.outcome
        cells = (
            f"{o.accuracy:.1%}",
            _number(o.seconds_p50, ".1f"),
            f"{o.false_flips:.1f}",
            f"{case.ece:.3f}",
            f"{case.coverage:.3f}",
            f"{case.size:.2f}",
            _number(case.found, ".0%"),
            _number(case.alarms, ".0%"),
        )
        table.add_row(f"{case.name} ({case.feeds})", *(f"  {cell}" for cell in cells))
    return table


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def ways_table(report: Report) -> Table:
    """Return a table of the ways to display changing moods."""
    targets = (
        f"{target.name}: at most {target.limit:g}, [green]met[/]"
        if target.met
        else f"{target.name}: at most {target.limit:g}, [red]missed[/]"
        for target in report.targets
    )
    table = Table(
        title=f"{report.speakers} feeds, {report.moods} moods in {report.minutes:.0f} minutes, "
        f"windows of {report.window:g} s; * on the Pareto front",
        caption="\n".join([*targets, f"Voice: {report.voice}.", f"Face: {report.face}."]),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=0,
        pad_edge=False,
    )
    table.add_column("shown", no_wrap=True)
    for heading in ("accuracy", "s p50", "s p90", "flips", "false", ""):
        table.add_column(heading, justify="right", no_wrap=True)
    for way in report.ways:
        o = way.outcome
        numbers = (o.seconds_p50, o.seconds_p90, o.flips, o.false_flips)
        table.add_row(
            f"{way.name} {way.setting}".strip(),
            f"{o.accuracy:.1%}",
            *("  never" if number is None else f"  {number:.1f}" for number in numbers),
            "*" if way.front else "",
        )
    return table


def plot(report: Report, path: Path) -> None:
    """Plot seconds and accuracy over false flips to a PNG file."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    figure.suptitle(f"{report.moods} changing moods, {report.speakers} speakers", fontsize=11)
    quantities = {
        "seconds_p50": "seconds until a change is shown, median",
        "accuracy": "share of time with the right mood",
    }
    for axes, (quantity, name) in zip(figure.subplots(1, 2), quantities.items(), strict=True):
        for way, marker, colour in STYLES:
            outcomes = [w.outcome for w in report.ways if w.name == way]
            y = [getattr(outcome, quantity) for outcome in outcomes]
            axes.plot([o.false_flips for o in outcomes], y, marker, color=colour, label=way)
        axes.axvline(1.3, color=GRID_COLOUR, linewidth=0.8)
        axes.set_xlabel("false flips a minute")
        axes.set_ylabel(name)
        axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(
        path, facecolor="white", metadata={"Date": None} if path.suffix == ".svg" else None
    )
