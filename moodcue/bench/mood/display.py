"""Ways to display moods as labels, and their evaluation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, product
from operator import le
from typing import Final, TypeAlias

import numpy as np

from inference import Emotion, Mood
from inference.analyser import DECORRELATION
from inference.emotion import most_likely, uniform
from inference.fusion import combine, face_opinion, fuse, voice_opinion
from inference.smoothing import MoodFilter, SteadyLabel
from moodcue.bench.mood.feeds import Feed

AVERAGES: Final = (1.0, 2.0, 4.0, 8.0)
"""Time constants of the exponential average, in seconds."""

DWELLS: Final = (1.5, 2.0, 3.0, 4.0, 8.0)
"""Dwell of our filter, in seconds."""

LEADS: Final = (0.1, 0.16, 0.26)
"""Lead of our label."""

RAW: Final = "raw"
AVERAGE: Final = "exponential average"
OURS: Final = "ours"
SHIPPED: Final = "ours, as shipped"

Labels: TypeAlias = list[Emotion]
"""The labels shown, each from the end of its window."""


def raw(moods: Sequence[Mood]) -> Labels:
    """Return the likeliest emotion of each window; windows without a reading keep the last one."""
    return average(moods, 0.0)


def average(moods: Sequence[Mood], seconds: float) -> Labels:
    """Return the likeliest emotion of an exponential average with a time constant in seconds."""
    labels: Labels = []
    mean, t = uniform(), 0.0
    for mood in moods:
        fused = fuse(mood.voice, mood.face)
        keep = math.exp(-(mood.t - t) / seconds) if seconds else float(fused.reliability == 0)
        mean, t = keep * mean + (1 - keep) * fused.probs, mood.t
        labels.append(most_likely(mean))
    return labels


def steady(moods: Sequence[Mood], renewal: float, dwell: float, lead: float) -> Labels:
    """Return the labels of our filter with our hysteresis."""
    labels: Labels = []
    heard, seen, label = MoodFilter(dwell, renewal), MoodFilter(dwell, renewal), SteadyLabel(lead)
    for mood in moods:
        heard.update(mood.t, voice_opinion(mood.voice))
        seen.update(mood.t, face_opinion(mood.face))
        label.update(combine(heard.get(), seen.get()).probs.astype(np.float32))
        labels.append(label.get())
    return labels


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one way to display moods; see :mod:`moodcue.bench.mood`.

    Attributes
    ----------
    accuracy : float
        In [0, 1].
    seconds_p50, seconds_p90 : float or None
        None if infinite, or if no mood changes.
    flips, false_flips : float
        Per minute.
    """

    accuracy: float
    seconds_p50: float | None
    seconds_p90: float | None
    flips: float
    false_flips: float


def judge(shown: Iterable[tuple[Feed, Sequence[float], Labels]]) -> Outcome:
    """Compare the labels shown with the moods played.

    Parameters
    ----------
    shown : iterable of (Feed, times, labels)
        For each feed, the labels and the times from which they were shown.
    """
    right = labelled = total = 0.0
    delays: list[float] = []
    flips = false_flips = 0
    for feed, times, labels in shown:
        total += feed.end
        for number, scene in enumerate(feed.scenes):
            labelled += scene.end - scene.start
            first = math.inf
            for label, start, end in zip(labels, times, [*times[1:], math.inf], strict=True):
                overlap = min(end, scene.end) - max(start, scene.start)
                if label in scene.moods and overlap > 0:
                    right += overlap
                    first = min(first, max(start - scene.start, 0.0))
            if number:
                delays.append(first)
        for (before, after), t in zip(pairwise(labels), times[1:], strict=True):
            if before != after:
                flips += 1
                now = feed.scene(t)
                false_flips += now is None or after not in now.moods
    p50, p90 = (
        delay if math.isfinite(delay) else None
        for delay in np.percentile(delays or [math.nan], (50, 90), method="higher").tolist()
    )
    minutes = total / 60
    return Outcome(right / labelled, p50, p90, flips / minutes, false_flips / minutes)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to display moods, and its result.

    Attributes
    ----------
    name : str
        :data:`RAW`, :data:`AVERAGE`, :data:`OURS` or :data:`SHIPPED`.
    setting : str
        Its parameters.
    outcome : Outcome
        Its result.
    front : bool
        Whether it is on the Pareto front of accuracy, median seconds and false flips: no way of
        another kind is better in one of them and at least as good in the others.
    """

    name: str
    setting: str
    outcome: Outcome
    front: bool


def ways(window: float) -> Iterator[tuple[tuple[str, str], Callable[[Sequence[Mood]], Labels]]]:
    """Yield every way to display moods, by name and setting."""
    yield (RAW, ""), raw
    for seconds in AVERAGES:
        yield (AVERAGE, f"of {seconds:g} s"), partial(average, seconds=seconds)
    for dwell, lead in product(DWELLS, LEADS):
        way = partial(steady, renewal=DECORRELATION * window, dwell=dwell, lead=lead)
        yield (OURS, f"dwell {dwell:g} s, lead {lead:g}"), way
    yield (SHIPPED, ""), lambda moods: [mood.label for mood in moods]


def rank(outcomes: Mapping[tuple[str, str], Outcome]) -> tuple[Way, ...]:
    """Return the ways, with those on the Pareto front marked."""
    costs = {
        name: (-o.accuracy, math.inf if o.seconds_p50 is None else o.seconds_p50, o.false_flips)
        for name, o in outcomes.items()
    }
    return tuple(
        Way(
            *name,
            outcome,
            front=not any(
                cost != costs[name] and all(map(le, cost, costs[name]))
                for other, cost in costs.items()
                if _kind(other[0]) != _kind(name[0])
            ),
        )
        for name, outcome in outcomes.items()
    )


def _kind(name: str) -> str:
    return OURS if name == SHIPPED else name
