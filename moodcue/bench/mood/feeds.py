"""Compose live feeds with known moods from labelled recordings and faces."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference import EMOTIONS, Emotion
from inference.face.emotion import Grey, as_emotions
from models.face_emotion.faces import LABELS, read_fer2013
from models.fusion.held_out import HeldOut
from models.recordings import read_audio
from stream import FRAME_RATE, AudioBlock, Media, VideoFrame
from stream.media import SAMPLE_RATE

MOOD_LENGTH: Final = (6.0, 20.0)
"""Shortest and longest mood in seconds."""

SILENCE_LENGTH: Final = (1.0, 4.0)
"""Shortest and longest silence between two moods in seconds."""

ROUNDS: Final = 2
"""Number of times each emotion occurs in a feed."""

BLOCK: Final = SAMPLE_RATE // FRAME_RATE
"""Samples between two pictures."""

FRAME: Final = 96
"""Width and height of a picture in pixels."""

CROP: Final = 48
"""Width and height of a face of FER2013 in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A recording: file name, and float32 samples at 16 kHz."""

    name: str
    samples: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """A clip and a face in a feed; times in seconds of the feed."""

    start: float
    end: float
    clip: str
    samples: NDArray[np.float32]
    face: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A mood in a feed; times in seconds of the feed.

    Attributes
    ----------
    start, end : float
        Its times.
    emotion, shown : Emotion
        What the voice expresses, and the face; the mood is either.
    utterances : tuple of Utterance
        Its clips and faces.
    """

    start: float
    end: float
    emotion: Emotion
    shown: Emotion
    utterances: tuple[Utterance, ...]

    @property
    def moods(self) -> tuple[Emotion, Emotion]:
        """The moods that are right."""
        return self.emotion, self.shown


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """The moods of one speaker in order of time."""

    scenes: tuple[Scene, ...]

    @property
    def end(self) -> float:
        """Length in seconds."""
        return self.scenes[-1].end

    def sound(self) -> NDArray[np.float32]:
        """Return the sound as float32 samples at 16 kHz."""
        samples = np.zeros(round(self.end * SAMPLE_RATE), np.float32)
        for utterance in self.utterances():
            start = round(utterance.start * SAMPLE_RATE)
            samples[start : start + len(utterance.samples)] = utterance.samples
        return samples

    def utterances(self) -> Iterator[Utterance]:
        """Yield all utterances in order of time."""
        for scene in self.scenes:
            yield from scene.utterances

    def scene(self, t: float) -> Scene | None:
        """Return the scene at a time; None in a silence."""
        return next((scene for scene in self.scenes if scene.start <= t < scene.end), None)

    def picture(self, t: float) -> NDArray[np.uint8]:
        """Return the picture at a time: a face with replicated edges, or black."""
        for utterance in self.utterances():
            if utterance.start <= t < utterance.end:
                margins = ((FRAME - CROP) // 2,) * 4
                grey = cv2.copyMakeBorder(utterance.face, *margins, cv2.BORDER_REPLICATE)
                return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
        return np.zeros((FRAME, FRAME, 3), np.uint8)


class FeedSource:
    """A :class:`~stream.Source` that plays a feed as fast as it is read."""

    clock = None
    live = False
    has_audio = True
    has_video = True
    dropped = 0

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    async def __aiter__(self) -> AsyncIterator[Media]:
        """Yield blocks of sound and pictures alternately."""
        sound = self._feed.sound()
        for start in range(0, len(sound), BLOCK):
            t = start / SAMPLE_RATE
            yield AudioBlock(t, sound[start : start + BLOCK])
            yield VideoFrame(t, self._feed.picture(t))

    async def close(self) -> None:
        """Do nothing."""


def compose(
    clips: Mapping[Emotion, Sequence[Clip]],
    faces: Mapping[Emotion, Sequence[Grey]],
    order: Iterable[tuple[Emotion, Emotion]],
    random: np.random.Generator,
    mood_length: tuple[float, float] = MOOD_LENGTH,
) -> Feed:
    """Compose a feed from the clips of one speaker and faces of any persons.

    Parameters
    ----------
    clips, faces : mapping from Emotion to sequence
        Clips and faces to draw from.
    order : iterable of (Emotion, Emotion)
        What voice and face express in each mood.
    random : Generator
        Draws them, and the lengths.
    mood_length : (float, float)
        Shortest and longest mood in seconds.
    """
    scenes: list[Scene] = []
    t = 0.0
    for emotion, shown in order:
        start = t
        end = start + random.uniform(*mood_length)
        utterances: list[Utterance] = []
        while (left := round((end - t) * SAMPLE_RATE)) > 0:
            clip = clips[emotion][int(random.integers(len(clips[emotion])))]
            face = faces[shown][int(random.integers(len(faces[shown])))]
            samples = clip.samples[:left]
            utterances.append(
                Utterance(t, t + len(samples) / SAMPLE_RATE, clip.name, samples, face)
            )
            t = utterances[-1].end
        scenes.append(Scene(start, t, emotion, shown, tuple(utterances)))
        t += random.uniform(*SILENCE_LENGTH)
    return Feed(tuple(scenes))


def mood_order(
    emotions: Sequence[Emotion], random: np.random.Generator, rounds: int = ROUNDS
) -> list[Emotion]:
    """Return every emotion ``rounds`` times in random order, never the same twice in a row."""
    order: list[Emotion] = []
    for _ in range(rounds):
        turn = [emotions[n] for n in random.permutation(len(emotions))]
        order += turn if order[-1:] != turn[:1] else turn[::-1]
    return order


def faces_for(
    moods: Sequence[Emotion], conflicts: float, random: np.random.Generator
) -> list[tuple[Emotion, Emotion]]:
    """Return the moods with what faces show in them: another emotion in a share of them.

    Neutral and calm faces are the same, so neither stands for the other.
    """
    order: list[tuple[Emotion, Emotion]] = []
    for mood in moods:
        same = ("neutral", "calm") if mood in ("neutral", "calm") else (mood,)
        others = [emotion for emotion in EMOTIONS if emotion not in same]
        differs = random.random() < conflicts
        order.append((mood, others[int(random.integers(len(others)))] if differs else mood))
    return order


def read_clips(paths: Mapping[str, Path], held_out: HeldOut) -> dict[Emotion, list[Clip]]:
    """Return the clips of a speaker, by emotion.

    Parameters
    ----------
    paths : mapping from str to Path
        The recordings, by file name; those that are missing are left out.
    held_out : HeldOut
        Windows of the speaker.
    """
    clips: dict[Emotion, list[Clip]] = {}
    emotions = dict(zip(held_out.names.tolist(), held_out.emotions.tolist(), strict=True))
    for name, emotion in sorted(emotions.items()):
        if name in paths:
            clips.setdefault(EMOTIONS[emotion], []).append(Clip(name, read_audio(paths[name])))
    return clips


def find_recordings(folder: Path) -> dict[str, Path]:
    """Return the recordings below a folder by file name, without names that occur twice."""
    paths = [path for path in folder.rglob("*.*") if path.is_file()]
    counts = Counter(path.name for path in paths)
    return {path.name: path for path in paths if counts[path.name] == 1}


def read_faces(path: Path) -> dict[Emotion, list[Grey]]:
    """Return the faces of the validation set of FER2013 by emotion; neutral ones also as calm."""
    validation = read_fer2013(path, "validation")
    has = as_emotions(validation.targets, LABELS) > 0
    return {emotion: list(validation.images[has[:, n]]) for n, emotion in enumerate(EMOTIONS)}
