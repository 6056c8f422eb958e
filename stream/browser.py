"""WebRTC source: a browser, or an encoder that connects by WHIP."""

from __future__ import annotations

import asyncio
import ipaddress
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import av
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from stream.arrival import ArrivalTimeline
from stream.clock import Clock
from stream.frames import FrameSampler, to_rgb
from stream.ice import host_candidates
from stream.media import Media, VideoFrame
from stream.resample import Resampler
from stream.source import SourceError

MAX_SDP: Final = 65_536
"""Largest offer, in characters; a browser's has about 6,000."""

MAX_SECTIONS: Final = 8
"""Maximum number of media sections (``m=`` lines) in an offer; each costs sockets and a decoder."""

BATCH: Final = 0.1
"""Seconds of audio resampled per batch: one switch to a worker thread costs as much as resampling
several blocks."""

MAX_QUEUED: Final = 250
"""Maximum number of queued audio blocks: 5 s of 20 ms blocks."""

FrameT = TypeVar("FrameT", av.AudioFrame, av.VideoFrame)


@dataclass(frozen=True, slots=True)
class _PendingAudio:
    frame: av.AudioFrame
    t: float
    resampler: Resampler


@dataclass(frozen=True, slots=True)
class _PendingVideo:
    frame: av.VideoFrame
    t: float


