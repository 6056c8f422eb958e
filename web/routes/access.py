"""What routes depend on: the server's parts, and the right to use them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, WebSocketException
from starlette.requests import HTTPConnection
from starlette.status import WS_1008_POLICY_VIOLATION

from web.security import matches, token_of
from web.services import Services
from web.sessions import Session, Sessions


def _services(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


def _sessions(connection: HTTPConnection) -> Sessions:
    sessions: Sessions = connection.app.state.sessions
    return sessions


ServicesDep = Annotated[Services, Depends(_services)]
SessionsDep = Annotated[Sessions, Depends(_sessions)]


def require_server_token(connection: HTTPConnection, services: ServicesDep) -> None:
    """Refuse with 401 who does not know the server's token, where it has one."""
    token = services.settings.token
    if token and not matches(token_of(connection), token.get_secret_value()):
        raise _refusal(connection, 401, "this server asks for its token")


def find_session(session_id: str, connection: HTTPConnection, sessions: SessionsDep) -> Session:
    """Return the session of the path; see :func:`authorized`."""
    return authorized(sessions, session_id, connection)


def authorized(sessions: Sessions, session_id: str, connection: HTTPConnection) -> Session:
    """Return a session to a caller who knows its token.

    Raises
    ------
    HTTPException
        404 if there is no such session, 401 if the token is not its own.
    WebSocketException
        The same on a WebSocket, as a close with code 1008.
    """
    session = sessions.get(session_id)
    if session is None:
        raise _refusal(connection, 404, "there is no such session (any more): start a new one")
    if not matches(token_of(connection), session.token):
        raise _refusal(connection, 401, "this is not the session's token")
    return session


def _refusal(connection: HTTPConnection, status: int, detail: str) -> Exception:
    if connection.scope["type"] == "websocket":
        return WebSocketException(WS_1008_POLICY_VIOLATION, detail)
    return HTTPException(status, detail, {"WWW-Authenticate": "Bearer"} if status == 401 else None)


SessionDep = Annotated[Session, Depends(find_session)]
ServerToken = Depends(require_server_token)
