"""Whose mood it is: one face out of several, without flicker."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Final

HOLD: Final = 1.0
"""Seconds for which another face must be the better choice before the focus moves to it."""

LARGER: Final = 1.3
"""Another face must be larger by this factor (in area) to be the better choice for its size."""


class Focus:
    """Chooses the main face: the only one that speaks, or else the largest.

    A face in focus stays until another has been the better choice for :data:`HOLD` seconds, or it
    has been out of sight for so long that it is forgotten.
    """

    def __init__(self) -> None:
        self._face: int | None = None
        self._rival: int | None = None
        self._since = 0.0

    def update(
        self, t: float, areas: Mapping[int, float], speaking: Set[int], known: Set[int]
    ) -> None:
        """Take notice of who is in view.

        Parameters
        ----------
        t : float
            Time in seconds.
        areas : mapping from id to float
            How large each face in view is.
        speaking : set of int
            Who speaks, in view or not.
        known : set of int
            Who was in view lately.
        """
        if self._face not in known:
            self._face = None
        best = self._best(areas, speaking)
        if self._face is None:
            self._face = best
        if best == self._face:
            self._rival = None
        elif best != self._rival:
            self._rival, self._since = best, t
        elif t - self._since >= HOLD:
            self._face, self._rival = best, None

    def get(self) -> int | None:
        """Return the id of the main face, None where there is none."""
        return self._face

    def _best(self, areas: Mapping[int, float], speaking: Set[int]) -> int | None:
        if not areas:
            return self._face
        speakers = areas.keys() & speaking
        if len(speakers) == 1:
            return next(iter(speakers))
        largest = max(areas, key=lambda face: areas[face])
        present = areas.get(self._face, 0.0) if self._face is not None else 0.0
        return largest if areas[largest] >= LARGER * present else self._face
