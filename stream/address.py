"""Media at an address that a user names, as a source."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

from stream.clock import Clock
from stream.contained import ContainedSource
from stream.egress import is_public, proxy
from stream.media import AudioBlock, Media
from stream.process import end
from stream.source import SourceError

FIRST_RETRY: Final = 1.0
"""Seconds until a lost connection is tried again; then twice as long each time."""

LAST_RETRY: Final = 30.0
"""Seconds between two tries at most."""

LATE: Final = 1.0
"""Seconds by which media may be late before all that follows is taken to be as late."""

LOOKING: Final = 60.0
"""Seconds for finding out what plays on a page."""


class AddressSource:
    """Plays what an address gives: an HTTP file, HLS, RTSP, or what plays on a page.

    A stream without end is connected again when it breaks off; meanwhile :attr:`problem` says so.
    Pages are looked at by yt-dlp, where it is installed.

    Parameters
    ----------
    address : str
        ``http``, ``https`` or ``rtsp``.
    clock : Clock
        The session clock.
    live : bool
        Whether to deliver the media at the pace of the clock, and not as fast as they are taken.
    allow_private : bool
        Whether the address may lead into private networks, by redirects too. RTSP is opened only
        if so, because FFmpeg follows its redirects unasked.

    Attributes
    ----------
    live : bool
        As given.
    has_audio, has_video : bool
        Whether it has such a track; known once it is open.
    dropped : int
        Always 0.
    duration : float or None
        In seconds; None where it has no end or does not tell.
    endless : bool
        Whether it goes on for as long as it is listened to; known once it is open.
    last_media_at : float
        Session time at which media last arrived.
    problem : SourceError or None
        Why nothing arrives at the moment.
    warning : str or None
        Always None.
    """

    dropped: Final = 0
    warning: Final = None

    def __init__(self, address: str, clock: Clock, *, live: bool, allow_private: bool) -> None:
        self.live = live
        self.has_audio = False
        self.has_video = False
        self.duration: float | None = None
        self.endless = False
        self.last_media_at = clock.now()
        self.problem: SourceError | None = None
        self._address = address
        self._clock = clock
        self._allow_private = allow_private
        self._stack = AsyncExitStack()
        self._proxy = ""
        self._on_page = False
        self._media: ContainedSource | None = None
        self._end = 0.0
        self._closed = asyncio.Event()

    async def open(self) -> None:
        """Connect for the first time; must be called before the iteration.

        Raises
        ------
        SourceError
            If there is nothing to play there, or it must not be reached.
        """
        scheme = await _look(self._address, self._allow_private)
        self._proxy = await self._stack.enter_async_context(proxy(self._allow_private))
        try:
            try:
                media = await self._connect()
            except SourceError as error:
                if scheme == "rtsp":
                    raise
                if find_spec("yt_dlp") is None:
                    raise SourceError(
                        f"{error}. If it is a page with a video on it, install what looks at "
                        "pages: pip install 'moodcue[url]'",
                        "pages_not_supported",
                    ) from error
                self._on_page = True
                media = await self._connect()
        except BaseException:
            await self._stack.aclose()
            raise
        self.duration, self.endless = media.duration, media.endless

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media, until they end or :meth:`close`.

        Raises
        ------
        SourceError
            If something that has an end breaks off before.
        """
        retry = FIRST_RETRY
        while not self._closed.is_set():
            try:
                if self._media is None and not (await self._connect()).endless:
                    # The broadcast is over: this is a recording of what was heard already.
                    return
                async for item in self._paced():
                    retry = FIRST_RETRY
                    yield item
                if self._closed.is_set() or not self.endless:
                    return
                self.problem = SourceError(
                    "the stream has broken off; trying it again", "stream_interrupted"
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
        """End the connection and the iteration; may be called again."""
        self._closed.set()
        await self._disconnect()
        await self._stack.aclose()

    async def _connect(self) -> ContainedSource:
        address = self._address
        if self._on_page:
            # Looked up anew each time: such addresses are good for some hours.
            address = await _played_on_page(address, self._proxy)
        self._media = media = await ContainedSource.open(address, self._proxy)
        self.has_audio, self.has_video = media.has_audio, media.has_video
        return media

    async def _paced(self) -> AsyncIterator[Media]:
        assert self._media is not None
        begin = self._clock.now() if self.live else self._end
        async for item in self._media:
            if self.live:
                begin = max(begin, self._clock.now() - item.t - LATE)
                await self._clock.sleep_until(begin + item.t)
            if self._closed.is_set():
                return
            self.last_media_at = self._clock.now()
            self.problem = None
            item = replace(item, t=begin + item.t)
            self._end = max(self._end, item.end if isinstance(item, AudioBlock) else item.t)
            yield item

    async def _disconnect(self) -> None:
        media, self._media = self._media, None
        if media is not None:
            await media.close()

    async def _pause(self, seconds: float) -> None:
        """Wait, unless the source is closed meanwhile."""
        sleeping = asyncio.create_task(self._clock.sleep_until(self._clock.now() + seconds))
        closing = asyncio.create_task(self._closed.wait())
        await asyncio.wait({sleeping, closing}, return_when=asyncio.FIRST_COMPLETED)
        sleeping.cancel()
        closing.cancel()
        await asyncio.gather(sleeping, closing, return_exceptions=True)


async def _look(address: str, allow_private: bool) -> str:
    """Return the scheme of an address that may be opened.

    The proxy looks at every connection; this tells a person beforehand what is wrong.
    """
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError as error:
        raise SourceError(f"the address is not one: {error}", "invalid_address") from None
    if url.scheme not in ("http", "https", "rtsp") or not url.hostname:
        raise SourceError(
            "name an address that begins with http://, https:// or rtsp://", "invalid_address"
        )
    setting = "set MOODCUE_ALLOW_PRIVATE_ADDRESSES=true to allow it"
    if url.scheme == "rtsp" and not allow_private:
        raise SourceError(f"RTSP may lead into private networks: {setting}", "rtsp_not_allowed")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            url.hostname, port, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):  # The latter for a name that cannot be one.
        raise SourceError(
            f"there is no host {url.hostname}; check the address",
            "unknown_host",
            {"host": url.hostname},
        ) from None
    if not allow_private and not any(is_public(str(where[0])) for *_, where in found):
        raise SourceError(
            f"{url.hostname} is a private address of this network: {setting}",
            "private_address",
            {"host": url.hostname},
        )
    return url.scheme


async def _played_on_page(page: str, proxy_address: str) -> str:
    """Return the address of what plays on a page."""
    # As a variable, and not as an argument, which everybody on this machine can read.
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    environment |= {"http_proxy": proxy_address, "https_proxy": proxy_address}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "yt_dlp", "--ignore-config", "--no-playlist", "--dump-json"),
        *("--no-cache-dir", "--format", "best[height<=720]/best/bestaudio", "--", page),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        env=environment,
    )
    try:
        async with asyncio.timeout(LOOKING):
            output, errors = await process.communicate()
    except TimeoutError:
        raise SourceError(
            f"the page has not told in {LOOKING:.0f} s what plays on it",
            "page_not_read",
            {"seconds": LOOKING},
        ) from None
    finally:
        await end(process)
    lines = errors.decode(errors="replace").strip().splitlines()
    if process.returncode != 0:
        reason = lines[-1].removeprefix("ERROR: ") if lines else "yt-dlp has failed"
        raise SourceError(
            f"nothing can be played from this page: {reason}", "nothing_on_page", {"reason": reason}
        )
    found: dict[str, Any] = json.loads(output)
    return str(found["url"])
