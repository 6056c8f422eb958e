"""Open, connect, follow, change, stop, list and delete sessions."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Final, Literal

from fastapi import APIRouter, HTTPException, Query, WebSocket
from pydantic import BaseModel, Field

from recommender import Action, StoredEvent
from stream import SourceError
from web.routes import overlay, whip
from web.routes.access import (
    AccessDep,
    Refusal,
    RunningDep,
    ServerToken,
    ServicesDep,
    SessionDep,
    SessionsDep,
)
from web.routes.listening import send_all
from web.routes.timeline import NoteOut
from web.security import token_of
from web.sessions.events import with_token
from web.sessions.session import CueSettingsError, OpenedSession, Session
from web.sessions.sources import Opening
from web.settings import Settings
from web.wire import CueState, SessionInfo, SessionList

router = APIRouter(prefix="/api/sessions", tags=["sessions"])

VIEWER_EVENTS: Final = ("mood", "playing", "status", "end")
"""Events sent to viewers: none contains a download address or a note."""


class Links(BaseModel):
    """The URLs of a session; each needs the session's token, except the overlay, which has it."""

    self: str
    offer: str
    whip: str
    events: str
    timeline: str
    feedback: str
    notes: str
    playing: str
    export: str
    overlay: str
    stop: str
    leave: str

    @classmethod
    def of(cls, opened: OpenedSession) -> Links:
        """Return the URLs of a new session."""
        session_id = opened.session.id
        here = f"{router.prefix}/{session_id}"
        links = {name: f"{here}/{name}" for name in cls.model_fields}
        viewer = f"{overlay.router.prefix}/{session_id}?token={opened.viewer_token}"
        return cls(**links | {"self": here, "whip": whip.router.prefix, "overlay": viewer})


class IceServer(BaseModel):
    """An ICE server in the form of an ``RTCConfiguration``."""

    urls: str


class Opened(BaseModel):
    """A new session."""

    id: str
    token: str
    ice_servers: list[IceServer]
    links: Links

    @classmethod
    def of(cls, opened: OpenedSession, settings: Settings) -> Opened:
        """Describe a new session to its owner."""
        return cls(
            id=opened.session.id,
            token=opened.token,
            ice_servers=[IceServer(urls=url) for url in settings.ice_servers],
            links=Links.of(opened),
        )


class Renaming(BaseModel):
    """A new title for a session."""

    title: str = Field(max_length=200)


class Description(BaseModel):
    """The session description of one peer, with all its ICE candidates."""

    sdp: str
    type: Literal["offer", "answer"]


class NoteIn(BaseModel):
    """A note to add at the time ``t``, by default and at the latest now."""

    text: str = Field(min_length=1, max_length=1000)
    t: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class PlayingIn(BaseModel):
    """The track that plays from now on; null for none."""

    track_id: Annotated[str, Field(max_length=200)] | None


class FeedbackIn(BaseModel):
    """A user's action on a track; downloads are logged by the download route."""

    track_id: str = Field(max_length=200)
    action: Literal["previewed", "liked", "skipped"]
    t: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    seconds: float | None = Field(
        default=None, ge=0, le=86_400, allow_inf_nan=False, description="How long it was played."
    )


class Logged(BaseModel):
    """The feedback that was stored."""

    id: int
    action: Action


@router.post("", status_code=201, dependencies=[ServerToken])
async def open_session(opening: Opening, sessions: SessionsDep, services: ServicesDep) -> Opened:
    """Open a session; the response has the token that all other calls need."""
    return Opened.of(await sessions.open(opening), services.settings)


@router.get("", dependencies=[ServerToken])
async def list_sessions(
    sessions: SessionsDep,
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[
        str | None, Query(max_length=64, description="The ``next`` of the previous page.")
    ] = None,
) -> SessionList:
    """List all stored and running sessions, newest first."""
    await sessions.flush()
    try:
        page = await services.offload(services.history.page, limit + 1, before)
    except LookupError as error:
        raise HTTPException(404, f"{error}: start at the first page again") from error
    items = [SessionInfo.of(session) for session in page[:limit]]
    return SessionList(items=items, next=items[-1].id if len(page) > limit else None)


