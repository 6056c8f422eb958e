"""Tokens, origin checks, body limits and security headers."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY: Final = 256 * 1024
"""Maximum bytes of a request body; the largest, an SDP offer, has about 10 kB."""

_LENGTH: Final = re.compile("[0-9]{1,18}")
"""A valid Content-Length (RFC 9110, section 8.6), short enough for ``int``."""

POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "media-src 'self' blob: mediastream: https:",
        "object-src 'none'",
    )
)
"""Content-Security-Policy; other hosts are allowed for playing online tracks only."""

DOCS_POLICY: Final = (
    POLICY + "; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
)
"""Content-Security-Policy of the generated ``/docs``, which has inline scripts and styles."""

OVERLAY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
    )
)
"""Content-Security-Policy of the overlay; OBS adds the user's styles inline."""

HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def new_token() -> str:
    """Return a random URL-safe secret of 192 bits."""
    return secrets.token_urlsafe(24)


def token_of(connection: HTTPConnection) -> str:
    """Return the token sent as ``Authorization: Bearer`` or ``?token=``; empty if none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else connection.query_params.get("token", "")


def hashed(token: str) -> str:
    """Return the SHA-256 of a token, which is what is stored.

    A token has 192 random bits, so it needs neither salt nor key stretching.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def matches(given: str, expected: str) -> bool:
    """Compare two secrets in constant time."""
    return secrets.compare_digest(given.encode(), expected.encode())


class Guard:
    """Rejects cross-origin requests and large bodies, and adds the security headers.

    A page of another origin may neither change anything nor open a WebSocket, which browsers allow
    across origins (RFC 6455, section 10.2). Programs send no ``Origin`` and are accepted.

    Parameters
    ----------
    app : ASGI application
        The application to protect.
    uploads : mapping of str to int
        The paths that accept more than :data:`MAX_BODY` bytes, and their limits.
    """

    def __init__(self, app: ASGIApp, uploads: Mapping[str, int]) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        safe = scope["type"] == "http" and scope["method"] in ("GET", "HEAD", "OPTIONS")
        if not safe and not _same_origin(headers):
            await _refuse(scope, receive, send, 403, "requests from other sites are refused")
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        if not safe:
            length = headers.get("content-length", "0")
            if "transfer-encoding" in headers or not _LENGTH.fullmatch(length):
                await _refuse(scope, receive, send, 411, "send a Content-Length header")
                return
            limit = self._uploads.get(scope["path"], MAX_BODY)
            if int(length) > limit:
                await _refuse(scope, receive, send, 413, f"the body exceeds {limit} bytes")
                return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.update(HEADERS)
                answer["Content-Security-Policy"] = _policy(scope["path"])
            await send(message)

        await self._app(scope, receive, with_headers)


def _policy(path: str) -> str:
    """Return the Content-Security-Policy for a path."""
    if path.startswith("/docs"):
        return DOCS_POLICY
    return OVERLAY_POLICY if path.startswith("/overlay/") else POLICY


def _same_origin(headers: Headers) -> bool:
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": detail})
    else:
        await JSONResponse({"detail": detail}, status)(scope, receive, send)
