from __future__ import annotations

from moodcue.bench.ranking.benchmark import hits
from moodcue.bench.ranking.listener import CHOICES, Listener
from moodcue.bench.ranking.policies import Learned, Mapping
from moodcue.bench.ranking.speed import measure_speed
from recommender import TrackIndex
from recommender.music.builtin import builtin_tracks

INDEX = TrackIndex(builtin_tracks())


def test_a_user_who_likes_the_contrary_gets_it() -> None:
    fixed = hits(Listener(INDEX, "contrast", 0), Mapping(INDEX, 0))
    learned = hits(Listener(INDEX, "contrast", 0), Learned(INDEX, 0))
    assert len(fixed) == len(learned) == CHOICES
    assert learned.sum() > 1.5 * fixed.sum()


def test_the_same_user_chooses_the_same() -> None:
    first, second = (hits(Listener(INDEX, "words", 2), Mapping(INDEX, 2)) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_a_list_is_measured_against_scoring_one_by_one() -> None:
    speed = measure_speed(3000)
    assert speed.tracks > 2500
    assert speed.ratio == speed.one_by_one / speed.ours
    assert 100 < speed.bytes_per_track < 1000
