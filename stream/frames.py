"""Which pictures are looked at, and how they become arrays."""

from __future__ import annotations

import math
from typing import Final

FRAME_RATE: Final = 5.0
"""Frames per second that a source picks out of what it is given."""


class FrameSampler:
    """Picks the first frame of every 200 ms of session time."""

    def __init__(self) -> None:
        self._slot = -1

    def due(self, t: float) -> bool:
        """Return whether the frame of time ``t`` is to be picked."""
        # Containers round times to a millisecond or finer; a frame so early is in its slot.
        slot = math.floor((t + 1e-3) * FRAME_RATE)
        if slot <= self._slot:
            return False
        self._slot = slot
        return True
