from __future__ import annotations

import pytest

from tests.web.export.records import mood, moods
from web.export import Segment, segments


def spans_of(segments: list[Segment]) -> list[tuple[float, float, str]]:
    return [(segment.start, segment.end, segment.label) for segment in segments]


def test_neighbours_of_one_mood_are_one_segment() -> None:
    session = moods((4, "happy"), (3, "sad"), (2, "happy"))
    assert spans_of(segments(session, end=9.4)) == [
        (1.0, 5.0, "happy"),
        (5.0, 8.0, "sad"),
        (8.0, 9.4, "happy"),
    ]


def test_confidence_is_the_mean_of_the_moods_that_named_it() -> None:
    session = [mood(1.0, "calm", 0.5), mood(2.0, "calm", 0.2), mood(3.0, "calm", 0.9)]
    (segment,) = segments(session, end=4.0)
    assert (round(segment.confidence, 6), segment.count) == (0.7, 2)


def test_a_segment_tells_how_often_voice_and_face_disagreed() -> None:
    session = [mood(float(t), "calm") for t in range(1, 5)]
    session[2] = session[2].model_copy(update={"conflict": True})
    (segment,) = segments(session, end=5.0)
    assert segment.conflict == pytest.approx(0.25)


def test_doubt_parts_segments_only_where_it_lasts() -> None:
    short = [mood(float(t), "happy", 0.2 if 3 <= t <= 5 else 0.8) for t in range(1, 9)]
    assert spans_of(segments(short, end=9.0)) == [(1.0, 9.0, "happy")]
    long = [mood(float(t), "happy", 0.2 if 3 <= t <= 6 else 0.8) for t in range(1, 9)]
    assert spans_of(segments(long, end=9.0)) == [(1.0, 3.0, "happy"), (7.0, 9.0, "happy")]


def test_doubt_is_left_out_at_the_ends_and_between_two_moods() -> None:
    session = [
        *(mood(1.0, "neutral", 0.2), mood(2.0, "happy"), mood(3.0, "happy")),
        *(mood(4.0, "sad", 0.3), mood(5.0, "sad"), mood(6.0, "sad", 0.1)),
    ]
    assert spans_of(segments(session, end=7.0)) == [(2.0, 4.0, "happy"), (5.0, 6.0, "sad")]
    assert segments([mood(1.0, "happy", 0.34)], end=2.0) == []


def test_nothing_is_said_of_a_time_without_media() -> None:
    session = [mood(float(t), "happy") for t in (1, 2, 3, 40, 41)]
    assert spans_of(segments(session, end=100.0)) == [(1.0, 3.0, "happy"), (40.0, 41.0, "happy")]


def test_an_empty_session_has_none() -> None:
    assert segments([], end=60.0) == []
