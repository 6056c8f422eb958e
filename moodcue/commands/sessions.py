"""``moodcue sessions``: manage stored sessions, without a server."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from moodcue.commands.export import AsFormat, DropFrame, Rate, Start, check, write
from moodcue.commands.terminal import (
    AsJson,
    DataDir,
    Output,
    clock_time,
    fail,
    report_errors,
    settings_from,
)
from recommender import History, StoredSession
from web.export import ZERO, Timebase, export

app = typer.Typer(help="List, show, rename, export and delete stored sessions.")

WIDTH: Final = 110
"""Minimum width of the table in characters."""

SessionId = Annotated[
    str, typer.Argument(metavar="ID", help="Id of the session, from the list.", show_default=False)
]


@app.command("list")
@report_errors
def list_sessions(
    limit: Annotated[
        int, typer.Option("-n", "--limit", min=1, help="Maximum number of sessions.")
    ] = 20,
    before: Annotated[
        str | None, typer.Option(help="Only sessions older than this id, for the next page.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List sessions, newest first."""
    from web.sessions.services import open_catalogue
    from web.wire import SessionInfo, SessionList

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        try:
            found = History(catalogue.engine).page(limit + 1, before)
        except LookupError as error:
            fail(f"{error}: see moodcue sessions list")
    page, more = found[:limit], len(found) > limit
    if as_json:
        items = [SessionInfo.of(session) for session in page]
        listed = SessionList(items=items, next=items[-1].id if more else None)
        print(listed.model_dump_json(indent=2))
        return
    table = Table("id", "started", "source", "state", "length", "mood", Column("title", ratio=1))
    for session in page:
        table.add_row(
            session.id,
            f"{session.started_at.astimezone():%Y-%m-%d %H:%M}",
            session.source,
            session.reason or session.state,
            clock_time(session.t),
            _mood(session),
            escape(session.title),
        )
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH)
    console.print(table)
    if more:
        console.print(f"More: moodcue sessions list --before {page[-1].id}")


@app.command("show")
@report_errors
def show_session(session_id: SessionId, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show a session with its moods, downloads and notes."""
    from web.sessions.record import record_of
    from web.sessions.services import open_catalogue
    from web.wire import SessionInfo

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        session = History(catalogue.engine).session(session_id)
        if session is None:
            _unknown(session_id)
        if as_json:
            print(SessionInfo.of(session).model_dump_json(indent=2))
            return
        record = record_of(catalogue, session_id)
    table = Table.grid(padding=(0, 2))
    table.add_row("title", escape(record.title))
    table.add_row("started", f"{record.started_at.astimezone():%Y-%m-%d %H:%M:%S}")
    table.add_row("source", record.source)
    table.add_row("state", session.reason or session.state)
    table.add_row("length", clock_time(record.duration))
    for label, seconds in sorted(session.moods.items(), key=lambda mood: -mood[1]):
        table.add_row(label, clock_time(seconds))
    for download in record.downloads:
        track = download.track
        text = f"{clock_time(download.t)}  {track.title} · {track.artist}"
        table.add_row("download", escape(text))
    for note in record.notes:
        table.add_row("note", escape(f"{clock_time(note.t)}  {note.text}"))
    Console(highlight=False).print(table)


@app.command("rename")
@report_errors
def rename_session(
    session_id: SessionId,
    title: Annotated[str, typer.Argument(help="The new title.", show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """Rename a session."""
    from web.sessions.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        try:
            History(catalogue.engine).rename(session_id, title)
        except LookupError:
            _unknown(session_id)


@app.command("export")
@report_errors
def export_session(
    session_id: SessionId,
    format_: AsFormat = "json",
    output: Output = None,
    rate: Rate = "25",
    start: Start = ZERO,
    drop_frame: DropFrame = None,
    data_dir: DataDir = None,
) -> None:
    """Export a session for editing software, a spreadsheet or a report."""
    from web.sessions.record import record_of
    from web.sessions.services import open_catalogue

    base = Timebase.of(rate, start, drop_frame)
    check(format_, output)
    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        try:
            record = record_of(catalogue, session_id)
        except LookupError:
            _unknown(session_id)
    write(export(record, format_, base), output)


@app.command("delete")
@report_errors
def delete_session(
    session_id: SessionId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Delete a session with its downloads in the log; a running one is stopped."""
    from web.sessions.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        history = History(catalogue.engine)
        session = history.session(session_id)
        if session is None:
            _unknown(session_id)
        if not yes:
            started = f"{session.started_at.astimezone():%Y-%m-%d %H:%M}"
            typer.confirm(f"Delete “{session.title}” of {started} permanently?", abort=True)
        history.delete(session_id)


def _unknown(session_id: str) -> NoReturn:
    fail(f"there is no session {session_id}: see moodcue sessions list")


def _mood(session: StoredSession) -> str:
    """Return the mood that lasted longest, and its share."""
    total = sum(session.moods.values())
    if not total:
        return "-"
    label, seconds = max(session.moods.items(), key=lambda mood: mood[1])
    return f"{label} {seconds / total:.0%}"
