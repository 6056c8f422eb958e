"""From what is shown and done, through the log, to other cues."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.music.builtin import builtin_tracks
from recommender.music.catalogue import Catalogue
from recommender.ranking.features import instrument_groups
from recommender.ranking.index import TrackIndex
from recommender.ranking.learner import Learner, rewards
from recommender.ranking.modes import CueSettings
from recommender.ranking.query import MoodQuery
from recommender.ranking.ranker import Cue, Ranker
from recommender.ranking.shown import Moment, Reaction, ShownLog
from recommender.store.feedback import FeedbackLog
from recommender.store.history import History
from recommender.vocabulary import Action
from tests.recommender.ranking.samples import ids

INDEX = TrackIndex(builtin_tracks())
SAD = MoodQuery.from_emotion("sad")


@pytest.fixture
def shown(catalogue: Catalogue) -> ShownLog:
    return ShownLog(catalogue.engine)


@pytest.fixture
def feedback(catalogue: Catalogue) -> FeedbackLog:
    return FeedbackLog(catalogue.engine)


def show(shown: ShownLog, cues: list[Cue], session: str = "s", t: float = 1.0) -> dict[str, int]:
    return shown.record(Moment(session, t, "sad", 0.9), CueSettings(), cues)


def piano(cue: Cue) -> bool:
    return any("piano" in instrument_groups(name) for name in cue.track.instruments)


def choose_piano(shown: ShownLog, feedback: FeedbackLog, ranker: Ranker, times: int = 12) -> None:
    """Take a piano from each list, and leave what stands above it."""
    rng = np.random.default_rng(1)
    for t in range(times):
        cues = ranker.rank(SAD, rng=rng)
        lists = show(shown, cues, t=float(t))
        taken = next((cue for cue in cues if piano(cue)), None)
        for cue in cues:
            action: Action = "downloaded" if cue is taken else "skipped"
            feedback.record(
                session_id="s",
                t=t,
                track_id=cue.track.id,
                action=action,
                list_id=lists[cue.track.id],
            )


def test_what_is_taken_is_cued_more_and_the_reason_is_told(
    shown: ShownLog, feedback: FeedbackLog
) -> None:
    ranker = Ranker(INDEX)
    learner = Learner(shown, ranker)
    before = ranker.rank(SAD)
    choose_piano(shown, feedback, ranker)
    assert ids(ranker.rank(SAD)) == ids(before), "nothing was read yet"
    learner.catch_up()
    after = ranker.rank(SAD)
    assert sum(map(piano, after)) > sum(map(piano, before))
    assert any("piano" in cue.learned for cue in after if piano(cue))
    assert not any("piano" in cue.learned for cue in after if not piano(cue))
    words = {word.word: word for word in ranker.taste.words()}
    assert words["piano"].weight > 0
    assert words["piano"].taken["sad"] > 5


def test_a_restart_learns_the_same_and_a_reset_learns_nothing(
    shown: ShownLog, feedback: FeedbackLog
) -> None:
    ranker = Ranker(INDEX)
    learner = Learner(shown, ranker)
    untaught = ids(ranker.rank(SAD))
    choose_piano(shown, feedback, ranker)
    learner.catch_up()
    taught = ids(ranker.rank(SAD))
    restarted = Ranker(INDEX)
    other = Learner(shown, restarted)
    assert ids(restarted.rank(SAD)) == taught != untaught
    learner.reset()
    assert ids(ranker.rank(SAD)) == untaught
    other.catch_up()
    assert ids(restarted.rank(SAD)) == untaught, "another process hears of the reset"
    again = Ranker(INDEX)
    Learner(shown, again)
    assert ids(again.rank(SAD)) == untaught


def test_a_deleted_session_is_forgotten(
    catalogue: Catalogue, shown: ShownLog, feedback: FeedbackLog
) -> None:
    ranker = Ranker(INDEX)
    learner = Learner(shown, ranker)
    untaught = ids(ranker.rank(SAD))
    choose_piano(shown, feedback, ranker)
    learner.catch_up()
    History(catalogue.engine).delete("s")
    learner.relearn()
    assert ids(ranker.rank(SAD)) == untaught
    assert list(shown.lists()) == []


def test_another_catalogue_is_learned_about_anew(shown: ShownLog, feedback: FeedbackLog) -> None:
    ranker = Ranker(TrackIndex(()))
    learner = Learner(shown, ranker)
    choose_piano(shown, feedback, Ranker(INDEX))
    learner.catch_up()
    assert ranker.taste.words() == []
    ranker.index = INDEX
    learner.catch_up()
    assert ranker.taste.words()


@pytest.mark.parametrize(
    ("action", "seconds", "expected"),
    [
        ("downloaded", None, [("t", 1.0, 1.0)]),
        ("liked", None, [("t", 1.0, 1.0)]),
        ("skipped", None, [("t", 0.0, 1.0)]),
        ("previewed", 15.0, [("t", 0.25, 0.5)]),
        ("previewed", 300.0, [("t", 0.5, 0.5)]),
        ("previewed", None, []),
    ],
)
def test_what_a_reaction_says(
    action: Action, seconds: float | None, expected: list[tuple[str, float, float]]
) -> None:
    observed = {"a"}
    reaction = Reaction(1, "t", action, seconds, 1, SAD, above=("a", "b"))
    given = list(rewards(reaction, observed))
    assert given == [("b", 0.0, 0.25), *expected], "“a” has a reward already"
    assert observed == {"a", "b", "t"}
