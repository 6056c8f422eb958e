"""The log of downloads as it leaves the house: JSON, CSV, and a table for the terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from rich.table import Table

import recommender
from inference import Emotion
from recommender import Mode

WIDTH: Final = 130
"""Characters that a row of the table needs."""

_COLUMNS: Final = (
    ("time", 25),
    ("at", 7),
    ("track", None),
    ("mood", 9),
    ("voice", 9),
    ("face", 9),
    ("mode", 8),
    ("rank", 4),
    ("session", 16),
)
"""Those without a width share the rest: rows that come later stand below those before."""


class Download(BaseModel):
    """One download: what, when, and in which mood."""

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
    """Return one download as JSON, in one line."""
    return Download.model_validate(download).model_dump_json()


def json_array(downloads: Iterable[recommender.Download]) -> Iterator[str]:
    """Yield the parts of a JSON array, a line for each download."""
    separator = "["
    for download in downloads:
        yield f"{separator}\n{as_json(download)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def as_csv(downloads: Iterable[recommender.Download]) -> str:
    """Return rows of CSV (RFC 4180); :data:`CSV_HEADER` goes before the first."""
    text = io.StringIO()
    writer = csv.writer(text)
    for download in downloads:
        writer.writerow(Download.model_validate(download).model_dump(mode="json").values())
    return text.getvalue()


CSV_HEADER: Final = ",".join(Download.model_fields) + "\r\n"


def table(downloads: Iterable[recommender.Download], *, header: bool = True) -> Table:
    """Return downloads as a table, times in the zone of this machine."""
    result = Table(box=None, expand=True, show_header=header, pad_edge=False)
    for name, width in _COLUMNS:
        ratio = 1 if width is None else None
        result.add_column(name, width=width, ratio=ratio, no_wrap=True, overflow="ellipsis")
    for download in downloads:
        felt = download.mood, download.voice, download.face, download.mode, download.rank
        result.add_row(
            download.at.astimezone().isoformat(" ", "seconds"),
            f"{int(download.t) // 60}:{int(download.t) % 60:02}",
            f"{download.title} · {download.artist}",
            *("-" if value is None else str(value) for value in felt),
            download.session_id,
        )
    return result
