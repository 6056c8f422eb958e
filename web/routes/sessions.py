"""Sessions: open, connect, listen, tell, stop; look back on, rename, delete."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, HTTPException, Query, WebSocket
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from inference import Emotion
from recommender import Action, EndReason, SessionState, StoredEvent, StoredSession
from stream import BrowserSource, SourceError
from web.events import as_stored, told
from web.history import EndedSession, notes_of
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
from web.session import Session
from web.settings import Settings
from web.sources import Kind, Opening
from web.wire import CueState, NoteEvent

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
    def of(cls, session: Session) -> Links:
        """Return the addresses of a session's parts."""
        here = f"{router.prefix}/{session.id}"
        parts = {name: f"{here}/{name}" for name in cls.model_fields}
        watched = f"{overlay.router.prefix}/{session.id}?token={session.viewer_token}"
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
    def of(cls, session: Session, settings: Settings) -> Opened:
        """Return what whoever has opened a session needs."""
        return cls(
            id=session.id,
            token=session.token,
            ice_servers=[IceServer(urls=url) for url in settings.ice_servers],
            links=Links.of(session),
        )


class SessionInfo(BaseModel):
    """A session as others may know it.

    Attributes
    ----------
    reason : str or None
        Why it ended: ``interrupted`` where the server was. None while it runs.
    t : float
        How long it has run, in seconds.
    duration : float or None
        How long its source lasts, where it has an end and tells.
    moods : dict
        For each mood how long it lasted in all, in seconds.
    cues : CueState or None
        What its user asks of the cues; None once it has ended, and in lists.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    source: Kind = Field(validation_alias=AliasChoices("kind", "source"))
    state: SessionState
    reason: EndReason | None
    started_at: datetime
    t: float
    duration: float | None
    moods: dict[Emotion, float]
    cues: Annotated[CueState, BeforeValidator(CueState.of)] | None = Field(
        default=None, validation_alias="cue_settings"
    )

    @classmethod
    def of(cls, session: Session | EndedSession | StoredSession) -> SessionInfo:
        """Describe a session."""
        return cls.model_validate(session.stored if isinstance(session, EndedSession) else session)


class SessionList(BaseModel):
    """Sessions, newest first; where there are more, ``next`` is the ``before`` that lists them."""

    items: list[SessionInfo]
    next: str | None


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
        page = await services.stored(services.history.page, limit + 1, before)
    except LookupError as error:
        raise HTTPException(404, f"{error}: list from the newest again") from error
    items = [SessionInfo.of(session) for session in page[:limit]]
    return SessionList(items=items, next=items[-1].id if len(page) > limit else None)


@router.get("/{session_id}")
async def show_session(session: SessionDep) -> SessionInfo:
    """Show one session."""
    return SessionInfo.of(session)


@router.patch("/{session_id}")
async def rename(asked: Renaming, session: SessionDep, sessions: SessionsDep) -> SessionInfo:
    """Call a session something else."""
    await sessions.rename(session, asked.title)
    return SessionInfo.of(session)


@router.post("/{session_id}/offer")
async def offer(offered: Description, session: RunningDep) -> Description:
    """Connect a browser's tracks; again to reconnect the same session."""
    if not isinstance(session.source, BrowserSource):
        raise HTTPException(409, "this session does not take its media from a browser")
    try:
        return Description(sdp=await session.source.answer(offered.sdp), type="answer")
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
        present = await services.stored(services.history.latest, access.session.id, WATCHED)
    await send_all(socket, _watched(access.session, present, after))


async def _all(session: Session | EndedSession, token: str, after: int) -> AsyncIterator[str]:
    with session.attended() if isinstance(session, Session) else nullcontext():
        async for event in session.follow(after):
            yield told(event, token)


async def _watched(
    session: Session | EndedSession, present: list[StoredEvent], after: int
) -> AsyncIterator[str]:
    for event in present:
        yield event.body
        after = event.seq
    async for event in session.follow(after):
        if event.type in WATCHED:
            yield event.body


@router.post("/{session_id}/feedback", status_code=201)
async def feedback(given: FeedbackIn, session: SessionDep) -> Logged:
    """Log what a person did with a track."""
    try:
        logged = await session.record(given.track_id, given.action, given.t, given.seconds)
    except ValueError as error:
        raise HTTPException(404, f"there is no track {given.track_id}") from error
    return Logged(id=logged.id, action=logged.action)


@router.post("/{session_id}/notes", status_code=201)
async def note(given: NoteIn, session: SessionDep) -> NoteOut:
    """Mark a moment."""
    now, text = session.t, given.text
    t = now if given.t is None else min(given.t, now)
    seq = await session.tell(lambda seq: NoteEvent(seq=seq, t=t, id=seq, text=text))
    return NoteOut(id=seq, t=t, text=text)


@router.delete("/{session_id}/notes/{note_id}", status_code=204)
async def take_back(
    note_id: int, session: SessionDep, sessions: SessionsDep, services: ServicesDep
) -> None:
    """Take a mark back; its text is deleted."""
    await sessions.flush()
    stored = await services.stored(services.history.events, session.id, ("note",))
    found = next((note for note in notes_of(stored) if note.id == note_id), None)
    if found is None:
        raise HTTPException(404, f"there is no note {note_id} (any more)")
    t = found.t
    await session.tell(lambda seq: NoteEvent(seq=seq, t=t, id=note_id, text=None))
    blank = NoteEvent(seq=note_id, t=t, id=note_id, text=None)
    await services.stored(services.history.replace, session.id, as_stored(blank))


@router.put("/{session_id}/playing", status_code=204)
async def play(given: PlayingIn, session: RunningDep, services: ServicesDep) -> None:
    """Say which track plays from now on, or that none does."""
    track = None
    if given.track_id is not None:
        track = await services.stored(services.catalogue.track, given.track_id)
        if track is None:
            raise HTTPException(404, f"there is no track {given.track_id}")
    await session.play(track)


@router.patch("/{session_id}/cues")
async def direct(asked: CueState, session: RunningDep) -> CueState:
    """Ask something of the cues: what is left out stays, and the new list is sent at once."""
    try:
        settings = asked.over(session.cue_settings)
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    await session.direct(settings)
    return CueState.of(settings)


@router.post("/{session_id}/stop", status_code=204)
async def stop(session: SessionDep) -> None:
    """End the session; what it logged stays."""
    if isinstance(session, Session):
        await session.stop()


@router.post("/{session_id}/leave", status_code=204)
async def leave(session: SessionDep) -> None:
    """End the session in ten seconds, unless who knows its token listens by then."""
    if isinstance(session, Session):
        session.leave()


@router.delete("/{session_id}", status_code=204)
async def delete(session: SessionDep, sessions: SessionsDep) -> None:
    """End the session and delete everything of it, its downloads in the log included."""
    await sessions.delete(session)
