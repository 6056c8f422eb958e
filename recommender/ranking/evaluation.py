"""Estimate from the log what another ranking would have earned (off-policy evaluation).

Lists are drawn by chance (:meth:`~recommender.ranking.ranker.Ranker.rank`), and the log keeps the
probability of each track. Tracks that the other ranking would show more often get more weight, and
less otherwise (Horvitz, D. G., & Thompson, D. J. (1952), "A generalization of sampling without
replacement from a finite universe", JASA 47, 663-685).

The reward of a track is taken not to depend on its rank or its neighbours: the item click model of
Li, S., Abbasi-Yadkori, Y., Kveton, B., Muthukrishnan, S., Vinay, V., & Wen, Z. (2018), "Offline
evaluation of ranking policies with click models", KDD '18, 1685-1694. Under this model the
probability of a track is that of being on the list at all, and
:data:`~recommender.ranking.ranker.DRAWS` draws suffice: with n draws, a track of probability p is
underweighted by (1 - (1 - p)^n), which clips its weight at n.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.index import TrackIndex
from recommender.ranking.learner import taste_of
from recommender.ranking.modes import REPEAT_AFTER
from recommender.ranking.query import MoodQuery
from recommender.ranking.ranker import Ranker
from recommender.ranking.shown import ShownList, ShownLog

CLIP: Final = 20.0
"""Largest weight: what is rarer than that is counted as if it were not, for less variance."""


@dataclass(frozen=True, slots=True, eq=False)
class Logged:
    """A list that was shown, seen with the eyes of another ranking.

    Attributes
    ----------
    probabilities : ndarray
        How likely each track of the list was to be on it: float64 of shape (n,), above 0.
    rewards : ndarray
        What came of each: float64 of shape (n,).
    targets : ndarray
        How likely the other ranking would be to show each: float64 of shape (n,).
    predicted : ndarray
        The reward of each that a model predicts: float64 of shape (n,).
    baseline : float
        The reward that the model predicts for the list of the other ranking.
    """

    probabilities: NDArray[np.float64]
    rewards: NDArray[np.float64]
    targets: NDArray[np.float64]
    predicted: NDArray[np.float64]
    baseline: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Rewards for each list.

    Attributes
    ----------
    value : float
        The estimate.
    error : float
        Its standard error.
    """

    value: float
    error: float


def inverse_propensity(lists: Sequence[Logged], clip: float = CLIP) -> Estimate:
    """Return the estimate by weights, clipped.

    Unbiased but for the clip; of great variance where the rankings differ much.
    """
    return _mean(np.array([(_weights(shown, clip) * shown.rewards).sum() for shown in lists]))


def self_normalised(lists: Sequence[Logged], clip: float = CLIP) -> Estimate:
    """Return the estimate by weights that are made to add up to the length of the lists.

    Swaminathan, A., & Joachims, T. (2015), "The self-normalized estimator for counterfactual
    learning", NIPS 28: a little biased, of less variance.
    """
    weights = np.array([_weights(shown, clip).sum() for shown in lists])
    earned = np.array([(_weights(shown, clip) * shown.rewards).sum() for shown in lists])
    wanted = np.mean([len(shown.rewards) for shown in lists])
    value = wanted * earned.sum() / weights.sum() if weights.any() else float("nan")
    # The error of a ratio, to first order.
    residuals = wanted * earned - value * weights
    return Estimate(value, _mean(residuals).error / weights.mean())


def doubly_robust(lists: Sequence[Logged], clip: float = CLIP) -> Estimate:
    """Return what the model predicts, put right by the weights where it erred.

    Dudík, M., Langford, J., & Li, L. (2011), "Doubly robust policy evaluation and learning", ICML
    28, 1097-1104: right where either the probabilities or the model is.
    """
    return _mean(
        np.array(
            [
                shown.baseline + (_weights(shown, clip) * (shown.rewards - shown.predicted)).sum()
                for shown in lists
            ]
        )
    )


def effective_lists(lists: Sequence[Logged], clip: float = CLIP) -> float:
    """Return how many lists drawn by the other ranking the log is worth (Kish's sample size)."""
    weights = np.array([_weights(shown, clip).mean() for shown in lists])
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0


def _weights(shown: Logged, clip: float) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = np.minimum(shown.targets / shown.probabilities, clip)
    return weights


