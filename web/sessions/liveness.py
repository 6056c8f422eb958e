"""Watch whether media arrive from a feed."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from recommender.vocabulary import SourceKind
from stream import Clock, Feed, SourceError

LOST_AFTER: Final = 3.0
"""Seconds without media after which a session is ``lost``."""

END_AFTER: Final[Mapping[SourceKind, float]] = MappingProxyType({"browser": 10.0, "whip": 120.0})
"""Seconds without media after which a session ends; an encoder takes longer to reconnect than a
page. Other sources wait without limit."""

CONNECT_WITHIN: Final[Mapping[SourceKind, float]] = MappingProxyType(
    {"browser": 30.0, "whip": 900.0}
)
"""Seconds a new session waits for its first media; an encoder is set up by hand."""

WATCH_EVERY: Final = 1.0
"""Seconds between two checks."""


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """Whether media arrive, and why not."""

    state: Literal["live", "lost"]
    problem: SourceError | None = None


async def watch_feed(feed: Feed, kind: SourceKind, clock: Clock) -> AsyncIterator[FeedStatus]:
    """Yield the status of a feed every second once it is known, until the feed is given up."""
    opened, waiting = feed.last_media_at, True
    while True:
        idle = clock.now() - feed.last_media_at
        patience = CONNECT_WITHIN if waiting else END_AFTER
        if idle >= patience.get(kind, math.inf):
            return
        connected, problem = feed.last_media_at != opened, feed.problem
        if problem or connected:
            waiting = False
            lost = problem is not None or idle >= LOST_AFTER
            yield FeedStatus("lost" if lost else "live", problem)
        await clock.sleep_until(clock.now() + WATCH_EVERY)
