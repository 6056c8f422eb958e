"""Encode a clip once, as a browser would send it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import av
from av.container import InputContainer
from av.filter import Graph
from av.subtitles.subtitle import SubtitleSet
from av.video.frame import PictureType

FRAME_RATE: Final = 10
"""Pictures per second."""

BLOCK_RATE: Final = 50
"""Opus packets per second, of 20 ms each."""

PICTURE: Final = (
    ("crop", "min(iw,ih*4/3):min(ih,iw*3/4)"),
    ("scale", "320:240"),
    ("fps", str(FRAME_RATE)),
    ("format", "yuv420p"),
)
SOUND: Final = (("aformat", "sample_fmts=s16:channel_layouts=stereo:sample_rates=48000"),)


def encode(source: Path, target: Path) -> None:
    """Encode a clip to WebM with the settings of the page.

    VP8, 320x240, 10 frames per second, 300 kb/s, one key frame; Opus in stereo.
    """
    with av.open(str(source)) as clip, av.open(str(target), "w", format="webm") as webm:
        video = webm.add_stream(
            "libvpx",
            rate=FRAME_RATE,
            options={"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "0", "g": "10000"},
        )
        video.width, video.height, video.bit_rate = 320, 240, 300_000
        audio = webm.add_stream("libopus", rate=48_000, layout="stereo")
        audio.bit_rate = 64_000
        for frame in _filtered(clip, "video", PICTURE):
            assert isinstance(frame, av.VideoFrame)
            frame.pict_type = PictureType.NONE
            webm.mux(video.encode(frame))
        webm.mux(video.encode(None))
        clip.seek(0)
        for frame in _filtered(clip, "audio", SOUND):
            assert isinstance(frame, av.AudioFrame)
            webm.mux(audio.encode(frame))
        webm.mux(audio.encode(None))


def read(path: Path) -> tuple[list[bytes], list[bytes]]:
    """Return the audio and video packets of a file from :func:`encode`, of equal duration."""
    packets: dict[str, list[bytes]] = {"audio": [], "video": []}
    with av.open(str(path)) as webm:
        for packet in webm.demux():
            if packet.size:
                packets[packet.stream.type].append(bytes(packet))
    blocks = BLOCK_RATE // FRAME_RATE
    pictures = min(len(packets["video"]), len(packets["audio"]) // blocks)
    return packets["audio"][: pictures * blocks], packets["video"][:pictures]


def _filtered(
    clip: InputContainer, kind: Literal["audio", "video"], filters: tuple[tuple[str, str], ...]
) -> Iterator[av.AudioFrame | av.VideoFrame]:
    graph = Graph()
    if kind == "video":
        source, sink = graph.add_buffer(template=clip.streams.video[0]), graph.add("buffersink")
    else:
        source, sink = graph.add_abuffer(template=clip.streams.audio[0]), graph.add("abuffersink")
    graph.link_nodes(source, *(graph.add(*item) for item in filters), sink).configure()
    for frame in (*clip.decode(**{kind: 0}), None):
        assert not isinstance(frame, SubtitleSet)
        graph.push(frame)
        while True:
            try:
                yield graph.pull()
            except (av.BlockingIOError, av.EOFError):
                break
