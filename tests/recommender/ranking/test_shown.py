"""What is shown, and done meanwhile, as the log has it."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.music.catalogue import Catalogue
from recommender.ranking.filters import Filters
from recommender.ranking.modes import CueSettings
from recommender.ranking.query import MoodQuery
from recommender.ranking.ranker import Cue
from recommender.ranking.shown import Moment, ShownLog
from recommender.store.feedback import FeedbackLog
from tests.recommender.ranking.samples import RANKER, ids

SAD = MoodQuery.from_emotion("sad")


@pytest.fixture
def shown(catalogue: Catalogue) -> ShownLog:
    return ShownLog(catalogue.engine)


@pytest.fixture
def feedback(catalogue: Catalogue) -> FeedbackLog:
    return FeedbackLog(catalogue.engine)


def test_a_list_is_read_back_with_all_that_it_was_made_from(
    shown: ShownLog, feedback: FeedbackLog
) -> None:
    filters = Filters(tempo=(60, None), sources=frozenset({"incompetech"}))
    cues = RANKER.rank(SAD, filters, rng=np.random.default_rng(0))
    lists = shown.record(Moment("s", 2.5), CueSettings(filters=filters), cues)
    liked = cues[3].track.id
    feedback.record(session_id="s", t=3, track_id=liked, action="liked", list_id=lists[liked])
    (back,) = shown.lists()
    assert (back.session_id, back.t, back.query.label, back.filters) == ("s", 2.5, "sad", filters)
    assert [track.track_id for track in back.tracks] == ids(cues)
    assert [track.probability for track in back.tracks] == [cue.probability for cue in cues]
    assert [track.accepted for track in back.tracks] == [n == 3 for n in range(10)]
    (reaction,) = shown.reactions(0)
    assert (reaction.track_id, reaction.above) == (liked, tuple(ids(cues[:3])))


def test_parts_for_different_moods_are_lists_of_their_own(shown: ShownLog) -> None:
    cues: list[Cue] = []
    for emotion in ("sad", "happy"):
        query = MoodQuery.from_emotion(emotion)
        cues += RANKER.rank(query, exclude=ids(cues), count=2)
    assert len(set(shown.record(Moment("s", 1.0), CueSettings(), cues).values())) == 2
    first, second = shown.lists()
    assert (first.query.label, second.query.label) == ("sad", "happy")
    assert [track.track_id for track in (*first.tracks, *second.tracks)] == ids(cues)


def test_reactions_begin_after_those_before_the_latest(
    shown: ShownLog, feedback: FeedbackLog
) -> None:
    cues = RANKER.rank(SAD)
    lists = shown.record(Moment("s", 1.0), CueSettings(), cues)
    written = [
        feedback.record(
            session_id="s", t=2, track_id=track, action="liked", list_id=lists[track]
        ).id
        for track in ids(cues)[:3]
    ]
    feedback.record(session_id="s", t=3, track_id=cues[0].track.id, action="liked")
    after = shown.id_before_latest(2)
    assert [reaction.id for reaction in shown.reactions(after)] == written[1:]
    assert shown.id_before_latest(3) == 0
    assert shown.last_reset() == 0
    shown.reset()
    assert shown.last_reset() == written[-1] + 1
