from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text, update

from inference.emotion import EMOTIONS, Emotion
from recommender.music.catalogue import Catalogue
from recommender.store.downloads import Counts, Download, DownloadLog, Selection
from recommender.store.feedback import FeedbackLog
from recommender.store.history import History
from recommender.store.tables import TrackRow

HAPPY, CALM = "immich-happy-acoustic-1", "immich-calm-acoustic-1"
ELSEWHERE = "incompetech-USUAN1200067"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""A Monday."""


class Desk:
    """Writes feedback at moments of its own, and reads the downloads among it."""

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


@pytest.fixture
def desk(catalogue: Catalogue) -> Desk:
    return Desk(catalogue)


def test_a_download_tells_all_that_is_known_of_it(desk: Desk) -> None:
    desk.feedback.record(
        session_id="s",
        t=12.5,
        track_id=HAPPY,
        action="downloaded",
        mood="happy",
        confidence=0.75,
        voice="surprised",
        face="happy",
        rank=2,
        score=0.5,
        mode="match",
    )
    assert desk.log.page() == [
        Download(
            id=1,
            at=NOON,
            session_id="s",
            t=12.5,
            track_id=HAPPY,
            title="Happy Acoustic A",
            artist="Immich Memories Contributors",
            source="immich",
            source_id="happy-acoustic-1",
            mood="happy",
            voice="surprised",
            face="happy",
            mode="match",
            rank=2,
        )
    ]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&t=4",
        "https://youtu.be/dQw4w9WgXcQ?t=4",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
    ],
)
def test_a_video_is_known_by_its_identifier(desk: Desk, address: str) -> None:
    with desk.catalogue.engine.begin() as connection:
        connection.execute(update(TrackRow).where(TrackRow.id == HAPPY).values(page=address))
    desk.download()
    assert desk.log.page()[0].source_id == "dQw4w9WgXcQ"


def test_a_search_is_no_video(desk: Desk) -> None:
    address = "https://www.youtube.com/results?search_query=happy+acoustic"
    with desk.catalogue.engine.begin() as connection:
        connection.execute(update(TrackRow).where(TrackRow.id == HAPPY).values(page=address))
    desk.download()
    assert desk.log.page()[0].source_id == "happy-acoustic-1"


def test_downloads_alone_are_listed_newest_first_page_by_page(desk: Desk) -> None:
    numbers = [desk.download(hours=hours) for hours in (3, 1, 2, 2)]
    desk.feedback.record(session_id="s", t=3.0, track_id=HAPPY, action="liked")
    third, first, second, twin = numbers
    assert desk.page() == [third, twin, second, first]
    pages = desk.log.page(limit=2), desk.log.page(limit=2, before=twin)
    assert [[row.id for row in page] for page in pages] == [[third, twin], [second, first]]
    assert desk.log.page(before=first) == []


def test_a_page_before_a_deleted_download_is_refused(desk: Desk) -> None:
    number = desk.download()
    desk.history.delete("s")
    with pytest.raises(LookupError, match="was deleted: list from the newest again"):
        desk.log.page(before=number)


def test_all_are_read_however_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.store.downloads._BATCH", 2)
    numbers = [desk.download(hours=hours // 2) for hours in range(5)]
    batches = [[row.id for row in batch] for batch in desk.log.batches()]
    assert batches == [numbers[:2:-1], numbers[2:0:-1], numbers[:1]]


def test_what_is_selected_meets_every_condition(desk: Desk) -> None:
    early = desk.download("sad", hours=-1)
    sad = desk.download("sad", session="other")
    happy = desk.download("happy", track=ELSEWHERE)
    late = desk.download(hours=1)
    assert desk.page(since=NOON) == [late, happy, sad]
    assert desk.page(until=NOON) == [early]
    assert desk.page(since=NOON, until=NOON + timedelta(hours=1)) == [happy, sad]
    assert desk.page(emotion="sad") == [sad, early]
    assert desk.page(emotion="sad", session_id="s") == [early]
    assert desk.page(text="ACOUSTIC happy") == [late, sad, early]
    assert desk.page(text="acoustic happy", emotion="sad", since=NOON) == [sad]
    assert desk.page(text="acoustic %") == []
    assert [row.id for row in desk.log.since(early, selection(session_id="s"))] == [happy, late]


def test_many_that_have_the_words_are_the_same_as_few(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [desk.download(hours=hours) for hours in (2, 3, 1)]
    desk.download(track=ELSEWHERE)
    few = desk.page(text="acoustic")
    monkeypatch.setattr("recommender.store.downloads._FEW", 2)
    assert desk.page(text="acoustic") == few == [numbers[1], numbers[0], numbers[2]]


def test_the_live_feed_goes_on_where_it_was(desk: Desk) -> None:
    assert desk.log.latest() == 0
    first, second, third = (desk.download(hours=-hours) for hours in range(3))
    desk.feedback.record(session_id="s", t=3.0, track_id=HAPPY, action="liked")
    assert desk.log.latest() == third

    def since(after: int, limit: int = 100) -> list[int]:
        return [row.id for row in desk.log.since(after, limit=limit)]

    assert since(0) == [first, second, third]
    assert since(first) == [second, third]
    assert since(0, limit=2) == [first, second]
    assert since(third) == []


def test_an_empty_log_has_no_buckets(desk: Desk) -> None:
    counts = desk.counts()
    assert (counts.total, counts.moods, counts.buckets) == (0, {}, {})


def test_downloads_are_counted_by_mood_and_minute(desk: Desk) -> None:
    for minutes, mood in ((0, "sad"), (0.9999999, "sad"), (1, "happy"), (119, None)):
        desk.download(mood, hours=minutes / 60)  # type: ignore[arg-type]
    assert desk.counts() == Counts(
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
    desk: Desk, hours: float, seconds: int, begins: datetime | None
) -> None:
    desk.download("sad")
    desk.download("happy", hours=hours)
    counts = desk.counts()
    assert counts.seconds == seconds
    first, last = counts.buckets
    assert last - first == timedelta(seconds=hours * 3600 // seconds * seconds) or begins is None
    assert begins in (first, None)
    assert list(counts.buckets.values()) == [{"sad": 1}, {"happy": 1}]


@pytest.mark.parametrize("seed", range(3))
def test_what_was_counted_beforehand_is_what_is_listed(desk: Desk, seed: int) -> None:
    moods = [*EMOTIONS, None]
    for number in range(40):
        track = CALM if number % 3 == 0 else HAPPY
        mood = moods[number * (seed + 1) % 9]
        desk.download(mood, hours=number * 1.37, session=f"{number % 4}", track=track)
    desk.history.delete("2")
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
            counts = desk.counts(**conditions, text=words)
            rows = desk.log.page(selection(**conditions, text=words))
            assert counts.moods == Counter(row.mood for row in rows)
            assert counts.total == len(rows)
            for at, bucket in counts.buckets.items():
                end = at + timedelta(seconds=counts.seconds)
                assert bucket == Counter(row.mood for row in rows if at <= row.at < end)


def test_counts_follow_what_any_program_writes(desk: Desk) -> None:
    with desk.catalogue.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO feedback (session_id, at, t, track_id, action, mood) VALUES "
                f"('s', '2026-11-22 12:59:59.999999', 1, '{HAPPY}', 'downloaded', 'sad'), "
                f"('s', '2026-11-23 23:00:00', 1, '{HAPPY}', 'downloaded', NULL), "
                f"('s', '2026-11-23 23:00:00', 1, '{HAPPY}', 'liked', 'happy')"
            )
        )
    assert desk.counts().moods == desk.counts(text="a").moods == {"sad": 1, None: 1}
    desk.history.delete("s")
    assert desk.counts().total == 0


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("conditions", "index"),
    [
        ({}, "ix_feedback_at_id"),
        ({"since": NOON, "until": NOON}, "ix_feedback_at_id"),
        ({"emotion": "sad", "since": NOON}, "ix_feedback_mood_at_id"),
        ({"session_id": "s"}, "ix_feedback_session_id_id"),
        ({"text": "piano"}, "ix_feedback_track_id_at_id_mood"),
    ],
)
def test_what_is_listed_has_an_index(desk: Desk, conditions: dict[str, object], index: str) -> None:
    steps: list[str] = []

    def explain(connection: Connection, cursor: object, sql: str, values: Any, *_: object) -> None:
        plan = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {sql}", values)
        steps.extend(step[3] for step in plan)

    event.listen(desk.catalogue.engine, "before_cursor_execute", explain)
    desk.page(**conditions)
    found = [step for step in steps if "feedback" in step]
    assert found
    assert all(index in step for step in found)
