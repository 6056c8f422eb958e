"""Sessions: open, connect, listen, tell, stop; look back on, rename, delete."""

from __future__ import annotations

from collections.abc import AsyncIterator
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
from web.sessions.session import OpenedSession, Session
from web.sessions.sources import Opening
from web.settings import Settings
from web.wire import CueState, SessionInfo, SessionList

router = APIRouter(prefix="/api/sessions", tags=["sessions"])

WATCHED: Final = ("mood", "playing", "status", "end")
"""Events for who may only watch: none of them has an address, or what a person wrote."""


class Links(BaseModel):
    """Where to go on; each needs the session's token, but the overlay, which has one of its own."""

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
        """Return the addresses of a session's parts."""
        session_id = opened.session.id
        here = f"{router.prefix}/{session_id}"
        parts = {name: f"{here}/{name}" for name in cls.model_fields}
        watched = f"{overlay.router.prefix}/{session_id}?token={opened.viewer_token}"
        return cls(**parts | {"self": here, "whip": whip.router.prefix, "overlay": watched})


class IceServer(BaseModel):
    """As browsers want it in an ``RTCConfiguration``."""

    urls: str


class Opened(BaseModel):
    """A new session."""

    id: str
    token: str
    ice_servers: list[IceServer]
    links: Links

    @classmethod
    def of(cls, opened: OpenedSession, settings: Settings) -> Opened:
        """Return what the owner of a new session needs."""
        return cls(
            id=opened.session.id,
            token=opened.token,
            ice_servers=[IceServer(urls=url) for url in settings.ice_servers],
            links=Links.of(opened),
        )


class Renaming(BaseModel):
    """What to call a session."""

    title: str = Field(max_length=200)


class Description(BaseModel):
    """One side of a WebRTC negotiation, with all its candidates in it."""

    sdp: str
    type: Literal["offer", "answer"]


class NoteIn(BaseModel):
    """A mark to make at a moment; now where none is given, and at the latest."""

    text: str = Field(min_length=1, max_length=1000)
    t: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class PlayingIn(BaseModel):
    """The track that plays from now on, or none."""

    track_id: Annotated[str, Field(max_length=200)] | None


class FeedbackIn(BaseModel):
    """What a person did with a track; downloads are logged by downloading."""

    track_id: str = Field(max_length=200)
    action: Literal["previewed", "liked", "skipped"]
    t: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    seconds: float | None = Field(
        default=None, ge=0, le=86_400, allow_inf_nan=False, description="How long it was heard."
    )


class Logged(BaseModel):
    """What was stored."""

    id: int
    action: Action


@router.post("", status_code=201, dependencies=[ServerToken])
async def open_session(opening: Opening, sessions: SessionsDep, services: ServicesDep) -> Opened:
    """Open a session. The answer holds the token for all that follows."""
    return Opened.of(await sessions.open(opening), services.settings)


@router.get("", dependencies=[ServerToken])
async def list_sessions(
    sessions: SessionsDep,
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[
        str | None, Query(max_length=64, description="The ``next`` of the page before.")
    ] = None,
) -> SessionList:
    """List the sessions of all runs of the server, those that run among them, newest first."""
    await sessions.flush()
    try:
        page = await services.offload(services.history.page, limit + 1, before)
    except LookupError as error:
        raise HTTPException(404, f"{error}: list from the newest again") from error
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
    """Connect a browser's tracks; again to reconnect the same session."""
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
    """Send the events newer than ``after``, then each new one, until the session ends.

    Of a session that has ended they are those that are stored. Who may only watch gets moods, what
    plays and how the session does; without ``after`` the latest of each, and not all that was.
    """
    if access.owner:
        await send_all(socket, _all(access.session, token_of(socket), after))
        return
    present: list[StoredEvent] = []
    if after == 0:
        await sessions.flush()
        present = await services.offload(services.history.latest, access.session.id, WATCHED)
    await send_all(socket, _watched(access.session, present, after))


async def _all(session: Session, token: str, after: int) -> AsyncIterator[str]:
    async for event in session.follow(after, attend=True):
        yield with_token(event, token)


async def _watched(session: Session, present: list[StoredEvent], after: int) -> AsyncIterator[str]:
    for event in present:
        yield event.body
        after = event.seq
    async for event in session.follow(after):
        if event.type in WATCHED:
            yield event.body


@router.post("/{session_id}/feedback", status_code=201)
async def feedback(given: FeedbackIn, session: SessionDep) -> Logged:
    """Log what a person did with a track."""
    logged = await session.record(given.track_id, given.action, given.t, given.seconds)
    return Logged(id=logged.id, action=logged.action)


@router.post("/{session_id}/notes", status_code=201)
async def add_note(given: NoteIn, session: SessionDep) -> NoteOut:
    """Add a note to a moment."""
    return NoteOut.model_validate(await session.add_note(given.text, given.t))


@router.delete("/{session_id}/notes/{note_id}", status_code=204)
async def erase_note(note_id: int, session: SessionDep, sessions: SessionsDep) -> None:
    """Erase a note; its text is deleted."""
    await sessions.flush()
    await session.erase_note(note_id)


@router.put("/{session_id}/playing", status_code=204)
async def play(given: PlayingIn, session: RunningDep) -> None:
    """Publish which track plays from now on, or that none does."""
    await session.play(given.track_id)


@router.patch("/{session_id}/cues")
async def set_cues(changes: CueState, session: RunningDep) -> CueState:
    """Change the cue settings that are given; a new list is published at once."""
    try:
        return await session.set_cues(changes)
    except ValueError as error:
        raise HTTPException(422, str(error)) from error


@router.post("/{session_id}/stop", status_code=204)
async def stop(session: SessionDep) -> None:
    """End the session; what it logged stays."""
    await session.stop()


@router.post("/{session_id}/leave", status_code=204)
async def leave(session: SessionDep) -> None:
    """End the session in ten seconds, unless its owner listens by then."""
    await session.leave()


@router.delete("/{session_id}", status_code=204)
async def delete(session: SessionDep, sessions: SessionsDep) -> None:
    """End the session and delete everything of it, its downloads in the log included."""
    await sessions.delete(session.id)
