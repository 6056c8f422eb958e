"""Which pictures are looked at, and how they become arrays."""

from __future__ import annotations

import math
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

FRAME_RATE: Final = 5.0
"""Frames per second that a source picks out of what it is given."""

MAX_SIDE: Final = 640
"""Longest side of a picture in pixels; larger ones are scaled down. A face of 1/16 of it is found,
and no sender can make the analysis slow by the size of its pictures."""


MIN_SIDE: Final = 16
"""Shortest side of a picture in pixels, the least in which a face is looked for; smaller pictures
are stretched to it."""


class FrameSampler:
    """Picks the first frame of every 200 ms of session time."""

    def __init__(self) -> None:
        self._slot = -1

    def due(self, t: float) -> bool:
        """Return whether the frame of time ``t`` is to be picked."""
        # Times carry rounding errors; a frame that is early by less than that is in its slot.
        slot = math.floor((t + 1e-3) * FRAME_RATE)
        if slot <= self._slot:
            return False
        self._slot = slot
        return True


def to_rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """Return the picture upright, :data:`MIN_SIDE` to :data:`MAX_SIDE` pixels wide and high.

    Parameters
    ----------
    frame : av.VideoFrame
        A decoded frame of any pixel format; a rotation that its container asks for is applied.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB.
    """
    scale = min(1.0, MAX_SIDE / max(frame.width, frame.height))
    image = frame.to_ndarray(
        format="rgb24",
        width=max(MIN_SIDE, round(frame.width * scale)),
        height=max(MIN_SIDE, round(frame.height * scale)),
    ).astype(np.uint8, copy=False)
    return np.ascontiguousarray(np.rot90(image, round(frame.rotation / 90)))
