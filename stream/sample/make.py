"""Generator of ``clip.mp4``: ``python -m stream.sample.make``.

Requires the extra ``sample`` (scikit-image, for the portrait) and Debian's ``espeak-ng``.
"""

from __future__ import annotations

import io
import subprocess
import wave
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

from stream.sample import sample_path

SECONDS: Final = 26
FPS: Final = 20
SIZE: Final = (640, 360)
RATE: Final = 48_000
"""Audio sample rate in Hz."""

MOUTH: Final = (224, 146)
"""Centre of the closed lips in the portrait, in pixels."""


@dataclass(frozen=True)
class View:
    """Keyframe of the camera.

    Attributes
    ----------
    t : float
        Time in seconds.
    centre : tuple of float
        Point of the portrait at the centre of the frame, in pixels.
    zoom : float
        Pixels of the frame per pixel of the portrait.
    turn : float
        Rotation in degrees, counterclockwise.
    light : tuple of float
        Gains of red, green and blue.
    """

    t: float
    centre: tuple[float, float]
    zoom: float
    turn: float
    light: tuple[float, float, float]


FACE: Final = (224.0, 128.0)
VIEWS: Final = (
    View(0.0, FACE, 1.6, 0, (1.0, 1.0, 1.0)),
    View(6.0, FACE, 1.7, -3, (1.0, 1.0, 1.0)),
    View(8.5, FACE, 1.7, 2, (1.1, 1.0, 0.85)),
    View(11.0, (230.0, 124.0), 2.1, 6, (1.2, 1.05, 0.8)),
    View(14.3, (220.0, 126.0), 1.9, -5, (1.2, 1.05, 0.8)),
    View(15.3, (390.0, 400.0), 2.2, 0, (0.9, 0.9, 0.9)),
    View(17.8, (370.0, 390.0), 2.4, 0, (0.8, 0.8, 0.8)),
    View(18.6, (370.0, 390.0), 2.4, 0, (0.02, 0.02, 0.03)),
    View(20.8, FACE, 1.8, 0, (0.02, 0.02, 0.03)),
    View(21.6, FACE, 1.8, 0, (0.8, 0.9, 1.15)),
    View(24.0, (226.0, 130.0), 2.3, -7, (0.75, 0.9, 1.2)),
    View(26.0, FACE, 2.0, 4, (0.8, 0.9, 1.15)),
)
"""Path of the camera: no face from 15 s on, dark from 18.6 s to 20.8 s."""


@dataclass(frozen=True)
class Line:
    """A sentence with espeak-ng's settings: pitch 0 to 99, speed in words per minute."""

    t: float
    text: str
    voice: str
    pitch: int
    speed: int
    amplitude: int


LINES: Final = (
    Line(0.4, "Good morning. I would like to tell you how it went today.", "f2", 45, 150, 90),
    Line(4.3, "We met at nine and went through the list.", "f2", 42, 145, 85),
    Line(8.7, "And then they said yes! Can you believe it?", "f2", 85, 185, 130),
    Line(11.8, "I was so happy that I laughed all the way home!", "f2", 90, 190, 130),
    Line(15.2, "But later I was alone, and missed them.", "f2", 18, 125, 55),
    Line(21.5, "No! That is not what we agreed on!", "f2", 60, 200, 190),
    Line(23.8, "Give it back to me, right now!", "f2", 65, 205, 200),
)
"""No speech from 7 s to 8.6 s and from 18.6 s to 21.5 s."""


def synthesize() -> NDArray[np.float32]:
    """Return the spoken lines: float32, shape (n,), at :data:`RATE`, full scale -1 to 1."""
    track = np.zeros(SECONDS * RATE, dtype=np.float32)
    for line in LINES:
        sound = _synthesize_line(line)
        start = round(line.t * RATE)
        end = min(start + len(sound), len(track))
        track[start:end] += sound[: end - start]
    return track


