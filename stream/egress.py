"""Egress proxy: the only way from a user's URL into the network.

A user who may open sessions by URL could otherwise make this machine send requests to its own
network (SSRF): by a host name that resolves to a private address, at once or later (DNS
rebinding), or by a redirect. The programs that fetch media therefore use a proxy that checks every
connection.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

MAX_HEAD: Final = 65_536
"""Maximum size of a request's head, in bytes."""

TIMEOUT: Final = 20.0
"""Time limit for name resolution and connecting, and for each read from the server, in seconds."""

CHUNK: Final = 65_536

_UNICAST: Final = ip_network("2000::/3")
"""The allocated part of IPv6 (RFC 4291, section 2.4); IPv4 is embedded outside of it."""

_6TO4: Final = ip_network("2002::/16")
"""IPv6 addresses with IPv4 embedded (RFC 3056), which may be private."""


def is_public(address: str) -> bool:
    """Return whether an IP address is globally reachable.

    Examples
    --------
    >>> is_public("93.184.215.14"), is_public("192.168.1.1"), is_public("169.254.169.254")
    (True, False, False)
    >>> is_public("::ffff:127.0.0.1"), is_public("64:ff9b::10.0.0.1"), is_public("fe80::1%eth0")
    (False, False, False)
    """
    ip = ip_address(address)
    inside = ip.version == 4 or (ip in _UNICAST and ip not in _6TO4)
    return ip.is_global and not ip.is_multicast and inside


@asynccontextmanager
async def proxy(allow_private: bool) -> AsyncIterator[str]:
    """Run an HTTP proxy on 127.0.0.1 and provide its URL, which includes a password.

    It forwards ``http`` and tunnels ``CONNECT`` (RFC 9110, section 9.3.6) to public addresses.
    A name is resolved once, and the connection goes to the very address that was checked.

    Parameters
    ----------
    allow_private : bool
        Whether private, link-local and loopback addresses are allowed too.
    """
    password = secrets.token_urlsafe(24)
    credentials = b64encode(f"moodcue:{password}".encode()).decode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            try:
                await _forward(reader, writer, credentials, allow_private)
            except _RefusedError as refused:
                fields = ("Proxy-Authenticate: Basic realm=moodcue", "Connection: close")
                writer.write("\r\n".join([f"HTTP/1.1 {refused}", *fields, "", ""]).encode())
            except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                return  # Client or server is gone or unreachable; there is nobody to answer.

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=MAX_HEAD)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://moodcue:{password}@127.0.0.1:{port}"


class _RefusedError(Exception):
    """A refused request; the message is the HTTP status and its reason."""


async def _forward(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    credentials: str,
    allow_private: bool,
) -> None:
    async with asyncio.timeout(TIMEOUT):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        method, _, target = request.rpartition(" ")[0].partition(" ")
        fields = [line.partition(":") for line in lines]
        headers = {name.lower(): value.strip() for name, _, value in fields}
        given = headers.get("proxy-authorization", "").removeprefix("Basic ")
        if not secrets.compare_digest(given.encode(), credentials.encode()):
            raise _RefusedError("407 Proxy Authentication Required")
        url = urlsplit(f"//{target}" if method == "CONNECT" else target)
        if url.hostname is None or (method != "CONNECT" and url.scheme != "http"):
            raise _RefusedError("400 Bad Request")
        port = url.port or 80
        address = await _resolve(url.hostname, port, allow_private)
        upstream_reader, upstream_writer = await asyncio.open_connection(address, port)
    with closing(upstream_writer):
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = url._replace(scheme="", netloc="").geturl() or "/"
            kept = [
                line for line in lines if not line.lower().startswith(("proxy-", "connection:"))
            ]
            upstream_writer.write(
                "\r\n".join(
                    [f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]
                ).encode("latin-1")
            )
        copies = {
            asyncio.create_task(_copy(upstream_reader, writer, TIMEOUT)),
            asyncio.create_task(_copy(reader, upstream_writer)),
        }
        await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        for copy in copies:
            copy.cancel()
        await asyncio.gather(*copies, return_exceptions=True)


async def _resolve(host: str, port: int, allow_private: bool) -> str:
    """Return an allowed IP address of a host."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # The latter for a name that cannot be one.
        raise _RefusedError("502 Unknown Host") from None
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    allowed = [address for address in addresses if allow_private or is_public(address)]
    if not allowed:
        raise _RefusedError("403 Private Address")
    return allowed[0]


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout_s: float | None = None
) -> None:
    while True:
        async with asyncio.timeout(timeout_s):
            data = await reader.read(CHUNK)
        if not data:
            return
        writer.write(data)
        await writer.drain()
