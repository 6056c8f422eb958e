"""Who may call, from where, and how much they may send."""

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
"""Bytes a request may carry; the largest, an SDP offer, has some 10 kB."""

_LENGTH: Final = re.compile("[0-9]{1,18}")
"""Content-Length (RFC 9110, section 8.6), of fewer digits than ``int`` refuses."""

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
"""Content-Security-Policy: other hosts are those of online tracks alone, when one is played."""

DOCS_POLICY: Final = (
    POLICY + "; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
)
"""The generated ``/docs`` starts itself by an inline script, and styles itself."""

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
"""The overlay plays nothing; OBS puts its user's own styles inline into the page."""

HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def new_token() -> str:
    """Return a secret of 192 bits, safe in a URL."""
    return secrets.token_urlsafe(24)


def token_of(connection: HTTPConnection) -> str:
    """Return the token a caller sent as ``Authorization: Bearer`` or ``?token=``, or nothing."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else connection.query_params.get("token", "")


def hashed(token: str) -> str:
    """Return what is kept of a token: its SHA-256. 192 random bits need neither salt nor delay."""
    return hashlib.sha256(token.encode()).hexdigest()


def matches(given: str, expected: str) -> bool:
    """Compare two secrets in constant time."""
    return secrets.compare_digest(given.encode(), expected.encode())


class Guard:
    """Refuses foreign pages and large bodies, and adds the security headers.

    A page of another origin may neither change anything here nor open a WebSocket, for which
    browsers ask no permission (RFC 6455, section 10.2). Programs send no ``Origin`` and pass.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    uploads : mapping of str to int
        The paths that take more than :data:`MAX_BODY` bytes, and how many.
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
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if changes and not _same_origin(headers):
            await _refuse(scope, receive, send, 403, "this page belongs to another site")
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        if changes:
            length = headers.get("content-length", "0")
            if "transfer-encoding" in headers or not _LENGTH.fullmatch(length):
                await _refuse(scope, receive, send, 411, "say how long the body is")
                return
            limit = self._uploads.get(scope["path"], MAX_BODY)
            if int(length) > limit:
                await _refuse(scope, receive, send, 413, f"send at most {limit} bytes")
                return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.update(HEADERS)
                answer["Content-Security-Policy"] = _policy(scope["path"])
            await send(message)

        await self._app(scope, receive, with_headers)


def _policy(path: str) -> str:
    """Return the Content-Security-Policy of a page."""
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
