"""Simulated users who like other music than the mapping thinks, and the time a list takes."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from threadpoolctl import threadpool_limits

from inference.emotion import EMOTIONS
from moodcue.bench.process import BenchError
from recommender import MoodQuery, Ranker, Taste, TrackIndex
from recommender.music.builtin import builtin_tracks
from recommender.ranking.features import FEATURE_COUNT, WORDS
from recommender.ranking.filters import DEFAULT_FILTERS
from recommender.ranking.learner import rewards
from recommender.ranking.modes import CueSettings, queries_for
from recommender.ranking.ranker import LIST_LENGTH
from recommender.ranking.shown import Reaction
from recommender.ranking.taste import TasteModel

CHOICES: Final = 100
"""Lists that are shown to each user."""

TRACKS: Final = 100_000
"""Tracks that the time is measured with."""

FIRST_USER: Final = 20_000
"""Seed of the first user; the settings of :mod:`recommender.ranking.taste` used other seeds."""

REPEAT_AFTER: Final = 10
"""Choices until a track that was taken may be shown again."""

_PATIENCE: Final = 0.7
"""How likely a user is to look at the next track after one that he left."""
_OWN_EFFECT: Final = 0.7
"""Spread of what each track has for a user that its features do not tell, in logits."""
_GOOD: Final = 150
"""The track, counted from the best, that a user takes in one of four looks."""

Kind: TypeAlias = Literal["mapping", "words", "contrast", "tempo", "change"]
Scores: TypeAlias = NDArray[np.float64]


class Policy(Protocol):
    """Makes lists, and is told what became of them."""

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return the numbers of ten tracks, best first."""

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Take which tracks were looked at, and which of them was taken."""


class Mapping:
    """The fixed mapping."""

    def __init__(self, index: TrackIndex, seed: int) -> None:
        self.index = index
        self.ranker = Ranker(index)
        self.rng: np.random.Generator | None = None

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return ten tracks, best first."""
        names = [self.index.tracks[number].id for number in without]
        cues = self.ranker.rank(query, exclude=names, rng=self.rng)
        return [self.index.row_of[cue.track.id] for cue in cues]

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn nothing."""


class Learned(Mapping):
    """Ours: each track that was left is skipped, the one that was taken is downloaded."""

    def __init__(self, index: TrackIndex, seed: int) -> None:
        super().__init__(index, seed)
        self.rng = np.random.default_rng(seed)
        self.model = TasteModel()

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn from what was taken and left."""
        for number in seen:
            action: Literal["downloaded", "skipped"]
            action = "downloaded" if number == taken else "skipped"
            track = self.index.tracks[number].id
            reaction = Reaction(0, track, action, None, 0, query, above=())
            for of, reward, weight in rewards(reaction, set()):
                at = np.array([number])
                fit = float(self.index.fit(query, at)[0])
                described = self.index.features_in(query, at)[0]
                self.model.update(query, of, described, fit=fit, reward=reward, weight=weight)
        self.ranker.taste = self.model.get()


