"""From a remote sender's media time to session time."""

from __future__ import annotations

from typing import Final

_FOLLOW: Final = 1e-3
"""Share of a block's lateness by which the estimate follows it: with 20 ms blocks it follows the
drift of a sound card within 20 s and is not moved by a burst."""

_LATE: Final = 1.0
"""Seconds of lateness that no network causes for long."""


class ArrivalTimeline:
    """Places the media of one track on the session clock, by when they arrive.

    The sender's timestamps tell how blocks follow each other, the arrivals tell when: the offset
    between both is taken from the blocks that were the fastest on their way. Blocks that were held
    up and come in a burst land where they belong. Where all blocks stay behind by more than a
    second, the sender's clock has stood still, and the timeline begins anew.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._late_since: float | None = None

    def place(self, end: float, arrival: float) -> float:
        """Return the session time of the end of a block.

        Parameters
        ----------
        end : float
            Where the block ends, in seconds of the sender's media time.
        arrival : float
            When it arrived, in seconds since the session began.
        """
        offset = arrival - end
        if self._offset is None or offset < self._offset:
            self._offset = offset
        lateness = offset - self._offset
        if lateness <= _LATE:
            self._late_since = None
            self._offset += lateness * _FOLLOW
        elif self._late_since is None:
            self._late_since = arrival
        elif arrival - self._late_since > _LATE:
            self._late_since = None
            self._offset = offset
        return end + self._offset
