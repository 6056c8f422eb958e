from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference.emotion import EMOTIONS, Emotion
from recommender.ranking.ranker import LIST_LENGTH, OFFLINE_CUES
from tests.recommender.ranking.samples import RANKER, TRACKS, ids, query, ranker, spread, track


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_clear_mood_gets_ten_tracks_that_answer_it(emotion: Emotion) -> None:
    cues = RANKER.rank(query(spread(**{emotion: 0.72})))
    assert [cue.rank for cue in cues] == list(range(1, LIST_LENGTH + 1))
    assert len(set(ids(cues))) == LIST_LENGTH
    elsewhere = [cue for cue in cues if not cue.track.offline]
    assert len(elsewhere) >= 5
    assert {cue.track.emotion for cue in elsewhere} == {emotion}
    assert {cue.emotion for cue in elsewhere} == {emotion}


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_list_has_something_to_play_without_a_network(emotion: Emotion) -> None:
    cues = RANKER.rank(query(spread(**{emotion: 0.72})))
    assert sum(cue.track.offline for cue in cues) >= OFFLINE_CUES


def test_scores_fall_down_the_list_and_stay_in_their_range() -> None:
    scores = [cue.score for cue in RANKER.rank(query(spread(angry=0.6)))]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_perfect_match_scores_one() -> None:
    (cue,) = ranker([track("a", "sad")]).rank(query(np.eye(8, dtype=np.float32)[3]))
    assert cue.score == pytest.approx(1)


def test_an_unclear_mood_scores_lower_and_spreads_over_more_emotions() -> None:
    clear = RANKER.rank(query(spread(happy=0.9)))
    unclear = RANKER.rank(query(spread(happy=0.2)))
    assert unclear[0].score < clear[0].score
    assert len({cue.track.emotion for cue in unclear}) > len({cue.track.emotion for cue in clear})


def test_a_mood_that_is_not_clear_is_followed_by_its_position() -> None:
    tense = track("tense", "happy", valence=-0.8, arousal=0.9)
    lively = track("lively", "sad", valence=0.4, arousal=0.5)
    both = ranker([tense, lively])
    assert ids(both.rank(query(spread(happy=0.75))))[0] == "tense"
    assert ids(both.rank(query(spread(happy=0.45, surprised=0.4))))[0] == "lively"


def test_a_mixed_mood_is_answered_on_both_sides() -> None:
    answered = [cue.emotion for cue in RANKER.rank(query(spread(happy=0.5, sad=0.4)))]
    assert answered.count("happy") >= 3
    assert answered.count("sad") >= 3


def test_of_two_tracks_alike_in_emotion_the_nearer_one_wins() -> None:
    far = track("far", "sad", valence=0.9, arousal=0.9)
    near = track("near", "sad")
    assert ids(ranker([far, near]).rank(query(spread(sad=0.9)))) == ["near", "far"]


def test_only_one_cut_of_a_title_is_cued() -> None:
    cuts = [track(f"cut-{n}", "sad", title=f"Rain - Part {n}") for n in range(12)]
    others = [track(f"other-{letter}", "sad", valence=0.0) for letter in "abcdefghi"]
    cued = ids(ranker([*cuts, *others]).rank(query(spread(sad=0.9))))
    assert len(cued) == LIST_LENGTH
    assert sum(name.startswith("cut") for name in cued) == 1


def test_more_cuts_of_a_title_are_cued_where_nothing_else_is_left() -> None:
    cuts = [track(f"cut-{n}", "sad", title=f"Rain - Part {n}") for n in range(4)]
    assert len(ranker(cuts).rank(query(spread(sad=0.9)))) == 4


def test_tracks_here_do_not_displace_better_ones_where_they_contradict_the_mood() -> None:
    sad = [track(f"sad-{letter}", "sad") for letter in "abcdefghij"]
    happy = [track(f"happy-{letter}", "happy", audio=f"file:/{letter}") for letter in "abc"]
    cued = ids(ranker([*sad, *happy]).rank(query(spread(sad=0.9))))
    assert all(name.startswith("sad") for name in cued)


def test_tracks_here_come_in_where_they_fit() -> None:
    good = [track(f"there-{letter}", "sad") for letter in "abcdefghij"]
    less = [
        track(f"here-{letter}", "sad", arousal=0.2, audio=f"file:/{letter}") for letter in "abcd"
    ]
    cued = ids(ranker([*good, *less]).rank(query(spread(sad=0.9))))
    assert [name.startswith("here") for name in cued] == [False] * 7 + [True] * 3


def test_artists_take_turns_where_tracks_fit_alike() -> None:
    many = [track(f"a-{letter}", "sad", artist="Ann") for letter in "abcdefghijkl"]
    few = [track(f"b-{letter}", "sad", artist="Bob") for letter in "abcde"]
    cued = ids(ranker([*many, *few]).rank(query(spread(sad=0.9))))
    assert sum(name.startswith("b") for name in cued) == 5


def test_an_empty_catalogue_gives_no_cues() -> None:
    assert ranker([]).rank(query(spread(sad=0.9))) == []


def test_ranking_is_the_same_every_time_and_takes_what_is_left_out() -> None:
    mood = query(spread(happy=0.6))
    cued = ids(RANKER.rank(mood))
    assert ids(ranker(TRACKS).rank(mood)) == cued
    others = ids(RANKER.rank(mood, exclude={*cued, "no-such-track"}))
    assert len(others) == LIST_LENGTH
    assert not set(others) & set(cued)


def test_each_cue_says_who_asked_for_its_emotion() -> None:
    mood = replace(
        query(spread(happy=0.45, sad=0.45)), voice=spread(sad=0.9), face=spread(happy=0.9)
    )
    asked = {cue.emotion: cue.origin for cue in RANKER.rank(mood)}
    assert asked["sad"] == "voice"
    assert asked["happy"] == "face"