class Oracle:
    """Knows what a user likes, to the last track: what is possible at all."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.allowed = listener.index.allowed(DEFAULT_FILTERS)
        self.choice = 0

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return ten tracks, best first."""
        likes = self.listener.likes(query, self.choice)
        self.choice += 1
        return _best(likes, self.allowed, without)

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn nothing."""


class PerTrackBeta:
    """Thompson sampling with a Beta distribution for each track, which begins at its fit."""

    def __init__(self, index: TrackIndex, seed: int) -> None:
        self.index = index
        self.rng = np.random.default_rng(seed)
        self.counts = np.zeros((len(index), 2))
        self.allowed = index.allowed(DEFAULT_FILTERS)

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return ten tracks, best first."""
        fit = self.index.fit(query).astype(float).clip(0.01, 0.99)
        prior = 10 * np.column_stack((fit, 1 - fit))
        likes, leaves = (prior + self.counts).T
        drawn = np.asarray(self.rng.beta(likes, leaves))
        return _best(drawn, self.allowed, without)

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn from what was taken and left."""
        for number in seen:
            self.counts[number, 0 if number == taken else 1] += 1


class VowpalWabbit:
    """Vowpal Wabbit's contextual bandit over the same features, with the fit among them."""

    def __init__(self, index: TrackIndex, seed: int) -> None:
        from vowpalwabbit import Workspace

        self.index = index
        self.rng = np.random.default_rng(seed)
        self.allowed = index.allowed(DEFAULT_FILTERS)
        self.workspace = Workspace(
            f"--cb_explore_adf --epsilon 0.1 --cb_type mtr -q mt --quiet --random_seed {seed}"
        )
        self.lines = [
            "|t " + " ".join(f"{n}:{value:.3g}" for n, value in enumerate(row) if value)
            for row in index.features
        ]
        self.probability: dict[int, float] = {}

    def rank(self, query: MoodQuery, without: set[int]) -> list[int]:
        """Return ten tracks, best first."""
        pairs = self._pairs(query)
        actions = [f"{line} {pair}" for line, pair in zip(self.lines, pairs, strict=True)]
        chances = np.array(self.workspace.predict([self._shared(query), *actions]))
        chances[~self.allowed] = 0
        chances[list(without)] = 0
        chances /= chances.sum()
        chosen = self.rng.choice(len(chances), LIST_LENGTH, replace=False, p=chances + 0.0)
        ranked = sorted(chosen.tolist(), key=lambda number: -chances[number])
        self.probability = {number: float(chances[number]) for number in ranked}
        return ranked

    def learn(self, query: MoodQuery, seen: list[int], taken: int | None) -> None:
        """Learn from what was taken and left."""
        pairs = self._pairs(query, np.array(seen))
        for number, pair in zip(seen, pairs, strict=True):
            label = f"0:{-float(number == taken)}:{max(0.05, self.probability[number]):.6f}"
            self.workspace.learn([self._shared(query), f"{label} {self.lines[number]} {pair}"])

    def _shared(self, query: MoodQuery) -> str:
        moods = " ".join(f"{name}:{p:.3f}" for name, p in zip(EMOTIONS, query.probs, strict=True))
        return f"shared |m {moods} v:{query.valence:.3f} a:{query.arousal:.3f}"

    def _pairs(self, query: MoodQuery, numbers: Any = slice(None)) -> list[str]:
        pairs = np.column_stack(
            (self.index.fit(query, numbers), self.index.interactions(query, numbers))
        ).round(3)
        return ["|p " + " ".join(f"{n}:{x}" for n, x in enumerate(row)) for row in pairs.tolist()]


def _best(scores: Scores, allowed: NDArray[np.bool_], without: set[int]) -> list[int]:
    scores = np.where(allowed, scores, -np.inf)
    scores[list(without)] = -np.inf
    best: list[int] = np.argsort(-scores)[:LIST_LENGTH].tolist()
    return best


class Listener:
    """A simulated user.

    He reads a list from its top, takes the first track that he likes, and gives up at some point.
    What he likes follows the mapping (``mapping``), the opposite of the mood (``contrast``), feels
    and instruments (``words``: two he loves, two he hates, and a pair he loves together), or the
    tempo (``tempo``: as quick as the mood is aroused, within a narrow range, with either a
    synthesizer or a guitar); ``change`` is ``words`` that become others after half of the choices.
    Each track has something for him besides that no feature tells.

    Parameters
    ----------
    index : TrackIndex
        The tracks.
    kind : Kind
        What he likes.
    seed : int
        Who he is.
    """

    def __init__(self, index: TrackIndex, kind: Kind, seed: int) -> None:
        self.index, self.kind = index, kind
        self.rng = np.random.default_rng(seed)
        self.own = _OWN_EFFECT * self.rng.standard_normal(len(index))
        self.loved = [self._loved() for _ in range(2)]
        levels = [np.sort(self._appeal(self.mood(), 0))[-_GOOD] for _ in range(12)]
        self.demand = float(np.mean(levels)) + math.log(3)

    def mood(self) -> MoodQuery:
        """Return a mood: more or less sure, with a second emotion in it."""
        sure = self.rng.uniform(0.4, 0.9)
        probs = np.full(len(EMOTIONS), (1 - sure) / 2 / len(EMOTIONS))
        first, second = self.rng.choice(len(EMOTIONS), 2, replace=False)
        probs[first] += sure
        probs[second] += (1 - sure) / 2
        return MoodQuery.from_distribution((probs / probs.sum()).astype(np.float32))

    def likes(self, query: MoodQuery, choice: int) -> Scores:
        """Return how likely he is to take each track when he looks at it."""
        chances: Scores = 1 / (1 + np.exp(self.demand - self._appeal(query, choice)))
        return chances

    def _appeal(self, query: MoodQuery, choice: int) -> Scores:
        fit = _standard(self.index.fit(query))
        match self.kind:
            case "mapping":
                return 1.2 * fit + self.own
            case "contrast":
                (wanted,) = queries_for(query, CueSettings(mode="contrast"), 0)
                return 1.4 * _standard(self.index.fit(wanted)) + self.own
            case "tempo":
                tempi = np.array([track.bpm or 105 for track in self.index.tracks])
                near = np.exp(-(((tempi - 120 - 40 * query.arousal) / 22) ** 2))
                either = (self._word("synthesizer") > 0.3) ^ (self._word("guitar") > 0.3)
                return 0.3 * fit + 2.5 * near + 1.5 * either + self.own
            case "words" | "change":
                late = self.kind == "change" and choice >= CHOICES // 2
                return 0.3 * fit + self.loved[late] + self.own

    def _loved(self) -> Scores:
        words = self.index.features[:, FEATURE_COUNT - len(WORDS) :]
        common = np.flatnonzero((words > 0).mean(axis=0) > 0.05)
        loved = self.rng.permutation(common)
        pair = words[:, loved[4:6]] > 0.3
        return np.asarray(
            2.2 * (words[:, loved[:2]] > 0.3).sum(axis=1)
            - 1.5 * (words[:, loved[2:4]] > 0.3).sum(axis=1)
            + 1.5 * pair.all(axis=1)
        )

    def _word(self, word: str) -> NDArray[np.float32]:
        return self.index.features[:, FEATURE_COUNT - len(WORDS) + WORDS.index(word)]


