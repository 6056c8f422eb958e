from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text

from recommender.music.catalogue import Catalogue
from recommender.store.downloads import DownloadLog
from recommender.store.feedback import Feedback, FeedbackLog
from recommender.store.history import History

TRACK = "immich-happy-acoustic-1"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

WRITER = """
import sys
from recommender.music.catalogue import Catalogue
from recommender.store.downloads import DownloadLog
from recommender.store.feedback import FeedbackLog
log = FeedbackLog(Catalogue.open(sys.argv[1]).engine)
for n in range(int(sys.argv[2])):
    row = log.record(session_id="writer", t=n, track_id=sys.argv[3], action="downloaded")
    print(row.id, flush=True)
"""


@pytest.fixture
def log(catalogue: Catalogue) -> FeedbackLog:
    return FeedbackLog(catalogue.engine, clock=lambda: NOON)


def writer(url: str, rows: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(rows), TRACK], stdout=subprocess.PIPE, text=True
    )


def numbers(catalogue: Catalogue) -> list[int]:
    """Return the numbers of all feedback, in the order of writing."""
    with catalogue.engine.connect() as connection:
        return [*connection.scalars(text("SELECT id FROM feedback ORDER BY id"))]


def download(log: FeedbackLog, session_id: str = "s", t: float = 1.0) -> Feedback:
    return log.record(session_id=session_id, t=t, track_id=TRACK, action="downloaded")


def test_what_is_recorded_is_returned(log: FeedbackLog) -> None:
    recorded = log.record(
        session_id="s",
        t=12.5,
        track_id=TRACK,
        action="downloaded",
        mood="happy",
        confidence=0.75,
        voice="surprised",
        face="happy",
        rank=2,
        score=0.5,
        mode="match",
        probability=0.25,
        seconds=8.0,
    )
    assert recorded == Feedback(
        id=1,
        session_id="s",
        at=NOON,
        t=12.5,
        track_id=TRACK,
        title="Happy Acoustic A",
        artist="Immich Memories Contributors",
        action="downloaded",
        mood="happy",
        confidence=0.75,
        voice="surprised",
        face="happy",
        rank=2,
        score=0.5,
        list_id=None,
        mode="match",
        probability=0.25,
        seconds=8.0,
    )


def test_what_was_done_in_a_session_is_returned_without_what_was_shown(log: FeedbackLog) -> None:
    shown = log.record(session_id="s", t=1, track_id=TRACK, action="shown", rank=3)
    done = [download(log), download(log, t=2.0)]
    download(log, "other")
    assert log.for_session("s") == done
    assert log.latest("s", TRACK, "downloaded") == done[-1]
    assert log.latest("s", TRACK, "shown") == shown
    assert log.latest("s", TRACK, "liked") is None


def test_the_time_is_kept_whatever_the_zone(catalogue: Catalogue, kind: str) -> None:
    east = timezone(timedelta(hours=9))
    log = FeedbackLog(catalogue.engine, clock=lambda: NOON.astimezone(east))
    row = download(log)
    assert row.at == NOON
    assert row.at.utcoffset() == timedelta(0)
    with catalogue.engine.connect() as connection:
        (stored,) = connection.execute(text("SELECT CAST(at AS TEXT) FROM feedback")).one()
    assert stored.startswith(
        {"sqlite": "2026-11-22 12:00:00", "postgresql": "2026-11-22 17:30:00+05:30"}[kind]
    )


def test_the_clock_is_the_real_one_by_default(catalogue: Catalogue) -> None:
    before = datetime.now(UTC)
    row = download(FeedbackLog(catalogue.engine))
    assert before <= row.at <= datetime.now(UTC)


def test_deleting_a_session_leaves_the_others_and_never_reuses_a_number(
    catalogue: Catalogue, log: FeedbackLog
) -> None:
    kept, _, last = download(log, "a"), download(log, "b"), download(log, "b")
    History(catalogue.engine).delete("b")
    assert numbers(catalogue) == [kept.id]
    assert download(log, "a").id == last.id + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"track_id": "no-such-track"},
        {"action": "eaten"},
        {"mood": "hangry"},
        {"voice": "hangry"},
        {"face": "hangry"},
        {"confidence": 1.5},
        {"rank": 0},
        {"t": -1.0},
        {"t": float("nan")},
        {"t": float("inf")},
    ],
    ids=lambda wrong: f"{wrong}",
)
def test_a_value_out_of_range_is_refused_and_nothing_written(
    catalogue: Catalogue, log: FeedbackLog, wrong: dict[str, Any]
) -> None:
    values: dict[str, Any] = {"session_id": "s", "t": 1.0, "track_id": TRACK}
    with pytest.raises(ValueError, match="this feedback cannot be stored"):
        log.record(**{**values, "action": "downloaded", **wrong})
    assert numbers(catalogue) == []


def test_threads_may_write_at_once(log: FeedbackLog) -> None:
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda t: download(log, t=float(t)), range(64)))
    assert sorted(row.id for row in rows) == list(range(1, 65))
    assert {row.t for row in rows} == set(map(float, range(64)))


def test_processes_may_write_at_once(url: str, catalogue: Catalogue, log: FeedbackLog) -> None:
    process = writer(url, rows=40)
    assert process.stdout is not None
    process.stdout.readline()
    ours = [download(log).id for _ in range(40)]
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(numbers(catalogue)) == 80
    assert set(ours) < set(numbers(catalogue))
    assert DownloadLog(catalogue.engine).counts().total == 80


def test_a_killed_process_loses_no_acknowledged_row(url: str, catalogue: Catalogue) -> None:
    process = writer(url, rows=100_000)
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(25)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    assert process.wait(timeout=60) == -signal.SIGKILL
    stored = numbers(catalogue)
    assert set(acknowledged) <= set(stored)
    assert len(stored) - len(acknowledged) <= 1
    assert DownloadLog(catalogue.engine).counts().total == len(stored)
