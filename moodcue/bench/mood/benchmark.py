"""Play the feeds and evaluate every way to display their moods."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, closing
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

import models
from inference import MODELS, Analyser, LocalRuntime, Mood
from models.fusion.held_out import read_held_out
from models.voice.examples import DEGRADED
from moodcue.bench.live import Target
from moodcue.bench.mood.display import SHIPPED, Labels, Way, judge, rank, ways
from moodcue.bench.mood.feeds import (
    MOOD_LENGTH,
    ROUNDS,
    Feed,
    FeedSource,
    compose,
    read_clips,
    read_faces,
)
from moodcue.bench.mood.held_out import HeldOutRuntime
from moodcue.bench.mood.report import Report, plot
from moodcue.bench.process import BenchError
from stream import WINDOW_HOP, SessionClock, Window, Windows, WindowSpec

SPEECH: Final = Path("ravdess", "speech")
FACES: Final = Path("fer2013.zip")
"""Paths of RAVDESS and FER2013 in the data folder."""

SEED: Final = 0

MODEL_FOLDER: Final = Path(models.__path__[0])


def measure(
    speakers: int,
    window: float,
    data: Path | None,
    picture: Path | None,
    progress: Callable[[str], None],
    *,
    rounds: int = ROUNDS,
    mood_length: tuple[float, float] = MOOD_LENGTH,
) -> Report:
    """Play the feeds and display their moods in every way.

    Parameters
    ----------
    speakers : int
        Maximum number of speakers; one feed each.
    window : float
        Length of the windows in seconds.
    data : Path or None
        Folder with :data:`SPEECH` and :data:`FACES`, which are not part of the project.
    picture : Path or None
        PNG file for a plot of the results.
    progress : callable
        Called with the name of each step.
    rounds, mood_length
        See :func:`~moodcue.bench.mood.feeds.compose`.

    Raises
    ------
    BenchError
        If data are missing, or matplotlib for a plot.
    """
    if picture is not None and find_spec("matplotlib") is None:
        raise BenchError("a plot needs matplotlib: pip install 'moodcue[train]'")
    if data is None:
        raise BenchError(f"give --data, a folder with {SPEECH} (RAVDESS) and {FACES} (FER2013)")
    for needed in (data / SPEECH, data / FACES):
        if not needed.exists():
            raise BenchError(f"{needed} does not exist: check --data")
    held_out = read_held_out()
    windows = held_out[held_out.conditions != DEGRADED]
    answers = {name: windows[windows.names == name] for name in sorted(set(windows.names.tolist()))}
    names = sorted(set(windows.speakers.tolist()))[:speakers]
    faces = read_faces(data / FACES)
    played: list[tuple[Feed, list[Mood]]] = []
    spec = WindowSpec(window, WINDOW_HOP)
    with closing(LocalRuntime([MODEL_FOLDER], MODELS, workers=1)) as runtime:
        for number, speaker in enumerate(names):
            progress(f"Playing speaker {number + 1} of {len(names)}")
            clips = read_clips(data / SPEECH, answers, speaker)
            random = np.random.default_rng((SEED, number))
            feed = compose(clips, faces, random, rounds, mood_length)
            played.append((feed, analyse(feed, HeldOutRuntime(runtime, answers, feed), spec)))
    progress("Evaluating the moods")
    ranked = rank({name: judge(_shown(played, way)) for name, way in ways(window)})
    shipped = next(way for way in ranked if way.name == SHIPPED)
    report = Report(
        speakers=len(played),
        moods=sum(len(feed.scenes) for feed, _ in played),
        minutes=sum(feed.end for feed, _ in played) / 60,
        window=window,
        voice="RAVDESS, by cross-validation networks not trained on the speaker",
        face="crops of the validation set of FER2013, without detection",
        ways=ranked,
        targets=tuple(_targets(shipped)),
    )
    if picture is not None:
        plot(report, picture)
    return report


def analyse(feed: Feed, runtime: HeldOutRuntime, spec: WindowSpec) -> list[Mood]:
    """Return the moods of a feed."""
    analyser = Analyser(runtime, spec.length)

    def update(window: Window) -> Mood:
        assert window.audio is not None
        runtime.audio_span = window.audio.t, window.audio.end
        return analyser.update(window)

    async def run() -> list[Mood]:
        async with aclosing(Windows(FeedSource(feed), SessionClock(), spec)) as windows:
            return [update(window) async for window in windows]

    return asyncio.run(run())


def _shown(
    played: Iterable[tuple[Feed, Sequence[Mood]]], way: Callable[[Sequence[Mood]], Labels]
) -> Iterator[tuple[Feed, list[float], Labels]]:
    for feed, moods in played:
        yield feed, [mood.t for mood in moods], way(moods)


def _targets(shipped: Way) -> Iterator[Target]:
    for name, value, limit in (
        ("seconds until a change is shown, median", shipped.outcome.seconds_p50, 3.0),
        ("false flips a minute", shipped.outcome.false_flips, 3.0),
        ("other ways that are better in everything", float(not shipped.front), 0.0),
    ):
        yield Target(name, value, limit, value is not None and value <= limit)
