"""The timeline of a session: a part in full, or all of it in a limited number of points."""

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
    """A note."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    t: float
    text: str


class FeedbackOut(BaseModel):
    """A user's action on a track, and the mood at that time."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    t: float
    action: Action
    track_id: str
    title: str
    artist: str
    mood: Emotion | None


class Actions(BaseModel):
    """What users did in a session, each list in order of time."""

    playing: list[PlayingEvent]
    feedback: list[FeedbackOut]
    notes: list[NoteOut]


class Timeline(Actions):
    """A part of a session: its moods, its cues, and what users did."""

    moods: list[MoodEvent]
    cues: list[CuesEvent]


class OverviewOut(Actions):
    """A whole session in a limited number of points, whatever its length.

    Attributes
    ----------
    seq : int
        Number of the last event included.
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
    """Return the moods, cues and user actions between two times, in seconds.

    Each list begins with its state at ``since``: the mood, the list of cues and the playing track.
    """
    await sessions.flush()
    section = _Section(services, session.id, since, math.inf if until is None else until)
    actions = await services.offload(section.actions)
    chunks = _timeline_json(section, actions, token_of(request))
    return StreamingResponse(chunks, media_type="application/json")


@router.get("/{session_id}/overview", response_model=OverviewOut)
async def overview(session: SessionDep, sessions: SessionsDep, services: ServicesDep) -> Response:
    """Return the whole session in a limited number of points."""
    await sessions.flush()
    seq = await services.offload(services.history.last_seq, session.id)
    section, folded = _Section(services, session.id), Overview()
    async for events in section.events("mood", "cues"):
        await services.offload(_fold, folded, events)
    actions = await services.offload(section.actions)
    text = await services.offload(_overview_json, seq, folded, actions)
    return Response(text, media_type="application/json")


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of a session, in seconds since the session began."""

    services: Services
    session_id: str
    since: float = 0.0
    until: float = math.inf

    async def events(self, *types: str) -> AsyncIterator[list[StoredEvent]]:
        """Yield batches of its events of some types, oldest first."""
        yield await self.services.offload(self._before, types)
        seq = 0
        while True:
            events = await self.services.offload(self._within, types, seq, READ_AT_ONCE)
            yield events
            if len(events) < READ_AT_ONCE:
                return
            seq = events[-1].seq

    def actions(self) -> Actions:
        """Return what users did in it."""
        playing = [*self._before(("playing",)), *self._within(("playing",))]
        notes = notes_of(self.services.history.events(self.session_id, ("note",)))
        feedback = self.services.feedback.for_session(self.session_id)
        return Actions(
            playing=[PlayingEvent.model_validate_json(event.body) for event in playing],
            feedback=[
                FeedbackOut.model_validate(entry) for entry in feedback if self._contains(entry.t)
            ],
            notes=[NoteOut.model_validate(note) for note in notes if self._contains(note.t)],
        )

    def _before(self, types: Sequence[str]) -> list[StoredEvent]:
        """Return the latest event of each type before the section."""
        return self.services.history.latest(self.session_id, types, before=self.since)

    def _within(
        self, types: Sequence[str], after: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        read, since, until = self.services.history.events, self.since, self.until
        return read(self.session_id, types, after=after, limit=limit, since=since, until=until)

    def _contains(self, t: float) -> bool:
        return self.since <= t <= self.until


async def _timeline_json(section: _Section, actions: Actions, token: str) -> AsyncIterator[str]:
    """Yield the JSON of a :class:`Timeline`.

    Stored events are JSON already: they are not parsed, because there may be days of them.
    """
    before = "{"
    for name, type_ in (("moods", "mood"), ("cues", "cues")):
        yield f'{before}"{name}":['
        comma = ""
        async for events in section.events(type_):
            if events:
                yield comma + ",".join(with_token(event, token) for event in events)
                comma = ","
        before = "],"
    yield before + actions.model_dump_json().removeprefix("{")


def _fold(folded: Overview, events: Iterable[StoredEvent]) -> None:
    for event in events:
        model = MoodEvent if event.type == "mood" else CuesEvent
        folded.update(model.model_validate_json(event.body))


def _overview_json(seq: int, folded: Overview, actions: Actions) -> str:
    overview = OverviewOut(
        seq=seq,
        step=folded.step,
        points=folded.points(),
        lists=folded.lists(),
        playing=actions.playing,
        feedback=actions.feedback,
        notes=actions.notes,
    )
    return overview.model_dump_json()
