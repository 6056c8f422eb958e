"""What is learned from rewards, against the same by textbook formulas."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from recommender.music.builtin import builtin_tracks
from recommender.ranking import taste
from recommender.ranking.index import WEIGHT_COUNT, TrackIndex
from recommender.ranking.query import MoodQuery
from recommender.ranking.taste import Taste, TasteModel

INDEX = TrackIndex(builtin_tracks())
SAD = MoodQuery.from_emotion("sad")


def taught(
    rewards: NDArray[np.float64], fit: float = 0.4, model: TasteModel | None = None
) -> tuple[Taste, NDArray[np.float64]]:
    """Return the taste after rewards of random tracks in random moods, and its regressors."""
    rng, rows = np.random.default_rng(0), []
    model = model or TasteModel()
    for reward in rewards:
        query = MoodQuery.from_distribution(
            rng.dirichlet(np.ones(len(EMOTIONS))).astype(np.float32)
        )
        number = rng.integers(len(INDEX), size=1)
        features = INDEX.features_in(query, number)[0]
        model.update(query, INDEX.tracks[number[0]].id, features, fit=fit, reward=reward)
        rows.append(features @ taste._projection(query))
    return model.get(), np.array(rows)


def test_without_drift_it_is_bayesian_linear_regression() -> None:
    rewards = np.random.default_rng(1).integers(2, size=60).astype(float)
    learned, x = taught(rewards, model=TasteModel(memory=np.inf, track_deviation=0.0))
    weights = []
    for component, (scale, likely) in zip(
        learned.components, taste.PRIOR_SCALES.items(), strict=True
    ):
        prior = np.diag((scale * taste._PRIOR_DEVIATIONS) ** 2)
        among = x @ prior @ x.T + taste.REWARD_DEVIATION**2 * np.eye(len(x))
        mean = prior @ x.T @ np.linalg.solve(among, rewards - 0.4)
        covariance = prior - prior @ x.T @ np.linalg.solve(among, x @ prior)
        assert component.mean == pytest.approx(mean, abs=1e-9)
        assert component.covariance == pytest.approx(covariance, abs=1e-9)
        unlikely = (rewards - 0.4) @ np.linalg.solve(among, rewards - 0.4)
        weights.append(likely * np.exp(-(unlikely + np.linalg.slogdet(among)[1]) / 2))
    probabilities = [component.probability for component in learned.components]
    assert probabilities == pytest.approx(np.array(weights) / sum(weights))


def test_who_takes_what_the_mapping_says_is_left_with_it_and_who_does_not_is_found_out() -> None:
    chance = np.random.default_rng(2).random(60)
    agrees, _ = taught((chance < 0.4).astype(float))
    refuses, _ = taught(np.zeros(60), fit=0.7)
    assert agrees.components[0].probability > 0.8
    assert refuses.components[1].probability > 0.99


def test_an_older_taste_gives_way_to_a_newer_one() -> None:
    features = INDEX.features_in(SAD, np.array([0]))[0]
    model = TasteModel()

    def expected_after(reward: float) -> float:
        for number in range(300):
            model.update(SAD, str(number), features, fit=0.5, reward=reward)
        return float(features @ model.get().expected(SAD)[:, 0])

    assert expected_after(1.0) > 0.3
    assert expected_after(0.0) < -0.15


def test_what_a_track_has_of_its_own_is_its_alone() -> None:
    liked, alike = "liked", "alike"
    features = INDEX.features_in(SAD, np.array([0]))[0]
    model = TasteModel()
    for _ in range(8):
        model.update(SAD, liked, features, fit=0.5, reward=1.0)
        model.update(SAD, alike, features, fit=0.5, reward=0.0)
    effects = model.get().track_effects
    assert effects[liked] > 0.1
    assert effects[alike] < -0.1
    assert effects.get("other", 0.0) == 0.0


def test_draws_spread_around_what_is_expected_as_the_posterior_does() -> None:
    learned, _ = taught(np.zeros(60), fit=0.7)
    drawn = learned.draw(SAD, 20_000, np.random.default_rng(3))
    assert drawn.shape == (WEIGHT_COUNT, 20_000)
    assert drawn.mean(axis=1) == pytest.approx(learned.expected(SAD)[:, 0], abs=2e-3)
    (component,) = (component for component in learned.components if component.probability > 0.99)
    projection = taste._projection(SAD)
    spread = taste.DRAW_WIDTH * np.sqrt(np.diag(projection @ component.covariance @ projection.T))
    assert drawn.std(axis=1) == pytest.approx(spread, rel=0.1, abs=1e-3)
