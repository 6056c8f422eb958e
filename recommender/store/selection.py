"""Select downloads from the feedback log by time, mood, session and text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, literal_column, not_, or_, select

from inference.emotion import Emotion
from recommender.store.tables import FeedbackRow, TrackRow


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions on downloads; a download must meet all that are given.

    Attributes
    ----------
    since, until : datetime or None
        Half-open time interval, time-zone-aware.
    emotion : Emotion or None
        The mood.
    session_id : str or None
        The session.
    text : str
        Words that must all occur in the track's title or artist.
    """

    since: datetime | None = None
    until: datetime | None = None
    emotion: Emotion | None = None
    session_id: str | None = None
    text: str = ""

    @property
    def has_text(self) -> bool:
        """Whether there is a condition on the text."""
        return bool(self.text.split())


EVERYTHING: Final = Selection()
"""All downloads."""

# A literal rather than a bound value: SQLite uses a partial index only for a literal.
IS_DOWNLOAD: Final = FeedbackRow.action == literal_column("'downloaded'")
"""Whether a row of the feedback log is a download."""


def conditions(selection: Selection, *, by_track: bool = True) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a selection on :class:`FeedbackRow`.

    Parameters
    ----------
    selection : Selection
        The selection.
    by_track : bool
        Whether the database may look up matches of the text in the index by track.
    """
    yield IS_DOWNLOAD
    if selection.since is not None:
        yield FeedbackRow.at >= selection.since
    if selection.until is not None:
        yield FeedbackRow.at < selection.until
    if selection.emotion is not None:
        yield FeedbackRow.mood == selection.emotion
    if selection.session_id is not None:
        yield FeedbackRow.session_id == selection.session_id
    if selection.has_text:
        # No index applies to an expression.
        track_id = FeedbackRow.track_id if by_track else FeedbackRow.track_id.concat("")
        yield track_id.in_(select(TrackRow.id).where(_matches(selection.text)))


def without_text(selection: Selection) -> Selection:
    """Return the selection without its condition on the text."""
    return replace(selection, text="")


def non_matching(selection: Selection) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of downloads that meet all of a selection but its text."""
    yield from conditions(without_text(selection))
    yield FeedbackRow.track_id.in_(select(TrackRow.id).where(not_(_matches(selection.text))))


def _matches(text: str) -> ColumnElement[bool]:
    columns = TrackRow.title, TrackRow.artist
    return and_(
        *(or_(*(c.icontains(word, autoescape=True) for c in columns)) for word in text.split())
    )
