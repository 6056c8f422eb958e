"""Format the download log as JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

import recommender
from inference import Emotion
from recommender import Mode


class Download(BaseModel):
    """A download: the track, the time and the mood."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    session: str = Field(validation_alias="session_id")
    t: float
    track_id: str
    title: str
    artist: str
    source: str
    source_id: str
    mood: Emotion | None
    voice: Emotion | None
    face: Emotion | None
    mode: Mode | None
    rank: int | None


def as_json(download: recommender.Download) -> str:
    """Return one download as one line of JSON."""
    return Download.model_validate(download).model_dump_json()


def json_array(downloads: Iterable[recommender.Download]) -> Iterator[str]:
    """Yield the parts of a JSON array with one download per line."""
    separator = "["
    for download in downloads:
        yield f"{separator}\n{as_json(download)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def as_csv(downloads: Iterable[recommender.Download]) -> str:
    """Return CSV rows (RFC 4180) without :data:`CSV_HEADER`."""
    text = io.StringIO()
    writer = csv.writer(text)
    for download in downloads:
        writer.writerow(Download.model_validate(download).model_dump(mode="json").values())
    return text.getvalue()


CSV_HEADER: Final = ",".join(Download.model_fields) + "\r\n"
