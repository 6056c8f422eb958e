"""WHIP (RFC 9725), by which OBS and other encoders send their media."""

from __future__ import annotations

import hashlib
import re

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from stream import SourceError
from web.routes.access import (
    Refusal,
    ServicesDep,
    SessionDep,
    SessionsDep,
    require_server_token,
)
from web.security import token_of
from web.sessions.sources import WhipOpening

router = APIRouter(prefix="/api/whip", tags=["whip"])

SDP = "application/sdp"
OPENING = WhipOpening(source="whip", consent=True, title="Encoder")
"""The session opened for an encoder that sends the server's token, which implies consent."""


@router.post(
    "",
    status_code=201,
    response_class=Response,
    responses={201: {"content": {SDP: {}}}},
    openapi_extra={"requestBody": {"content": {SDP: {"schema": {"type": "string"}}}}},
)
async def connect(request: Request, sessions: SessionsDep, services: ServicesDep) -> Response:
    """Connect or reconnect an encoder with the offer in the body.

    The bearer token is that of a session with the source ``whip``. The token of the server opens a
    new session, so that an encoder needs to be set up only once.
    """
    session = await sessions.find_encoder(token_of(request))
    if session is None:
        if services.settings.token is None:
            raise HTTPException(
                401,
                "no session with the source 'whip' has this token",
                {"WWW-Authenticate": "Bearer"},
            )
        require_server_token(request, services)
    offer = await _offer(request)
    opened = session is None
    if session is None:
        session = (await sessions.open(OPENING)).session
    try:
        answer = await session.answer(offer)
    except SourceError as error:
        if opened:
            await sessions.delete(session.id)
        raise Refusal(400, error) from error
    headers = {"Location": f"{router.prefix}/{session.id}", "ETag": _tag(answer)}
    if servers := services.settings.ice_servers:
        headers["Link"] = ", ".join(f'<{server}>; rel="ice-server"' for server in servers)
    return Response(answer, 201, headers, SDP)


@router.delete("/{session_id}")
async def disconnect(session: SessionDep) -> None:
    """End the session."""
    await session.stop()


@router.options("", status_code=204, response_class=Response)
async def options() -> Response:
    """Return the accepted methods and content type (RFC 9725, section 4.2)."""
    return Response(status_code=204, headers={"Allow": "OPTIONS, POST", "Accept-Post": SDP})


@router.api_route("", methods=["GET", "HEAD", "PUT", "PATCH"], include_in_schema=False)
async def not_allowed() -> None:
    """Refuse the methods that the RFC reserves."""
    raise HTTPException(405, "send an offer by POST", {"Allow": "OPTIONS, POST"})


@router.api_route(
    "/{session_id}", methods=["GET", "HEAD", "POST", "PUT", "PATCH"], include_in_schema=False
)
async def not_allowed_here() -> None:
    """Refuse the methods that the RFC reserves, and trickle ICE, which is not supported."""
    raise HTTPException(405, "end the session by DELETE", {"Allow": "DELETE"})


async def _offer(request: Request) -> str:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != SDP:
        raise HTTPException(415, f"send the offer as {SDP}")
    try:
        return (await request.body()).decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "the offer is not text in UTF-8") from None


def _tag(answer: str) -> str:
    """Return the entity tag of the ICE session, which changes with each new connection."""
    credentials = re.findall(r"a=ice-(?:ufrag|pwd):\S+", answer)
    return f'"{hashlib.sha256("".join(credentials).encode()).hexdigest()[:16]}"'
