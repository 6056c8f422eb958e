"""Downloads at chosen times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from inference.emotion import Emotion
from recommender.music.catalogue import Catalogue
from recommender.store.counts import Counts
from recommender.store.downloads import DownloadLog
from recommender.store.feedback import FeedbackLog
from recommender.store.history import History
from recommender.store.selection import Selection

HAPPY, CALM = "immich-happy-acoustic-1", "immich-calm-acoustic-1"
ELSEWHERE = "incompetech-USUAN1200067"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""A Monday."""


class Logbook:
    """Writes feedback at chosen times, and reads the downloads in it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.now = NOON
        self.catalogue = catalogue
        self.feedback = FeedbackLog(catalogue.engine, clock=lambda: self.now)
        self.log = DownloadLog(catalogue.engine)
        self.history = History(catalogue.engine)

    def download(
        self,
        mood: Emotion | None = None,
        *,
        hours: float = 0,
        session: str = "s",
        track: str = HAPPY,
    ) -> int:
        """Write a download; return its number."""
        self.now = NOON + timedelta(hours=hours)
        return self.feedback.record(
            session_id=session, t=1.0, track_id=track, action="downloaded", mood=mood
        ).id

    def page(self, **conditions: object) -> list[int]:
        """Return the numbers of the downloads that meet the conditions."""
        return [row.id for row in self.log.page(selection(**conditions))]

    def counts(self, **conditions: object) -> Counts:
        return self.log.counts(selection(**conditions))


def selection(**conditions: object) -> Selection:
    return replace(Selection(), **conditions)  # type: ignore[arg-type]
