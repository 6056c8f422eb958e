"""Off-policy evaluation: estimate from the log what another ranking would have earned.

Lists are random (:meth:`~recommender.ranking.ranker.Ranker.rank`), and the log keeps the
probability of each track. Rewards are weighted by inverse propensity: the probability under the
evaluated ranking divided by the logged one (Horvitz, D. G., & Thompson, D. J. (1952), "A
generalization of sampling without replacement from a finite universe", JASA 47, 663-685).

The reward of a track is assumed not to depend on its rank or its neighbours: the item click model
of Li, S., Abbasi-Yadkori, Y., Kveton, B., Muthukrishnan, S., Vinay, V., & Wen, Z. (2018), "Offline
evaluation of ranking policies with click models", KDD '18, 1685-1694. Under this model the
propensity of a track is its probability of being on the list at all. It is estimated from
:data:`~recommender.ranking.ranker.DRAWS` draws. With n draws, a track of probability p is
underweighted by the factor 1 - (1 - p)^n, which clips its weight at n.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.index import TrackIndex
from recommender.ranking.learner import taste_before
from recommender.ranking.modes import REPEAT_AFTER
from recommender.ranking.query import MoodQuery
from recommender.ranking.ranker import Ranker
from recommender.ranking.shown import ShownList, ShownLog

CLIP: Final = 20.0
"""Maximum weight, which bounds the variance at the cost of some bias."""


@dataclass(frozen=True, slots=True, eq=False)
class LoggedList:
    """A shown list with its propensities under the logging and the evaluated ranking.

    Attributes
    ----------
    propensities : ndarray
        Logged probability of each track to be on the list: float64 of shape (n,), above 0.
    rewards : ndarray
        Reward of each track: float64 of shape (n,).
    target_propensities : ndarray
        Probability of each track under the evaluated ranking: float64 of shape (n,).
    predicted_rewards : ndarray
        Reward of each track by the reward model: float64 of shape (n,).
    predicted_value : float
        Expected reward, by the reward model, of the list of the evaluated ranking.
    """

    propensities: NDArray[np.float64]
    rewards: NDArray[np.float64]
    target_propensities: NDArray[np.float64]
    predicted_rewards: NDArray[np.float64]
    predicted_value: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate of the mean reward of a list.

    Attributes
    ----------
    value : float
        The estimate.
    error : float
        Its standard error.
    """

    value: float
    error: float


def inverse_propensity(lists: Sequence[LoggedList], clip: float = CLIP) -> Estimate:
    """Return the inverse propensity estimate with clipped weights.

    Unbiased except for the clipping; its variance is high if the rankings differ much.
    """
    return _mean(np.array([(_weights(each, clip) * each.rewards).sum() for each in lists]))


def self_normalised(lists: Sequence[LoggedList], clip: float = CLIP) -> Estimate:
    """Return the self-normalized estimate: weights are scaled to sum to the list length.

    Swaminathan, A., & Joachims, T. (2015), "The self-normalized estimator for counterfactual
    learning", NIPS 28: slightly biased, with a lower variance.
    """
    weights = np.array([_weights(each, clip).sum() for each in lists])
    earned = np.array([(_weights(each, clip) * each.rewards).sum() for each in lists])
    length = np.mean([len(each.rewards) for each in lists])
    value = length * earned.sum() / weights.sum() if weights.any() else float("nan")
    # Standard error of a ratio by first-order Taylor expansion.
    residuals = length * earned - value * weights
    return Estimate(value, _mean(residuals).error / weights.mean())


def doubly_robust(lists: Sequence[LoggedList], clip: float = CLIP) -> Estimate:
    """Return the doubly robust estimate: model prediction plus weighted residuals.

    Dudík, M., Langford, J., & Li, L. (2011), "Doubly robust policy evaluation and learning", ICML
    28, 1097-1104: unbiased if either the propensities or the reward model is right.
    """
    return _mean(
        np.array(
            [
                each.predicted_value
                + (_weights(each, clip) * (each.rewards - each.predicted_rewards)).sum()
                for each in lists
            ]
        )
    )


def effective_sample_size(lists: Sequence[LoggedList], clip: float = CLIP) -> float:
    """Return Kish's effective sample size, in lists of the evaluated ranking."""
    weights = np.array([_weights(each, clip).mean() for each in lists])
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0


def _weights(logged: LoggedList, clip: float) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = np.minimum(
        logged.target_propensities / logged.propensities, clip
    )
    return weights


def _mean(values: NDArray[np.float64]) -> Estimate:
    deviation = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
    return Estimate(float(values.mean()), deviation / np.sqrt(len(values)))


