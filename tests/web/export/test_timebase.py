"""Timecodes, against what was calculated by hand, and against OpenTimelineIO."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from opentimelineio import opentime

from web.export import RATES, OptionError, Timebase

MINUTES = 12


@pytest.mark.parametrize(
    ("rate", "start", "seconds", "timecode"),
    [
        ("24", "00:00:00:00", 3600, "01:00:00:00"),
        ("25", "10:00:00:00", 3.48, "10:00:03:12"),
        # An hour has 3600 * 30000 / 1001 = 107892.1 frames; without drop-frame these are
        # 3596 s and 12 frames of thirty.
        ("29.97", "00:00:00:00", 3600, "00:59:56:12"),
        # Drop-frame leaves out 2 * (60 - 6) = 108 numbers an hour: 107892 + 108 = 108000.
        ("29.97", "00:00:00;00", 3600, "01:00:00;00"),
        # 59.94 s have 1796.4 frames, 60.06 s have 1800, which is the first of the second minute.
        ("29.97", "00:00:00;00", 59.94, "00:00:59;26"),
        ("29.97", "00:00:00;00", 60.06, "00:01:00;02"),
        # 600.6 s have 18000 frames; 9 times 2 numbers were left out.
        ("29.97", "00:00:00;00", 600.6, "00:10:00;18"),
        ("29.97", "00:09:59;29", 1001 / 30000, "00:10:00;00"),
        ("29.97", "00:58:59;29", 1001 / 30000, "00:59:00;02"),
        ("59.94", "00:00:59;59", 1001 / 60000, "00:01:00;04"),
        # 3600 * 24000 / 1001 = 86313.7 frames: 3596 s and 10 of twenty-four.
        ("23.976", "00:00:00:00", 3600, "00:59:56:10"),
        ("23.976", "01:00:00:00", 1.0, "01:00:01:00"),
        ("60", "23:59:59:59", 1 / 60, "00:00:00:00"),
    ],
)
def test_timecodes_are_those_of_a_hand_calculation(
    rate: str, start: str, seconds: float, timecode: str
) -> None:
    assert Timebase.of(rate, start).at(seconds) == timecode


@pytest.mark.parametrize(("rate", "nominal"), [("29.97", 30), ("59.94", 60)])
def test_drop_frame_leaves_out_the_right_numbers_and_no_others(rate: str, nominal: int) -> None:
    def numbers() -> Iterator[str]:
        for minute in range(MINUTES):
            for second in range(60):
                for frame in range(nominal):
                    if minute % 10 == 0 or second or frame >= nominal // 15:
                        yield f"00:{minute:02}:{second:02};{frame:02}"

    base = Timebase.of(rate, drop_frame=True)
    for frame, number in enumerate(numbers()):
        assert base.timecode(frame) == number
    for number in islice(numbers(), 0, None, 997):
        assert Timebase.of(rate, number).timecode(0) == number


@pytest.mark.parametrize(
    ("rate", "drop"), [*((rate, False) for rate in RATES), ("29.97", True), ("59.94", True)]
)
def test_timecodes_are_those_of_opentimelineio(rate: str, drop: bool) -> None:
    base = Timebase.of(rate, "01:00:00:00", drop)
    for t in (0.0, 0.5, 59.9, 60.1, 599.99, 3599.5, 7261.37, 10_800.0):
        frame = base.start + base.frame(t)
        theirs = opentime.to_timecode(
            opentime.RationalTime(frame, float(base.fps)), float(base.fps), drop_frame=drop
        )
        assert base.at(t) == theirs
        assert abs(base.frame(t) / float(base.fps) - t) <= 0.5001 / float(base.fps)


@pytest.mark.parametrize(
    ("rate", "start", "drop_frame", "problem"),
    [
        ("17", "00:00:00:00", None, "unknown frame rate '17': use one of 23.976, 24, 25"),
        ("25.0", "00:00:00:00", None, "unknown frame rate"),
        ("25", "99:00:00:00", None, "hours go from 00 to 23"),
        ("25", "24:00:00:00", None, "hours go from 00 to 23"),
        ("25", "01:00:00:25", None, "frames go from 00 to 24"),
        ("25", "1:00:00:00", None, "write it as 01:00:00:00"),
        ("25", "01:60:00:00", None, "is not a timecode"),
        ("25", "\u0660\u0661:00:00:00", None, "is not a timecode"),
        ("25", "", None, "is not a timecode"),
        ("25", "01:00:00;00", None, "drop-frame timecode needs 29.97 or 59.94"),
        ("30", "01:00:00:00", True, "drop-frame timecode needs 29.97 or 59.94"),
        ("29.97", "01:00:00;00", False, "non-drop-frame was requested"),
        ("29.97", "00:01:00;01", None, "does not exist: drop-frame timecode skips it"),
        ("59.94", "00:01:00;03", None, "does not exist: drop-frame timecode skips it"),
    ],
)
def test_what_does_not_exist_is_refused(
    rate: str, start: str, drop_frame: bool | None, problem: str
) -> None:
    with pytest.raises(OptionError, match=problem):
        Timebase.of(rate, start, drop_frame)


def test_colons_may_be_drop_frame_where_it_is_asked_for() -> None:
    assert Timebase.of("29.97", "01:00:00:00", drop_frame=True).timecode(0) == "01:00:00;00"
