"""URL source: media at an address that the user enters."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

from stream.clock import Clock
from stream.egress import is_public, proxy
from stream.media import AudioBlock, Media
from stream.process import kill_and_wait, python
from stream.sandbox import SandboxedSource
from stream.source import SourceError

FIRST_RETRY: Final = 1.0
"""Delay before the first reconnect, in seconds; doubles with each further attempt."""

LAST_RETRY: Final = 30.0
"""Longest delay between two reconnects, in seconds."""

MAX_LATENESS: Final = 1.0
"""Lateness of live media, in seconds, beyond which all later media is shifted by as much."""

PAGE_TIMEOUT: Final = 60.0
"""Time limit for finding the media on a web page, in seconds."""


class UrlSource:
    """Source for a URL: an HTTP file, HLS, RTSP, or the media on a web page.

    An endless stream is reconnected when it breaks; until then :attr:`problem` gives the reason.
    Web pages need yt-dlp.

    Parameters
    ----------
    url : str
        An ``http``, ``https`` or ``rtsp`` URL.
    clock : Clock
        The session clock.
    live : bool
        Whether to deliver media at the pace of the clock instead of as fast as it is consumed.
    allow_private : bool
        Whether the URL and its redirects may reach private networks. RTSP requires it, because
        FFmpeg follows RTSP redirects without going through the proxy.
    page_timeout : float
        Time limit for finding the media on a web page, in seconds.

    Attributes
    ----------
    live : bool
        As given.
    has_audio, has_video : bool
        Whether there is such a track; valid after :meth:`open`.
    dropped : int
        Always 0.
    duration : float or None
        In seconds; None if endless or unknown.
    endless : bool
        Whether the stream has no end; valid after :meth:`open`.
    last_media_at : float
        Session time at which media last arrived, in seconds.
    problem : SourceError or None
        Why no media arrives at the moment.
    warning : str or None
        Always None.
    """

    dropped: Final = 0
    warning: Final = None

    def __init__(
        self,
        url: str,
        clock: Clock,
        *,
        live: bool,
        allow_private: bool,
        page_timeout: float = PAGE_TIMEOUT,
    ) -> None:
        self.live = live
        self.has_audio = False
        self.has_video = False
        self.duration: float | None = None
        self.endless = False
        self.last_media_at = clock.now()
        self.problem: SourceError | None = None
        self._url = url
        self.clock = clock
        self._allow_private = allow_private
        self._page_timeout = page_timeout
        self._stack = AsyncExitStack()
        self._proxy = ""
        self._on_page = False
        self._media: SandboxedSource | None = None
        self._end = 0.0
        self._closed = asyncio.Event()

    async def open(self) -> None:
        """Connect for the first time; call before iterating.

        Raises
        ------
        SourceError
            If the URL has no playable media or must not be reached.
        """
        scheme = await _check_url(self._url, self._allow_private)
        self._proxy = await self._stack.enter_async_context(proxy(self._allow_private))
        try:
            try:
                media = await self._connect()
            except SourceError as error:
                if scheme == "rtsp":
                    raise
                if find_spec("yt_dlp") is None:
                    raise SourceError(
                        f"{error}. To play media from web pages, install yt-dlp: "
                        "pip install 'moodcue[url]'",
                        "pages_not_supported",
                    ) from error
                self._on_page = True
                media = await self._connect()
        except BaseException:
            await self._stack.aclose()
            raise
        self.duration, self.endless = media.duration, media.endless

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media until it ends or :meth:`close` is called.

        Raises
        ------
        SourceError
            If media that is not endless breaks off.
        """
        retry = FIRST_RETRY
        while not self._closed.is_set():
            try:
                if self._media is None and not (await self._connect()).endless:
                    # The broadcast is over: this is a recording of what was already delivered.
                    return
                async for item in self._paced():
                    retry = FIRST_RETRY
                    yield item
                if self._closed.is_set() or not self.endless:
                    return
                self.problem = SourceError(
                    "the stream was interrupted; reconnecting", "stream_interrupted"
                )
            except SourceError as error:
                if self._closed.is_set():
                    return
                if not self.endless:
                    raise
                self.problem = error
            finally:
                await self._disconnect()
            await self._pause(retry)
            retry = min(2 * retry, LAST_RETRY)

    async def close(self) -> None:
        """Disconnect and end the iteration; idempotent."""
        self._closed.set()
        await self._disconnect()
        await self._stack.aclose()

    async def _connect(self) -> SandboxedSource:
        url = self._url
        if self._on_page:
            # Resolved on every connect: media URLs of web pages expire after some hours.
            url = await _resolve_page(url, self._proxy, self._page_timeout)
        self._media = media = await SandboxedSource.open(url, self._proxy)
        self.has_audio, self.has_video = media.has_audio, media.has_video
        return media

    async def _paced(self) -> AsyncIterator[Media]:
        assert self._media is not None
        begin = self.clock.now() if self.live else self._end
        async for item in self._media:
            if self.live:
                begin = max(begin, self.clock.now() - item.t - MAX_LATENESS)
                await self.clock.sleep_until(begin + item.t)
            if self._closed.is_set():
                return
            self.last_media_at = self.clock.now()
            self.problem = None
            item = replace(item, t=begin + item.t)
            self._end = max(self._end, item.end if isinstance(item, AudioBlock) else item.t)
            yield item

    async def _disconnect(self) -> None:
        media, self._media = self._media, None
        if media is not None:
            await media.close()

    async def _pause(self, seconds: float) -> None:
        """Wait, or return early if the source is closed."""
        sleeping = asyncio.create_task(self.clock.sleep_until(self.clock.now() + seconds))
        closing = asyncio.create_task(self._closed.wait())
        await asyncio.wait({sleeping, closing}, return_when=asyncio.FIRST_COMPLETED)
        sleeping.cancel()
        closing.cancel()
        await asyncio.gather(sleeping, closing, return_exceptions=True)


