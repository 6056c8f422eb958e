"""What holds of every frame rate, every timecode and every moment."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from web.export import RATES, OptionError, Timebase

DAY = 24 * 3600
PLAIN = [(rate, False) for rate in RATES]
DROPPING = [("29.97", True), ("59.94", True)]

kinds = st.sampled_from([*PLAIN, *DROPPING])
moments = st.floats(0, DAY)


def frames_a_day(base: Timebase) -> int:
    """Return how many timecodes there are: all but those left out in 54 minutes of every hour."""
    return DAY * base.nominal - 24 * 54 * base.dropped


@st.composite
def bases(draw: st.DrawFn) -> Timebase:
    rate, drop = draw(kinds)
    zero = Timebase.of(rate, drop_frame=drop)
    return Timebase(zero.rate, drop, draw(st.integers(0, frames_a_day(zero) - 1)))


@given(bases(), st.data())
def test_a_timecode_reads_back_as_its_frame(base: Timebase, data: st.DataObject) -> None:
    day = frames_a_day(base)
    frame = data.draw(st.integers(-day, day))
    again = Timebase.of(base.rate, base.timecode(frame), base.drop_frame)
    assert again.start == (base.start + frame) % day


@given(kinds, st.data())
def test_later_frames_have_later_timecodes(kind: tuple[str, bool], data: st.DataObject) -> None:
    base = Timebase.of(kind[0], drop_frame=kind[1])
    frame = st.integers(0, frames_a_day(base) - 1)
    earlier, later = sorted((data.draw(frame), data.draw(frame)))
    assert (base.timecode(earlier) < base.timecode(later)) == (earlier < later)


@given(bases(), st.integers(0, 10**7))
def test_a_day_starts_over(base: Timebase, frame: int) -> None:
    assert base.timecode(frame + frames_a_day(base)) == base.timecode(frame)


# Near the borders of minutes, where numbers are left out, more often than not.
minutes_of_day = st.sampled_from([0, 9, 10, 11, 59, 60, 61, 1439]) | st.integers(0, 24 * 60 - 1)
seconds_of_minute = st.sampled_from([0, 59]) | st.integers(0, 59)
frames_of_second = st.integers(-4, 4) | st.integers(0, 59)


@given(st.sampled_from(DROPPING), minutes_of_day, seconds_of_minute, frames_of_second)
def test_drop_frame_reads_all_numbers_but_those_left_out(
    kind: tuple[str, bool], minutes: int, seconds: int, frames: int
) -> None:
    base = Timebase.of(kind[0], drop_frame=True)
    frames %= base.nominal
    text = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02};{frames:02}"
    left_out = minutes % 10 != 0 and seconds == 0 and frames < base.dropped
    try:
        assert Timebase.of(base.rate, text).timecode(0) == text
        assert not left_out
    except OptionError:
        assert left_out


@given(st.sampled_from(DROPPING), moments)
def test_drop_frame_keeps_up_with_the_clock(kind: tuple[str, bool], t: float) -> None:
    base = Timebase.of(kind[0], drop_frame=True)
    hours, minutes, seconds, frames = map(int, base.at(t).replace(";", ":").split(":"))
    shown = 3600 * hours + 60 * minutes + seconds + frames / base.nominal
    # Two frames at the start of a minute, four at 59.94; and 2.6 a day that no rule takes out.
    late = (shown - t + DAY / 2) % DAY - DAY / 2
    assert abs(late) < (2 * base.dropped + 3) / base.nominal


@given(bases(), moments, moments)
def test_a_frame_is_the_nearest_and_none_goes_back(base: Timebase, one: float, two: float) -> None:
    assert abs(base.frame(one) / base.fps - Fraction(one)) <= 1 / (2 * base.fps)
    assert (base.frame(one) <= base.frame(two)) or one > two


@given(bases(), st.integers(0, DAY * 60))
def test_the_time_of_a_frame_is_that_of_no_other(base: Timebase, frame: int) -> None:
    assert base.frame(float(frame / base.fps)) == frame


@given(bases(), st.tuples(moments, moments, moments).map(sorted))
def test_stretches_that_meet_leave_no_gap(base: Timebase, times: list[float]) -> None:
    start, middle, end = times
    first, cut = base.frames(start, middle)
    next_first, last = base.frames(middle, end)
    assert first < cut
    assert next_first < last
    assert cut == next_first or (cut == first + 1 and cut == next_first + 1)


numbers = st.integers(0, 99).map(lambda number: f"{number:02}") | st.sampled_from(["", "1", "001"])


@given(
    st.sampled_from([*RATES, "17"]),
    st.tuples(numbers, numbers, numbers, st.sampled_from(":;."), numbers),
)
def test_what_is_read_as_a_timecode_is_one(rate: str, parts: tuple[str, ...]) -> None:
    text = "{}:{}:{}{}{}".format(*parts)
    try:
        base = Timebase.of(rate, text)
    except OptionError:
        return
    assert base.timecode(0) == text
    assert 0 <= base.start < frames_a_day(base)
