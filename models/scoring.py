"""What the networks answer for a labelled file: one distribution, by the code of the live path."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Final, TypeVar

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from inference import Analyser, ModelCard, Runtime, overall
from inference.adaptation import SpeakerAdaptation
from inference.emotion import Distribution, uniform
from inference.face import FaceReader
from inference.face.emotion import MODEL as FACE_EMOTION
from inference.face.emotion import read_emotions
from inference.voice import MAX_WINDOW, VoiceReader
from stream import FileSource, SessionClock, SourceError, VideoFrame, Window, Windows, WindowSpec
from stream.frames import to_rgb

WHOLE: Final = WindowSpec(MAX_WINDOW, MAX_WINDOW)
"""Windows that hold a whole recording, if it is no longer than the voice network takes."""

T = TypeVar("T")


def read_voice(runtime: Runtime, path: Path) -> Distribution:
    """Return what the voice in a file sounds like.

    The span from first to last speech goes to the network as it does live, but of the whole
    recording at once. One longer than 10 s is heard in stretches of 10 s; their mean is the answer.

    Parameters
    ----------
    runtime : Runtime
        Has ``voice_activity`` and ``voice``.
    path : Path
        Anything with a sound track.

    Returns
    -------
    Distribution
        Uniform where there is too little speech.

    Raises
    ------
    SourceError
        If there is no sound in it, or it cannot be read.
    """
    source = FileSource(path)
    if not source.has_audio:
        raise SourceError(f"{path.name} has no sound in it")
    reader = VoiceReader(runtime)
    heard = asyncio.run(
        _each(source, WHOLE, lambda window: window.audio and reader.update(window.audio))
    )
    answers = [reading.probs for reading in heard if reading and np.ptp(reading.probs) > 0]
    return np.mean(answers, axis=0, dtype=np.float32) if answers else uniform()


def read_face(runtime: Runtime, path: Path) -> Distribution:
    """Return what the main face of a picture or a video shows.

    A picture is read as a frame of a live feed. A video is read as ``moodcue analyze`` reads it;
    the answer is that of the face over the whole length.

    Parameters
    ----------
    runtime : Runtime
        Has :data:`~inference.MODELS`.
    path : Path
        Any picture or video.

    Returns
    -------
    Distribution
        Uniform where no face is found that can be read.

    Raises
    ------
    SourceError
        If there is no picture in it, or it cannot be read.
    """
    if cv2.haveImageReader(_name(path)):
        picture = av.VideoFrame.from_ndarray(_read_picture(path, cv2.IMREAD_COLOR_RGB), "rgb24")
        frame = VideoFrame(0.0, to_rgb(picture))
        return FaceReader(runtime).update([frame], frame.t, speech=False).probs
    source = FileSource(path)
    if not source.has_video:
        raise SourceError(f"{path.name} has no pictures in it")
    moods = asyncio.run(_each(source, WindowSpec(), Analyser(runtime).update))
    face = overall(moods).face
    return face.probs if face else uniform()


def read_crop(runtime: Runtime, path: Path) -> Distribution:
    """Return what a face shows that is already cut out, as FER2013's are.

    It is scaled to the network's input as it is; there is no search for a face.

    Parameters
    ----------
    runtime : Runtime
        Has ``face_emotion``.
    path : Path
        A picture, grey or in colour.

    Raises
    ------
    SourceError
        If it cannot be read as a picture.
    """
    size: int = runtime.card(FACE_EMOTION).setting("size")
    face = _read_picture(path, cv2.IMREAD_GRAYSCALE)
    shrinks = min(face.shape) > size
    scaled = cv2.resize(
        face, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    (answer,) = read_emotions(runtime, [np.asarray(scaled, np.uint8)])
    return answer


def adapt_by_speaker(
    card: ModelCard, answers: Sequence[Distribution], speakers: Sequence[str], seed: int = 0
) -> list[Distribution] | None:
    """Return what the answers would have been of a session with each speaker.

    Each speaker's files come in a random order, and every answer is adapted by those before it, as
    it is live.

    Parameters
    ----------
    card : ModelCard
        Of the model that answered.
    answers : sequence of ndarray of float32, shape (8,)
        What it said of each file; a uniform one says nothing and stays as it is.
    speakers : sequence of str
        Who is in each file; where that is empty, the answer stays as it is.
    seed : int
        Of the order.

    Returns
    -------
    list of ndarray of float32, shape (8,), or None
        In the order of ``answers``; None where no speaker is known or the model is not adapted.

    Raises
    ------
    ModelError
        If the card has means that cannot be.
    """
    random = np.random.default_rng(seed)
    adapted = list(answers)
    known = sorted(set(speakers) - {""})
    for speaker in known:
        adaptation = SpeakerAdaptation.for_model(card)
        if adaptation is None:
            return None
        own = [n for n, name in enumerate(speakers) if name == speaker]
        for n in random.permutation(own):
            if np.ptp(answers[n]) > 0:
                adapted[n] = adaptation.adapt(answers[n])
                adaptation.update(answers[n], weight=1.0)
    return adapted if known else None


def _read_picture(path: Path, mode: int) -> NDArray[np.uint8]:
    try:
        picture = cv2.imread(_name(path), mode)
    except cv2.error:
        # OpenCV refuses what is too large.
        picture = None
    if picture is None:
        raise SourceError(f"cannot open {path.name}: it is no picture that can be read")
    return np.asarray(picture, np.uint8)


def _name(path: Path) -> str:
    """Return the name of a file for OpenCV, which waits for a pipe and dies of what is no text."""
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


async def _each(source: FileSource, spec: WindowSpec, update: Callable[[Window], T]) -> list[T]:
    """Return what ``update`` makes of each window of a file, and close the file."""
    try:
        async with aclosing(Windows(source, SessionClock(), spec)) as windows:
            return [await asyncio.to_thread(update, window) async for window in windows]
    finally:
        await source.close()
