from __future__ import annotations

from recommender.ranking.cues import DRIFT_HOLD, LABEL_HOLD, CueList
from recommender.ranking.modes import REPEAT_AFTER
from tests.recommender.ranking.samples import RANKER, ids, query, ranker, spread, track


def test_the_first_mood_makes_a_list() -> None:
    cues = CueList(RANKER)
    assert cues.get() == []
    made = cues.update(query(spread(happy=0.7)), 0.5)
    assert made is not None
    assert cues.get() == made


def test_the_same_mood_leaves_the_list_alone() -> None:
    cues = CueList(RANKER)
    first = cues.update(query(spread(happy=0.7)), 0.0)
    assert all(cues.update(query(spread(happy=0.7)), float(t)) is None for t in range(1, 300))
    assert cues.get() == first


def test_another_label_changes_the_list_once_it_has_stayed_a_moment() -> None:
    cues = CueList(RANKER)
    first = cues.update(query(spread(happy=0.7)), 0.0)
    sad = query(spread(sad=0.7))
    assert cues.update(sad, LABEL_HOLD - 0.1) is None
    second = cues.update(sad, LABEL_HOLD)
    assert not set(ids(first)) & set(ids(second))
    assert cues.get() == second


def test_the_hold_counts_from_the_last_change() -> None:
    cues = CueList(RANKER)
    cues.update(query(spread(happy=0.7)), 0.0)
    cues.update(query(spread(sad=0.7)), 100.0)
    assert cues.update(query(spread(angry=0.7)), 100.0 + LABEL_HOLD - 0.1) is None
    assert cues.update(query(spread(angry=0.7)), 100.0 + LABEL_HOLD) is not None


def test_a_label_that_comes_back_at_once_changes_nothing() -> None:
    cues = CueList(RANKER)
    happy, sad = query(spread(happy=0.7)), query(spread(sad=0.7))
    cues.update(happy, 0.0)
    changes = [cues.update(sad if t == 1 else happy, float(t)) for t in range(1, 60)]
    assert changes == [None] * 59


def test_a_wavering_distribution_under_one_label_changes_nothing() -> None:
    cues = CueList(RANKER)
    cues.update(query(spread(happy=0.60)), 0.0)
    for t in range(1, 300):
        assert cues.update(query(spread(happy=0.60 + 0.15 * (-1) ** t)), float(t)) is None


def test_the_label_of_a_mood_that_is_not_clear_changes_nothing() -> None:
    cues = CueList(RANKER)
    one, other = query(spread(happy=0.45, surprised=0.4)), query(spread(happy=0.4, surprised=0.45))
    cues.update(one, 0.0)
    assert one.label != other.label
    assert all(cues.update((one, other)[t % 2], float(t)) is None for t in range(1, 100))


def test_a_mood_that_is_another_in_all_but_its_label_changes_the_list_as_soon() -> None:
    cues = CueList(RANKER)
    cues.update(query(spread(happy=0.35, calm=0.33)), 0.0)
    sure = query(spread(happy=0.95))
    assert cues.update(sure, LABEL_HOLD - 0.1) is None
    assert cues.update(sure, LABEL_HOLD) is not None


def test_a_drift_under_one_label_changes_the_list_after_a_while() -> None:
    cues = CueList(RANKER)
    cues.update(query(spread(happy=0.9)), 0.0)
    drifted = query(spread(happy=0.5, sad=0.4))
    assert cues.update(drifted, DRIFT_HOLD - 0.1) is None
    assert cues.update(drifted, DRIFT_HOLD) is not None
    assert cues.update(drifted, 3 * DRIFT_HOLD) is None


def test_a_slow_drift_adds_up() -> None:
    cues = CueList(RANKER)
    changed = [
        cues.update(query(spread(happy=0.9 - 0.005 * t)), float(t)) is not None for t in range(100)
    ]
    assert changed[0]
    assert 1 <= sum(changed[1:]) <= 2


def test_what_was_played_is_not_cued_again_for_a_while() -> None:
    cues = CueList(RANKER)
    happy, sad = query(spread(happy=0.7)), query(spread(sad=0.7))
    first = ids(cues.update(happy, 0.0))
    cues.mark_used(first[0], 1.0)
    assert ids(cues.get()) == first
    cues.update(sad, 100.0)
    assert first[0] not in ids(cues.update(happy, 200.0))
    cues.update(sad, 300.0)
    assert first[0] not in ids(cues.update(happy, REPEAT_AFTER))
    cues.update(sad, REPEAT_AFTER + 100)
    assert ids(cues.update(happy, REPEAT_AFTER + 200)) == first


def test_a_new_query_that_gives_the_same_list_is_no_change() -> None:
    cues = CueList(ranker([track("only", "happy")]))
    cues.update(query(spread(happy=0.9)), 0.0)
    assert cues.update(query(spread(happy=0.5)), 60.0) is None
