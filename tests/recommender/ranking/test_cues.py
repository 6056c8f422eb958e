from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from inference.emotion import EMOTIONS, Distribution, Emotion, most_likely, valence_arousal
from recommender.music.builtin import builtin_tracks
from recommender.music.licence import LicenceClass
from recommender.music.track import Track
from recommender.ranking.cues import DRIFT_HOLD, LABEL_HOLD, CueList
from recommender.ranking.filters import Filters
from recommender.ranking.index import TrackIndex
from recommender.ranking.modes import REPEAT_AFTER
from recommender.ranking.query import MoodQuery, asked_by
from recommender.ranking.ranker import CUES, OFFLINE_CUES, Cue, Ranker

TRACKS = list(builtin_tracks())
RANKER = Ranker(TrackIndex(TRACKS))
SOME = next(track for track in TRACKS if track.source == "incompetech")


def spread(**probabilities: float) -> Distribution:
    """Return a distribution with some probabilities given and the rest shared by the others."""
    rest = (1 - sum(probabilities.values())) / (8 - len(probabilities))
    return np.array([probabilities.get(e, rest) for e in EMOTIONS], dtype=np.float32)


def query(probs: Distribution, label: Emotion | None = None) -> MoodQuery:
    return MoodQuery(label or most_likely(probs), probs, *valence_arousal(probs))


def ranker(tracks: Iterable[Track]) -> Ranker:
    return Ranker(TrackIndex(tracks))


def ids(cues: list[Cue] | None) -> list[str]:
    assert cues is not None
    return [cue.track.id for cue in cues]


def track(name: str, emotion: Emotion, **changes: object) -> Track:
    emotions = np.eye(8, dtype=np.float32)[EMOTIONS.index(emotion)]
    valence, arousal = valence_arousal(emotions)
    made = replace(SOME, id=name, title=name, emotions=emotions, valence=valence, arousal=arousal)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_clear_mood_gets_ten_tracks_that_answer_it(emotion: Emotion) -> None:
    cues = RANKER.rank(query(spread(**{emotion: 0.72})))
    assert [cue.rank for cue in cues] == list(range(1, CUES + 1))
    assert len(set(ids(cues))) == CUES
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
    assert len(cued) == CUES
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


@pytest.mark.parametrize(
    ("licence", "kind"),
    [
        ("CC-BY-NC-4.0", "listening"),
        ("CC-BY-ND-4.0", "listening"),
        ("CC-BY-SA-4.0", "share_alike"),
        ("All rights reserved", "unknown"),
    ],
)
def test_what_may_not_be_published_is_not_cued_unless_asked_for(
    licence: str, kind: LicenceClass
) -> None:
    two = ranker([track("open", "sad"), track("closed", "sad", licence=licence)])
    mood = query(spread(sad=0.9))
    assert ids(two.rank(mood)) == ["open"]
    assert ids(two.rank(mood, Filters(licences=frozenset({kind})))) == ["closed"]


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(tempo=(60, 100)), {"slow"}),
        (Filters(tempo=(100, None)), {"fast"}),
        (Filters(length=(None, 60)), {"slow"}),
        (Filters(length=(60.5, None)), {"fast", "sung"}),
        (Filters(instrumental=True), {"slow", "fast"}),
        (Filters(sources=frozenset({"own"})), {"sung"}),
        (Filters(sources=frozenset()), set()),
    ],
)
def test_filters_let_through_what_is_known_to_pass(filters: Filters, passing: set[str]) -> None:
    tracks = [
        track("slow", "sad", bpm=60.0, duration=60.0, instruments=("Piano",)),
        track("fast", "sad", bpm=150.0, duration=200.0, instruments=("Strings", "Bass")),
        track("sung", "sad", bpm=None, duration=61.0, instruments=("Piano", "Choir"), source="own"),
        track("unknown", "sad", bpm=None, duration=None, instruments=()),
    ]
    cued = ids(ranker(tracks).rank(query(spread(sad=0.9)), filters))
    assert set(cued) == passing


def test_files_that_are_gone_are_not_cued() -> None:
    assert ranker([track("gone", "sad", missing=True)]).rank(query(spread(sad=0.9))) == []


def test_artists_take_turns_where_tracks_fit_alike() -> None:
    many = [track(f"a-{letter}", "sad", artist="Ann") for letter in "abcdefghijkl"]
    few = [track(f"b-{letter}", "sad", artist="Bob") for letter in "abcde"]
    cued = ids(ranker([*many, *few]).rank(query(spread(sad=0.9))))
    assert sum(name.startswith("b") for name in cued) == 5


def test_stings_are_not_cued() -> None:
    tracks = [
        track("sting", "sad", duration=4.0),
        track("song", "sad", duration=40.0),
        track("unknown", "sad", duration=None),
    ]
    assert set(ids(ranker(tracks).rank(query(spread(sad=0.9))))) == {"song", "unknown"}


def test_an_empty_catalogue_gives_no_cues() -> None:
    assert ranker([]).rank(query(spread(sad=0.9))) == []


def test_ranking_is_the_same_every_time_and_takes_what_is_left_out() -> None:
    mood = query(spread(happy=0.6))
    cued = ids(RANKER.rank(mood))
    assert ids(ranker(TRACKS).rank(mood)) == cued
    others = ids(RANKER.rank(mood, without={*cued, "no-such-track"}))
    assert len(others) == CUES
    assert not set(others) & set(cued)


@pytest.mark.parametrize(
    ("voice", "face", "who"),
    [
        (spread(sad=0.8), None, "voice"),
        (None, spread(sad=0.8), "face"),
        (spread(sad=0.8), spread(sad=0.7), "mood"),
        (spread(sad=0.8), spread(happy=0.8), "voice"),
        (spread(happy=0.8), spread(sad=0.8), "face"),
        (spread(sad=0.3), spread(sad=0.9), "face"),
        (spread(sad=0.5), spread(sad=0.9), "mood"),
        (spread(happy=0.8), spread(happy=0.8), "mood"),
        (spread(happy=0.6, sad=0.1), spread(happy=0.6, sad=0.01), "mood"),
        (None, None, "mood"),
    ],
)
def test_who_asked(voice: Distribution | None, face: Distribution | None, who: str) -> None:
    assert asked_by("sad", voice, face) == who


def test_each_cue_says_who_asked_for_its_emotion() -> None:
    mood = replace(
        query(spread(happy=0.45, sad=0.45)), voice=spread(sad=0.9), face=spread(happy=0.9)
    )
    asked = {cue.emotion: cue.why_from for cue in RANKER.rank(mood)}
    assert asked["sad"] == "voice"
    assert asked["happy"] == "face"


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
    cues.played(first[0], 1.0)
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
