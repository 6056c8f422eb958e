"""Decoder for URLs: HTTP files, HLS and RTSP, read in one pass by FFmpeg."""

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
"""FFmpeg's names of the formats that may be opened."""

HTTP: Final = "http,https,tls,tcp,httpproxy,crypto,data"
RTSP: Final = "rtsp,rtp,udp,tcp"
"""Protocols that FFmpeg may use, also for the URLs in a playlist."""

TIMEOUT: Final = 15.0
"""Time limit for connecting and for each read, in seconds."""

LAST_RETRY: Final = 4
"""Longest delay before FFmpeg resumes an interrupted file, in seconds; its delays start at 0 and
double."""

MAX_FORWARD: Final = 10.0
"""Largest step between two timestamps, in seconds; a larger one is a discontinuity."""

MAX_BACKWARD: Final = 0.5
"""Largest step back of a timestamp, in seconds; a larger one is a discontinuity."""

MAX_REORDER: Final = 256
"""Maximum number of blocks and frames buffered to interleave audio and video by time."""


class UrlDecoder:
    """Decoder for the media at a URL.

    Audio and video share one connection, which keeps them in sync, and are interleaved by time.

    Parameters
    ----------
    url : str
        An ``http``, ``https`` or ``rtsp`` URL.
    proxy : str
        URL of the HTTP proxy for all ``http`` and ``https`` connections.

    Attributes
    ----------
    endless : bool
        Whether the media is a stream without end.
    has_audio, has_video : bool
        Whether there is such a track.
    duration : float or None
        In seconds; None if endless or unknown.

    Raises
    ------
    SourceError
        If it cannot be opened or has no track that can be decoded.
    """

    warning: Final = None

    def __init__(self, url: str, proxy: str) -> None:
        options = {"format_whitelist": FORMATS}
        if urlsplit(url).scheme == "rtsp":
            # RTP over UDP seldom passes a firewall.
            options |= {"protocol_whitelist": RTSP, "rtsp_transport": "tcp"}
        else:
            options |= {"protocol_whitelist": HTTP, "http_proxy": proxy}
            options |= {"reconnect": "1", "reconnect_delay_max": str(LAST_RETRY)}
        try:
            self._container = av.open(
                url, options=options, timeout=TIMEOUT, metadata_errors="replace"
            )
        except av.FFmpegError as error:
            reason = _reason(error)
            raise SourceError(
                f"can't open the address: {reason}", "address_not_opened", {"reason": reason}
            ) from error
        streams = self._container.streams
        tracks = [streams.best("audio"), streams.best("video")]
        self._tracks = [track for track in tracks if track is not None and track.codec_context]
        self.has_audio = any(track.type == "audio" for track in self._tracks)
        self.has_video = any(track.type == "video" for track in self._tracks)
        if not self._tracks:
            raise SourceError(
                "the address has no audio or video; use another one",
                "address_without_media",
            )
        known = self._container.duration
        self.duration = known / av.time_base if known else None
        # A file of known size has an end even if its duration is unknown; the size of a playlist
        # does not matter.
        playlist = self._container.format.name == "hls"
        self.endless = not known and (playlist or self._container.size <= 0)

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media in order of time, from 0.

        Blocks on the network: run it in a process of its own.

        Raises
        ------
        SourceError
            If the connection fails.
        """
        for item in _interleave(self._media(), len(self._tracks)):
            yield item

    def _media(self) -> Iterator[Media]:
        resampler, sampler, timeline = Resampler(), FrameSampler(), ContinuousTimeline()
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
                f"the connection failed: {reason}", "connection_failed", {"reason": reason}
            ) from error


class ContinuousTimeline:
    """Continuous media time from 0, across timestamp discontinuities.

    Timestamps jump where programmes, advertisements or rounds of a loop are joined. Media after a
    jump is placed right behind the media before it. Audio and video jump one after the other, and
    stay in sync.

    Examples
    --------
    >>> timeline = ContinuousTimeline()
    >>> [timeline.place(0, stamp) for stamp in (7.0, 7.5, 900.0, 900.5)]
    [0.0, 0.5, 0.5, 1.0]
    >>> [timeline.place(1, stamp) for stamp in (7.0, 7.5, 900.0, 900.5)]
    [0.0, 0.5, 0.5, 1.0]

    A track with a long gap, or with a late start, follows the others:

    >>> timeline = ContinuousTimeline()
    >>> [timeline.place(0, stamp) for stamp in (0.0, 5.0, 10.0, 15.0)]
    [0.0, 5.0, 10.0, 15.0]
    >>> timeline.place(1, 14.0)
    14.0
    """

    def __init__(self) -> None:
        self._latest: dict[int, float] = {}
        """Time of the latest frame of each track, in seconds."""
        self._offsets: dict[int, float] = {}
        """Difference between time and timestamp of each track, in seconds."""

    def place(self, track: int, timestamp: float) -> float:
        """Return the time of a track's next frame, in seconds.

        Parameters
        ----------
        track : int
            Index of the track.
        timestamp : float
            The frame's timestamp, in seconds.
        """
        latest = self._latest.get(track, 0.0)
        furthest = max(self._latest.values(), default=0.0)
        # Try the track's own offset, then those of the others, else start a new one here.
        own = [self._offsets[track]] if track in self._offsets else []
        for offset in [*own, *self._offsets.values(), latest - timestamp]:
            if latest - MAX_BACKWARD <= timestamp + offset <= furthest + MAX_FORWARD:
                break
        self._offsets[track] = offset
        self._latest[track] = t = timestamp + offset
        return t


def _interleave(media: Iterator[Media], tracks: int) -> Iterator[Media]:
    """Interleave audio and video by time, within a buffer of :data:`MAX_REORDER` items."""
    buffer: list[tuple[float, int, Media]] = []
    latest: dict[type[Media], float] = {}
    order = itertools.count()
    for item in media:
        latest[type(item)] = item.t
        heapq.heappush(buffer, (item.t, next(order), item))
        complete = min(latest.values()) if len(latest) == tracks else -1.0
        while buffer and (buffer[0][0] <= complete or len(buffer) > MAX_REORDER):
            yield heapq.heappop(buffer)[2]
    while buffer:
        yield heapq.heappop(buffer)[2]


def _reason(error: av.FFmpegError) -> str:
    """Return FFmpeg's reason, without the URL, which may hold a password."""
    return error.strerror or type(error).__name__
