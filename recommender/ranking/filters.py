"""Filters that the user of a session sets on tracks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from recommender.music.licence import LicenceClass
from recommender.vocabulary import ANY, Range


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a track must meet to be cued.

    Attributes
    ----------
    licences : frozenset of LicenceClass
        Allowed licence classes.
    tempo : Range
        Beats per minute.
    length : Range
        Seconds.
    instrumental : bool
        Whether to exclude tracks with vocals, and tracks whose instruments are unknown.
    sources : frozenset of str or None
        Allowed catalogues; None for all.
    """

    licences: frozenset[LicenceClass] = frozenset({"publishable"})
    tempo: Range = ANY
    length: Range = ANY
    instrumental: bool = False
    sources: frozenset[str] | None = None


DEFAULT_FILTERS: Final = Filters()
"""All tracks that may be published."""
