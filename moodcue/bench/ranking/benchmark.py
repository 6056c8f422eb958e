"""Let simulated users choose from the lists of each ranking."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from moodcue.bench.process import BenchError
from moodcue.bench.ranking.listener import CHOICES, KINDS, PATIENCE, Kind, Listener
from moodcue.bench.ranking.policies import (
    POLICIES,
    WABBIT,
    Policy,
)
from moodcue.bench.ranking.report import Report, Result, Target, plot
from moodcue.bench.ranking.speed import Speed, measure_speed
from recommender import TrackIndex
from recommender.music.builtin import builtin_tracks

TRACKS: Final = 100_000
"""Tracks in the measurement of speed."""

FIRST_USER: Final = 20_000
"""Seed of the first user; :mod:`recommender.ranking.taste` was tuned with other seeds."""

REPEAT_AFTER: Final = 10
"""Choices until a chosen track may be shown again."""


def measure(users: int, picture: Path | None, progress: Callable[[str], None]) -> Report:
    """Simulate users and measure the time of a list.

    Vowpal Wabbit is included if the extra ``bench`` is installed.

    Parameters
    ----------
    users : int
        Users of each taste.
    picture : Path or None
        PNG or SVG file for a plot of cumulative hits.
    progress : callable
        Called with the name of each step.

    Raises
    ------
    BenchError
        If matplotlib is missing for a plot.
    """
    if picture is not None and not find_spec("matplotlib"):
        raise BenchError("a plot needs matplotlib: pip install 'moodcue[train]'")
    index = TrackIndex(builtin_tracks())
    policies, left_out = POLICIES, None
    if not find_spec("vowpalwabbit"):
        policies = {name: policy for name, policy in POLICIES.items() if name != WABBIT}
        left_out = f"without {WABBIT}, which is not installed: pip install 'moodcue[bench]'"
    runs: dict[tuple[Kind, str], NDArray[np.bool_]] = {}
    for kind in KINDS:
        for name, policy in policies.items():
            progress(f"{kind}: {name}")
            listeners = (Listener(index, kind, FIRST_USER + user) for user in range(users))
            runs[kind, name] = np.array(
                [hits(listener, policy(listener, user)) for user, listener in enumerate(listeners)]
            )
    results = list(_results(runs))
    progress(f"speed with {TRACKS:,} tracks")
    with threadpool_limits(1):
        speed = measure_speed(TRACKS)
    if picture is not None:
        plot(runs, picture)
    return Report(users, left_out, results, speed, list(_targets(results, speed)))


def _results(runs: dict[tuple[Kind, str], NDArray[np.bool_]]) -> Iterator[Result]:
    for (kind, name), hit in runs.items():
        counts, base = hit.sum(axis=1), runs[kind, "mapping"].sum(axis=1)
        ratios = counts / np.maximum(1, base)
        yield Result(
            kind,
            name,
            mean=float(counts.mean()),
            spread=float(counts.std()),
            ratio=float(counts.mean() / base.mean()),
            ratio_spread=float(ratios.std()),
        )


def _targets(results: Sequence[Result], speed: Speed) -> Iterator[Target]:
    for result in results:
        if result.policy == "learned":
            least = 0.97 if result.taste == "mapping" else 1.5
            name = f"hits over the mapping's, taste “{result.taste}”"
            yield Target(name, result.ratio, least, result.ratio >= least)
    yield Target("times as fast as one by one", speed.ratio, 20, speed.ratio >= 20)


def hits(listener: Listener, policy: Policy) -> NDArray[np.bool_]:
    """Return for each choice whether the user chose a track."""
    recently_taken: deque[int] = deque(maxlen=REPEAT_AFTER)
    hit = np.zeros(CHOICES, dtype=bool)
    for choice in range(CHOICES):
        query = listener.mood()
        likes = listener.likes(query, choice)
        seen: list[int] = []
        taken = None
        for number in policy.rank(query, set(recently_taken)):
            seen.append(number)
            if listener.rng.random() < likes[number]:
                taken = number
                recently_taken.append(number)
                break
            if listener.rng.random() > PATIENCE:
                break
        hit[choice] = taken is not None
        policy.learn(query, seen, taken)
    return hit
