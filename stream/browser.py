"""A browser, or any other WebRTC sender, as a source."""

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
from stream.ice import offering
from stream.media import Media, VideoFrame
from stream.resample import Resampler
from stream.source import SourceError

MAX_SDP: Final = 65_536
"""Largest offer in characters; a browser's has about 6,000."""

MAX_SECTIONS: Final = 8
"""Most media sections (``m=`` lines) in an offer; each costs sockets and a decoder."""

BATCH: Final = 0.1
"""Seconds of sound that are converted at once: one hop to a worker thread costs as much as
resampling several blocks."""

MAX_WAITING: Final = 250
"""Most audio blocks that wait to be taken: 5 s of 20 ms."""

FrameT = TypeVar("FrameT", av.AudioFrame, av.VideoFrame)


@dataclass(frozen=True, slots=True)
class _Sound:
    frame: av.AudioFrame
    t: float
    resampler: Resampler


@dataclass(frozen=True, slots=True)
class _Picture:
    frame: av.VideoFrame
    t: float


class BrowserSource:
    """Receives one audio and one video track by WebRTC.

    Media are stamped with the session time at which they arrived. A new offer replaces the
    connection, and the session goes on. The source ends only when it is closed: a sender that
    disappears leaves :attr:`last_media_at` behind.

    Parameters
    ----------
    clock : Clock
        The session clock.
    ice_servers : sequence of RTCIceServer
        STUN and TURN servers to use; none by default, so that nobody is contacted.
    ice_addresses : sequence of str
        The local IP addresses to offer, loopback allowed; by default all but loopback.

    Raises
    ------
    ValueError
        If an ICE address is not an IP address.

    Attributes
    ----------
    has_audio, has_video : bool
        Whether the latest offer brought such a track.
    dropped : int
        Audio blocks, and frames due for sampling, that nobody took in time.
    last_media_at : float
        Session time at which media last arrived; until then, at which the source was made.
    problem : None
        The sender alone knows.
    """

    live: Final = True
    problem: Final = None

    def __init__(
        self,
        clock: Clock,
        ice_servers: Sequence[RTCIceServer] = (),
        ice_addresses: Sequence[str] = (),
    ) -> None:
        self.has_audio = False
        self.has_video = False
        self.dropped = 0
        self.last_media_at = clock.now()
        self._clock = clock
        self._ice_servers = list(ice_servers)
        self._ice_addresses = [str(ipaddress.ip_address(address)) for address in ice_addresses]
        self._sampler = FrameSampler()
        self._sound: deque[_Sound] = deque()
        self._picture: _Picture | None = None
        self._ready = asyncio.Event()
        self._answering = asyncio.Lock()
        self._connection: RTCPeerConnection | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def state(self) -> str:
        """State of the present connection, as WebRTC names it.

        One of ``new``, ``connecting``, ``connected``, ``failed`` and ``closed``. A peer that
        disappears without a word shows as ``failed`` only after half a minute; see
        :attr:`last_media_at`.
        """
        if self._closed:
            return "closed"
        return self._connection.connectionState if self._connection else "new"

    async def answer(self, sdp: str) -> str:
        """Accept an offer in place of the present connection, if there is one.

        Parameters
        ----------
        sdp : str
            The offer, with the sender's ICE candidates in it.

        Returns
        -------
        str
            The answer, with all candidates in it.

        Raises
        ------
        SourceError
            If the offer cannot be used, no local address can be offered, or the source is closed.
            The present connection stays as it is.
        """
        sections = sum(line.startswith("m=") for line in sdp[:MAX_SDP].splitlines())
        if len(sdp) > MAX_SDP or sections > MAX_SECTIONS:
            raise SourceError(
                f"the offer is too large: {MAX_SDP} characters and {MAX_SECTIONS} media sections "
                "are the limit"
            )
        async with self._answering:
            if self._closed:
                raise SourceError("the session has ended; start a new one")
            connection = RTCPeerConnection(RTCConfiguration(iceServers=self._ice_servers))
            try:
                tracks, answer = await self._negotiate(connection, sdp)
            except BaseException:
                with suppress(Exception):  # What an odd offer left half built cannot be closed.
                    await connection.close()
                raise
            self._replace(connection, tracks)
            return answer

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media as they arrive, until :meth:`close`."""
        while not self._closed:
            await self._ready.wait()
            self._ready.clear()
            sound, picture = list(self._sound), self._picture
            self._sound.clear()
            self._picture = None
            for item in await asyncio.to_thread(_convert, sound, picture):
                yield item

    async def close(self) -> None:
        """Close the connection and end the iteration; may be called again."""
        self._closed = True
        self._ready.set()
        async with self._answering:
            self._replace(None, {})
        await asyncio.gather(*self._readers, return_exceptions=True)
        if self._closing:
            # A caller that is cancelled must not take the closing with it, as gather would.
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
                    # What is not received is not decoded, and cannot pile up unread.
                    transceiver.direction = "inactive"
                else:
                    tracks[track.kind] = track
            with offering(self._ice_addresses):
                await connection.setLocalDescription()
        except Exception as error:  # aiortc raises whatever the text makes it stumble on.
            raise SourceError("the offer is not one that WebRTC can use") from error
        if not tracks:
            raise SourceError("the offer sends neither sound nor pictures")
        answer = _one_fingerprint(connection.localDescription.sdp)
        if "a=candidate:" not in answer:
            raise SourceError(
                "this machine has no network address to offer; for connections from the machine "
                "itself, set the ICE addresses to 127.0.0.1",
                "no_network_address",
            )
        return tracks, answer

    def _replace(
        self, connection: RTCPeerConnection | None, tracks: Mapping[str, MediaStreamTrack]
    ) -> None:
        """Take media from another connection from now on, and close the present one."""
        for reader in self._readers:
            reader.cancel()
        if self._connection is not None:
            # Closing waits for the decoder threads; whoever brings an offer need not.
            _start(self._connection.close(), self._closing)
        self._connection = connection
        self.has_audio = "audio" in tracks
        self.has_video = "video" in tracks
        if "audio" in tracks:
            _start(self._listen(tracks["audio"]), self._readers)
        if "video" in tracks:
            _start(self._watch(tracks["video"]), self._readers)

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler = Resampler()
        timeline = ArrivalTimeline()
        async for frame, now in self._frames(track, av.AudioFrame):
            duration = frame.samples / frame.sample_rate
            start = timeline.place((frame.time or 0.0) + duration, now) - duration
            if len(self._sound) == MAX_WAITING:
                self._sound.popleft()
                self.dropped += 1
            self._sound.append(_Sound(frame, start, resampler))
            if start + duration - self._sound[0].t >= BATCH:
                self._ready.set()

    async def _watch(self, track: MediaStreamTrack) -> None:
        async for frame, now in self._frames(track, av.VideoFrame):
            if self._sampler.due(now):
                self.dropped += self._picture is not None
                self._picture = _Picture(frame, now)
                self._ready.set()

    async def _frames(
        self, track: MediaStreamTrack, kind: type[FrameT]
    ) -> AsyncIterator[tuple[FrameT, float]]:
        """Yield the frames of a track with their times of arrival, until it ends."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            now = self.last_media_at = self._clock.now()
            if isinstance(frame, kind):
                yield frame, now


def _passive(offer: str) -> str:
    """Leave the beginning of DTLS to the sender (RFC 5763, section 5).

    It may begin as soon as it has the answer, and GStreamer's fails when asked to wait.
    """
    return offer.replace("a=setup:actpass", "a=setup:active")


def _one_fingerprint(answer: str) -> str:
    """Name the certificate by its sha-256 alone (RFC 8122, section 5).

    libdatachannel, which OBS sends with, compares only one fingerprint, and fails with the others.
    """
    return "".join(
        line
        for line in answer.splitlines(keepends=True)
        if not line.startswith("a=fingerprint:") or line.startswith("a=fingerprint:sha-256 ")
    )


def _convert(sound: Sequence[_Sound], picture: _Picture | None) -> list[Media]:
    """Resample and convert, in order of time; runs in a worker thread."""
    media: list[Media] = [
        block for item in sound for block in item.resampler.push(item.frame, item.t)
    ]
    if picture is not None:
        media.append(VideoFrame(picture.t, to_rgb(picture.frame)))
    return sorted(media, key=lambda item: item.t)


def _start(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
    """Run a coroutine as a task, kept in ``tasks`` until it is done."""
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
