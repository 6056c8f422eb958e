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

LAST_RETRY: Final = 4
"""Seconds between two tries to go on with a file that has broken off, at most; FFmpeg begins with
none and doubles."""

LEAP: Final = 10.0
"""Seconds between two frames beyond which a time stamp begins a new count."""

BACK: Final = 0.5
"""Seconds by which a time stamp may go back before it begins a new count."""

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
        In seconds; None where it is endless or does not tell.

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
            options |= {"reconnect": "1", "reconnect_delay_max": str(LAST_RETRY)}
        try:
            self._container = av.open(
                address, options=options, timeout=PATIENCE, metadata_errors="replace"
            )
        except av.FFmpegError as error:
            reason = _reason(error)
            raise SourceError(
                f"the address cannot be opened: {reason}", "address_not_opened", {"reason": reason}
            ) from error
        streams = self._container.streams
        tracks = [streams.best("audio"), streams.best("video")]
        self._tracks = [track for track in tracks if track is not None and track.codec_context]
        self.has_audio = any(track.type == "audio" for track in self._tracks)
        self.has_video = any(track.type == "video" for track in self._tracks)
        if not self._tracks:
            raise SourceError(
                "the address brings neither sound nor pictures; name another one",
                "address_without_media",
            )
        known = self._container.duration
        self.duration = known / av.time_base if known else None
        # A file of known size ends, even where it does not tell when. A playlist's says nothing.
        playlist = self._container.format.name == "hls"
        self.endless = not known and (playlist or self._container.size <= 0)

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
        resampler, sampler, timeline = Resampler(), FrameSampler(), Timeline()
        try:
            for packet in self._container.demux(self._tracks):
                try:
                    frames = packet.decode()
                except av.FFmpegError:
                    continue
                for frame in frames:
                    if not isinstance(frame, av.AudioFrame | av.VideoFrame) or frame.time is None:
                        continue
                    t = timeline.place(packet.stream_index, frame.time)
                    if isinstance(frame, av.AudioFrame):
                        yield from resampler.push(frame, t)
                    elif sampler.due(t):
                        yield VideoFrame(t, to_rgb(frame))
        except av.FFmpegError as error:
            reason = _reason(error)
            raise SourceError(
                f"the connection has failed: {reason}", "connection_failed", {"reason": reason}
            ) from error


class Timeline:
    """Counts the time of sound and pictures from 0 on, through what was joined.

    Where programmes, advertisements or rounds of a loop follow each other, time stamps leap. What
    comes after a leap is placed right behind what was before; sound and pictures leap one after the
    other, and stay together.

    Examples
    --------
    >>> timeline = Timeline()
    >>> [timeline.place(0, stamp) for stamp in (7.0, 7.5, 900.0, 900.5)]
    [0.0, 0.5, 0.5, 1.0]
    >>> [timeline.place(1, stamp) for stamp in (7.0, 7.5, 900.0, 900.5)]
    [0.0, 0.5, 0.5, 1.0]

    A track that is silent for long, or begins late, follows the others:

    >>> timeline = Timeline()
    >>> [timeline.place(0, stamp) for stamp in (0.0, 5.0, 10.0, 15.0)]
    [0.0, 5.0, 10.0, 15.0]
    >>> timeline.place(1, 14.0)
    14.0
    """

    def __init__(self) -> None:
        self._latest: dict[int, float] = {}
        """Where the latest frame of each track was placed."""
        self._offsets: dict[int, float] = {}
        """What is added to the time stamps of each."""

    def place(self, track: int, stamp: float) -> float:
        """Return the time of a track's next frame, in seconds.

        Parameters
        ----------
        track : int
            Its number.
        stamp : float
            Its time stamp, in seconds.
        """
        latest = self._latest.get(track, 0.0)
        furthest = max(self._latest.values(), default=0.0)
        # Of the counts that are known, the track's own first; or else one that begins here.
        own = [self._offsets[track]] if track in self._offsets else []
        for offset in [*own, *self._offsets.values(), latest - stamp]:
            if latest - BACK <= stamp + offset <= furthest + LEAP:
                break
        self._offsets[track] = offset
        self._latest[track] = t = stamp + offset
        return t


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
