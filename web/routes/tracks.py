"""The catalogue, and the audio files of its tracks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, model_validator

from inference import Emotion, as_mapping
from recommender import Fit, LicenceClass, Track, fit_emotion, fit_position
from recommender.library import read_cover
from web.routes.access import (
    ServerToken,
    ServicesDep,
    SessionDep,
    SessionsDep,
    find_access,
    find_session,
)
from web.sessions.services import Services
from web.wire import TrackFacts, facts

router = APIRouter(prefix="/api/tracks", tags=["tracks"])
credits_router = APIRouter(prefix="/api/sessions", tags=["tracks"])

Place = Annotated[float | None, Query(ge=-1, le=1, allow_inf_nan=False)]
Tempo = Annotated[float | None, Query(ge=0, le=1000, allow_inf_nan=False)]


class TrackOut(TrackFacts):
    """A track of the catalogue.

    ``audio`` is null if no address is known. ``corrected`` means that a user set the mood,
    ``missing`` that the file has gone.
    """

    id: str
    emotion: Emotion
    valence: float
    arousal: float
    emotions: dict[Emotion, float]
    corrected: bool
    missing: bool
    feels: list[str]
    instruments: list[str]
    source: str
    page: str | None
    audio: str | None
    cover: str | None

    @classmethod
    def of(cls, track: Track) -> TrackOut:
        """Convert a track."""
        here = f"{router.prefix}/{track.id}"
        return cls(
            **facts(track),
            id=track.id,
            emotion=track.emotion,
            valence=round(track.valence, 3),
            arousal=round(track.arousal, 3),
            emotions=as_mapping(track.emotions),
            corrected=track.corrected,
            missing=track.missing,
            feels=list(track.feels),
            instruments=list(track.instruments),
            source=track.source,
            page=track.page,
            audio=None if track.audio is None else f"{here}/audio",
            cover=f"{here}/cover" if track.cover else None,
        )


class TrackList(BaseModel):
    """A page of the catalogue, and the total number of tracks."""

    items: list[TrackOut]
    total: int


class SourceOut(BaseModel):
    """The source of tracks, such as an imported table, and their number."""

    source: str
    tracks: int


class SourceList(BaseModel):
    """The sources, sorted by name."""

    items: list[SourceOut]


class MoodIn(BaseModel):
    """The mood a user assigns to a track: an emotion, or valence and arousal, or both."""

    emotion: Emotion | None = None
    valence: float | None = Field(default=None, ge=-1, le=1, allow_inf_nan=False)
    arousal: float | None = Field(default=None, ge=-1, le=1, allow_inf_nan=False)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.valence is None) != (self.arousal is None):
            raise ValueError("send both valence and arousal, or neither")
        if self.emotion is None and self.valence is None:
            raise ValueError("send an emotion, or valence and arousal")
        return self

    def fit(self) -> Fit:
        """Return the moods that such music fits."""
        if self.valence is None or self.arousal is None:
            assert self.emotion is not None
            return fit_emotion(self.emotion)
        if self.emotion is None:
            return fit_position(self.valence, self.arousal)
        return Fit(fit_emotion(self.emotion).emotions, self.valence, self.arousal)


async def _find(track_id: str, services: ServicesDep) -> Track:
    track = await services.offload(services.catalogue.track, track_id)
    if track is None:
        raise HTTPException(404, f"there is no track {track_id}")
    return track


TrackDep = Annotated[Track, Depends(_find)]


@router.get("")
async def list_tracks(
    services: ServicesDep,
    q: Annotated[str, Query(max_length=200)] = "",
    emotion: Annotated[Emotion | None, Query()] = None,
    valence_min: Place = None,
    valence_max: Place = None,
    arousal_min: Place = None,
    arousal_max: Place = None,
    tempo_min: Tempo = None,
    tempo_max: Tempo = None,
    licence: Annotated[list[LicenceClass] | None, Query()] = None,
    source: Annotated[list[str] | None, Query(max_length=64)] = None,
    near_valence: Place = None,
    near_arousal: Place = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> TrackList:
    """Search the catalogue.

    ``q`` are words in title, artist, feel or instruments. ``licence`` and ``source`` may be
    repeated. With ``near_valence`` and ``near_arousal``, tracks are sorted by distance to that
    point; otherwise by title.
    """
    if (near_valence is None) != (near_arousal is None):
        raise HTTPException(422, "send both near_valence and near_arousal, or neither")
    page = await services.offload(
        services.catalogue.search,
        q,
        emotion=emotion,
        valence=(valence_min, valence_max),
        arousal=(arousal_min, arousal_max),
        tempo=(tempo_min, tempo_max),
        licences=licence,
        sources=source,
        near=None if near_valence is None or near_arousal is None else (near_valence, near_arousal),
        limit=limit,
        offset=offset,
    )
    return TrackList(items=[TrackOut.of(track) for track in page.tracks], total=page.total)


@router.get("/sources")
async def list_sources(services: ServicesDep) -> SourceList:
    """List the sources of the tracks."""
    sources = await services.offload(services.catalogue.sources)
    return SourceList(
        items=[SourceOut(source=source, tracks=count) for source, count in sources.items()]
    )


@router.get("/{track_id}")
async def show_track(track: TrackDep) -> TrackOut:
    """Show one track."""
    return TrackOut.of(track)


@router.put("/{track_id}/mood", dependencies=[ServerToken])
async def correct(mood: MoodIn, track: TrackDep, services: ServicesDep) -> TrackOut:
    """Set the mood of a track permanently; later estimates do not change it."""
    corrected = await services.offload(services.catalogue.correct, track.id, mood.fit())
    await services.offload(services.index_updater.refresh)
    assert corrected is not None
    return TrackOut.of(corrected)


@router.delete("/{track_id}/mood", dependencies=[ServerToken])
async def uncorrect(track: TrackDep, services: ServicesDep) -> TrackOut:
    """Restore the estimated mood of a track."""
    estimated = await services.offload(services.catalogue.uncorrect, track.id)
    await services.offload(services.index_updater.refresh)
    assert estimated is not None
    return TrackOut.of(estimated)


@router.get("/{track_id}/cover", response_class=Response)
async def cover(track: TrackDep, services: ServicesDep) -> Response:
    """Send the cover embedded in the file of a track."""
    path = await _readable_file(track, services)
    picture = await services.offload(read_cover, path) if path else None
    if picture is None:
        raise HTTPException(404, f"“{track.title}” has no cover")
    return Response(picture.data, media_type=picture.type)


@router.get("/{track_id}/audio", response_class=Response)
async def audio(track: TrackDep, services: ServicesDep) -> Response:
    """Send the audio or the requested byte range, or redirect to its address on the web."""
    return await _audio(track, services, download=False)


@router.get("/{track_id}/download", response_class=Response)
async def download(
    track: TrackDep,
    request: Request,
    services: ServicesDep,
    sessions: SessionsDep,
    session: Annotated[str, Query(description="The session that the download belongs to.")],
) -> Response:
    """Log the download, then send the audio or redirect to its address on the web.

    Requests for byte ranges of the same track count as one download.
    """
    owned = find_session(await find_access(session, request, sessions, services), request)
    response = await _audio(track, services, download=True)
    await owned.download(track.id, part="range" in request.headers)
    return response


@credits_router.get("/{session_id}/credits", response_class=PlainTextResponse)
async def credits_of(session: SessionDep, services: ServicesDep) -> PlainTextResponse:
    """Return the credits of downloaded and previewed tracks as plain text."""
    used = await services.offload(services.catalogue.used, session.id)
    downloaded = [_credit(track) for track, was_downloaded in used if was_downloaded]
    previewed = [_credit(track) for track, was_downloaded in used if not was_downloaded]
    parts = [("Music", downloaded), ("Previewed, not downloaded", previewed)]
    text = "\n".join(f"{title}\n\n" + "".join(lines) for title, lines in parts if lines)
    return PlainTextResponse(text or "No music was downloaded or previewed in this session.\n")


def _credit(track: Track) -> str:
    return f"{track.credit}\n" + (f"    {track.warning}\n" if track.warning else "")


async def _audio(track: Track, services: Services, *, download: bool) -> Response:
    if not track.offline:
        address = track.audio or (track.search if download else None)
        if address is None:
            raise HTTPException(
                404, f"the address of “{track.title}” is not known: search at {track.search}"
            )
        return RedirectResponse(address, 307)
    path = await _readable_file(track, services)
    if path is None:
        raise HTTPException(404, f"the audio of “{track.title}” is no longer on this machine")
    name = f"{track.artist} - {track.title}{path.suffix}" if download else None
    return FileResponse(path, filename=name)


async def _readable_file(track: Track, services: Services) -> Path | None:
    """Return the file of a track if it is in a package or in a folder of the library."""
    path = track.path
    if (
        path is not None
        and track.in_file
        and not await services.offload(services.library.contains, path)
    ):
        return None
    return path if path is not None and path.is_file() else None
