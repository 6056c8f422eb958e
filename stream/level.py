"""Peak level meter for an audio input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FLOOR: Final = -90.0
"""Lowest level shown, in dBFS."""

FALL: Final = 20 / 1.7
"""Fall rate of the meter, in dB per second (IEC 60268-18)."""

SILENCE: Final = 1e-9
"""Smallest magnitude whose logarithm is taken; below :data:`FLOOR`."""

HOLD: Final = 3.0
"""Seconds for which the highest peak and the clip indicator are held."""

CLIP_SAMPLES: Final = 3
"""Number of consecutive samples at full scale that counts as clipping."""

FULL_SCALE: Final = 0.999
"""Smallest magnitude that counts as full scale."""


@dataclass(frozen=True, slots=True)
class Level:
    """Reading of the level meter.

    Attributes
    ----------
    peak : float
        Peak level in dBFS, with the fall rate :data:`FALL`.
    held : float
        Highest peak of the last :data:`HOLD` seconds, in dBFS.
    clipped : bool
        Whether the input clipped within those seconds.
    """

    peak: float = FLOOR
    held: float = FLOOR
    clipped: bool = False


class LevelMeter:
    """Peak meter with hold, over all channels.

    Examples
    --------
    >>> meter = LevelMeter()
    >>> meter.update(0.0, np.full((480, 2), 0.5, dtype=np.float32))
    >>> round(meter.get().peak, 1)
    -6.0
    >>> meter.update(1.7, np.zeros((480, 2), dtype=np.float32))
    >>> round(meter.get().peak, 1), round(meter.get().held, 1)
    (-26.0, -6.0)
    """

    def __init__(self) -> None:
        self._level = Level()
        self._t = 0.0
        self._held_at = -HOLD
        self._clipped_at = -HOLD

    def update(self, t: float, samples: NDArray[np.float32]) -> None:
        """Process samples.

        Parameters
        ----------
        t : float
            Time of their end, in seconds; must not decrease.
        samples : ndarray of float32, shape (n, channels)
            Full scale is -1 to 1.
        """
        magnitude = np.abs(samples)
        now = max(FLOOR, 20 * float(np.log10(magnitude.max(initial=SILENCE))))
        before = self._level
        peak = max(now, before.peak - FALL * (t - self._t), FLOOR)
        held = before.held
        if now >= held or t - self._held_at >= HOLD:
            held, self._held_at = now, t
        full = magnitude >= FULL_SCALE
        run = np.logical_and.reduce(
            [full[i : len(full) - CLIP_SAMPLES + 1 + i] for i in range(CLIP_SAMPLES)]
        )
        if run.any():
            self._clipped_at = t
        self._t = t
        self._level = Level(peak, held, clipped=t - self._clipped_at < HOLD)

    def get(self) -> Level:
        """Return the reading after the last update."""
        return self._level
