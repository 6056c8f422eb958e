"""Estimates from a log against what the other ranking really earns, which the simulation knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.music.builtin import builtin_tracks
from recommender.music.catalogue import Catalogue
from recommender.ranking.evaluation import (
    LoggedList,
    doubly_robust,
    effective_sample_size,
    evaluate,
    inverse_propensity,
    self_normalised,
)
from recommender.ranking.index import TrackIndex
from recommender.ranking.modes import CueSettings
from recommender.ranking.query import MoodQuery
from recommender.ranking.ranker import Ranker
from recommender.ranking.shown import Moment, ShownLog
from recommender.store.feedback import FeedbackLog

TRACKS, LENGTH, LISTS = 12, 4, 3000
PLEASES = np.linspace(0.05, 0.9, TRACKS)
"""How likely each track is to be taken wherever it is shown."""


def inclusion(appeal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return how likely each track is to be among the best when the appeal is seen with noise."""
    noisy = appeal + rng.normal(0, 0.5, (20_000, TRACKS))
    best = np.argsort(-noisy, axis=1)[:, :LENGTH]
    return np.bincount(best.ravel(), minlength=TRACKS) / len(noisy)


def logged(model_error: float) -> tuple[list[LoggedList], float]:
    """Return a log of lists by one ranking, seen by another, and what the other earns."""
    rng = np.random.default_rng(3)
    logging, other = np.linspace(0.5, 0, TRACKS), np.linspace(0, 0.8, TRACKS)
    shown, wanted = inclusion(logging, rng), inclusion(other, rng)
    model = np.clip(PLEASES + model_error, 0, 1)
    lists = []
    for _ in range(LISTS):
        tracks = np.argsort(-(logging + rng.normal(0, 0.5, TRACKS)))[:LENGTH]
        rewards = (rng.random(LENGTH) < PLEASES[tracks]).astype(float)
        lists.append(
            LoggedList(shown[tracks], rewards, wanted[tracks], model[tracks], float(wanted @ model))
        )
    return lists, float(wanted @ PLEASES)


@pytest.mark.parametrize("model_error", [0.0, 0.3])
@pytest.mark.parametrize("estimator", [inverse_propensity, self_normalised, doubly_robust])
def test_estimates_what_the_other_ranking_earns(estimator, model_error) -> None:  # type: ignore[no-untyped-def]
    lists, truth = logged(model_error)
    as_shown = np.mean([shown.rewards.sum() for shown in lists])
    assert truth > 1.3 * as_shown, "the other ranking is a better one"
    estimate = estimator(lists)
    assert estimate.value == pytest.approx(truth, abs=4 * estimate.error)
    assert estimate.error < 0.1 * truth


def test_a_good_model_makes_the_estimate_surer() -> None:
    lists, _ = logged(0.0)
    assert doubly_robust(lists).error < 0.8 * inverse_propensity(lists).error
    assert 0 < effective_sample_size(lists) < len(lists)


def test_the_weights_are_clipped() -> None:
    probability, reward, target, predicted = (np.array([x]) for x in (0.001, 1.0, 1.0, 0.5))
    rare = LoggedList(probability, reward, target, predicted, predicted_value=0.5)
    assert inverse_propensity([rare, rare], clip=20).value == 20
    assert doubly_robust([rare, rare], clip=20).value == 0.5 + 20 * 0.5


def test_a_ranking_judged_by_its_own_log_earns_what_it_earned() -> None:
    lists, _ = logged(0.0)
    own = [replace(shown, target_propensities=shown.propensities) for shown in lists]
    earned = np.mean([shown.rewards.sum() for shown in own])
    assert inverse_propensity(own).value == pytest.approx(earned)
    assert self_normalised(own).value == pytest.approx(earned)


def test_a_log_tells_that_what_was_learned_is_better_than_the_mapping(catalogue: Catalogue) -> None:
    index = TrackIndex(builtin_tracks())
    ranker, rng = Ranker(index), np.random.default_rng(0)
    shown, feedback = ShownLog(catalogue.engine), FeedbackLog(catalogue.engine)
    for t in range(24):
        cues = ranker.rank(MoodQuery.from_emotion("sad"), rng=rng)
        lists = shown.record(Moment(f"s{t}", 1.0), CueSettings(), cues)
        for cue in cues:
            if "Piano" in cue.track.instruments:
                name = cue.track.id
                feedback.record(
                    session_id=f"s{t}", t=1, track_id=name, action="liked", list_id=lists[name]
                )
    result = evaluate(shown, index)
    assert (result.learned_from, result.judged_by) == (12, 12)
    mapping, learned = result.verdicts
    assert (mapping.ranking, learned.ranking) == ("mapping", "learned")
    assert learned.robust.value > mapping.robust.value
    assert result.shown.value > 0
    assert mapping.normalised.value == pytest.approx(result.shown.value, rel=0.5)


def test_too_short_a_log_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="at least 4 shown lists, but there are 0"):
        evaluate(ShownLog(catalogue.engine), TrackIndex(()))
