"""Adaptation to a person, from recordings of which it is known what they express.

The embeddings of a network follow a Gaussian model of two levels, each with a diagonal covariance:
a person shifts all emotions alike, and every emotion by something of its own. The population says
how much; a profile has the sums of a person's embeddings by emotion. What the network answers is
weighed by how much likelier the embedding is by the person's profile than by the population, so
that an empty profile changes nothing, and a few recordings change what they can support. After the
maximum a posteriori adaptation of Gauvain & Lee 1994 (doi 10.1109/89.279278) and the speaker model
of Prince & Elder 2007 (doi 10.1109/ICCV.2007.4409052).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution, Emotion, log_probs
from inference.fusion import softmax

TRUST: Final = 0.25
"""Exponent of the likelihood ratio. Its dimensions are not independent, as the model has them, and
so it would be too sure."""

FILE: Final = "people.npz"
"""Name of a network's population, in the folder of its model."""

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """How the embeddings of people differ, in a space where windows vary by about 1.

    Attributes
    ----------
    projection : ndarray of float64, shape (dimensions, space)
        From an embedding to that space.
    mean : ndarray of float64, shape (space,)
        Mean of all people.
    emotions : ndarray of float64, shape (8, space)
        Mean difference of each emotion from the mean of a person.
    between : ndarray of float64, shape (space,)
        Variance of the means of people.
    own : ndarray of float64, shape (space,)
        Variance of how a person expresses an emotion.
    within : ndarray of float64, shape (space,)
        Variance of the windows of a person and an emotion.
    """

    projection: Floats
    mean: Floats
    emotions: Floats
    between: Floats
    own: Floats
    within: Floats

    @classmethod
    def read(cls, file: Path) -> Population:
        """Read what :meth:`write` wrote.

        Raises
        ------
        FileNotFoundError
            If there is no such file: the network can't adapt to people.
        """
        with np.load(file, allow_pickle=False) as data:
            return cls(*(data[field.name].astype(np.float64) for field in fields(cls)))

    def write(self, file: Path) -> None:
        """Write the population, in single precision."""
        columns = {
            field.name: getattr(self, field.name).astype(np.float32) for field in fields(self)
        }
        np.savez(file, allow_pickle=False, **columns)

    def predict(self, profile: Profile) -> tuple[Floats, Floats]:
        """Return mean and variance of the next window by emotion, each of shape (8, space)."""
        count = profile.counts[:, None]
        # Emotions without a recording have an infinite variance, and so no weight.
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = self.own + self.within / count
            distance = np.where(
                count, profile.sums @ self.projection / count - self.emotions - self.mean, 0
            )
            precision = 1 / self.between + (1 / variance).sum(axis=0)
            shift = (distance / variance).sum(axis=0) / precision
        known = self.own / variance
        return (
            self.mean + self.emotions + shift + known * (distance - shift),
            self.within + self.own * (1 - known) + (1 - known) ** 2 / precision,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is known of a person: numbers only, no sound.

    Attributes
    ----------
    counts : ndarray of int64, shape (8,)
        Number of windows of each emotion.
    sums : ndarray of float64, shape (8, dimensions)
        Sums of their embeddings.
    """

    counts: NDArray[np.int64]
    sums: Floats

    @classmethod
    def empty(cls, dimensions: int) -> Profile:
        """Return the profile of a person of whom nothing is known."""
        shape = len(EMOTIONS), dimensions
        return cls(np.zeros(len(EMOTIONS), np.int64), np.zeros(shape))

    def add(self, emotion: Emotion, embedding: NDArray[np.floating]) -> Profile:
        """Return the profile with one more window: its emotion, and embedding of shape (n,)."""
        counts, sums, index = self.counts.copy(), self.sums.copy(), EMOTIONS.index(emotion)
        counts[index] += 1
        sums[index] += embedding
        return Profile(counts, sums)


class Adaptation:
    """Adaptation to one person.

    Parameters
    ----------
    population : Population
        Population of the network.
    profile : Profile
        Profile of the person; an empty one changes nothing.
    """

    def __init__(self, population: Population, profile: Profile) -> None:
        self._projection = population.projection
        self._person = population.predict(profile)
        self._anybody = population.predict(Profile.empty(len(population.projection)))

    def apply(self, probs: Distribution, embedding: NDArray[np.floating]) -> Distribution:
        """Return the distribution of a window as that of the person.

        Parameters
        ----------
        probs : Distribution
            What the network says of anybody.
        embedding : ndarray of float, shape (dimensions,)
            Embedding of the same window.
        """
        at = embedding @ self._projection
        ratio = _log_likelihood(at, *self._person) - _log_likelihood(at, *self._anybody)
        return np.asarray(softmax(log_probs(probs) + TRUST * ratio), np.float32)


def _log_likelihood(at: Floats, mean: Floats, variance: Floats) -> Floats:
    return np.asarray(-0.5 * ((at - mean) ** 2 / variance + np.log(variance)).sum(axis=-1))
