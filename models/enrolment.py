"""What a few recordings of a person gain, measured on other recordings of the same person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Emotion
from inference.people import Adaptation, Population, Profile
from models.evaluation import Score, score

DRAWS: Final = 5
"""Draws of the recordings of an enrolment, over which the score is taken."""

MIN_CLIPS: Final = 3
"""Minimum number of a speaker's remaining recordings that are scored."""


@dataclass(frozen=True, slots=True, eq=False)
class Clips:
    """Recordings, and what a network answers to them.

    Attributes
    ----------
    probs : ndarray of float32, shape (n, 8)
        Distributions.
    embeddings : ndarray of float32, shape (n, dimensions)
        Embeddings; NaN where there is no speech.
    emotions : ndarray of int64, shape (n,)
        True emotions, as indices in :data:`~inference.emotion.EMOTIONS`.
    speakers : ndarray of str, shape (n,)
        Speaker of each recording.
    """

    probs: NDArray[np.float32]
    embeddings: NDArray[np.float32]
    emotions: NDArray[np.int64]
    speakers: NDArray[np.str_]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Clips:
        """Return the recordings selected by a mask, shape (n,)."""
        return Clips(
            self.probs[chosen],
            self.embeddings[chosen],
            self.emotions[chosen],
            self.speakers[chosen],
        )


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a person recorded before.

    Attributes
    ----------
    count : int
        Recordings of each emotion.
    emotions : tuple of Emotion
        Emotions that were recorded, where a speaker has them.
    own : bool
        Whether the profile is the speaker's own, and not that of another speaker.
    """

    count: int
    emotions: tuple[Emotion, ...] = EMOTIONS
    own: bool = True


def score_enrolled(
    clips: Clips, population: Population, enrolment: Enrolment, seed: int = 0
) -> Score | None:
    """Score the recordings that are left after an enrolment, over :data:`DRAWS` of it.

    Parameters
    ----------
    clips : Clips
        Recordings of several speakers.
    population : Population
        Population of the network, learned from others.
    enrolment : Enrolment
        What is drawn of each speaker.
    seed : int
        Random seed.

    Returns
    -------
    Score or None
        None if no speaker has :data:`MIN_CLIPS` recordings left.
    """
    answers = [
        answer
        for draw in range(DRAWS)
        for answer in _answers(clips, population, enrolment, np.random.default_rng((seed, draw)))
    ]
    if not answers:
        return None
    truth, probs = zip(*answers, strict=True)
    return score(truth, probs)


def _answers(
    clips: Clips, population: Population, enrolment: Enrolment, random: np.random.Generator
) -> Iterator[tuple[Emotion, NDArray[np.float32]]]:
    """Yield the true emotion and the answer for each recording that was not drawn."""
    heard = np.asarray(np.isfinite(clips.embeddings).all(axis=1))
    speakers = sorted(set(clips.speakers.tolist()))
    for number, speaker in enumerate(speakers):
        known = clips.speakers == (speaker if enrolment.own else speakers[number - 1])
        profile, drawn = Profile.empty(clips.embeddings.shape[1]), set()
        for emotion in enrolment.emotions:
            rows = np.flatnonzero(known & heard & (clips.emotions == EMOTIONS.index(emotion)))
            for row in random.permutation(rows)[: enrolment.count].tolist():
                profile = profile.add(emotion, clips.embeddings[row])
                drawn.add(row)
        own = np.flatnonzero(clips.speakers == speaker).tolist()
        rest = [row for row in own if row not in drawn]
        if len(rest) < MIN_CLIPS:
            continue
        adaptation = Adaptation(population, profile)
        for row in rest:
            probs = clips.probs[row]
            if heard[row]:
                probs = adaptation.apply(probs, clips.embeddings[row])
            yield EMOTIONS[clips.emotions[row]], probs