class BrowserSource:
    """Source that receives one audio and one video track by WebRTC.

    Media is stamped with the session time of its arrival. A new offer replaces the connection and
    the session continues. The source ends only when it is closed; a sender that has disappeared
    shows in :attr:`last_media_at`.

    Parameters
    ----------
    clock : Clock
        The session clock.
    ice_servers : sequence of RTCIceServer
        STUN and TURN servers; none by default, so that no third party is contacted.
    ice_addresses : sequence of str
        Local IP addresses to offer, loopback allowed; by default all but loopback.
    max_queued : int
        Audio frames that may wait to be consumed; the oldest is dropped for a new one.

    Raises
    ------
    ValueError
        If an ICE address is not an IP address.

    Attributes
    ----------
    has_audio, has_video : bool
        Whether the latest offer has such a track.
    dropped : int
        Audio blocks and sampled frames that were not consumed in time.
    last_media_at : float
        Session time at which media last arrived, in seconds; before that, the creation time.
    problem : None
        Always None: only the sender knows why media stops.
    """

    live: Final = True
    problem: Final = None

    def __init__(
        self,
        clock: Clock,
        ice_servers: Sequence[RTCIceServer] = (),
        ice_addresses: Sequence[str] = (),
        max_queued: int = MAX_QUEUED,
    ) -> None:
        self.has_audio = False
        self.has_video = False
        self.dropped = 0
        self.last_media_at = clock.now()
        self.clock = clock
        self._ice_servers = list(ice_servers)
        self._ice_addresses = [str(ipaddress.ip_address(address)) for address in ice_addresses]
        self._max_queued = max_queued
        self._sampler = FrameSampler()
        self._audio: deque[_PendingAudio] = deque()
        self._video: _PendingVideo | None = None
        self._ready = asyncio.Event()
        self._answering = asyncio.Lock()
        self._connection: RTCPeerConnection | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def state(self) -> str:
        """WebRTC connection state.

        One of ``new``, ``connecting``, ``connected``, ``failed`` and ``closed``. A peer that
        vanishes is reported as ``failed`` only after half a minute; see :attr:`last_media_at`.
        """
        if self._closed:
            return "closed"
        return self._connection.connectionState if self._connection else "new"

    async def answer(self, sdp: str) -> str:
        """Accept an offer, which replaces the current connection if there is one.

        Parameters
        ----------
        sdp : str
            The offer, including the sender's ICE candidates.

        Returns
        -------
        str
            The answer, including all candidates.

        Raises
        ------
        SourceError
            If the offer is unusable, no local address can be offered, or the source is closed. The
            current connection is kept.
        """
        sections = sum(line.startswith("m=") for line in sdp[:MAX_SDP].splitlines())
        if len(sdp) > MAX_SDP or sections > MAX_SECTIONS:
            raise SourceError(
                f"the offer is too large: the limit is {MAX_SDP} characters and {MAX_SECTIONS} "
                "media sections"
            )
        async with self._answering:
            if self._closed:
                raise SourceError("the session has ended; start a new one")
            connection = RTCPeerConnection(RTCConfiguration(iceServers=self._ice_servers))
            try:
                tracks, answer = await self._negotiate(connection, sdp)
            except BaseException:
                with suppress(Exception):  # Closing fails if a bad offer left it half built.
                    await connection.close()
                raise
            self._replace(connection, tracks)
            return answer

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield media as it arrives, until :meth:`close`."""
        while not self._closed:
            await self._ready.wait()
            self._ready.clear()
            audio, video = list(self._audio), self._video
            self._audio.clear()
            self._video = None
            for item in await asyncio.to_thread(_convert, audio, video):
                yield item

    async def close(self) -> None:
        """Close the connection and end the iteration; idempotent."""
        self._closed = True
        self._ready.set()
        async with self._answering:
            self._replace(None, {})
        await asyncio.gather(*self._readers, return_exceptions=True)
        if self._closing:
            # Unlike gather, wait does not cancel the closing tasks when the caller is cancelled.
            await asyncio.wait(self._closing)

    async def _negotiate(
        self, connection: RTCPeerConnection, sdp: str
    ) -> tuple[dict[str, MediaStreamTrack], str]:
        """Return the tracks to read, by kind, and the answer."""
        tracks: dict[str, MediaStreamTrack] = {}
        try:
            await connection.setRemoteDescription(RTCSessionDescription(_passive(sdp), "offer"))
            for transceiver in connection.getTransceivers():
                track = transceiver.receiver.track
                if track is None or track.kind in tracks:
                    # An inactive track is not decoded, so its queue cannot grow.
                    transceiver.direction = "inactive"
                else:
                    tracks[track.kind] = track
            with host_candidates(self._ice_addresses):
                await connection.setLocalDescription()
        except Exception as error:  # aiortc raises all kinds of exceptions on malformed SDP.
            raise SourceError("the offer is not a valid WebRTC offer") from error
        if not tracks:
            raise SourceError("the offer sends no audio or video")
        answer = _sha256_fingerprint_only(connection.localDescription.sdp)
        if "a=candidate:" not in answer:
            raise SourceError(
                "this machine has no network address to offer; to connect from this machine only, "
                "set the ICE addresses to 127.0.0.1",
                "no_network_address",
            )
        return tracks, answer

    def _replace(
        self, connection: RTCPeerConnection | None, tracks: Mapping[str, MediaStreamTrack]
    ) -> None:
        """Switch to another connection and close the current one."""
        for reader in self._readers:
            reader.cancel()
        if self._connection is not None:
            # In the background: closing waits for decoder threads, a new offer should not.
            _start(self._connection.close(), self._closing)
        self._connection = connection
        self.has_audio = "audio" in tracks
        self.has_video = "video" in tracks
        if "audio" in tracks:
            _start(self._read_audio(tracks["audio"]), self._readers)
        if "video" in tracks:
            _start(self._read_video(tracks["video"]), self._readers)

    async def _read_audio(self, track: MediaStreamTrack) -> None:
        resampler = Resampler()
        timeline = ArrivalTimeline()
        async for frame, now in self._frames(track, av.AudioFrame):
            duration = frame.samples / frame.sample_rate
            start = timeline.place((frame.time or 0.0) + duration, now) - duration
            if len(self._audio) == self._max_queued:
                self._audio.popleft()
                self.dropped += 1
            self._audio.append(_PendingAudio(frame, start, resampler))
            if start + duration - self._audio[0].t >= BATCH:
                self._ready.set()

    async def _read_video(self, track: MediaStreamTrack) -> None:
        async for frame, now in self._frames(track, av.VideoFrame):
            if self._sampler.due(now):
                self.dropped += self._video is not None
                self._video = _PendingVideo(frame, now)
                self._ready.set()

    async def _frames(
        self, track: MediaStreamTrack, kind: type[FrameT]
    ) -> AsyncIterator[tuple[FrameT, float]]:
        """Yield the frames of a track with their arrival times, until it ends."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            now = self.last_media_at = self.clock.now()
            if isinstance(frame, kind):
                yield frame, now


def _passive(offer: str) -> str:
    """Make the sender start the DTLS handshake (RFC 5763, section 5).

    The sender can start as soon as it has the answer; GStreamer fails in the passive role.
    """
    return offer.replace("a=setup:actpass", "a=setup:active")


def _sha256_fingerprint_only(answer: str) -> str:
    """Keep only the sha-256 fingerprint of the certificate (RFC 8122, section 5).

    libdatachannel, which OBS uses, compares a single fingerprint and fails if it is another one.
    """
    return "".join(
        line
        for line in answer.splitlines(keepends=True)
        if not line.startswith("a=fingerprint:") or line.startswith("a=fingerprint:sha-256 ")
    )


def _convert(audio: Sequence[_PendingAudio], video: _PendingVideo | None) -> list[Media]:
    """Resample and convert pending media, in order of time; runs in a worker thread."""
    media: list[Media] = [
        block for item in audio for block in item.resampler.push(item.frame, item.t)
    ]
    if video is not None:
        media.append(VideoFrame(video.t, to_rgb(video.frame)))
    return sorted(media, key=lambda item: item.t)


def _start(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
    """Run a coroutine as a task that is kept in ``tasks`` until it is done."""
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
