"""Frame rates and timecodes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

from web.export.problem import OptionError

Rate: TypeAlias = Literal["23.976", "24", "25", "29.97", "30", "50", "59.94", "60"]

RATES: Final[tuple[Rate, ...]] = get_args(Rate)
"""Frame rates, as editing software names them."""

ZERO: Final = "00:00:00:00"

_TIMECODE: Final = re.compile(r"(\d\d):([0-5]\d):([0-5]\d)([:;])(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Timebase:
    """A frame rate and a start timecode.

    Timecodes follow SMPTE ST 12-1. At 23.976, 29.97 and 59.94 fps they count 24, 30 and 60 frames
    per second and so fall behind the clock by 3.6 s per hour. Drop-frame timecode corrects this: it
    skips two numbers (four at 59.94) at the start of every minute except every tenth. No frames are
    dropped.

    Attributes
    ----------
    rate : Rate
        Frames per second.
    drop_frame : bool
        Whether timecodes are drop-frame.
    start : int
        The frame, counted from midnight, at which the session begins.
    """

    rate: Rate = "25"
    drop_frame: bool = False
    start: int = 0

    @classmethod
    def of(cls, rate: str, start: str = ZERO, drop_frame: bool | None = None) -> Timebase:
        """Parse a frame rate and the timecode of the first frame.

        Parameters
        ----------
        rate : str
            One of :data:`RATES`.
        start : str
            Hours, minutes, seconds and frames; ``;`` before the frames means drop-frame.
        drop_frame : bool, optional
            Whether to use drop-frame timecode; by default as in ``start``.

        Raises
        ------
        OptionError
            If one of them is not valid, or they contradict each other.

        Examples
        --------
        >>> base = Timebase.of("29.97", "00:00:59;28")
        >>> [base.timecode(frame) for frame in range(4)]
        ['00:00:59;28', '00:00:59;29', '00:01:00;02', '00:01:00;03']
        """
        known = next((name for name in RATES if name == rate), None)
        if known is None:
            raise OptionError(f"unknown frame rate {rate!r}: use one of {', '.join(RATES)}")
        match = _TIMECODE.fullmatch(start)
        if match is None:
            raise OptionError(f"{start!r} is not a timecode: write it as 01:00:00:00")
        separator = match[4]
        if separator == ";" and drop_frame is False:
            raise OptionError(f"{start} is drop-frame timecode, but non-drop-frame was requested")
        base = cls(known, separator == ";" if drop_frame is None else drop_frame)
        if base.drop_frame and known not in ("29.97", "59.94"):
            raise OptionError(
                f"drop-frame timecode needs 29.97 or 59.94 frames per second, not {rate}"
            )
        hours, minutes, seconds, frames = (int(match[group]) for group in (1, 2, 3, 5))
        if hours > 23:
            raise OptionError(f"{start} is not a timecode: hours go from 00 to 23")
        if frames >= base.nominal:
            raise OptionError(
                f"{start} is not a timecode: at {rate} frames per second, frames go from 00 to "
                f"{base.nominal - 1}"
            )
        if base.dropped and minutes % 10 and seconds == 0 and frames < base.dropped:
            raise OptionError(f"{start} does not exist: drop-frame timecode skips it")
        minutes += 60 * hours
        counted = (60 * minutes + seconds) * base.nominal + frames
        return cls(known, base.drop_frame, counted - base.dropped * (minutes - minutes // 10))

    @property
    def nominal(self) -> int:
        """Frames in one second of timecode."""
        return round(float(self.rate))

    @property
    def fps(self) -> Fraction:
        """Exact frames per second."""
        whole = "." not in self.rate
        return Fraction(self.nominal) if whole else Fraction(self.nominal * 1000, 1001)

    @property
    def dropped(self) -> int:
        """Numbers skipped at the start of a minute."""
        return self.nominal // 15 if self.drop_frame else 0

    def frame(self, t: float) -> int:
        """Return the frame nearest to ``t`` seconds after frame 0."""
        return round(Fraction(t) * self.fps)

    def frames(self, start: float, end: float) -> tuple[int, int]:
        """Return the first frame of an interval, and the frame after its last; at least one.

        >>> Timebase("24").frames(1.0, 1.0)
        (24, 25)
        """
        first = self.frame(start)
        return first, max(self.frame(end), first + 1)

    def timecode(self, frame: int) -> str:
        """Return the timecode of a frame, counted from the start; wraps around at midnight."""
        minute = 60 * self.nominal - self.dropped
        ten = 10 * minute + self.dropped
        tens, rest = divmod((self.start + frame) % (144 * ten), ten)
        # Nine of ten minutes skip numbers; the first of them does not.
        skipped = self.dropped * (9 * tens + max(0, (rest - self.dropped) // minute))
        seconds, frames = divmod(tens * ten + rest + skipped, self.nominal)
        hours, minutes = divmod(seconds // 60, 60)
        separator = ";" if self.drop_frame else ":"
        return f"{hours:02}:{minutes:02}:{seconds % 60:02}{separator}{frames:02}"

    def at(self, t: float) -> str:
        """Return the timecode at ``t`` seconds after the start."""
        return self.timecode(self.frame(t))
