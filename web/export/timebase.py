"""Frames and timecodes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

from web.export.problem import OptionError

Rate: TypeAlias = Literal["23.976", "24", "25", "29.97", "30", "50", "59.94", "60"]

RATES: Final[tuple[Rate, ...]] = get_args(Rate)
"""Frames a second, as editing programs name them."""

ZERO: Final = "00:00:00:00"

_TIMECODE: Final = re.compile(r"(\d\d):([0-5]\d):([0-5]\d)([:;])(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Timebase:
    """A way to count frames, and from where on.

    Timecodes are those of SMPTE ST 12-1. At 23.976, 29.97 and 59.94 frames a second they count 24,
    30 and 60 and so fall behind the clock, by 3.6 s an hour. Drop-frame timecode keeps up with it:
    it leaves out two numbers (four at 59.94) at the start of every minute, but not of every tenth.
    No picture is dropped.

    Attributes
    ----------
    rate : Rate
        Frames a second.
    drop_frame : bool
        Whether numbers are left out.
    start : int
        The frame, counted from midnight, at which the session begins.
    """

    rate: Rate = "25"
    drop_frame: bool = False
    start: int = 0

    @classmethod
    def of(cls, rate: str, start: str = ZERO, drop_frame: bool | None = None) -> Timebase:
        """Read a frame rate and the timecode of the beginning.

        Parameters
        ----------
        rate : str
            One of :data:`RATES`.
        start : str
            Hours, minutes, seconds and frames; ``;`` before the frames says that it is drop-frame.
        drop_frame : bool, optional
            Whether numbers are left out; by default as ``start`` says.

        Raises
        ------
        OptionError
            If one of them does not exist, or they contradict each other.

        Examples
        --------
        >>> base = Timebase.of("29.97", "00:00:59;28")
        >>> [base.timecode(frame) for frame in range(4)]
        ['00:00:59;28', '00:00:59;29', '00:01:00;02', '00:01:00;03']
        """
        known = next((name for name in RATES if name == rate), None)
        if known is None:
            raise OptionError(f"there is no frame rate {rate!r}: take one of {', '.join(RATES)}")
        found = _TIMECODE.fullmatch(start)
        if found is None:
            raise OptionError(f"{start!r} is no timecode: write it as 01:00:00:00")
        separator = found[4]
        if separator == ";" and drop_frame is False:
            raise OptionError(f"{start} is drop-frame timecode, but drop-frame was declined")
        base = cls(known, separator == ";" if drop_frame is None else drop_frame)
        if base.drop_frame and known not in ("29.97", "59.94"):
            raise OptionError(
                f"drop-frame timecode is for 29.97 and 59.94 frames a second, not {rate}"
            )
        hours, minutes, seconds, frames = (int(found[group]) for group in (1, 2, 3, 5))
        if hours > 23:
            raise OptionError(f"{start} is no timecode: a day ends at 23:59:59")
        if frames >= base.nominal:
            raise OptionError(f"{start} is no timecode: frames go from 00 to {base.nominal - 1}")
        if base.dropped and minutes % 10 and seconds == 0 and frames < base.dropped:
            raise OptionError(f"{start} does not exist: drop-frame timecode leaves it out")
        minutes += 60 * hours
        counted = (60 * minutes + seconds) * base.nominal + frames
        return cls(known, base.drop_frame, counted - base.dropped * (minutes - minutes // 10))

    @property
    def nominal(self) -> int:
        """Frames that a second of timecode counts."""
        return round(float(self.rate))

    @property
    def fps(self) -> Fraction:
        """Frames a second, exactly."""
        whole = "." not in self.rate
        return Fraction(self.nominal) if whole else Fraction(self.nominal * 1000, 1001)

    @property
    def dropped(self) -> int:
        """Numbers left out at the start of a minute."""
        return self.nominal // 15 if self.drop_frame else 0

    def frame(self, t: float) -> int:
        """Return the frame nearest to ``t`` seconds after the beginning, which is frame 0."""
        return round(Fraction(t) * self.fps)

    def frames(self, start: float, end: float) -> tuple[int, int]:
        """Return the first frame of a stretch of seconds and the one after its last; at least one.

        >>> Timebase("24").frames(1.0, 1.0)
        (24, 25)
        """
        first = self.frame(start)
        return first, max(self.frame(end), first + 1)

    def timecode(self, frame: int) -> str:
        """Return the timecode of a frame, counted from the beginning; a day starts over."""
        minute = 60 * self.nominal - self.dropped
        ten = 10 * minute + self.dropped
        tens, rest = divmod((self.start + frame) % (144 * ten), ten)
        # The first of ten minutes is whole; each of the others begins with what is left out.
        numbers = self.dropped * (9 * tens + max(0, (rest - self.dropped) // minute))
        seconds, frames = divmod(tens * ten + rest + numbers, self.nominal)
        hours, minutes = divmod(seconds // 60, 60)
        separator = ";" if self.drop_frame else ":"
        return f"{hours:02}:{minutes:02}:{seconds % 60:02}{separator}{frames:02}"

    def at(self, t: float) -> str:
        """Return the timecode at ``t`` seconds after the beginning."""
        return self.timecode(self.frame(t))
