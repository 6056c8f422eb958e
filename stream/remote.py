"""What an address on a network gives: HTTP files, HLS and RTSP, read in one pass by FFmpeg."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Final
from urllib.parse import urlsplit

import av

from stream.frames import FrameSampler, to_rgb
from stream.media import Media, VideoFrame
from stream.resample import Resampler
from stream.source import SourceError

FORMATS: Final = "aac,aiff,flac,flv,hls,matroska,mov,mp3,mpeg,mpegts,ogg,rtsp,sdp,wav,webm"
"""What is opened, as FFmpeg calls it."""

HTTP: Final = "http,https,tls,tcp,httpproxy,crypto,data"
RTSP: Final = "rtsp,rtp,udp,tcp"
"""Protocols that FFmpeg may use, also for what a playlist names."""

PATIENCE: Final = 15.0
"""Seconds to wait for the opening, and for the next bytes."""

SPREAD: Final = 256
"""Blocks and frames among which sound and pictures are put in order, at most."""


class Remote:
    """Media at an address.

    Sound and pictures come over one connection, so that they stay together, and are put in order of
    their times.

    Parameters
    ----------
    address : str
        ``http``, ``https`` or ``rtsp``.
    proxy : str
        Address of the HTTP proxy through which all of ``http`` and ``https`` goes.

    Attributes
    ----------
    endless : bool
        Whether it goes on for as long as it is listened to.
    has_audio, has_video : bool
        Whether it has such a track.
    duration : float or None
        In seconds; None where it is endless.

    Raises
    ------
    SourceError
        If it cannot be opened, or nothing in it can be decoded.
    """

    warning: Final = None

    def __init__(self, address: str, proxy: str) -> None:
        options = {"format_whitelist": FORMATS}
        if urlsplit(address).scheme == "rtsp":
            # Packets over UDP seldom find the way through a firewall.
            options |= {"protocol_whitelist": RTSP, "rtsp_transport": "tcp"}
        else:
            options |= {"protocol_whitelist": HTTP, "http_proxy": proxy}
        try:
            self._container = av.open(
                address, options=options, timeout=PATIENCE, metadata_errors="replace"
            )
        except av.FFmpegError as error:
            raise SourceError(f"the address cannot be opened: {_reason(error)}") from error
        streams = self._container.streams
        tracks = [streams.best("audio"), streams.best("video")]
        self._tracks = [track for track in tracks if track is not None and track.codec_context]
        self.has_audio = any(track.type == "audio" for track in self._tracks)
        self.has_video = any(track.type == "video" for track in self._tracks)
        if not self._tracks:
            raise SourceError("the address brings neither sound nor pictures; name another one")
        known = self._container.duration
        self.endless = not known
        self.duration = known / av.time_base if known else None

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media in order of time, which begins with 0.

        It waits for the network as it goes: for use in a process of its own.

        Raises
        ------
        SourceError
            If the connection fails.
        """
        for item in _in_order(self._media(), len(self._tracks)):
            yield item

    def _media(self) -> Iterator[Media]:
        resampler, sampler = Resampler(), FrameSampler()
        zero: float | None = None
        try:
            for packet in self._container.demux(self._tracks):
                try:
                    frames = packet.decode()
                except av.FFmpegError:
                    continue
                for frame in frames:
                    if not isinstance(frame, av.AudioFrame | av.VideoFrame) or frame.time is None:
                        continue
                    zero = frame.time if zero is None else zero
                    t = frame.time - zero
                    if isinstance(frame, av.AudioFrame):
                        yield from resampler.push(frame, t)
                    elif sampler.due(t):
                        yield VideoFrame(t, to_rgb(frame))
        except av.FFmpegError as error:
            raise SourceError(f"the connection has failed: {_reason(error)}") from error


def _in_order(media: Iterator[Media], tracks: int) -> Iterator[Media]:
    """Put sound and pictures in order of time, as far as they are not too far apart."""
    waiting: list[tuple[float, int, Media]] = []
    latest: dict[type[Media], float] = {}
    order = itertools.count()
    for item in media:
        latest[type(item)] = item.t
        heapq.heappush(waiting, (item.t, next(order), item))
        passed = min(latest.values()) if len(latest) == tracks else -1.0
        while waiting and (waiting[0][0] <= passed or len(waiting) > SPREAD):
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def _reason(error: av.FFmpegError) -> str:
    """Say what FFmpeg found, without the address, which may hold a password."""
    return error.strerror or type(error).__name__
