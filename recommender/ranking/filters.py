"""Which tracks may be cued at all, as the user of a session wishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from recommender.music.licence import LicenceClass

Range: TypeAlias = tuple[float | None, float | None]
"""Least and most, each None where there is no limit; what is unknown lies in no limited range."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which tracks may be cued.

    Attributes
    ----------
    licences : frozenset of LicenceClass
        What their licences must allow; by default to be published.
    tempo : Range
        Beats per minute.
    length : Range
        Seconds.
    instrumental : bool
        Whether to leave out what is sung, or may be for all that is known.
    sources : frozenset of str or None
        The catalogues they may come from; None for all.
    """

    licences: frozenset[LicenceClass] = frozenset({"publishable"})
    tempo: Range = (None, None)
    length: Range = (None, None)
    instrumental: bool = False
    sources: frozenset[str] | None = None


DEFAULT: Final = Filters()
"""All that may be published."""
