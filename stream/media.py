"""Audio blocks and video frames, timed on the session clock: the output of every source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 16_000
"""Audio sample rate of every :class:`AudioBlock`, in Hz."""


@dataclass(frozen=True, slots=True, eq=False)
class AudioBlock:
    """Consecutive mono audio samples.

    Attributes
    ----------
    t : float
        Time of the first sample, in seconds since the session began.
    samples : ndarray of float32, shape (n,)
        Full scale is -1 to 1, at :data:`SAMPLE_RATE`.
    """

    t: float
    samples: NDArray[np.float32]

    @property
    def end(self) -> float:
        """Time just after the last sample, in seconds since the session began."""
        return self.t + len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """One video frame.

    Attributes
    ----------
    t : float
        Capture time, as precisely as the source knows it, in seconds since the session began.
    image : ndarray of uint8, shape (height, width, 3)
        RGB.
    """

    t: float
    image: NDArray[np.uint8]


Media: TypeAlias = AudioBlock | VideoFrame
