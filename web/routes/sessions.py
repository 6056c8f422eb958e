"""Sessions: open, connect, listen, tell, stop, delete."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, WebSocket
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from recommender import Action
from stream import BrowserSource, SourceError
from web.routes import whip
from web.routes.access import ServerToken, ServicesDep, SessionDep, SessionsDep
from web.routes.listening import send_all
from web.sessions import Session, State
from web.settings import Settings
from web.sources import Kind, Opening
from web.wire import CueState, MoodEvent

router = APIRouter(prefix="/api/sessions", tags=["sessions"])


class Links(BaseModel):
    """Where to go on; each needs the session's token."""

    self: str
    offer: str
    whip: str
    events: str
    timeline: str
    feedback: str
    stop: str

    @classmethod
    def of(cls, session: Session) -> Links:
        """Return the addresses of a session's parts."""
        here = f"{router.prefix}/{session.id}"
        parts = {name: f"{here}/{name}" for name in cls.model_fields}
        return cls(**parts | {"self": here, "whip": whip.router.prefix})


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
    def of(cls, session: Session, settings: Settings) -> Opened:
        """Return what whoever has opened a session needs."""
        return cls(
            id=session.id,
            token=session.token,
            ice_servers=[IceServer(urls=url) for url in settings.ice_servers],
            links=Links.of(session),
        )


class SessionInfo(BaseModel):
    """A session as others may know it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    source: Kind = Field(validation_alias="kind")
    state: State
    started_at: datetime
    t: float
    duration: float | None
    cues: Annotated[CueState, BeforeValidator(CueState.of)] = Field(validation_alias="cue_settings")


class SessionList(BaseModel):
    """Sessions, newest first."""

    items: list[SessionInfo]


class Description(BaseModel):
    """One side of a WebRTC negotiation, with all its candidates in it."""

    sdp: str
    type: Literal["offer", "answer"]


class Timeline(BaseModel):
    """The moods of a session, oldest first."""

    items: list[MoodEvent]


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
async def list_sessions(sessions: SessionsDep) -> SessionList:
    """List the sessions that run, and the last that have ended."""
    return SessionList(items=[SessionInfo.model_validate(session) for session in sessions])


@router.get("/{session_id}")
async def show_session(session: SessionDep) -> SessionInfo:
    """Show one session."""
    return SessionInfo.model_validate(session)


@router.post("/{session_id}/offer")
async def offer(offered: Description, session: SessionDep) -> Description:
    """Connect a browser's tracks; again to reconnect the same session."""
    if not isinstance(session.source, BrowserSource):
        raise HTTPException(409, "this session does not take its media from a browser")
    if session.state == "ended":
        raise HTTPException(409, "the session has ended: start a new one")
    try:
        return Description(sdp=await session.source.answer(offered.sdp), type="answer")
    except SourceError as error:
        raise HTTPException(400, str(error)) from error


@router.websocket("/{session_id}/events")
async def events(
    socket: WebSocket, session: SessionDep, after: Annotated[int, Query(ge=0)] = 0
) -> None:
    """Send the events newer than ``after``, then each new one, until the session ends."""
    await send_all(socket, session.events.follow(after))


@router.get("/{session_id}/timeline", response_model=Timeline)
async def timeline(session: SessionDep) -> Response:
    """Return the moods so far."""
    moods = ",".join(session.events.kept("mood"))
    return Response(f'{{"items":[{moods}]}}', media_type="application/json")


@router.post("/{session_id}/feedback", status_code=201)
async def feedback(given: FeedbackIn, session: SessionDep) -> Logged:
    """Log what a person did with a track."""
    try:
        logged = await session.record(given.track_id, given.action, given.t, given.seconds)
    except ValueError as error:
        raise HTTPException(404, f"there is no track {given.track_id}") from error
    return Logged(id=logged.id, action=logged.action)


@router.patch("/{session_id}/cues")
async def direct(asked: CueState, session: SessionDep) -> CueState:
    """Ask something of the cues: what is left out stays, and the new list is sent at once."""
    try:
        settings = asked.over(session.cue_settings)
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    if session.state == "ended":
        raise HTTPException(409, "the session has ended: start a new one")
    await session.direct(settings)
    return CueState.of(settings)


@router.post("/{session_id}/stop", status_code=204)
async def stop(session: SessionDep) -> None:
    """End the session; what it logged stays."""
    await session.stop()


@router.delete("/{session_id}", status_code=204)
async def delete(session: SessionDep, sessions: SessionsDep) -> None:
    """End the session and delete everything of it, its downloads in the log included."""
    await sessions.delete(session)
