"""The parameters of the fusion: what they do to voices and faces, and their fit to pairs.

They are fitted to maximize the likelihood of the emotion, with all corpora and all emotions of a
corpus weighted equally, for voices with a face, voices alone and faces alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.conformal import fit_threshold, likelier_mass
from inference.emotion import Distribution, log_probs
from inference.face.quality import SIZE
from inference.fusion import combine, log_likelihood, softmax
from inference.voice import MIN_SPEECH
from models.fusion.pairs import CONFLICTS, Classes, FaceBatch, Pairs, Values, VoiceBatch

ROUNDS: Final = 2
"""Number of passes of the coordinate search over all parameters."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters to fit; the defaults are the start of the search.

    Attributes
    ----------
    voice_weight, face_weight : float
        Inverse temperatures at reliability 1.
    prior : float
        Exponent of the mean output of the face network in its prior, which is divided out.
    agreement : float
        Prior probability that voice and face express the same emotion.
    min_speech_factor : float
        Reliability factor of a voice at :data:`~inference.voice.MIN_SPEECH`.
    full_speech : float
        Amount of speech at which the factor is 1, in seconds.
    full_sharpness, full_contrast : float
        Sharpness and contrast at which the factors of a face are 1.
    """

    voice_weight: float = 1.0
    face_weight: float = 1.0
    prior: float = 1.0
    agreement: float = 1 - CONFLICTS
    min_speech_factor: float = 0.5
    full_speech: float = 1.5
    full_sharpness: float = 0.04
    full_contrast: float = 0.06


LEARNED: Final = Parameters(
    voice_weight=1.1,
    face_weight=1.1,
    prior=0.7,
    agreement=0.6,
    min_speech_factor=0.6,
    full_speech=1.5,
    full_sharpness=0.01,
    full_contrast=0.02,
)
"""Parameters in use: the result of the last run on all data."""

GRID: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "voice_weight": tuple(np.arange(0.3, 1.55, 0.05).round(2).tolist()),
        "face_weight": tuple(np.arange(0.3, 1.55, 0.05).round(2).tolist()),
        "prior": tuple(np.arange(0.0, 1.05, 0.1).round(2).tolist()),
        "agreement": tuple(np.arange(0.4, 0.95, 0.05).round(2).tolist()),
        "min_speech_factor": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        "full_speech": (1.0, 1.5, 2.0),
        "full_sharpness": (0.01, 0.02, 0.04, 0.08),
        "full_contrast": (0.02, 0.03, 0.06),
    }
)
"""Candidate values of each parameter."""


def voice_opinions(voices: VoiceBatch, parameters: Parameters) -> Values:
    """Return the opinions of voices that the fusion combines, shape (n, 8)."""
    speech = (MIN_SPEECH, parameters.full_speech)
    reliability = np.interp(voices.speech, speech, (parameters.min_speech_factor, 1))
    evidence = parameters.voice_weight * log_probs(voices.probabilities)
    return np.asarray(softmax(reliability[:, None] * evidence), np.float32)


def face_opinions(faces: FaceBatch, parameters: Parameters, frequencies: Distribution) -> Values:
    """Return the opinions of faces that the fusion combines, shape (n, 8).

    Parameters
    ----------
    faces : FaceBatch
        Predictions for the faces.
    parameters : Parameters
        Those to use.
    frequencies : Distribution
        Mean output of the network.
    """
    evidence = log_likelihood(faces.probabilities, frequencies**parameters.prior)
    weights = parameters.face_weight * _face_reliability(faces, parameters)
    return np.asarray(softmax(weights[:, None] * evidence), np.float32)


def _face_reliability(faces: FaceBatch, parameters: Parameters) -> Values:
    small, large = SIZE
    reliability = (
        np.clip((faces.size - small) / (large - small), 0, 1)
        * np.minimum(faces.sharpness / parameters.full_sharpness, 1)
        * np.minimum(faces.contrast / parameters.full_contrast, 1)
    )
    return np.asarray(reliability, np.float32)


def fit(pairs: Pairs, frequencies: Distribution) -> Parameters:
    """Return the parameters of least loss, by coordinate search over :data:`GRID`."""
    best = Parameters()
    for _ in range(ROUNDS):
        for name, values in GRID.items():
            candidates = [replace(best, **{name: value}) for value in values]
            best = min(candidates, key=lambda candidate: _loss(pairs, candidate, frequencies))
    return best


def fit_sets(pairs: Pairs, parameters: Parameters, frequencies: Distribution) -> float:
    """Return the threshold of prediction sets for voice and face, voice alone, and face alone."""
    scores, weights = [], []
    for probs, truth, share in _answers(pairs, parameters, frequencies):
        scores.append(likelier_mass(probs, truth))
        weights.append(share * pairs.weights)
    return fit_threshold(np.concatenate(scores), weights=np.concatenate(weights))


def _loss(pairs: Pairs, parameters: Parameters, frequencies: Distribution) -> float:
    """Return the mean cross-entropy of voice and face, voice alone, and face alone."""
    total = 0.0
    for probs, truth, share in _answers(pairs, parameters, frequencies):
        log_likelihood = np.log(probs[np.arange(len(truth)), truth])
        total -= share * float(np.average(log_likelihood, weights=pairs.weights))
    return total / 3


def _answers(
    pairs: Pairs, parameters: Parameters, frequencies: Distribution
) -> Iterator[tuple[NDArray[np.floating], Classes, float]]:
    """Yield distributions, the true emotions, and the share of the pair's truth that they are."""
    voice = voice_opinions(pairs.voices, parameters)
    face = face_opinions(pairs.faces, parameters, frequencies)
    both = combine(voice, face, parameters.agreement).probs
    yield both, pairs.heard, 0.5
    yield both, pairs.seen, 0.5
    yield voice, pairs.heard, 1.0
    yield face, pairs.seen, 1.0
