"""How soon, how surely and how calmly a change of mood is shown: ``moodcue bench mood``.

Labelled recordings become live feeds. In each, one speaker goes twice through all eight emotions in
random order, never the same twice in a row: for 6 to 20 s one mood, clip after clip; then 1 to 4 s
of silence in front of an empty chair; then another. The feeds go through the real windows, voice
activity, tracking, face emotion network, reliabilities, speaker adaptation and fusion, in an
:class:`~inference.Analyser`. What comes out is what live use would show, but for two things:

Voice
    Clips are RAVDESS speech, of actors that the shipped network was trained on. In its place answer
    the networks of the folds, each for actors that it did not hear
    (:mod:`models.fusion.held_out`): to the window of the clip which is nearest to what is heard.
Face
    Pictures are FER2013's validation part, with which the shipped network was chosen but not
    trained. They are crops of 48 pixels without room for a search. Detection and mesh are therefore
    answered for: the crop is the face. It shows for as long as a clip lasts, so that a face that is
    misread is misread for seconds, as in a real feed. A face labelled neutral serves for calm too.

The moods of every feed are then shown in several ways, from the same readings:

raw
    The likeliest emotion of each window, voice and face fused.
exponential average
    The likeliest of the running average of those distributions, for several time constants.
ours
    :class:`~inference.smoothing.MoodFilter` with :class:`~inference.smoothing.SteadyLabel`, for
    several times a mood lasts (dwell) and leads of another label.

What is measured, over all feeds:

accuracy
    Share of the time with a mood in which its label was shown; silences do not count.
seconds
    From the first frame of a mood to the first moment its label is shown, median and 90th
    percentile over all moods but the first of a feed. One that is never shown takes forever.
flips, false flips
    Changes of the shown label a minute, silences included; false are all but those to the label of
    the mood that lasts.

The times are those of the media: what a window takes to compute and to send comes on top, see
``moodcue bench live``.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import pairwise, product
from operator import le
from pathlib import Path
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.table import Table

import models
from inference import EMOTIONS, MODELS, Analyser, Emotion, LocalRuntime, ModelCard, Mood
from inference.analyser import DECORRELATION
from inference.emotion import Distribution, most_likely, uniform
from inference.face.detection import GRID
from inference.face.detection import INPUT_SIZE as DETECTION_SIZE
from inference.face.emotion import Grey, as_emotions
from inference.face.mesh import CHIN, FOREHEAD, LEFT_EYE, LEVEL_PITCH, RIGHT_EYE
from inference.face.mesh import INPUT_SIZE as MESH_SIZE
from inference.fusion import fuse
from inference.runtime import Tensors
from inference.smoothing import MoodFilter, SteadyLabel
from models.face_emotion.faces import LABELS, read_fer2013
from models.fusion.held_out import HeldOut, read_held_out
from models.recordings import ravdess, read_audio
from models.voice.examples import DEGRADED
from moodcue.bench.live import Target
from moodcue.bench.process import BenchError
from stream import (
    FRAME_RATE,
    WINDOW_HOP,
    AudioBlock,
    Media,
    SessionClock,
    VideoFrame,
    Window,
    Windows,
    WindowSpec,
)
from stream.media import SAMPLE_RATE

SPEECH: Final = Path("ravdess", "speech")
FACES: Final = Path("fer2013.zip")
"""Where the speech of RAVDESS and the faces of FER2013 are in the folder of data."""

MOOD: Final = (6.0, 20.0)
"""Shortest and longest mood in seconds."""

SILENCE: Final = (1.0, 4.0)
"""Shortest and longest silence between two moods in seconds."""

ROUNDS: Final = 2
"""How often each emotion comes in a feed."""

BLOCK: Final = SAMPLE_RATE // FRAME_RATE
"""Samples from one picture to the next."""

FRAME: Final = 96
"""Pixels a side of a picture in the feed, around a crop of 48."""

CROP: Final = 48
"""Pixels a side of a face of FER2013."""

AVERAGES: Final = (1.0, 2.0, 4.0, 8.0)
"""Time constants of the exponential average in seconds."""

DWELLS: Final = (1.5, 2.0, 3.0, 4.0, 8.0)
"""Dwells of our filter in seconds."""

LEADS: Final = (0.1, 0.2, 0.4)
"""Leads of our label."""

SEED: Final = 0

MODEL_FOLDER: Final = Path(models.__path__[0])

NEAR: Final = 1.0
"""Seconds by which begin and end of two windows may differ, together, for them to be much alike."""

# One box in the middle of the picture, half as wide, from the anchor right below the middle.
BOXES: Final = np.zeros((1, GRID * GRID, 16), np.float32)
SCORES: Final = np.full((1, GRID * GRID), -10, np.float32)
_MIDDLE: Final = GRID // 2 * (GRID + 1)
_HALF_CELL: Final = DETECTION_SIZE / GRID / 2
BOXES[0, _MIDDLE, :4] = -_HALF_CELL, -_HALF_CELL, DETECTION_SIZE / 2, DETECTION_SIZE / 2
SCORES[0, _MIDDLE] = 10


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A recording of RAVDESS: its file name, and float32 samples at 16 kHz."""

    name: str
    samples: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """A clip and a face in a feed; times in seconds of the feed."""

    start: float
    end: float
    clip: str
    samples: NDArray[np.float32]
    face: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A mood in a feed; times in seconds of the feed."""

    start: float
    end: float
    emotion: Emotion
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """One speaker's moods in the order of time."""

    scenes: tuple[Scene, ...]

    @property
    def end(self) -> float:
        """Seconds after which nothing comes."""
        return self.scenes[-1].end

    def sound(self) -> NDArray[np.float32]:
        """Return all that is heard, float32 at 16 kHz."""
        samples = np.zeros(round(self.end * SAMPLE_RATE), np.float32)
        for utterance in self.utterances():
            start = round(utterance.start * SAMPLE_RATE)
            samples[start : start + len(utterance.samples)] = utterance.samples
        return samples

    def utterances(self) -> Iterator[Utterance]:
        """Yield all that is said, in the order of time."""
        for scene in self.scenes:
            yield from scene.utterances

    def mood(self, t: float) -> Emotion | None:
        """Return the mood at a time, None in a silence."""
        return next((s.emotion for s in self.scenes if s.start <= t < s.end), None)

    def picture(self, t: float) -> NDArray[np.uint8]:
        """Return what is seen: a face, its edges drawn out to the border, or black."""
        for utterance in self.utterances():
            if utterance.start <= t < utterance.end:
                margins = ((FRAME - CROP) // 2,) * 4
                grey = cv2.copyMakeBorder(utterance.face, *margins, cv2.BORDER_REPLICATE)
                return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
        return np.zeros((FRAME, FRAME, 3), np.uint8)


class FeedSource:
    """Plays a feed as fast as it is taken: sound, and five pictures a second."""

    clock = None
    live = False
    has_audio = True
    has_video = True
    dropped = 0

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield a block of sound and a picture in turn."""
        sound = self._feed.sound()
        for start in range(0, len(sound), BLOCK):
            t = start / SAMPLE_RATE
            yield AudioBlock(t, sound[start : start + BLOCK])
            yield VideoFrame(t, self._feed.picture(t))

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


class HeldOutRuntime:
    """Runs the networks, but answers for the voice from the folds, and for where a face is.

    Parameters
    ----------
    runtime : LocalRuntime
        Has :data:`~inference.MODELS`.
    answers : mapping from str to HeldOut
        What the folds said of each clip.
    feed : Feed
        What is played.
    """

    def __init__(self, runtime: LocalRuntime, answers: Mapping[str, HeldOut], feed: Feed) -> None:
        self._runtime = runtime
        self._answers = answers
        self._feed = feed
        self._landmarks = landmarks(runtime.card("face_emotion"))
        self.heard = (0.0, 0.0)
        """Begin and end of what is heard, in seconds of the feed."""

    def card(self, model: str) -> ModelCard:
        """Return the card of a model."""
        return self._runtime.card(model)

    def run(self, model: str, inputs: Tensors) -> Tensors:
        """Answer as the model would."""
        if model == "voice":
            return {"probabilities": nearest(self._answers, self._feed, *self.heard)[None]}
        if model == "face_detection":
            seen = inputs["image"].max() > -1
            return {"boxes": BOXES, "scores": SCORES if seen else SCORES - 20}
        if model == "face_mesh":
            seen = inputs["face"].max(axis=(1, 2, 3)) > 0
            return {
                "landmarks": np.repeat(self._landmarks[None], len(seen), axis=0),
                "presence": np.where(seen, 10, -10).astype(np.float32),
            }
        return self._runtime.run(model, inputs)


def nearest(answers: Mapping[str, HeldOut], feed: Feed, begin: float, end: float) -> Distribution:
    """Return what the folds said of that window of a clip which is nearest to what is heard.

    Where two clips are heard, that of which more speech is.
    """
    found: list[tuple[bool, float, Distribution]] = []
    for utterance in feed.utterances():
        first, last = max(begin, utterance.start), min(end, utterance.end)
        if first < last:
            rows = answers[utterance.clip]
            begins, ends = np.maximum(rows.begins, 0) + utterance.start, rows.ends + utterance.start
            distances = abs(begins - first) + abs(ends - last)
            row = int(distances.argmin())
            near = bool(distances[row] <= NEAR)
            found.append((near, float(rows.speech[row]), rows.probabilities[row]))
    return max(found, key=lambda answer: answer[:2])[2]


def landmarks(card: ModelCard) -> NDArray[np.float32]:
    """Return a mesh whose aligned face is the crop in the middle of :meth:`Feed.picture`.

    The mesh sees one and a half times the crop; points of the mesh are in its pixels.
    """
    low, high = MESH_SIZE / 6, MESH_SIZE * 5 / 6
    middle, side = MESH_SIZE / 2, high - low
    points = np.full((468, 3), (middle, middle, 0), np.float32)
    points[0], points[1] = (low, low, 0), (high, high, 0)
    half, eyes = card.setting("eye_distance") * side / 2, low + card.setting("eye_line") * side
    points[list(RIGHT_EYE)] = middle - half, eyes, 0
    points[list(LEFT_EYE)] = middle + half, eyes, 0
    points[FOREHEAD] = middle, low, 0
    points[CHIN] = middle, high, side * math.tan(math.radians(LEVEL_PITCH))
    return points


def compose(
    clips: Mapping[Emotion, Sequence[Clip]],
    faces: Mapping[Emotion, Sequence[Grey]],
    random: np.random.Generator,
) -> Feed:
    """Make a feed of a speaker's clips and of anybody's faces."""
    scenes: list[Scene] = []
    t = 0.0
    for emotion in course(random):
        start = t
        end = start + random.uniform(*MOOD)
        utterances: list[Utterance] = []
        while (left := round((end - t) * SAMPLE_RATE)) > 0:
            clip = clips[emotion][int(random.integers(len(clips[emotion])))]
            face = faces[emotion][int(random.integers(len(faces[emotion])))]
            samples = clip.samples[:left]
            utterances.append(
                Utterance(t, t + len(samples) / SAMPLE_RATE, clip.name, samples, face)
            )
            t = utterances[-1].end
        scenes.append(Scene(start, t, emotion, tuple(utterances)))
        t += random.uniform(*SILENCE)
    return Feed(tuple(scenes))


def course(random: np.random.Generator) -> list[Emotion]:
    """Return every emotion :data:`ROUNDS` times in random order, never one twice in a row."""
    order: list[int] = []
    for _ in range(ROUNDS):
        turn = random.permutation(len(EMOTIONS)).tolist()
        order += turn if order[-1:] != turn[:1] else turn[::-1]
    return [EMOTIONS[n] for n in order]


def watch(feed: Feed, runtime: HeldOutRuntime, spec: WindowSpec) -> list[Mood]:
    """Return the moods of a feed as a session has them."""
    analyser = Analyser(runtime, spec.length)

    def update(window: Window) -> Mood:
        assert window.audio is not None
        runtime.heard = window.audio.t, window.audio.end
        return analyser.update(window)

    async def run() -> list[Mood]:
        async with aclosing(Windows(FeedSource(feed), SessionClock(), spec)) as windows:
            return [update(window) async for window in windows]

    return asyncio.run(run())


def read_clips(
    speech: Path, answers: Mapping[str, HeldOut], speaker: str
) -> dict[Emotion, list[Clip]]:
    """Return a speaker's clips that the folds have answered for, by emotion."""
    clips: dict[Emotion, list[Clip]] = {emotion: [] for emotion in EMOTIONS}
    for recording in ravdess(speech / f"Actor_{speaker}"):
        if recording.path.name in answers:
            clip = Clip(recording.path.name, read_audio(recording.path))
            clips[recording.emotion].append(clip)
    return clips


def read_faces(path: Path) -> dict[Emotion, list[Grey]]:
    """Return the faces of FER2013's validation part by emotion; calm has those of neutral."""
    validation = read_fer2013(path, "validation")
    shown = as_emotions(validation.targets, LABELS) > 0
    return {emotion: list(validation.images[shown[:, n]]) for n, emotion in enumerate(EMOTIONS)}


Labels: TypeAlias = list[Emotion]
"""What is shown from the end of each window on."""


def raw(moods: Sequence[Mood]) -> Labels:
    """Return the likeliest emotion of each window, or the last one where nothing is known."""
    return average(moods, 0.0)


def average(moods: Sequence[Mood], seconds: float) -> Labels:
    """Return the likeliest emotion of an exponential average with a time constant."""
    labels: Labels = []
    mean, t = uniform(), 0.0
    for mood in moods:
        fused = fuse(mood.voice, mood.face)
        keep = math.exp(-(mood.t - t) / seconds) if seconds else float(fused.reliability == 0)
        mean, t = keep * mean + (1 - keep) * fused.probs, mood.t
        labels.append(most_likely(mean))
    return labels


def steady(moods: Sequence[Mood], renewal: float, dwell: float, lead: float) -> Labels:
    """Return what our filter and our label make of the same readings."""
    labels: Labels = []
    probs, label = MoodFilter(dwell, renewal), SteadyLabel(lead)
    for mood in moods:
        probs.update(mood.t, fuse(mood.voice, mood.face).probs)
        label.update(probs.get())
        labels.append(label.get())
    return labels


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one way of showing moods did; :mod:`moodcue.bench.mood` says what is measured.

    Attributes
    ----------
    accuracy : float
    seconds_p50, seconds_p90 : float or None
        None where so many changes were never shown.
    flips, false_flips : float
        A minute.
    """

    accuracy: float
    seconds_p50: float | None
    seconds_p90: float | None
    flips: float
    false_flips: float


def judge(shown: Iterable[tuple[Feed, Sequence[float], Labels]]) -> Outcome:
    """Compare what was shown with what was played.

    Parameters
    ----------
    shown : iterable of (Feed, times, labels)
        For each feed the labels, and the times from which on each was shown.
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
                if label == scene.emotion and overlap > 0:
                    right += overlap
                    first = min(first, max(start - scene.start, 0.0))
            if number:
                delays.append(first)
        for (before, after), t in zip(pairwise(labels), times[1:], strict=True):
            if before != after:
                flips += 1
                false_flips += after != feed.mood(t)
    p50, p90 = (
        delay if math.isfinite(delay) else None
        for delay in np.percentile(delays, (50, 90), method="higher").tolist()
    )
    minutes = total / 60
    return Outcome(right / labelled, p50, p90, flips / minutes, false_flips / minutes)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of showing moods, and how it did.

    Attributes
    ----------
    name : str
        :data:`RAW`, :data:`AVERAGE`, :data:`OURS` or :data:`SHIPPED`.
    setting : str
    outcome : Outcome
    front : bool
        Whether none of another kind is better in one of accuracy, median seconds and false flips,
        and as good in the others.
    """

    name: str
    setting: str
    outcome: Outcome
    front: bool


RAW: Final = "raw"
AVERAGE: Final = "exponential average"
OURS: Final = "ours"
SHIPPED: Final = "ours, as shipped"

LOOKS: Final = (
    (RAW, "s", "#999999"),
    (AVERAGE, "^-", "#8c6bb1"),
    (OURS, ".", "#fdae6b"),
    (SHIPPED, "*", "#d94801"),
)
"""How each is drawn: marker and colour."""

GRID_COLOUR: Final = "#dddddd"


@dataclass(frozen=True, slots=True)
class Report:
    """What one run measured; the module says how."""

    speakers: int
    moods: int
    minutes: float
    window: float
    voice: str
    face: str
    ways: tuple[Way, ...]
    targets: tuple[Target, ...]


def measure(
    speakers: int,
    window: float,
    data: Path | None,
    picture: Path | None,
    say: Callable[[str], None],
) -> Report:
    """Play the feeds and show their moods in every way.

    Parameters
    ----------
    speakers : int
        How many at most, from the first on; a feed for each.
    window : float
        Length of the windows in seconds.
    data : Path or None
        The folder with :data:`SPEECH` and :data:`FACES`, which are no part of the project.
    picture : Path or None
        Where to draw what comes out, as PNG.
    say : callable
        Told what is being done.

    Raises
    ------
    BenchError
        If the recordings or the faces are not there, or matplotlib for the picture.
    """
    if picture is not None and find_spec("matplotlib") is None:
        raise BenchError("a picture needs matplotlib: pip install moodcue[train]")
    if data is None:
        raise BenchError(f"name by --data a folder with {SPEECH} (RAVDESS) and {FACES} (FER2013)")
    for needed in (data / SPEECH, data / FACES):
        if not needed.exists():
            raise BenchError(f"{needed} is not there: see that --data names the right folder")
    held_out = read_held_out()
    windows = held_out[held_out.conditions != DEGRADED]
    answers = {name: windows[windows.names == name] for name in sorted(set(windows.names.tolist()))}
    speakers_heard = sorted(set(windows.speakers.tolist()))[:speakers]
    faces = read_faces(data / FACES)
    played: list[tuple[Feed, list[Mood]]] = []
    spec = WindowSpec(window, WINDOW_HOP)
    with closing(LocalRuntime([MODEL_FOLDER], MODELS, workers=1)) as runtime:
        for number, speaker in enumerate(speakers_heard):
            say(f"Playing speaker {number + 1} of {len(speakers_heard)}")
            clips = read_clips(data / SPEECH, answers, speaker)
            feed = compose(clips, faces, np.random.default_rng((SEED, number)))
            played.append((feed, watch(feed, HeldOutRuntime(runtime, answers, feed), spec)))
    say("Showing the moods")
    ways = rank({name: judge(_shown(played, way)) for name, way in _ways(window)})
    shipped = next(way for way in ways if way.name == SHIPPED)
    report = Report(
        speakers=len(played),
        moods=sum(len(feed.scenes) for feed, _ in played),
        minutes=sum(feed.end for feed, _ in played) / 60,
        window=window,
        voice="RAVDESS, answered for by networks of the folds that had not heard the speaker",
        face="crops of FER2013's validation part, as if found and aligned",
        ways=ways,
        targets=tuple(_targets(shipped)),
    )
    if picture is not None:
        draw(report, picture)
    return report


def _ways(window: float) -> Iterator[tuple[tuple[str, str], Callable[[Sequence[Mood]], Labels]]]:
    """Yield every way of showing moods, by name and setting."""
    yield (RAW, ""), raw
    for seconds in AVERAGES:
        yield (AVERAGE, f"of {seconds:g} s"), partial(average, seconds=seconds)
    for dwell, lead in product(DWELLS, LEADS):
        way = partial(steady, renewal=DECORRELATION * window, dwell=dwell, lead=lead)
        yield (OURS, f"dwell {dwell:g} s, lead {lead:g}"), way
    yield (SHIPPED, ""), lambda moods: [mood.label for mood in moods]


def _shown(
    played: Iterable[tuple[Feed, Sequence[Mood]]], way: Callable[[Sequence[Mood]], Labels]
) -> Iterator[tuple[Feed, list[float], Labels]]:
    for feed, moods in played:
        yield feed, [mood.t for mood in moods], way(moods)


def rank(outcomes: Mapping[tuple[str, str], Outcome]) -> tuple[Way, ...]:
    """Return the ways, and which of them no other beats."""
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


def _targets(shipped: Way) -> Iterator[Target]:
    for name, value, limit in (
        ("seconds until a change is shown, median", shipped.outcome.seconds_p50, 3.0),
        ("false flips a minute", shipped.outcome.false_flips, 3.0),
        ("other ways that are better in everything", float(not shipped.front), 0.0),
    ):
        yield Target(name, value, limit, value is not None and value <= limit)


def table(report: Report) -> Table:
    """Return a report for people."""
    targets = (
        f"{target.name}: at most {target.limit:g}, [green]met[/]"
        if target.met
        else f"{target.name}: at most {target.limit:g}, [red]missed[/]"
        for target in report.targets
    )
    table = Table(
        title=f"{report.speakers} feeds, {report.moods} moods in {report.minutes:.0f} minutes, "
        f"windows of {report.window:g} s; * beaten by none of another kind",
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


def draw(report: Report, path: Path) -> None:
    """Draw seconds and accuracy over false flips, as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    figure.suptitle(f"{report.moods} changing moods, {report.speakers} speakers", fontsize=11)
    quantities = {
        "seconds_p50": "seconds until a change is shown, median",
        "accuracy": "share of time with the right mood",
    }
    for axes, (quantity, name) in zip(figure.subplots(1, 2), quantities.items(), strict=True):
        for way, marker, colour in LOOKS:
            outcomes = [w.outcome for w in report.ways if w.name == way]
            y = [getattr(outcome, quantity) for outcome in outcomes]
            axes.plot([o.false_flips for o in outcomes], y, marker, color=colour, label=way)
        axes.axvline(3, color=GRID_COLOUR, linewidth=0.8)
        axes.set_xlabel("false flips a minute")
        axes.set_ylabel(name)
        axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(
        path, facecolor="white", metadata={"Date": None} if path.suffix == ".svg" else None
    )
