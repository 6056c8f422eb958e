"""The catalogue, and the music itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from pydantic import BaseModel

from inference import Emotion, as_mapping
from recommender import Track
from web.routes.access import ServicesDep, SessionsDep, authorized
from web.wire import TrackFacts, facts

router = APIRouter(prefix="/api/tracks", tags=["tracks"])


class TrackOut(TrackFacts):
    """A song or sound one can cue."""

    id: str
    valence: float
    arousal: float
    emotions: dict[Emotion, float]
    source: str
    page: str | None
    audio: str

    @classmethod
    def of(cls, track: Track) -> TrackOut:
        """Describe a track."""
        return cls(
            **facts(track),
            id=track.id,
            valence=round(track.valence, 3),
            arousal=round(track.arousal, 3),
            emotions=as_mapping(track.emotions),
            source=track.source,
            page=track.page,
            audio=f"{router.prefix}/{track.id}/audio",
        )


class TrackList(BaseModel):
    """A part of the catalogue, and how many tracks there are in all."""

    items: list[TrackOut]
    total: int


async def _find(track_id: str, services: ServicesDep) -> Track:
    track = await services.stored(services.catalogue.track, track_id)
    if track is None:
        raise HTTPException(404, f"there is no track {track_id}")
    return track


TrackDep = Annotated[Track, Depends(_find)]


@router.get("")
async def list_tracks(
    services: ServicesDep,
    q: Annotated[str, Query(max_length=200)] = "",
    emotion: Annotated[Emotion | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> TrackList:
    """Search the catalogue by words in title, artist, feel or instruments, and by emotion."""
    search = services.catalogue.search
    page = await services.stored(search, q, emotion=emotion, limit=limit, offset=offset)
    return TrackList(items=[TrackOut.of(track) for track in page.tracks], total=page.total)


@router.get("/{track_id}")
async def show_track(track: TrackDep) -> TrackOut:
    """Show one track."""
    return TrackOut.of(track)


@router.get("/{track_id}/audio", response_class=Response)
async def audio(track: TrackDep) -> Response:
    """Send the audio, in parts if asked (Range), or say where on the web it is."""
    return _audio(track, download=False)


@router.get("/{track_id}/download", response_class=Response)
async def download(
    track: TrackDep,
    request: Request,
    sessions: SessionsDep,
    session: Annotated[str, Query(description="The session that the download belongs to.")],
) -> Response:
    """Log the download, then send the audio or say where on the web it is.

    It may be fetched in parts (Range), one after the other or several at once, and be resumed: that
    is one download.
    """
    found = authorized(sessions, session, request)
    answer = _audio(track, download=True)
    await found.download(track.id, part="range" in request.headers)
    return answer


def _audio(track: Track, *, download: bool) -> Response:
    if track.path is None:
        where = track.audio or (track.search if download else None)
        if where is None:
            raise HTTPException(404, f"no address is known of “{track.title}”: {track.search}")
        return RedirectResponse(where, 307)
    if not track.path.is_file():
        raise HTTPException(404, f"the audio of “{track.title}” is no longer on this machine")
    name = f"{track.artist} - {track.title}{track.path.suffix}" if download else None
    return FileResponse(track.path, filename=name)
