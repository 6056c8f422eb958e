from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inference import EMOTIONS, Distribution, Emotion
from inference.people import Adaptation, Population, Profile

DIMENSIONS = 4

numbers = st.floats(-5, 5, width=32)
embeddings = arrays(np.float32, DIMENSIONS, elements=numbers)
windows = st.lists(st.tuples(st.sampled_from(EMOTIONS), embeddings), max_size=12)
distributions = arrays(np.float32, 8, elements=st.floats(0, 1, width=32)).map(
    lambda values: (values + np.float32(0.01)) / (values + np.float32(0.01)).sum()
)


def population(between: float = 2.0, own: float = 0.5) -> Population:
    random = np.random.default_rng(0)
    return Population(
        projection=np.eye(DIMENSIONS),
        mean=np.zeros(DIMENSIONS),
        emotions=random.normal(size=(len(EMOTIONS), DIMENSIONS)),
        between=np.full(DIMENSIONS, between),
        own=np.full(DIMENSIONS, own),
        within=np.ones(DIMENSIONS),
    )


def profile_of(recorded: list[tuple[Emotion, np.ndarray]]) -> Profile:
    profile = Profile.empty(DIMENSIONS)
    for emotion, embedding in recorded:
        profile = profile.add(emotion, embedding)
    return profile


@given(distributions, embeddings)
def test_an_empty_profile_changes_nothing(probs: Distribution, embedding: np.ndarray) -> None:
    empty = Profile.empty(DIMENSIONS)
    np.testing.assert_allclose(
        Adaptation(population(), empty).apply(probs, embedding), probs, atol=1e-6
    )


@given(windows, distributions, embeddings)
def test_the_order_of_recordings_does_not_matter(
    recorded: list[tuple[Emotion, np.ndarray]], probs: Distribution, embedding: np.ndarray
) -> None:
    one, other = (
        Adaptation(population(), profile_of(order)).apply(probs, embedding)
        for order in (recorded, recorded[::-1])
    )
    np.testing.assert_allclose(one, other, atol=1e-5)


@given(windows, distributions, embeddings)
def test_the_result_is_a_distribution(
    recorded: list[tuple[Emotion, np.ndarray]], probs: Distribution, embedding: np.ndarray
) -> None:
    adapted = Adaptation(population(), profile_of(recorded)).apply(probs, embedding)
    assert adapted.dtype == np.float32
    assert adapted.sum() == pytest.approx(1, abs=1e-5)
    assert (adapted >= 0).all()


@given(windows)
def test_every_recording_makes_the_next_window_more_certain(
    recorded: list[tuple[Emotion, np.ndarray]],
) -> None:
    model, profile = population(), Profile.empty(DIMENSIONS)
    _, before = model.predict(profile)
    for emotion, embedding in recorded:
        profile = profile.add(emotion, embedding)
        _, after = model.predict(profile)
        assert (after <= before + 1e-9).all()
        assert (after >= model.within - 1e-9).all()
        before = after


def test_many_recordings_outweigh_what_is_known_of_others() -> None:
    model, heard = population(), np.full(DIMENSIONS, 3.0)
    profile = profile_of([("sad", heard)] * 1000)
    means, variances = model.predict(profile)
    sad = EMOTIONS.index("sad")
    np.testing.assert_allclose(means[sad], heard, atol=0.02)
    np.testing.assert_allclose(variances[sad], model.within, atol=0.02)


def test_one_emotion_also_says_how_the_others_sound() -> None:
    model = population(own=0.01)
    usual, _ = model.predict(Profile.empty(DIMENSIONS))
    shift = np.full(DIMENSIONS, 2.0)
    neutral = model.emotions[EMOTIONS.index("neutral")] + shift
    means, _ = model.predict(profile_of([("neutral", neutral)] * 50))
    np.testing.assert_allclose(means, usual + shift, atol=0.1)


def test_a_person_is_recognised_by_how_they_sound_in_a_mood() -> None:
    model, even = population(), np.full(8, 1 / 8, np.float32)
    calm, angry = np.array([2.0, -2, 0, 1]), np.array([-1.0, 2, 2, 0])
    recorded: list[tuple[Emotion, np.ndarray]] = [("calm", calm), ("angry", angry)]
    profile = profile_of(recorded * 3)
    assert Adaptation(model, profile).apply(even, calm).argmax() == EMOTIONS.index("calm")
    assert Adaptation(model, profile).apply(even, angry).argmax() == EMOTIONS.index("angry")


def test_a_population_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "people.npz"
    population().write(file)
    found = Population.read(file)
    np.testing.assert_allclose(found.emotions, population().emotions, atol=1e-6)
    np.testing.assert_allclose(found.between, population().between)
    with pytest.raises(FileNotFoundError):
        Population.read(tmp_path / "other.npz")
