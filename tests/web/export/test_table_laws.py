"""What holds of every table for spreadsheets."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from tests.web.export.records import moods, record
from web.export import Timebase
from web.export.cut import cut
from web.export.table import COLUMNS, table
from web.export.text import one_line
from web.sessions.record import Note

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
dangerous = st.tuples(st.sampled_from("=+-@\t\r"), texts).map("".join)


@given(st.lists(texts | dangerous, max_size=4))
def test_a_spreadsheet_calculates_nothing_and_loses_nothing(notes: list[str]) -> None:
    session = record(
        moods((3, "happy")),
        notes=[Note(t=float(n), text=text) for n, text in enumerate(notes)],
    )
    rows = list(csv.DictReader(io.StringIO(table(cut(session), Timebase()), newline="")))
    assert all({*row} == {*COLUMNS} for row in rows)
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    found = [row["text"] for row in rows if row["what"] == "note"]
    assert [text.removeprefix("'") for text in found] == [
        one_line(text).removeprefix("'") for text in notes
    ]
    assert [row["start"] for row in rows] == sorted((row["start"] for row in rows), key=float), (
        "in the order of time"
    )
