from __future__ import annotations

import numpy as np
import pytest

from inference import EMOTIONS
from models.enrolment import DRAWS, Clips, Enrolment, score_enrolled
from models.voice.people import ENROLMENTS, fit, report

DIMENSIONS, MOODS = 6, 4
BETWEEN, OWN, WITHIN = 4.0, 0.5, 1.0


def people(seed: int, speakers: int, takes: int) -> Clips:
    """Draw recordings by the model: people who express four emotions, read by guessing."""
    place = np.random.default_rng(99).normal(size=(len(EMOTIONS), DIMENSIONS))
    random = np.random.default_rng(seed)
    embeddings, emotions, names = [], [], []
    for number in range(speakers):
        shift = random.normal(0, BETWEEN**0.5, DIMENSIONS)
        for emotion in range(MOODS):
            own = place[emotion] + shift + random.normal(0, OWN**0.5, DIMENSIONS)
            embeddings.append(own + random.normal(0, WITHIN**0.5, (takes, DIMENSIONS)))
            emotions += [emotion] * takes
            names += [f"{seed}/{number}"] * takes
    count = len(emotions)
    return Clips(
        probs=np.full((count, len(EMOTIONS)), 1 / len(EMOTIONS), np.float32)
        + random.uniform(0, 0.001, (count, len(EMOTIONS))).astype(np.float32),
        embeddings=np.concatenate(embeddings).astype(np.float32),
        emotions=np.array(emotions),
        speakers=np.array(names),
    )


def test_the_levels_of_variance_are_found_again() -> None:
    clips = people(0, speakers=300, takes=6)
    found = fit(clips, np.full(len(clips.emotions), "one corpus"))
    assert found.within == pytest.approx(np.ones(DIMENSIONS), rel=0.1)
    # In the space in which recordings vary by 1, which is that of the embeddings but for rotation.
    assert found.own.mean() == pytest.approx(OWN / WITHIN, rel=0.15)
    assert found.between.mean() == pytest.approx((BETWEEN + OWN / MOODS) / WITHIN, rel=0.15)


def test_every_corpus_counts_the_same() -> None:
    clips = people(0, speakers=20, takes=4)
    corpora = np.where(np.isin(clips.speakers, ["0/0", "0/1"]), "small", "large")
    alone = fit(clips[corpora == "small"], corpora[corpora == "small"])
    both = fit(clips, corpora)
    rest = fit(clips[corpora == "large"], corpora[corpora == "large"])
    middle = (
        alone.mean @ np.linalg.inv(alone.projection) + rest.mean @ np.linalg.inv(rest.projection)
    ) / 2
    np.testing.assert_allclose(both.mean @ np.linalg.inv(both.projection), middle, atol=0.5)


def test_what_a_person_recorded_helps_on_their_other_recordings() -> None:
    others, strangers = people(0, speakers=60, takes=6), people(1, speakers=12, takes=6)
    population = fit(others, np.full(len(others.emotions), "others"))
    uar = {}
    for count in (0, 1, 3):
        found = score_enrolled(strangers, population, Enrolment(count))
        assert found is not None
        assert found.n == DRAWS * 12 * MOODS * (6 - count)
        uar[count] = found.uar
    assert uar[0] < 0.35
    assert uar[0] + 0.15 < uar[1] < uar[3]
    of_another = score_enrolled(strangers, population, Enrolment(3, own=False))
    assert of_another is not None
    assert of_another.uar < uar[3] - 0.1


def test_recordings_without_speech_are_not_drawn_and_count_as_they_are() -> None:
    clips = people(0, speakers=3, takes=5)
    population = fit(clips, np.full(len(clips.emotions), "one"))
    silent = clips.emotions == 0
    clips.embeddings[silent] = np.nan
    clips.probs[silent] = 1 / len(EMOTIONS)
    found = score_enrolled(clips, population, Enrolment(2))
    assert found is not None
    assert found.unanswered == DRAWS * 3 * 5


def test_too_few_recordings_are_not_scored() -> None:
    clips = people(0, speakers=3, takes=2)
    population = fit(clips, np.full(len(clips.emotions), "one"))
    assert score_enrolled(clips, population, Enrolment(2)) is None


def test_the_report_has_every_corpus_and_enrolment() -> None:
    one, other = people(0, speakers=4, takes=4), people(1, speakers=4, takes=4)
    both = Clips(
        *(
            np.concatenate([getattr(one, name), getattr(other, name)])
            for name in Clips.__match_args__
        )
    )
    corpora = np.repeat(["first", "second"], len(one.emotions))
    heading, _, *rows = report(both, corpora).splitlines()
    assert heading.count("|") == len(ENROLMENTS) + 2
    assert [row.split(" | ")[0] for row in rows] == ["| first", "| second"]
