from __future__ import annotations

from tests.web.export.records import cues, moods, record, track
from web.export import Cut, cut
from web.sessions.record import Download, Note, Play

A, B, C = track("A"), track("B", duration=20.0), track("C", duration=None)
MINUTE = moods((60, "happy"))


def clips(cut: Cut) -> list[tuple[str, float, float, int]]:
    return [(clip.title, clip.start, clip.end, clip.lane) for clip in cut.clips]


def test_what_was_played_lies_where_it_was_played() -> None:
    plays = [Play(5.0, 12.0, "a", A), Play(12.0, None, "b", B), Play(40.0, None, "c", C)]
    laid_out = cut(record(MINUTE, plays=plays))
    assert clips(laid_out) == [("A", 5.0, 12.0, 0), ("B", 12.0, 32.0, 0), ("C", 40.0, 60.4, 0)]
    assert laid_out.chosen


def test_what_was_downloaded_lies_where_it_was_offered() -> None:
    lists = [cues(2.0, a=A), cues(20.0, b=B, a=A), cues(45.0, c=C)]
    # The first is taken while its second list is shown, the other two after the end.
    downloads = [Download(30.0, "a", A), Download(60.4, "c", C), Download(60.4, "x", track("X"))]
    laid_out = cut(record(MINUTE, cues=lists, downloads=downloads))
    assert clips(laid_out) == [("A", 20.0, 45.0, 0), ("C", 45.0, 60.4, 0)]
    assert [marker.start for marker in laid_out.downloads] == [30.0, 60.4, 60.4]


def test_a_track_that_was_played_is_not_laid_a_second_time_for_its_download() -> None:
    played = Play(22.0, 30.0, "a", A)
    session = record(
        MINUTE, cues=[cues(2.0, a=A)], plays=[played], downloads=[Download(25.0, "a", A)]
    )
    assert clips(cut(session)) == [("A", 22.0, 30.0, 0)]


def test_a_track_that_was_touched_and_downloaded_is_laid_where_it_was_offered() -> None:
    session = record(
        MINUTE,
        cues=[cues(2.0, a=A)],
        plays=[Play(5.0, 5.2, "a", A)],
        downloads=[Download(5.4, "a", A)],
    )
    assert clips(cut(session)) == [("A", 2.0, 60.4, 0)]


def test_pieces_of_one_list_lie_side_by_side_until_the_next_list() -> None:
    lists = [cues(2.0, a=A, c=C), cues(20.0, b=B)]
    downloads = [Download(3.0, "a", A), Download(4.0, "c", C), Download(21.0, "b", B)]
    assert clips(cut(record(MINUTE, cues=lists, downloads=downloads))) == [
        ("A", 2.0, 20.0, 0),
        ("C", 2.0, 20.0, 1),
        ("B", 20.0, 40.0, 0),
    ]


def test_without_a_choice_the_first_of_each_list_is_suggested() -> None:
    lists = [cues(2.0, a=A, b=B), cues(20.0, a=A), cues(30.0, c=C)]
    laid_out = cut(record(MINUTE, cues=lists))
    assert clips(laid_out) == [("A", 2.0, 30.0, 0), ("C", 30.0, 60.4, 0)]
    assert not laid_out.chosen


def test_a_slip_of_the_finger_is_no_music() -> None:
    plays = [Play(5.0, 5.2, "a", A), Play(60.4, None, "b", B)]
    assert clips(cut(record(MINUTE, plays=plays))) == []


def test_markers_are_in_the_order_of_time_and_have_their_own_colours() -> None:
    session = record(
        moods((3, "happy"), (4, "sad"), face=False),
        downloads=[Download(2.0, "a", A)],
        notes=[Note(6.0, "The door\nopens")],
    )
    laid_out = cut(session)
    assert [(m.start, m.end, m.name, m.colour) for m in laid_out.markers] == [
        (1.0, 4.0, "Happy 70%", "ORANGE"),
        (2.0, 2.0, "Downloaded: Kevin MacLeod - A", "MAGENTA"),
        (4.0, 7.4, "Sad 70%", "BLUE"),
        (6.0, 6.0, "The door opens", "PINK"),
    ]
    assert not laid_out.has_video


def test_a_session_without_a_title_has_a_name() -> None:
    assert cut(record(title=" \x00\n")).title == "Session 0123456789abcdef"