def render(portrait: NDArray[np.uint8], t: float, loudness: float) -> NDArray[np.uint8]:
    """Return the RGB frame at ``t``; ``loudness`` in [0, 1] opens the mouth."""
    times = [view.t for view in VIEWS]

    def at(values: list[float]) -> float:
        return float(np.interp(t, times, values))

    # Imitate a hand-held camera.
    sway = np.array([np.sin(1.3 * t) + np.sin(2.9 * t), np.sin(1.7 * t + 1) + np.sin(3.1 * t)])
    centre = sway + [at([view.centre[axis] for view in VIEWS]) for axis in (0, 1)]
    matrix = cv2.getRotationMatrix2D(
        (float(centre[0]), float(centre[1])),
        at([view.turn for view in VIEWS]),
        at([view.zoom for view in VIEWS]),
    )
    matrix[:, 2] += np.array(SIZE) / 2 - centre
    frame = cv2.warpAffine(
        _with_open_mouth(portrait, loudness),
        matrix,
        SIZE,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT,
    )
    light = [at([view.light[channel] for view in VIEWS]) for channel in range(3)]
    lit: NDArray[np.uint8] = np.clip(frame * np.array(light), 0, 255).astype(np.uint8)
    return lit


def main() -> None:
    """Write ``clip.mp4``."""
    load: Callable[[], NDArray[np.uint8]] = data.astronaut
    portrait = load()
    sound = synthesize()
    per_frame = RATE // FPS
    loudness = np.abs(sound).reshape(-1, per_frame).mean(axis=1)
    loudness = np.clip(np.convolve(loudness, [0.25, 0.5, 0.25], "same") * 8, 0, 1)
    with av.open(str(sample_path()), "w", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS, options={"crf": "27", "preset": "slow"})
        video.width, video.height = SIZE
        video.pix_fmt = "yuv420p"
        audio = container.add_stream("aac", rate=RATE, layout="mono")
        audio.bit_rate = 64_000
        for index in range(SECONDS * FPS):
            image = render(portrait, index / FPS, float(loudness[index]))
            frame = av.VideoFrame.from_ndarray(image, "rgb24")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(video.encode(frame))
            samples = sound[index * per_frame : (index + 1) * per_frame]
            block = av.AudioFrame.from_ndarray(samples[None], "fltp", "mono")
            block.sample_rate = RATE
            block.pts, block.time_base = index * per_frame, Fraction(1, RATE)
            container.mux(audio.encode(block))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _synthesize_line(line: Line) -> NDArray[np.float32]:
    command = ["espeak-ng", "--stdout", "-v", f"en-us+{line.voice}", "-p", str(line.pitch)]
    command += ["-s", str(line.speed), "-a", str(line.amplitude), line.text]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(output)) as file:
        rate = file.getframerate()
        # espeak-ng streams its output, so the header has no length.
        samples = np.frombuffer(file.readframes(len(output)), dtype=np.int16)
    frame = av.AudioFrame.from_ndarray(samples[None], "s16", "mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler("flt", "mono", RATE)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in parts])


def _with_open_mouth(portrait: NDArray[np.uint8], loudness: float) -> NDArray[np.uint8]:
    """Open the mouth: shift the lower lip and the chin down."""
    x, y = np.meshgrid(np.arange(512, dtype=np.float32), np.arange(512, dtype=np.float32))
    across = x - MOUTH[0]
    # The line between the smiling lips is a parabola.
    below = y - MOUTH[1] + across**2 / 70
    drop = 4 * loudness * np.exp(-((across / 16) ** 2)) * np.exp(-((below / 30) ** 2))
    source = np.where(below > 0, y - np.minimum(drop, below * 0.75), y)
    image = cv2.remap(portrait, x, source.astype(np.float32), cv2.INTER_CUBIC)
    return np.asarray(image, dtype=np.uint8)


if __name__ == "__main__":
    main()
