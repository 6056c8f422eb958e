"""How well the moods of some feeds keep their promises: label, probability, set, conflict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from inference import EMOTIONS, Mood
from models.evaluation import expected_calibration_error
from moodcue.bench.mood.display import Outcome, judge
from moodcue.bench.mood.feeds import Feed, Scene

Played: TypeAlias = Sequence[tuple[Feed, Sequence[Mood]]]
"""Feeds and their moods."""

CHANGING: Final = "changing moods"
CONFLICTS: Final = "conflicts"
ONE: Final = "one mood"
STRANGERS: Final = "strangers"


@dataclass(frozen=True, slots=True)
class Case:
    """The result of the shipped settings on feeds of one kind; see :mod:`moodcue.bench.mood`.

    Attributes
    ----------
    name : str
        :data:`CHANGING`, :data:`CONFLICTS`, :data:`ONE` or :data:`STRANGERS`.
    feeds : int
        Number of feeds.
    minutes : float
        Their length.
    outcome : Outcome
        The result by the labels.
    ece : float
        Expected calibration error of the moods.
    coverage, size : float
        Share of the time in which the set holds the mood, and mean size of the set.
    found, alarms : float or None
        Share of the time that is called a conflict, where there is one and where there is none;
        None without such moods.
    """

    name: str
    feeds: int
    minutes: float
    outcome: Outcome
    ece: float
    coverage: float
    size: float
    found: float | None
    alarms: float | None


def case_of(name: str, played: Played) -> Case:
    """Judge the moods of some feeds. Silences count only for the changes of the label."""
    shown = [([mood.t for mood in moods], [mood.label for mood in moods]) for _, moods in played]
    moments = [moment for feed, moods in played for moment in _moments(feed, moods)]
    # What is right is either of the two that are expressed, each with one half.
    right = np.array([[EMOTIONS.index(e) for e in scene.moods] for scene, _ in moments])
    probs = np.stack([mood.probs for _, mood in moments])
    conflicts = [mood.conflict for scene, mood in moments if scene.emotion != scene.shown]
    others = [mood.conflict for scene, mood in moments if scene.emotion == scene.shown]
    return Case(
        name=name,
        feeds=len(played),
        minutes=sum(feed.end for feed, _ in played) / 60,
        outcome=judge((feed, *each) for (feed, _), each in zip(played, shown, strict=True)),
        ece=expected_calibration_error(right.T.ravel(), np.concatenate([probs, probs])),
        coverage=float(np.mean([e in mood.set for scene, mood in moments for e in scene.moods])),
        size=float(np.mean([len(mood.set) for _, mood in moments])),
        found=float(np.mean(conflicts)) if conflicts else None,
        alarms=float(np.mean(others)) if others else None,
    )


def _moments(feed: Feed, moods: Sequence[Mood]) -> Iterator[tuple[Scene, Mood]]:
    for mood in moods:
        scene = feed.scene(mood.t)
        if scene is not None:
            yield scene, mood
