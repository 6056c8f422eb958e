"""Dependencies of the routes: services, sessions and access control."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, HTTPException, WebSocketException
from starlette.requests import HTTPConnection
from starlette.status import WS_1008_POLICY_VIOLATION

from web.problem import Problem
from web.security import hashed, matches, token_of
from web.sessions.services import Services
from web.sessions.session import RunningSession, Session, SessionEndedError, Sessions


def _services(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


def _sessions(connection: HTTPConnection) -> Sessions:
    sessions: Sessions = connection.app.state.sessions
    return sessions


def _page(connection: HTTPConnection) -> Path:
    page: Path = connection.app.state.page
    return page


PageDep = Annotated[Path, Depends(_page)]
ServicesDep = Annotated[Services, Depends(_services)]
SessionsDep = Annotated[Sessions, Depends(_sessions)]


class Refusal(HTTPException):
    """An error that a route returns with a status of its own.

    Parameters
    ----------
    status : int
        HTTP status.
    error : Exception
        The error.
    """

    def __init__(self, status: int, error: Exception) -> None:
        super().__init__(status, str(error))
        self.problem = Problem.of(error)


def knows_server_token(connection: HTTPConnection, services: Services) -> bool:
    """Return whether the server has a token and the caller sent it."""
    token = services.settings.token
    return token is not None and matches(token_of(connection), token.get_secret_value())


def require_server_token(connection: HTTPConnection, services: ServicesDep) -> None:
    """Require the server's token if it has one.

    Raises
    ------
    HTTPException
        401 if the token is missing or wrong.
    """
    if services.settings.token and not knows_server_token(connection, services):
        raise _refusal(connection, 401, "this server requires its token")


@dataclass(frozen=True, slots=True)
class Access:
    """The permission of a caller for a session.

    Attributes
    ----------
    session : Session
        The session.
    owner : bool
        Whether the caller may do everything, or only watch.
    """

    session: Session
    owner: bool


async def find_access(
    session_id: str, connection: HTTPConnection, sessions: SessionsDep, services: ServicesDep
) -> Access:
    """Return the session of the path and the permission of the caller.

    Raises
    ------
    HTTPException
        404 if the session does not exist; 401 if the token is none of the session's two tokens and
        not the server's.
    WebSocketException
        The same on a WebSocket, with code 1008.
    """
    session = await sessions.find(session_id)
    if session is None:
        raise _refusal(connection, 404, "this session does not exist: start a new one")
    given = hashed(token_of(connection))
    if matches(given, session.token_hash) or knows_server_token(connection, services):
        return Access(session, owner=True)
    if matches(given, session.viewer_hash):
        return Access(session, owner=False)
    raise _refusal(connection, 401, "the token of the session is missing or wrong")


AccessDep = Annotated[Access, Depends(find_access)]


def find_session(access: AccessDep, connection: HTTPConnection) -> Session:
    """Return the session of the path.

    Raises
    ------
    HTTPException
        401 if the caller may only watch it.
    """
    if not access.owner:
        raise _refusal(connection, 401, "this token only allows watching the session")
    return access.session


SessionDep = Annotated[Session, Depends(find_session)]


def find_running(session: SessionDep, connection: HTTPConnection) -> RunningSession:
    """Return the running session of the path.

    Raises
    ------
    HTTPException
        409 if the session has ended.
    """
    running = session.running
    if running is None:
        raise _refusal(connection, 409, str(SessionEndedError()))
    return running


RunningDep = Annotated[RunningSession, Depends(find_running)]


def _refusal(connection: HTTPConnection, status: int, detail: str) -> Exception:
    if connection.scope["type"] == "websocket":
        return WebSocketException(WS_1008_POLICY_VIOLATION, detail)
    return HTTPException(status, detail, {"WWW-Authenticate": "Bearer"} if status == 401 else None)


ServerToken = Depends(require_server_token)
