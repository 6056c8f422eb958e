from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, update

from recommender.store.downloads import Download, DownloadLog
from recommender.store.selection import Selection
from recommender.store.tables import TrackRow
from tests.recommender.store.logbook import ELSEWHERE, HAPPY, NOON, Logbook, selection


def test_a_download_tells_all_that_is_known_of_it(book: Logbook) -> None:
    book.feedback.record(
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
    assert book.log.page() == [
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
def test_a_video_is_known_by_its_identifier(book: Logbook, address: str) -> None:
    with book.catalogue.engine.begin() as connection:
        connection.execute(update(TrackRow).where(TrackRow.id == HAPPY).values(page=address))
    book.download()
    assert book.log.page()[0].source_id == "dQw4w9WgXcQ"


def test_a_search_is_no_video(book: Logbook) -> None:
    address = "https://www.youtube.com/results?search_query=happy+acoustic"
    with book.catalogue.engine.begin() as connection:
        connection.execute(update(TrackRow).where(TrackRow.id == HAPPY).values(page=address))
    book.download()
    assert book.log.page()[0].source_id == "happy-acoustic-1"


def test_downloads_alone_are_listed_newest_first_page_by_page(book: Logbook) -> None:
    numbers = [book.download(hours=hours) for hours in (3, 1, 2, 2)]
    book.feedback.record(session_id="s", t=3.0, track_id=HAPPY, action="liked")
    third, first, second, twin = numbers
    assert book.page() == [third, twin, second, first]
    pages = book.log.page(limit=2), book.log.page(limit=2, before=twin)
    assert [[row.id for row in page] for page in pages] == [[third, twin], [second, first]]
    assert book.log.page(before=first) == []


def test_a_page_before_a_deleted_download_is_refused(book: Logbook) -> None:
    number = book.download()
    book.history.delete("s")
    with pytest.raises(LookupError, match="was deleted: start from the newest again"):
        book.log.page(before=number)


def test_all_are_read_however_many(book: Logbook) -> None:
    numbers = [book.download(hours=hours // 2) for hours in range(5)]
    batches = [[row.id for row in batch] for batch in book.log.batches(batch_size=2)]
    assert batches == [numbers[:2:-1], numbers[2:0:-1], numbers[:1]]


def test_what_is_selected_meets_every_condition(book: Logbook) -> None:
    early = book.download("sad", hours=-1)
    sad = book.download("sad", session="other")
    happy = book.download("happy", track=ELSEWHERE)
    late = book.download(hours=1)
    assert book.page(since=NOON) == [late, happy, sad]
    assert book.page(until=NOON) == [early]
    assert book.page(since=NOON, until=NOON + timedelta(hours=1)) == [happy, sad]
    assert book.page(emotion="sad") == [sad, early]
    assert book.page(emotion="sad", session_id="s") == [early]
    assert book.page(text="ACOUSTIC happy") == [late, sad, early]
    assert book.page(text="acoustic happy", emotion="sad", since=NOON) == [sad]
    assert book.page(text="acoustic %") == []
    assert [row.id for row in book.log.since(early, selection(session_id="s"))] == [happy, late]


def test_many_that_have_the_words_are_the_same_as_few(book: Logbook) -> None:
    numbers = [book.download(hours=hours) for hours in (2, 3, 1)]
    book.download(track=ELSEWHERE)
    few = book.page(text="acoustic")
    scanned = DownloadLog(book.catalogue.engine, sorted_matches=2).page(Selection(text="acoustic"))
    assert [row.id for row in scanned] == few == [numbers[1], numbers[0], numbers[2]]


def test_the_live_feed_goes_on_where_it_was(book: Logbook) -> None:
    assert book.log.latest() == 0
    first, second, third = (book.download(hours=-hours) for hours in range(3))
    book.feedback.record(session_id="s", t=3.0, track_id=HAPPY, action="liked")
    assert book.log.latest() == third

    def since(after: int, limit: int = 100) -> list[int]:
        return [row.id for row in book.log.since(after, limit=limit)]

    assert since(0) == [first, second, third]
    assert since(first) == [second, third]
    assert since(0, limit=2) == [first, second]
    assert since(third) == []


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
def test_what_is_listed_has_an_index(
    book: Logbook, conditions: dict[str, object], index: str
) -> None:
    steps: list[str] = []

    def explain(connection: Connection, cursor: object, sql: str, values: Any, *_: object) -> None:
        plan = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {sql}", values)
        steps.extend(step[3] for step in plan)

    event.listen(book.catalogue.engine, "before_cursor_execute", explain)
    book.page(**conditions)
    found = [step for step in steps if "feedback" in step]
    assert found
    assert all(index in step for step in found)