def _standard(values: NDArray[np.float32]) -> Scores:
    return np.asarray((values - values.mean()) / values.std(), dtype=np.float64)


def hits(listener: Listener, policy: Policy) -> NDArray[np.bool_]:
    """Return for each choice whether the user took a track."""
    taken_lately: deque[int] = deque(maxlen=REPEAT_AFTER)
    hit = np.zeros(CHOICES, dtype=bool)
    for choice in range(CHOICES):
        query = listener.mood()
        likes = listener.likes(query, choice)
        seen: list[int] = []
        taken = None
        for number in policy.rank(query, set(taken_lately)):
            seen.append(number)
            if listener.rng.random() < likes[number]:
                taken = number
                taken_lately.append(number)
                break
            if listener.rng.random() > _PATIENCE:
                break
        hit[choice] = taken is not None
        policy.learn(query, seen, taken)
    return hit


@dataclass(frozen=True, slots=True)
class Result:
    """Hits of one way to rank for one kind of user, over all users of the kind."""

    taste: Kind
    policy: str
    mean: float
    spread: float
    ratio: float
    ratio_spread: float


@dataclass(frozen=True, slots=True)
class Target:
    """A bar, and whether it was met."""

    name: str
    value: float
    limit: float
    met: bool


@dataclass(frozen=True, slots=True)
class Speed:
    """Processor seconds for ten cues out of many tracks, and bytes for each track kept."""

    tracks: int
    ours: float
    one_by_one: float
    ratio: float
    bytes_per_track: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured; ``left_out`` says which way to rank was not, and why."""

    users: int
    left_out: str | None
    results: list[Result]
    speed: Speed
    targets: list[Target]


WABBIT: Final = "vowpal wabbit"
POLICIES: Final[dict[str, Callable[[Listener, int], Policy]]] = {
    "mapping": lambda listener, seed: Mapping(listener.index, seed),
    "learned": lambda listener, seed: Learned(listener.index, seed),
    "beta per track": lambda listener, seed: PerTrackBeta(listener.index, seed),
    WABBIT: lambda listener, seed: VowpalWabbit(listener.index, seed),
    "oracle": lambda listener, _: Oracle(listener),
}
LOOKS: Final = {
    "oracle": "#bbbbbb",
    WABBIT: "#8c6bb1",
    "beta per track": "#4292c6",
    "mapping": "#636363",
    "learned": "#d94801",
}
"""The colour of each in the picture."""

KINDS: Final[tuple[Kind, ...]] = ("mapping", "words", "contrast", "tempo", "change")


def measure(users: int, picture: Path | None, progress: Callable[[str], None]) -> Report:
    """Simulate users and measure the time of a list.

    Vowpal Wabbit takes part where the extra ``bench`` is installed.

    Parameters
    ----------
    users : int
        Users of each kind.
    picture : Path or None
        Where to draw how hits add up, as PNG or SVG.
    progress : callable
        Called with what is being done.

    Raises
    ------
    BenchError
        If the picture is wanted and matplotlib is missing.
    """
    if picture is not None and not find_spec("matplotlib"):
        raise BenchError("a picture needs matplotlib: pip install moodcue[train]")
    index = TrackIndex(builtin_tracks())
    policies, left_out = POLICIES, None
    if not find_spec("vowpalwabbit"):
        policies = {name: policy for name, policy in POLICIES.items() if name != WABBIT}
        left_out = f"without {WABBIT}, which is not installed: pip install moodcue[bench]"
    runs: dict[tuple[Kind, str], NDArray[np.bool_]] = {}
    for kind in KINDS:
        for name, policy in policies.items():
            progress(f"{kind}: {name}")
            listeners = (Listener(index, kind, FIRST_USER + user) for user in range(users))
            runs[kind, name] = np.array(
                [hits(listener, policy(listener, user)) for user, listener in enumerate(listeners)]
            )
    results = list(_results(runs))
    progress(f"a list out of {TRACKS} tracks")
    with threadpool_limits(1):
        speed = measure_speed(TRACKS)
    if picture is not None:
        draw(runs, picture)
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


def measure_speed(tracks: int) -> Speed:
    """Measure ten cues by Thompson sampling, and the same scores one by one in Python."""
    rng = np.random.default_rng(0)
    originals = list(builtin_tracks())
    made = []
    for number in range(tracks):
        track = originals[number % len(originals)]
        emotions = rng.dirichlet(1 + 20 * track.emotions).astype(np.float32)
        made.append(
            replace(track, id=str(number), artist=f"artist {number % 5000}", emotions=emotions)
        )
    index = TrackIndex(made)
    ranker = Ranker(index)
    ranker.taste = _some_taste(index, rng)
    query = MoodQuery.from_distribution(rng.dirichlet(np.ones(len(EMOTIONS))).astype(np.float32))
    ours = min(_timed(lambda: ranker.rank(query, rng=rng)) for _ in range(5))
    weights = ranker.taste.expected(query)[:, 0].tolist()
    features = index.features_in(query, np.arange(len(index))).tolist()
    emotions = index.emotions.tolist()
    places = [(track.valence, track.arousal) for track in index.tracks]
    probs, here = query.probs.tolist(), (query.valence, query.arousal)

    def one_by_one() -> list[tuple[float, int]]:
        scored = []
        for number in range(len(emotions)):
            match = sum(a * b for a, b in zip(emotions[number], probs, strict=True))
            away = sum((a - b) ** 2 for a, b in zip(places[number], here, strict=True))
            learned = sum(a * b for a, b in zip(features[number], weights, strict=True))
            scored.append((0.65 * match + 0.35 * math.exp(-away / 0.5) + learned, number))
        return nlargest(LIST_LENGTH, scored)

    slow = min(_timed(one_by_one) for _ in range(2))
    arrays = [value for value in vars(index).values() if isinstance(value, np.ndarray)]
    size = sum(array.nbytes for array in arrays) / len(index)
    return Speed(len(index), ours, slow, slow / ours, size)


def _some_taste(index: TrackIndex, rng: np.random.Generator) -> Taste:
    model = TasteModel()
    for _ in range(50):
        query = MoodQuery.from_distribution(
            rng.dirichlet(np.ones(len(EMOTIONS))).astype(np.float32)
        )
        number = rng.integers(len(index), size=1)
        described, track_id = index.features_in(query, number)[0], index.tracks[number[0]].id
        model.update(query, track_id, described, fit=0.5, reward=float(rng.integers(2)))
    return model.get()


def _timed(call: Callable[[], object]) -> float:
    begin = time.process_time()
    call()
    return time.process_time() - begin


def draw(runs: dict[tuple[Kind, str], NDArray[np.bool_]], path: Path) -> None:
    """Draw how hits add up over the choices: mean and spread over the users of each kind."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 3.6), layout="constrained")
    choices = np.arange(1, CHOICES + 1)
    panels = figure.subplots(1, len(KINDS), sharey=True)
    for kind, axes in zip(KINDS, panels, strict=True):
        for name, colour in LOOKS.items():
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
    """Return a report for people."""
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