async def _check_url(address: str, allow_private: bool) -> str:
    """Return the scheme of a URL that may be opened.

    The proxy enforces the rules on every connection; this check exists for clear error messages.
    """
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError as error:
        raise SourceError(f"invalid address: {error}", "invalid_address") from None
    if url.scheme not in ("http", "https", "rtsp") or not url.hostname:
        raise SourceError(
            "the address must begin with http://, https:// or rtsp://", "invalid_address"
        )
    setting = "set MOODCUE_ALLOW_PRIVATE_ADDRESSES=true to allow it"
    if url.scheme == "rtsp" and not allow_private:
        raise SourceError(f"RTSP can reach private networks; {setting}", "rtsp_not_allowed")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            url.hostname, port, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):  # The latter for a name that cannot be one.
        raise SourceError(
            f"host {url.hostname} not found; check the address",
            "unknown_host",
            {"host": url.hostname},
        ) from None
    if not allow_private and not any(is_public(str(sockaddr[0])) for *_, sockaddr in found):
        raise SourceError(
            f"{url.hostname} is a private network address; {setting}",
            "private_address",
            {"host": url.hostname},
        )
    return url.scheme


async def _resolve_page(page: str, proxy_url: str, limit: float) -> str:
    """Return the URL of the media on a web page, as yt-dlp finds it."""
    # The proxy's password goes into the environment: arguments are visible to all local users.
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    environment |= {"http_proxy": proxy_url, "https_proxy": proxy_url}
    process = await asyncio.create_subprocess_exec(
        *python("-m", "yt_dlp", "--ignore-config", "--no-playlist", "--dump-json"),
        *("--no-cache-dir", "--format", "best[height<=720]/best/bestaudio", "--", page),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        env=environment,
    )
    try:
        async with asyncio.timeout(limit):
            output, errors = await process.communicate()
    except TimeoutError:
        raise SourceError(
            f"no media found on the page within {limit:.0f} s",
            "page_not_read",
            {"seconds": limit},
        ) from None
    finally:
        await kill_and_wait(process)
    lines = errors.decode(errors="replace").strip().splitlines()
    if process.returncode != 0:
        reason = lines[-1].removeprefix("ERROR: ") if lines else "yt-dlp failed"
        raise SourceError(
            f"the page has no playable media: {reason}", "nothing_on_page", {"reason": reason}
        )
    info: dict[str, Any] = json.loads(output)
    return str(info["url"])
