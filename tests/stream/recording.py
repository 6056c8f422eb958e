"""Small media files with known content."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
FPS = 25
WIDTH, HEIGHT = 320, 180


def tone(seconds: float, hz: float = 440) -> NDArray[np.float32]:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


def grey(t: float) -> int:
    """Return the brightness of the frame at ``t``, which identifies the frame."""
    return 40 + int(t * 20)


def write(
    path: Path,
    *,
    sound: NDArray[np.float32] | None = None,
    pictures: float = 0,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    options: dict[str, str] | None = None,
    bright_left: bool = False,
    title: str = "",
) -> Path:
    """Write ``sound`` as 48 kHz stereo, and ``pictures`` seconds of ``grey`` frames.

    The codecs are H.264 and the container's default audio codec.
    """
    with av.open(str(path), "w", options=options or {}) as container:
        container.metadata["title"] = title
        if pictures:
            video = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
            video.width, video.height = size
            video.pix_fmt = "yuv420p"
            video.gop_size = FPS
            video.time_base = Fraction(1, FPS)
        if sound is not None:
            codec = container.default_audio_codec
            audio = cast("av.AudioStream", container.add_stream(codec, rate=RATE, layout="stereo"))
        seconds = max(pictures, 0 if sound is None else len(sound) / RATE)
        for index in range(round(seconds * FPS)):
            t = index / FPS
            if t < pictures:
                shape = (size[1], size[0], 3)
                image = np.full(shape, grey(t), dtype=np.uint8)
                if bright_left:
                    image[:, : size[0] // 2] = 200
                frame = av.VideoFrame.from_ndarray(image, "rgb24").reformat(format="yuv420p")
                frame.pts, frame.time_base = index, Fraction(1, FPS)
                container.mux(video.encode(frame))
            if sound is not None:
                part = sound[round(t * RATE) : round((t + 1 / FPS) * RATE)]
                if len(part):
                    block = av.AudioFrame.from_ndarray(np.stack([part, part]), "fltp", "stereo")
                    block.sample_rate, block.pts = RATE, round(t * RATE)
                    block.time_base = Fraction(1, RATE)
                    container.mux(audio.encode(block))
        if pictures:
            container.mux(video.encode(None))
        if sound is not None:
            container.mux(audio.encode(None))
    return path
