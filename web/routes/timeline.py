"""What a session told and what was done in it: a part of it exactly, or all of it in few points."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict

from inference import Emotion
from recommender import Action, StoredEvent
from web.routes.access import ServicesDep, SessionDep, SessionsDep
from web.security import token_of
from web.sessions.events import notes_of, with_token
from web.sessions.journal import READ_AT_ONCE
from web.sessions.overview import ListAt, Overview, Point
from web.sessions.services import Services
from web.wire import CuesEvent, MoodEvent, PlayingEvent

router = APIRouter(prefix="/api/sessions", tags=["sessions"])


class NoteOut(BaseModel):
    """A mark that a person made."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    t: float
    text: str


class FeedbackOut(BaseModel):
    """What a person did with a track, and in which mood."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    t: float
    action: Action
    track_id: str
    title: str
    artist: str
    mood: Emotion | None


class Done(BaseModel):
    """What people did in a session; each in the order of time."""

    playing: list[PlayingEvent]
    feedback: list[FeedbackOut]
    notes: list[NoteOut]


class Timeline(Done):
    """What a session told, too."""

    moods: list[MoodEvent]
    cues: list[CuesEvent]


class OverviewOut(Done):
    """What a session told in so few points that one of any length can be looked at.

    Attributes
    ----------
    seq : int
        The number of the last event; to go on from there misses nothing.
    step : float
        Seconds that one point covers.
    points : list of Point
        The moods.
    lists : list of ListAt
        The lists of cues.
    """

    seq: int
    step: float
    points: list[Point]
    lists: list[ListAt]


Seconds = Annotated[float, Query(ge=0, allow_inf_nan=False)]


@router.get("/{session_id}/timeline", response_model=Timeline)
async def timeline(
    request: Request,
    session: SessionDep,
    sessions: SessionsDep,
    services: ServicesDep,
    since: Seconds = 0.0,
    until: Seconds | None = None,
) -> Response:
    """Return what the session told, and what was done in it, from one second to another.

    The mood, the list of cues and what played when that began are the first of each.
    """
    await sessions.flush()
    part = _Part(services, session.id, since, math.inf if until is None else until)
    done = await services.offload(part.done)
    written = _written(part, done, token_of(request))
    return StreamingResponse(written, media_type="application/json")


@router.get("/{session_id}/overview", response_model=OverviewOut)
async def overview(session: SessionDep, sessions: SessionsDep, services: ServicesDep) -> Response:
    """Return the whole session in few points."""
    await sessions.flush()
    last = await services.offload(services.history.last_seq, session.id)
    whole, seen = _Part(services, session.id), Overview()
    async for events in whole.events("mood", "cues"):
        await services.offload(_look, seen, events)
    done = await services.offload(whole.done)
    return Response(await services.offload(_seen, last, seen, done), media_type="application/json")


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a session, in seconds since that began."""

    services: Services
    session_id: str
    since: float = 0.0
    until: float = math.inf

    async def events(self, *types: str) -> AsyncIterator[list[StoredEvent]]:
        """Yield its events of some types, oldest first, no more at once than memory should hold."""
        yield await self.services.offload(self._before, types)
        seq = 0
        while True:
            events = await self.services.offload(self._within, types, seq, READ_AT_ONCE)
            yield events
            if len(events) < READ_AT_ONCE:
                return
            seq = events[-1].seq

    def done(self) -> Done:
        """Return what people did in it."""
        playing = [*self._before(("playing",)), *self._within(("playing",))]
        notes = notes_of(self.services.history.events(self.session_id, ("note",)))
        feedback = self.services.feedback.for_session(self.session_id)
        return Done(
            playing=[PlayingEvent.model_validate_json(event.body) for event in playing],
            feedback=[FeedbackOut.model_validate(one) for one in feedback if self._holds(one.t)],
            notes=[NoteOut.model_validate(note) for note in notes if self._holds(note.t)],
        )

    def _before(self, types: Sequence[str]) -> list[StoredEvent]:
        """Return what was so when it began."""
        return self.services.history.latest(self.session_id, types, before=self.since)

    def _within(
        self, types: Sequence[str], after: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        read, since, until = self.services.history.events, self.since, self.until
        return read(self.session_id, types, after=after, limit=limit, since=since, until=until)

    def _holds(self, t: float) -> bool:
        return self.since <= t <= self.until


async def _written(part: _Part, done: Done, token: str) -> AsyncIterator[str]:
    """Yield a timeline as JSON; nobody reads each of days of moods only to write it again."""
    before = "{"
    for name, type_ in (("moods", "mood"), ("cues", "cues")):
        yield f'{before}"{name}":['
        comma = ""
        async for events in part.events(type_):
            if events:
                yield comma + ",".join(with_token(event, token) for event in events)
                comma = ","
        before = "],"
    yield before + done.model_dump_json().removeprefix("{")


def _look(seen: Overview, events: Iterable[StoredEvent]) -> None:
    for event in events:
        read = MoodEvent if event.type == "mood" else CuesEvent
        seen.update(read.model_validate_json(event.body))


def _seen(last: int, seen: Overview, done: Done) -> str:
    whole = OverviewOut(
        seq=last,
        step=seen.step,
        points=seen.points(),
        lists=seen.lists(),
        playing=done.playing,
        feedback=done.feedback,
        notes=done.notes,
    )
    return whole.model_dump_json()
