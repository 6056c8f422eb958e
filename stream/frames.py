"""Sampling of video frames and their conversion to arrays."""

from __future__ import annotations

import math
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

FRAME_RATE: Final = 5
"""Frames per second that every source samples from its video."""

MAX_SIDE: Final = 640
"""Longest side of a frame, in pixels; larger frames are scaled down. The detector still finds a
face of 1/16 of that, and large frames cannot slow the analysis down."""


MIN_SIDE: Final = 16
"""Shortest side of a frame, in pixels: the smallest input of the face detector. Smaller frames are
stretched."""


class FrameSampler:
    """Sampler that picks the first frame in every 1/:data:`FRAME_RATE` s of session time."""

    def __init__(self) -> None:
        self._slot = -1

    def due(self, t: float) -> bool:
        """Return whether to pick the frame at time ``t``, in seconds."""
        # Tolerate rounding errors: a frame up to 1 ms early belongs to the next slot.
        slot = math.floor((t + 1e-3) * FRAME_RATE)
        if slot <= self._slot:
            return False
        self._slot = slot
        return True


def to_rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """Convert a frame to RGB, upright, :data:`MIN_SIDE` to :data:`MAX_SIDE` pixels wide and high.

    Parameters
    ----------
    frame : av.VideoFrame
        A decoded frame of any pixel format; its container's rotation is applied.

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