@router.get("/{session_id}")
async def show_session(session: SessionDep) -> SessionInfo:
    """Show one session."""
    return await session.info()


@router.patch("/{session_id}")
async def rename(change: Renaming, session: SessionDep) -> SessionInfo:
    """Rename a session."""
    await session.rename(change.title)
    return await session.info()


@router.post("/{session_id}/offer")
async def offer(offered: Description, session: RunningDep) -> Description:
    """Connect the tracks of a browser, or reconnect them to the same session."""
    try:
        return Description(sdp=await session.answer(offered.sdp), type="answer")
    except SourceError as error:
        raise Refusal(400, error) from error


@router.websocket("/{session_id}/events")
async def events(
    socket: WebSocket,
    access: AccessDep,
    sessions: SessionsDep,
    services: ServicesDep,
    after: Annotated[int, Query(ge=0)] = 0,
) -> None:
    """Send the events newer than ``after``, then each new one until the session ends.

    A session that has ended sends its stored events. Viewers get moods, the playing track and the
    status of the session; without ``after``, only the latest of each, not all earlier ones.
    """
    if access.owner:
        await send_all(socket, _owner_events(access.session, token_of(socket), after))
        return
    latest: list[StoredEvent] = []
    if after == 0:
        await sessions.flush()
        latest = await services.offload(services.history.latest, access.session.id, VIEWER_EVENTS)
    await send_all(socket, _viewer_events(access.session, latest, after))


async def _owner_events(session: Session, token: str, after: int) -> AsyncGenerator[str, None]:
    async with aclosing(session.follow(after, attend=True)) as events:
        async for event in events:
            yield with_token(event, token)


async def _viewer_events(
    session: Session, latest: list[StoredEvent], after: int
) -> AsyncGenerator[str, None]:
    for event in latest:
        yield event.body
        after = event.seq
    async with aclosing(session.follow(after)) as events:
        async for event in events:
            if event.type in VIEWER_EVENTS:
                yield event.body


@router.post("/{session_id}/feedback", status_code=201)
async def feedback(given: FeedbackIn, session: SessionDep) -> Logged:
    """Log a user's action on a track."""
    logged = await session.record(given.track_id, given.action, given.t, given.seconds)
    return Logged(id=logged.id, action=logged.action)


@router.post("/{session_id}/notes", status_code=201)
async def add_note(given: NoteIn, session: SessionDep) -> NoteOut:
    """Add a note."""
    return NoteOut.model_validate(await session.add_note(given.text, given.t))


@router.delete("/{session_id}/notes/{note_id}", status_code=204)
async def erase_note(note_id: int, session: SessionDep, sessions: SessionsDep) -> None:
    """Delete a note and its text."""
    await sessions.flush()
    await session.erase_note(note_id)


@router.put("/{session_id}/playing", status_code=204)
async def play(given: PlayingIn, session: RunningDep) -> None:
    """Publish which track plays from now on, if any."""
    await session.play(given.track_id)


@router.patch("/{session_id}/cues")
async def set_cues(changes: CueState, session: RunningDep) -> CueState:
    """Change the given cue settings; a new list is published at once."""
    try:
        return await session.set_cues(changes)
    except CueSettingsError as error:
        raise HTTPException(422, str(error)) from error


@router.post("/{session_id}/stop", status_code=204)
async def stop(session: SessionDep) -> None:
    """End the session; its log is kept."""
    await session.stop()


@router.post("/{session_id}/leave", status_code=204)
async def leave(session: SessionDep) -> None:
    """End the session in ten seconds, unless its owner reconnects by then."""
    await session.leave()


@router.delete("/{session_id}", status_code=204)
async def delete(session: SessionDep, sessions: SessionsDep) -> None:
    """End the session and delete everything of it, including its downloads in the log."""
    await sessions.delete(session.id)
