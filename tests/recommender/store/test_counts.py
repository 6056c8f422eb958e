from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from inference.emotion import EMOTIONS
from recommender.store.counts import Counts
from tests.recommender.store.logbook import CALM, HAPPY, NOON, Logbook, selection


def test_an_empty_log_has_no_buckets(book: Logbook) -> None:
    counts = book.counts()
    assert (counts.total, counts.moods, counts.buckets) == (0, {}, {})


def test_downloads_are_counted_by_mood_and_minute(book: Logbook) -> None:
    for minutes, mood in ((0, "sad"), (0.9999999, "sad"), (1, "happy"), (119, None)):
        book.download(mood, hours=minutes / 60)  # type: ignore[arg-type]
    assert book.counts() == Counts(
        moods={"sad": 2, "happy": 1, None: 1},
        seconds=60,
        buckets={
            NOON: {"sad": 2},
            NOON + timedelta(minutes=1): {"happy": 1},
            NOON + timedelta(minutes=119): {None: 1},
        },
    )


@pytest.mark.parametrize(
    ("hours", "seconds", "begins"),
    [
        (3, 300, NOON),
        (24, 3600, NOON),
        (24 * 20, 6 * 3600, NOON),
        (24 * 100, 86_400, NOON - timedelta(hours=12)),
        (24 * 500, 7 * 86_400, NOON - timedelta(hours=12)),
        (24 * 3000, 28 * 86_400, None),
    ],
)
def test_a_longer_time_has_longer_buckets(
    book: Logbook, hours: float, seconds: int, begins: datetime | None
) -> None:
    book.download("sad")
    book.download("happy", hours=hours)
    counts = book.counts()
    assert counts.seconds == seconds
    first, last = counts.buckets
    assert last - first == timedelta(seconds=hours * 3600 // seconds * seconds) or begins is None
    assert begins in (first, None)
    assert list(counts.buckets.values()) == [{"sad": 1}, {"happy": 1}]


@pytest.mark.parametrize("seed", range(3))
def test_what_was_counted_beforehand_is_what_is_listed(book: Logbook, seed: int) -> None:
    moods = [*EMOTIONS, None]
    for number in range(40):
        track = CALM if number % 3 == 0 else HAPPY
        mood = moods[number * (seed + 1) % 9]
        book.download(mood, hours=number * 1.37, session=f"{number % 4}", track=track)
    book.history.delete("2")
    begin, end = NOON + timedelta(hours=5.5), NOON + timedelta(hours=40.25)
    for conditions in (
        {},
        {"since": begin},
        {"until": end},
        {"since": begin, "until": end},
        {"since": begin, "until": end, "emotion": "sad"},
        {"since": NOON + timedelta(hours=6), "until": NOON + timedelta(hours=36)},
    ):
        for words in ("", "acoustic", "happy", "calm", "calm acoustic"):
            counts = book.counts(**conditions, text=words)
            rows = book.log.page(selection(**conditions, text=words))
            assert counts.moods == Counter(row.mood for row in rows)
            assert counts.total == len(rows)
            for at, bucket in counts.buckets.items():
                end = at + timedelta(seconds=counts.seconds)
                assert bucket == Counter(row.mood for row in rows if at <= row.at < end)


def test_counts_follow_what_any_program_writes(book: Logbook) -> None:
    with book.catalogue.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO feedback (session_id, at, t, track_id, action, mood) VALUES "
                f"('s', '2026-11-22 12:59:59.999999', 1, '{HAPPY}', 'downloaded', 'sad'), "
                f"('s', '2026-11-23 23:00:00', 1, '{HAPPY}', 'downloaded', NULL), "
                f"('s', '2026-11-23 23:00:00', 1, '{HAPPY}', 'liked', 'happy')"
            )
        )
    assert book.counts().moods == book.counts(text="a").moods == {"sad": 1, None: 1}
    book.history.delete("s")
    assert book.counts().total == 0
