"""The log of downloads over HTTP: pages, filters, counts, exports, and parts of one download."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from functools import partialmethod
from typing import Any

import pytest

from inference import Emotion
from recommender import DownloadLog, FeedbackLog
from tests.web.conftest import Server

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TRACKS = ("immich-happy-acoustic-1", "incompetech-USUAN1200067")
MOODS: tuple[Emotion | None, ...] = ("sad", "happy", "sad", None)


@pytest.fixture
def written(server: Server) -> list[int]:
    """Write eight downloads, one every six hours; return their ids, newest first."""
    now = NOON
    log = FeedbackLog(server.app.state.services.catalogue.engine, clock=lambda: now)
    numbers = []
    for number in range(8):
        now = NOON + timedelta(hours=6 * number)
        row = log.record(
            session_id=f"session-{number // 4}",
            t=number,
            track_id=TRACKS[number % 2],
            action="downloaded",
            mood=MOODS[number % 4],
            rank=1,
            mode="match",
        )
        numbers.append(row.id)
    return numbers[::-1]


async def listed(server: Server, query: str = "") -> dict[str, Any]:
    answer = await server.http.get(f"/api/downloads?{query}")
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def test_a_long_log_is_read_page_by_page(server: Server, written: list[int]) -> None:
    numbers, more = [], ""
    for _ in range(3):
        page = await listed(server, f"limit=3{more}")
        numbers += [item["id"] for item in page["items"]]
        more = f"&before={page['next']}"
    assert numbers == written
    assert page["next"] is None
    gone = await server.http.get("/api/downloads?before=1000")
    assert (gone.status_code, "start from the newest" in gone.json()["detail"]) == (404, True)


async def test_a_download_says_all_that_is_known(server: Server, written: list[int]) -> None:
    (item,) = (await listed(server, "limit=1"))["items"]
    assert item == {
        "id": written[0],
        "at": "2026-11-24T06:00:00Z",
        "session": "session-1",
        "t": 7.0,
        "track_id": "incompetech-USUAN1200067",
        "title": item["title"],
        "artist": "Kevin MacLeod",
        "source": "incompetech",
        "source_id": "USUAN1200067",
        "mood": None,
        "voice": None,
        "face": None,
        "mode": "match",
        "rank": 1,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("emotion=sad", 4),
        ("session=session-1", 4),
        ("q=Happy%20acoustic", 4),
        ("q=%25", 0),
        ("since=2026-11-23T12:00:00Z", 4),
        ("until=2026-11-23T13:00:00%2B01:00", 4),
        ("since=2026-11-23T12:00:00Z&emotion=happy&session=session-1", 1),
    ],
)
async def test_lists_exports_and_counts_have_the_same_filters(
    server: Server, written: list[int], query: str, found: int
) -> None:
    page = await listed(server, query)
    assert len(page["items"]) == found
    assert await listed(server, f"limit=all&{query}") == page
    table = (await server.http.get(f"/api/downloads?format=csv&{query}")).text
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [int(row["id"]) for row in rows] == [item["id"] for item in page["items"]]
    counts = (await server.http.get(f"/api/downloads/counts?{query}")).json()
    assert counts["total"] == sum(counts["moods"].values()) == found


async def test_counts_are_what_a_chart_draws(server: Server, written: list[int]) -> None:
    counts = (await server.http.get("/api/downloads/counts?since=2026-11-23T18:00:00Z")).json()
    assert counts == {
        "total": 3,
        "moods": {"happy": 1, "sad": 1, "none": 1},
        "bucket_seconds": 3600,
        "buckets": [
            {"at": "2026-11-23T18:00:00Z", "moods": {"happy": 1}},
            {"at": "2026-11-24T00:00:00Z", "moods": {"sad": 1}},
            {"at": "2026-11-24T06:00:00Z", "moods": {"none": 1}},
        ],
    }


async def test_csv_holds_all_unless_limited(
    server: Server, written: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DownloadLog, "batches", partialmethod(DownloadLog.batches, batch_size=3))
    answer = await server.http.get("/api/downloads?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [int(row["id"]) for row in rows] == written
    assert list(rows[0]) == list((await listed(server, "limit=1"))["items"][0])
    short = (await server.http.get("/api/downloads?format=csv&limit=2")).text
    assert short == "".join(answer.text.splitlines(keepends=True)[:3])
    whole = await server.http.get("/api/downloads?limit=all")
    assert [item["id"] for item in json.loads(whole.text)["items"]] == written


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=10001", "limit=some", "emotion=hangry", "since=2026-11-22T12:00", "since=x"],
)
async def test_what_cannot_be_selected_is_refused(server: Server, query: str) -> None:
    answer = await server.http.get(f"/api/downloads?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.json()["detail"]


async def test_a_download_in_parts_is_one_download(server: Server) -> None:
    opened = await server.open()
    link = f"/api/tracks/{TRACKS[0]}/download?session={opened['id']}&token={opened['token']}"

    async def fetch(asked: str | None = None) -> int:
        answer = await server.http.get(link, headers={"Range": asked} if asked else {})
        assert answer.status_code == (206 if asked else 200)
        return len((await listed(server))["items"])

    assert await fetch("bytes=0-0") == 1
    assert await fetch("bytes=0-") == 1
    assert await fetch("bytes=1000-") == 1
    assert await fetch() == 2
    assert await fetch("bytes=500-") == 2
