"""Choice of the main face among several, with hysteresis."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Final

SWITCH_DELAY: Final = 1.0
"""Seconds for which another face must be the better choice before the focus switches to it."""

AREA_RATIO: Final = 1.3
"""Minimum ratio of areas for which a larger face is the better choice."""


class Focus:
    """Selector of the main face: the only one that speaks, or else the largest.

    The focus stays on a face until another has been the better choice for :data:`SWITCH_DELAY`
    seconds, or until the face is forgotten because it has been out of view for too long.
    """

    def __init__(self) -> None:
        self._face: int | None = None
        self._challenger: int | None = None
        self._challenger_since = 0.0

    def update(
        self, t: float, areas: Mapping[int, float], speaking: Set[int], known: Set[int]
    ) -> None:
        """Update with the faces in view.

        Parameters
        ----------
        t : float
            Time in seconds.
        areas : mapping from id to float
            Area of each face in view.
        speaking : set of int
            Faces that speak, in view or not.
        known : set of int
            Faces that were in view recently.
        """
        if self._face not in known:
            self._face = None
        best = self._best(areas, speaking)
        if self._face is None:
            self._face = best
        if best == self._face:
            self._challenger = None
        elif best != self._challenger:
            self._challenger, self._challenger_since = best, t
        elif t - self._challenger_since >= SWITCH_DELAY:
            self._face, self._challenger = best, None

    def get(self) -> int | None:
        """Return the id of the main face, or None."""
        return self._face

    def _best(self, areas: Mapping[int, float], speaking: Set[int]) -> int | None:
        if not areas:
            return self._face
        speakers = areas.keys() & speaking
        if len(speakers) == 1:
            return next(iter(speakers))
        largest = max(areas, key=lambda face: areas[face])
        current = areas.get(self._face, 0.0) if self._face is not None else 0.0
        return largest if areas[largest] >= AREA_RATIO * current else self._face
