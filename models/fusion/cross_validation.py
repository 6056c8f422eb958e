"""Cross-validation of the fusion: moods of pairs by what was fitted to other people and faces.

Everything used for a corpus is fitted to the other corpora and to the other half of the faces; with
one corpus, to its other speakers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import Distribution
from inference.fusion import combine
from models.fusion.held_out import HeldOut
from models.fusion.pairs import (
    CLEAN,
    Classes,
    FaceBatch,
    Values,
    VoiceBatch,
    draw_expressions,
    draw_partners,
    pair,
)
from models.fusion.parameters import face_opinions, fit, fit_sets, voice_opinions

FOLDS: Final = 5
"""Folds of speakers, if there is a single corpus."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutMoods:
    """Opinions and moods of held-out pairs, by what was fitted to other people and other faces.

    Attributes
    ----------
    corpora, conditions : ndarray of str, shape (n,)
        Corpus and condition of each window.
    speech : ndarray of float32, shape (n,)
        Amount of speech, in seconds.
    heard, seen : ndarray of int, shape (n,)
        Emotions of the voices, and of faces of which :data:`CONFLICTS` show another emotion.
    voice, face : ndarray of float32, shape (n, 8)
        Opinions of them; the faces are unchanged.
    voice_output, face_output : ndarray of float32, shape (n, 8)
        What the networks answered for them.
    mood : ndarray of float, shape (n, 8)
        The two opinions combined.
    agreement : ndarray of float, shape (n,)
        Probability that the two express the same emotion.
    agreeing_face, agreeing_mood : ndarray of float, shape (n, degradations, 8)
        The same with faces that show the emotion of the voice, in every degradation.
    threshold : ndarray of float, shape (n,)
        Threshold of prediction sets.
    """

    corpora: NDArray[np.str_]
    conditions: NDArray[np.str_]
    speech: Values
    heard: Classes
    seen: Classes
    voice: Values
    face: Values
    voice_output: Values
    face_output: Values
    mood: NDArray[np.float64]
    agreement: NDArray[np.float64]
    agreeing_face: Values
    agreeing_mood: NDArray[np.float64]
    threshold: NDArray[np.float64]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> HeldOutMoods:
        """Return the pairs selected by the mask ``chosen``, shape (n,)."""
        return HeldOutMoods(*(getattr(self, field.name)[chosen] for field in fields(self)))


def folds(voices: HeldOut) -> list[NDArray[np.bool_]]:
    """Return the parts to leave out: each corpus, or groups of speakers if there is only one."""
    corpora, people = sorted(set(voices.corpora.tolist())), sorted(set(voices.people.tolist()))
    if len(corpora) > 1:
        return [voices.corpora == corpus for corpus in corpora]
    return [np.isin(voices.people, people[fold::FOLDS]) for fold in range(FOLDS)]


def cross_validate(
    voices: HeldOut,
    faces: Mapping[str, FaceBatch],
    shown: NDArray[np.bool_],
    frequencies: Distribution,
    random: np.random.Generator,
) -> HeldOutMoods:
    """Evaluate every window twice, with faces of each half, using parameters of the others."""
    half = random.permutation(len(shown)) % 2
    parts: list[HeldOutMoods] = []
    for held in folds(voices):
        for side in (0, 1):
            for_fit, for_test = (shown & (half == s)[:, None] for s in (side, 1 - side))
            pairs = pair(voices[~held], faces, for_fit, random)
            parameters = fit(pairs, frequencies)
            threshold = fit_sets(pairs, parameters, frequencies)
            test = voices[held]
            seen = draw_expressions(test.emotions, for_test, random)
            voice = voice_opinions(VoiceBatch(test.probabilities, test.speech), parameters)
            partner = faces[CLEAN][draw_partners(seen, for_test, random)]
            face = face_opinions(partner, parameters, frequencies)
            mood, agreement = combine(voice, face, parameters.agreement)
            agreeing = draw_partners(test.emotions, for_test, random)
            agreeing_faces = (batch[agreeing] for batch in faces.values())
            agreeing_face = np.stack(
                [face_opinions(batch, parameters, frequencies) for batch in agreeing_faces], 1
            )
            agreeing_mood = combine(voice[:, None], agreeing_face, parameters.agreement).probs
            parts.append(
                HeldOutMoods(
                    corpora=test.corpora,
                    conditions=test.conditions,
                    speech=test.speech,
                    heard=test.emotions,
                    seen=seen,
                    voice=voice,
                    face=face,
                    voice_output=test.probabilities,
                    face_output=partner.probabilities,
                    mood=mood,
                    agreement=agreement,
                    agreeing_face=agreeing_face,
                    agreeing_mood=agreeing_mood,
                    threshold=np.full(len(seen), threshold),
                )
            )
    columns = ([getattr(part, field.name) for part in parts] for field in fields(HeldOutMoods))
    return HeldOutMoods(*(np.concatenate(column) for column in columns))
