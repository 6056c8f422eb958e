"""Answers to labelled files: one for each file, by the code of the live path."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from inference import Analyser, Runtime, overall
from inference.emotion import Distribution, uniform
from inference.face import FaceReader
from inference.face.emotion import MODEL as FACE_EMOTION
from inference.face.emotion import read_emotions
from inference.voice import MAX_WINDOW, VoiceReader
from stream import FileSource, SessionClock, SourceError, VideoFrame, Window, Windows, WindowSpec
from stream.frames import to_rgb

LONG_WINDOWS: Final = WindowSpec(MAX_WINDOW, MAX_WINDOW)
"""The longest windows that the voice network accepts, without overlap."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a network says of a file.

    Attributes
    ----------
    probs : ndarray of float32, shape (8,)
        Distribution; uniform if there is no speech, or no face.
    embedding : ndarray of float32, shape (dimensions,), or None
        What it was computed from; None if it is not known.
    """

    probs: Distribution
    embedding: NDArray[np.float32] | None = None


def read_voice(runtime: Runtime, path: Path) -> Answer:
    """Return the emotion of the voice in a file.

    As in live use, the network's input is the span from first to last speech, but of the whole
    recording at once. A recording longer than 10 s is read in windows of 10 s, and the result is
    their mean.

    Parameters
    ----------
    runtime : Runtime
        Must have ``voice_activity`` and ``voice`` loaded.
    path : Path
        Any file with an audio track.

    Raises
    ------
    SourceError
        If the file cannot be read or has no audio.
    """
    source = FileSource(path)
    if not source.has_audio:
        raise SourceError(f"{path.name} has no audio")
    reader = VoiceReader(runtime)
    readings = asyncio.run(
        _map_windows(
            source, LONG_WINDOWS, lambda window: window.audio and reader.update(window.audio)
        )
    )
    heard = [reading for reading in readings if reading and np.ptp(reading.probs) > 0]
    if not heard:
        return Answer(uniform())
    embeddings = [reading.embedding for reading in heard if reading.embedding is not None]
    return Answer(
        np.mean([reading.probs for reading in heard], axis=0, dtype=np.float32),
        np.mean(embeddings, axis=0, dtype=np.float32) if embeddings else None,
    )


def read_face(runtime: Runtime, path: Path) -> Answer:
    """Return the emotion of the main face in an image or a video.

    An image is read like a frame of a live feed. A video is read like by ``moodcue analyze``, and
    the result is that of the face over its whole length.

    Parameters
    ----------
    runtime : Runtime
        Must have :data:`~inference.MODELS` loaded.
    path : Path
        Any image or video.

    Raises
    ------
    SourceError
        If the file cannot be read or has no video.
    """
    if cv2.haveImageReader(_opencv_name(path)):
        image = av.VideoFrame.from_ndarray(_read_image(path, cv2.IMREAD_COLOR_RGB), "rgb24")
        frame = VideoFrame(0.0, to_rgb(image))
        return Answer(FaceReader(runtime).update([frame], frame.t, speech=False).probs)
    source = FileSource(path)
    if not source.has_video:
        raise SourceError(f"{path.name} has no video")
    moods = asyncio.run(_map_windows(source, WindowSpec(), Analyser(runtime).update))
    face = overall(moods).face
    return Answer(face.probs if face else uniform())


def read_crop(runtime: Runtime, path: Path) -> Answer:
    """Return the emotion of a face crop, like those of FER2013.

    The image is scaled to the network's input, without face detection.

    Parameters
    ----------
    runtime : Runtime
        Must have ``face_emotion`` loaded.
    path : Path
        An image, grey or in colour.

    Raises
    ------
    SourceError
        If it cannot be read as an image.
    """
    size: int = runtime.card(FACE_EMOTION).setting("size")
    face = _read_image(path, cv2.IMREAD_GRAYSCALE)
    shrinks = min(face.shape) > size
    scaled = cv2.resize(
        face, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    (answer,) = read_emotions(runtime, [np.asarray(scaled, np.uint8)])
    return Answer(answer)


def _read_image(path: Path, mode: int) -> NDArray[np.uint8]:
    try:
        image = cv2.imread(_opencv_name(path), mode)
    except cv2.error:
        # The image is too large for OpenCV.
        image = None
    if image is None:
        raise SourceError(f"{path.name} can't be read as an image")
    return np.asarray(image, np.uint8)


def _opencv_name(path: Path) -> str:
    """Return a safe file name for OpenCV, which blocks on pipes and crashes on non-Unicode."""
    name = str(path)
    if path.exists() and not path.is_file():
        raise SourceError(f"can't open {path.name}: it is a directory or device, not a file")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise SourceError(
            f"can't open {path.name}: its name is not valid Unicode; rename it"
        ) from None
    return name


async def _map_windows(
    source: FileSource, spec: WindowSpec, update: Callable[[Window], T]
) -> list[T]:
    """Apply ``update`` to each window of a file, and close the file."""
    try:
        async with aclosing(Windows(source, SessionClock(), spec)) as windows:
            return [await asyncio.to_thread(update, window) async for window in windows]
    finally:
        await source.close()