@dataclass(frozen=True, slots=True)
class RankingEstimate:
    """Accepted tracks per list that one ranking would earn.

    Attributes
    ----------
    ranking : str
        Name of the ranking.
    weighted, normalised, robust : Estimate
        Estimates by inverse propensity, self-normalized and doubly robust.
    effective : float
        Effective sample size, in lists.
    """

    ranking: str
    weighted: Estimate
    normalised: Estimate
    robust: Estimate
    effective: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Evaluation of rankings on a log.

    Attributes
    ----------
    learned_from, judged_by : int
        Number of lists in the earlier half, for training, and in the later half, for testing.
    shown : Estimate
        Accepted tracks per shown list in the later half.
    verdicts : list of RankingEstimate
        Estimates for the fixed mapping and for the taste learned from the earlier half.
    """

    learned_from: int
    judged_by: int
    shown: Estimate
    verdicts: list[RankingEstimate]


def evaluate(log: ShownLog, index: TrackIndex, seed: int = 0) -> Evaluation:
    """Learn a taste from the earlier half of a log, and evaluate rankings on the later half.

    Parameters
    ----------
    log : ShownLog
        The log.
    index : TrackIndex
        The tracks.
    seed : int
        Seed of the random draws.

    Raises
    ------
    ValueError
        If the log has fewer than four lists.
    """
    lists = [shown for shown in log.lists() if shown.tracks]
    if len(lists) < 4:
        raise ValueError(f"an evaluation needs at least 4 shown lists, but there are {len(lists)}")
    middle = len(lists) // 2
    later = lists[middle:]
    learned, mapping = Ranker(index), Ranker(index)
    learned.taste = taste_before(log, index, later[0].id)
    calibration = _calibration(learned, lists[:middle])
    estimates = []
    for name, ranker, rng in (
        ("mapping", mapping, None),
        ("learned", learned, np.random.default_rng(seed)),
    ):
        logged = [
            _logged_list(shown, recent, ranker, learned, calibration, rng)
            for shown, recent in _with_recent(later)
        ]
        estimates.append(
            RankingEstimate(
                name,
                inverse_propensity(logged),
                self_normalised(logged),
                doubly_robust(logged),
                effective_sample_size(logged),
            )
        )
    earned = [sum(track.accepted for track in shown.tracks) for shown in later]
    return Evaluation(middle, len(later), _mean(np.array(earned, dtype=float)), estimates)


def _with_recent(lists: Iterable[ShownList]) -> Iterator[tuple[ShownList, set[str]]]:
    """Yield each list with the tracks that its session accepted recently."""
    accepted: dict[str, dict[str, float]] = {}
    for shown in lists:
        in_session = accepted.setdefault(shown.session_id, {})
        yield shown, {track for track, t in in_session.items() if shown.t - t < REPEAT_AFTER}
        in_session |= {track.track_id: shown.t for track in shown.tracks if track.accepted}


def _logged_list(
    shown: ShownList,
    exclude: set[str],
    ranker: Ranker,
    model: Ranker,
    calibration: float,
    rng: np.random.Generator | None,
) -> LoggedList:
    count = len(shown.tracks)
    target = ranker.inclusion_probabilities(
        shown.query, shown.filters, exclude=exclude, count=count, rng=rng
    )
    tracks = [track.track_id for track in shown.tracks]
    predicted = calibration * _predicted_rewards(model, shown.query, [*tracks, *target])
    return LoggedList(
        propensities=np.array([track.probability for track in shown.tracks]),
        rewards=np.array([track.accepted for track in shown.tracks], dtype=float),
        target_propensities=np.array([target.get(track, 0.0) for track in tracks]),
        predicted_rewards=predicted[:count],
        predicted_value=float(predicted[count:] @ np.array(list(target.values()))),
    )


def _calibration(model: Ranker, lists: Sequence[ShownList]) -> float:
    """Return the ratio of observed to predicted rewards.

    The model learns from the tracks that users examined, and thus overestimates the rewards of all
    tracks that are shown.
    """
    accepted = sum(track.accepted for shown in lists for track in shown.tracks)
    predicted = sum(
        _predicted_rewards(model, shown.query, [track.track_id for track in shown.tracks]).sum()
        for shown in lists
    )
    return float(accepted / predicted) if predicted else 0.0


def _predicted_rewards(
    model: Ranker, query: MoodQuery, tracks: Sequence[str]
) -> NDArray[np.float64]:
    """Return the expected reward of each track, in [0, 1]; 0 for tracks not in the index."""
    index, predicted = model.index, np.zeros(len(tracks))
    known = [place for place, track in enumerate(tracks) if track in index.row_of]
    rows = np.array([index.row_of[tracks[place]] for place in known], dtype=np.intp)
    learned = index.apply_weights(query, model.taste.expected(query), rows)[:, 0]
    base = index.fit(query, rows) + index.effects(model.taste.track_effects, rows)
    predicted[known] = (base + learned).clip(0, 1)
    return predicted
