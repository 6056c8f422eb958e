"""How loud an input is, as a sound engineer reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FLOOR: Final = -90.0
"""Decibels shown for silence."""

FALL: Final = 20 / 1.7
"""Decibels per second by which the meter falls (IEC 60268-18)."""

HOLD: Final = 3.0
"""Seconds for which the highest peak, and a clip, stay."""

CLIPPED: Final = 3
"""Consecutive samples at full scale that count as a clip."""

FULL_SCALE: Final = 0.999
"""From here on a sample is at full scale."""


@dataclass(frozen=True, slots=True)
class Level:
    """What the meter shows.

    Attributes
    ----------
    peak : float
        In dB relative to full scale, falling from the last peak.
    held : float
        The highest peak of the last :data:`HOLD` seconds, in dB.
    clipped : bool
        Whether the input was overdriven within them.
    """

    peak: float = FLOOR
    held: float = FLOOR
    clipped: bool = False


class LevelMeter:
    """A peak meter with hold, over all channels.

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
        """Take in samples.

        Parameters
        ----------
        t : float
            When they end, in seconds; never earlier than the last ones.
        samples : ndarray of float32, shape (n, channels)
            Full scale is -1 to 1.
        """
        magnitude = np.abs(samples)
        now = max(FLOOR, 20 * float(np.log10(magnitude.max(initial=1e-9))))
        before = self._level
        peak = max(now, before.peak - FALL * (t - self._t), FLOOR)
        held = before.held
        if now >= held or t - self._held_at >= HOLD:
            held, self._held_at = now, t
        full = magnitude >= FULL_SCALE
        run = np.logical_and.reduce([full[i : len(full) - CLIPPED + 1 + i] for i in range(CLIPPED)])
        if run.any():
            self._clipped_at = t
        self._t = t
        self._level = Level(peak, held, clipped=t - self._clipped_at < HOLD)

    def get(self) -> Level:
        """Return what the meter shows since the last update."""
        return self._level
