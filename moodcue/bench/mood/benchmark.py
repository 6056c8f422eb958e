"""Play the feeds and evaluate every way to display their moods."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, closing
from importlib.util import find_spec
from itertools import islice, product
from pathlib import Path
from typing import Final

import numpy as np

import models
from inference import EMOTIONS, MODELS, Analyser, Emotion, LocalRuntime, Mood
from models.fusion.held_out import HeldOut, read_held_out
from models.fusion.pairs import CONFLICTS as CONFLICT_SHARE
from models.voice.corpora import RAVDESS
from models.voice.examples import DEGRADED
from moodcue.bench.live import Target
from moodcue.bench.mood.cases import CHANGING, CONFLICTS, ONE, STRANGERS, case_of
from moodcue.bench.mood.display import SHIPPED, Labels, Way, judge, rank, ways
from moodcue.bench.mood.feeds import (
    MOOD_LENGTH,
    ROUNDS,
    Clip,
    Feed,
    FeedSource,
    compose,
    faces_for,
    find_recordings,
    mood_order,
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

ONE_LENGTH: Final = (60.0, 60.0)
"""Shortest and longest time of a feed with a single mood, in seconds."""

STRANGERS_PER_CORPUS: Final = 2
"""Speakers of each corpus that are played as strangers."""

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
        Maximum number of speakers, and of strangers; one feed of each kind for each.
    window : float
        Length of the windows in seconds.
    data : Path or None
        Folder with :data:`SPEECH` and :data:`FACES`, which are not part of the project.
    picture : Path or None
        PNG file for a plot of the results.
    progress : callable
        Called with the name of each step.
    rounds, mood_length
        See :mod:`moodcue.bench.mood.feeds`.

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
    held_out = held_out[held_out.conditions != DEGRADED]
    faces = read_faces(data / FACES)
    spec = WindowSpec(window, WINDOW_HOP)
    ours = held_out[held_out.corpora == RAVDESS]
    recordings = find_recordings(data / SPEECH)
    played: dict[str, list[tuple[Feed, list[Mood]]]] = {}
    with closing(LocalRuntime([MODEL_FOLDER], MODELS, workers=1)) as runtime:

        def play(case: str, windows: HeldOut, feed: Feed) -> None:
            answers = {name: windows[windows.names == name] for name in set(windows.names.tolist())}
            moods = analyse(feed, HeldOutRuntime(runtime, answers, feed), spec)
            played.setdefault(case, []).append((feed, moods))

        names = sorted(set(ours.speakers.tolist()))[:speakers]
        for number, speaker in enumerate(names):
            progress(f"Playing speaker {number + 1} of {len(names)}")
            windows = ours[ours.speakers == speaker]
            clips = read_clips(recordings, windows)
            random = np.random.default_rng((SEED, number))
            agreeing = faces_for(mood_order(EMOTIONS, random, rounds), 0, random)
            play(CHANGING, windows, compose(clips, faces, agreeing, random, mood_length))
            mixed = faces_for(mood_order(EMOTIONS, random, 1), CONFLICT_SHARE, random)
            play(CONFLICTS, windows, compose(clips, faces, mixed, random, mood_length))
            one = EMOTIONS[number % len(EMOTIONS)]
            play(ONE, windows, compose(clips, faces, [(one, one)], random, ONE_LENGTH))
        strangers = islice(_strangers(held_out, find_recordings(data)), speakers)
        for number, (windows, clips) in enumerate(strangers):
            progress(f"Playing stranger {number + 1}")
            random = np.random.default_rng((SEED, speakers + number))
            agreeing = faces_for(mood_order(sorted(clips), random, rounds), 0, random)
            play(STRANGERS, windows, compose(clips, faces, agreeing, random, mood_length))
    progress("Evaluating the moods")
    changing = played[CHANGING]
    ranked = rank({name: judge(_shown(changing, way)) for name, way in ways(window)})
    shipped = next(way for way in ranked if way.name == SHIPPED)
    report = Report(
        speakers=len(changing),
        moods=sum(len(feed.scenes) for feed, _ in changing),
        minutes=sum(feed.end for feed, _ in changing) / 60,
        window=window,
        voice="cross-validation networks not trained on the speaker; strangers: on the corpus",
        face="crops of the validation set of FER2013, without detection",
        ways=ranked,
        cases=tuple(case_of(name, feeds) for name, feeds in played.items()),
        targets=tuple(_targets(shipped)),
    )
    if picture is not None:
        plot(report, picture)
    return report


def _strangers(
    held_out: HeldOut, recordings: dict[str, Path]
) -> Iterator[tuple[HeldOut, dict[Emotion, list[Clip]]]]:
    """Yield windows and clips of a few speakers of each corpus that is not :data:`RAVDESS`.

    The first speaker of each corpus comes first, then the second of each. Speakers with clips of
    fewer than two emotions are left out.
    """
    corpora = sorted(set(held_out.corpora.tolist()) - {RAVDESS})
    for number, corpus in product(range(STRANGERS_PER_CORPUS), corpora):
        of = held_out[held_out.corpora == corpus]
        for speaker in sorted(set(of.speakers.tolist()))[number : number + 1]:
            windows = of[of.speakers == speaker]
            clips = read_clips(recordings, windows)
            if len(clips) > 1:
                yield windows, clips


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
        ("seconds until a change is shown, median", shipped.outcome.seconds_p50, 2.5),
        ("false flips a minute", shipped.outcome.false_flips, 1.3),
        ("other ways that are better in everything", float(not shipped.front), 0.0),
    ):
        yield Target(name, value, limit, value is not None and value <= limit)
