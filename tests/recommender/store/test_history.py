from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from recommender.music.catalogue import Catalogue
from recommender.store.downloads import DownloadLog
from recommender.store.feedback import FeedbackLog
from recommender.store.history import INTERRUPTED_AFTER, History
from recommender.store.session_rows import Progress, StoredEvent
from recommender.store.tables import Base

TRACK = "immich-happy-acoustic-1"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def history(catalogue: Catalogue, time: Time) -> History:
    return History(catalogue.engine, time)


def begin(history: History, session_id: str, time: Time) -> None:
    history.begin(
        session_id,
        title="Take",
        source="browser",
        token_hash="0" * 64,
        viewer_hash="1" * 64,
        started_at=time.now,
        duration=None,
    )


def happened(*numbers: int, kind: str = "mood") -> tuple[StoredEvent, ...]:
    return tuple(StoredEvent(n, float(n), kind, f'{{"seq":{n}}}') for n in numbers)


def progress(session_id: str, *events: StoredEvent, ended: bool = False) -> Progress:
    return Progress(
        session_id,
        "ended" if ended else "live",
        "stopped" if ended else None,
        t=float(events[-1].seq) if events else 0.0,
        duration=60.0,
        moods={"calm": 2.0},
        events=events,
    )


def test_a_session_is_read_as_it_was_written(history: History, time: Time) -> None:
    begin(history, "a", time)
    time.now += timedelta(seconds=3)
    assert history.write([progress("a", *happened(1, 2, 3), ended=True)]) == set()
    time.now += DAY
    session = history.session("a")
    assert session is not None
    assert (session.title, session.state, session.reason) == ("Take", "ended", "stopped")
    assert (session.started_at, session.updated_at - NOON) == (NOON, timedelta(seconds=3))
    assert (session.t, session.duration, session.moods) == (3.0, 60.0, {"calm": 2.0})
    assert history.events("a") == [*happened(1, 2, 3)]
    assert history.events("a", after=1, limit=1) == [*happened(2)]
    assert history.events("a", ["cues"]) == []
    history.write([progress("a", *happened(4, kind="cues"), *happened(5, kind="note"))])
    assert [event.seq for event in history.latest("a", ["cues", "mood", "end"])] == [3, 4]
    assert [event.seq for event in history.latest("a", ["cues", "mood"], before=3.0)] == [2]
    assert [event.seq for event in history.events("a", since=2.0, until=4.0)] == [2, 3, 4]
    assert [event.seq for event in history.events("a", ["mood"], since=2.0, limit=1)] == [2]
    assert (history.last_seq("a"), history.last_seq("b")) == (5, 0)
    assert history.session("b") is None


def test_what_is_written_twice_is_kept_once(history: History, time: Time) -> None:
    begin(history, "a", time)
    history.write([progress("a", *happened(1, 2))])
    history.write([progress("a", *happened(1, 2, 3))])
    assert [event.seq for event in history.events("a")] == [1, 2, 3]


def test_a_session_that_is_not_written_any_more_was_interrupted(
    catalogue: Catalogue, history: History, time: Time
) -> None:
    begin(history, "a", time)
    history.write([progress("a", *happened(1))])

    def told(history: History) -> tuple[str, str | None]:
        session = history.session("a")
        assert session is not None
        assert history.page() == [session]
        return session.state, session.reason

    time.now += INTERRUPTED_AFTER
    assert told(history) == ("live", None)
    restarted = History(catalogue.engine, time, server_started_at=time.now)
    assert told(restarted) == ("ended", "interrupted")
    history.write([progress("a")])
    assert told(restarted) == ("live", None), "another server runs it"
    time.now += INTERRUPTED_AFTER + timedelta(seconds=1)
    assert told(history) == ("ended", "interrupted")


def test_sessions_are_listed_newest_first_page_by_page(history: History, time: Time) -> None:
    for session_id in ("a", "b", "c"):
        begin(history, session_id, time)
        time.now += timedelta(hours=1)
    begin(history, "d", time)
    begin(history, "e", time)
    first = history.page(limit=2)
    assert [session.id for session in first] == ["e", "d"]
    assert [session.id for session in history.page(before="e")] == ["d", "c", "b", "a"]
    history.delete("d")
    with pytest.raises(LookupError, match="no session d"):
        history.page(before="d")


def test_a_session_can_be_renamed_and_added_to_after_its_end(history: History, time: Time) -> None:
    begin(history, "a", time)
    history.write([progress("a", *happened(1, 2), ended=True)])
    history.rename("a", "Second take")
    added = history.append("a", lambda seq: StoredEvent(seq, 1.5, "note", "{}"))
    assert added.seq == 3
    session = history.session("a")
    assert session is not None
    assert (session.title, history.events("a", ["note"])) == ("Second take", [added])
    with pytest.raises(LookupError):
        history.rename("b", "None")
    with pytest.raises(LookupError):
        history.append("b", lambda seq: added)


def rows(catalogue: Catalogue) -> dict[str, int]:
    """Return how many rows there are of anything a session leaves."""
    names = ("sessions", "session_events", "feedback", "cue_lists")
    with catalogue.engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
            or 0
            for name in names
        }


def test_deleting_leaves_nothing_of_a_session_and_all_of_the_others(
    catalogue: Catalogue, history: History, time: Time
) -> None:
    feedback = FeedbackLog(catalogue.engine, time)
    for session_id in ("a", "b"):
        begin(history, session_id, time)
        history.write([progress(session_id, *happened(1, 2))])
        feedback.record(session_id=session_id, t=1, track_id=TRACK, action="downloaded")
    history.delete("a")
    assert rows(catalogue) == {"sessions": 1, "session_events": 2, "feedback": 1, "cue_lists": 0}
    assert [download.session_id for download in DownloadLog(catalogue.engine).page()] == ["b"]
    assert history.write([progress("a", *happened(3)), progress("b", *happened(3))]) == {"a"}
    assert len(history.events("b")) == 3
    assert history.events("a") == []


def test_what_is_too_old_goes_with_all_that_was_logged_of_it(
    catalogue: Catalogue, history: History, time: Time
) -> None:
    feedback = FeedbackLog(catalogue.engine, time)
    begin(history, "long", time)
    begin(history, "old", time)
    history.write([progress("old", *happened(1), ended=True)])
    feedback.record(session_id="old", t=1, track_id=TRACK, action="downloaded")
    feedback.record(session_id="older than history", t=1, track_id=TRACK, action="liked")
    time.now += DAY
    history.write([progress("long", *happened(1))])
    assert history.expire(DAY) == 0
    time.now += timedelta(seconds=1)
    assert history.expire(DAY) == 2
    assert [session.id for session in history.page()] == ["long"]
    assert rows(catalogue)["feedback"] == 0