def _mean(values: NDArray[np.float64]) -> Estimate:
    spread = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
    return Estimate(float(values.mean()), spread / np.sqrt(len(values)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one ranking earns: tracks taken from each list.

    Attributes
    ----------
    ranking : str
        Which.
    weighted, normalised, robust : Estimate
        By inverse propensity, self-normalised, doubly robust.
    effective : float
        Lists of its own that the log is worth.
    """

    ranking: str
    weighted: Estimate
    normalised: Estimate
    robust: Estimate
    effective: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a log says of rankings.

    Attributes
    ----------
    learned_from, judged_by : int
        Lists of the earlier and of the later half.
    shown : Estimate
        What the lists that were shown earned, in the later half.
    verdicts : list of Verdict
        Of the mapping alone, and of what was learned from the earlier half.
    """

    learned_from: int
    judged_by: int
    shown: Estimate
    verdicts: list[Verdict]


def evaluate(log: ShownLog, index: TrackIndex, seed: int = 0) -> Evaluation:
    """Learn from the earlier half of a log, and judge rankings by the later half.

    Parameters
    ----------
    log : ShownLog
        What was shown.
    index : TrackIndex
        The tracks.
    seed : int
        Of the draws.

    Raises
    ------
    ValueError
        If there are fewer than four lists.
    """
    lists = [shown for shown in log.lists() if shown.tracks]
    if len(lists) < 4:
        raise ValueError(f"only {len(lists)} lists were shown so far: too few to tell anything")
    middle = len(lists) // 2
    later = lists[middle:]
    learned, mapping = Ranker(index), Ranker(index)
    learned.taste = taste_of(log, index, before=later[0].id)
    looked_at = _looked_at(learned, lists[:middle])
    verdicts = []
    for name, ranker, rng in (
        ("mapping", mapping, None),
        ("learned", learned, np.random.default_rng(seed)),
    ):
        seen = [
            _seen(shown, without, ranker, learned, looked_at, rng)
            for shown, without in _played(later)
        ]
        verdicts.append(
            Verdict(
                name,
                inverse_propensity(seen),
                self_normalised(seen),
                doubly_robust(seen),
                effective_lists(seen),
            )
        )
    earned = np.array([sum(track.taken for track in shown.tracks) for shown in later], dtype=float)
    return Evaluation(middle, len(later), _mean(earned), verdicts)


def _played(lists: Iterable[ShownList]) -> Iterator[tuple[ShownList, set[str]]]:
    """Yield each list with the tracks that its session had taken not long before."""
    taken: dict[str, dict[str, float]] = {}
    for shown in lists:
        session = taken.setdefault(shown.session_id, {})
        yield shown, {track for track, t in session.items() if shown.t - t < REPEAT_AFTER}
        session |= {track.track_id: shown.t for track in shown.tracks if track.taken}


def _seen(
    shown: ShownList,
    without: set[str],
    ranker: Ranker,
    model: Ranker,
    looked_at: float,
    rng: np.random.Generator | None,
) -> Logged:
    count = len(shown.tracks)
    chances = ranker.chances(shown.query, shown.filters, without=without, count=count, rng=rng)
    tracks = [track.track_id for track in shown.tracks]
    rewards = looked_at * _predicted(model, shown.query, [*tracks, *chances])
    return Logged(
        probabilities=np.array([track.probability for track in shown.tracks]),
        rewards=np.array([track.taken for track in shown.tracks], dtype=float),
        targets=np.array([chances.get(track, 0.0) for track in tracks]),
        predicted=rewards[:count],
        baseline=float(rewards[count:] @ np.array(list(chances.values()))),
    )


def _looked_at(model: Ranker, lists: Sequence[ShownList]) -> float:
    """Return what lists earned over what the model, which learns from what is looked at, says."""
    taken = sum(track.taken for shown in lists for track in shown.tracks)
    predicted = sum(
        _predicted(model, shown.query, [track.track_id for track in shown.tracks]).sum()
        for shown in lists
    )
    return float(taken / predicted) if predicted else 0.0


def _predicted(model: Ranker, query: MoodQuery, tracks: Sequence[str]) -> NDArray[np.float64]:
    """Return the reward that is expected of each track; 0 for those the index does not have."""
    index, predicted = model.index, np.zeros(len(tracks))
    known = [place for place, track in enumerate(tracks) if track in index.number]
    numbers = np.array([index.number[tracks[place]] for place in known], dtype=np.intp)
    learned = index.weigh(query, model.taste.expected(query), numbers)[:, 0]
    base = index.fit(query, numbers) + index.own(model.taste.own, numbers)
    predicted[known] = (base + learned).clip(0, 1)
    return predicted
