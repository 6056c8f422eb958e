"""What holds of every log of downloads that leaves the house."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from inference import EMOTIONS
from recommender import Download
from web.downloads import CSV_HEADER, as_csv, as_json, json_array

texts = st.text(st.characters(exclude_categories=["Cs"]))
emotions = st.none() | st.sampled_from(EMOTIONS)
whole = st.integers(0, 2**31)
downloads = st.builds(
    Download,
    id=whole,
    at=st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(tzinfo=UTC)
    ),
    session_id=texts,
    t=st.floats(0, 1e6),
    track_id=texts,
    title=texts,
    artist=texts,
    source=texts,
    source_id=texts,
    mood=emotions,
    voice=emotions,
    face=emotions,
    mode=st.none() | st.sampled_from(["match", "contrast"]),
    rank=st.none() | whole,
)
logs = st.lists(downloads, max_size=4)


def facts(download: Download) -> dict[str, Any]:
    """Return a download as it is told, with times and numbers as such."""
    return {
        "id": download.id,
        "at": download.at,
        "session": download.session_id,
        "t": download.t,
        **{
            name: getattr(download, name)
            for name in ("track_id", "title", "artist", "source", "source_id")
        },
        **{name: getattr(download, name) for name in ("mood", "voice", "face", "mode", "rank")},
    }


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@given(logs)
def test_csv_tells_every_download(log: list[Download]) -> None:
    rows = list(csv.DictReader(io.StringIO(CSV_HEADER + as_csv(log), newline="")))
    numbers: dict[str, Callable[[str], Any]] = {"id": int, "t": float, "rank": int, "at": moment}
    assert [
        {name: numbers.get(name, str)(value) if value else None for name, value in row.items()}
        for row in rows
    ] == [
        {name: None if value == "" else value for name, value in facts(download).items()}
        for download in log
    ]


@given(logs)
def test_csv_of_parts_is_that_of_the_whole(log: list[Download]) -> None:
    assert as_csv(log) == "".join(as_csv([download]) for download in log)


@given(logs)
def test_json_tells_every_download(log: list[Download]) -> None:
    told = json.loads("".join(json_array(log)))
    assert [{**each, "at": moment(each["at"])} for each in told] == [
        facts(download) for download in log
    ]
    assert all("\n" not in as_json(download) for download in log)
    assert all(moment(each["at"]).utcoffset() == timedelta() for each in told)
