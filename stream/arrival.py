"""Conversion from a remote sender's media time to session time."""

from __future__ import annotations

from typing import Final

_DRIFT_RATE: Final = 1e-3
"""Share of a block's lateness by which the offset is corrected. With 20 ms blocks the offset
follows the drift of a sound card within 20 s, and a burst does not move it."""

_MAX_LATENESS: Final = 1.0
"""Seconds; network delay does not stay above this for long."""


class ArrivalTimeline:
    """Session times for the media of one remote track.

    The sender's timestamps give the spacing of the blocks, their arrival gives the offset between
    sender time and session time: the offset is that of the blocks with the least network delay.
    Delayed blocks that arrive in a burst therefore get their proper times. If all blocks stay more
    than a second late, the sender's clock has paused (sleep, for example) and the offset is reset.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._late_since: float | None = None

    def place(self, end: float, arrival: float) -> float:
        """Return the session time of the end of a block, in seconds.

        Parameters
        ----------
        end : float
            End of the block in the sender's media time, in seconds.
        arrival : float
            Session time at which the block arrived, in seconds.
        """
        offset = arrival - end
        if self._offset is None or offset < self._offset:
            self._offset = offset
        lateness = offset - self._offset
        if lateness <= _MAX_LATENESS:
            self._late_since = None
            self._offset += lateness * _DRIFT_RATE
        elif self._late_since is None:
            self._late_since = arrival
        elif arrival - self._late_since > _MAX_LATENESS:
            self._late_since = None
            self._offset = offset
        return end + self._offset
