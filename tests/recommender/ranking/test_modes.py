from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference.emotion import EMOTIONS, Distribution, Emotion
from recommender.ranking.modes import LIFT_STEP_SECONDS, LIFT_STEPS, CueSettings, queries_for
from recommender.ranking.query import MoodQuery


def sure(emotion: Emotion) -> Distribution:
    probs = np.full(8, 0.05, dtype=np.float32)
    probs[EMOTIONS.index(emotion)] = 0.65
    return probs


def one(query: MoodQuery, settings: CueSettings, elapsed: float = 0.0) -> MoodQuery:
    (only,) = queries_for(query, settings, elapsed)
    return only


def test_match_answers_the_mood_as_it_is() -> None:
    query = MoodQuery.from_distribution(sure("sad"))
    assert one(query, CueSettings()) is query


@pytest.mark.parametrize(
    ("mood", "opposite"), [("sad", "happy"), ("happy", "sad"), ("angry", "calm"), ("calm", "angry")]
)
def test_contrast_answers_from_the_other_side(mood: Emotion, opposite: Emotion) -> None:
    wanted = one(MoodQuery.from_emotion(mood), CueSettings(mode="contrast"))
    assert wanted.probs.sum() == pytest.approx(1)
    assert opposite in [EMOTIONS[n] for n in np.argsort(-wanted.probs)[:2]]


def test_lift_leads_from_the_present_mood_to_the_target_step_by_step() -> None:
    query, lift = MoodQuery.from_distribution(sure("sad")), CueSettings(mode="lift", target="happy")
    path = [one(query, lift, step * LIFT_STEP_SECONDS) for step in range(LIFT_STEPS + 2)]
    assert path[0] is query
    valences = [wanted.valence for wanted in path]
    assert valences == sorted(valences)
    assert len(set(valences)) == LIFT_STEPS + 1
    assert path[-1].label == "happy"
    assert path[-1].probs.max() == 1


def test_lift_is_there_when_the_mood_is() -> None:
    lift = CueSettings(mode="lift", target="happy")
    assert one(MoodQuery.from_distribution(sure("happy")), lift).probs.max() == 1


def test_split_answers_the_voice_and_the_face() -> None:
    query = replace(
        MoodQuery.from_distribution(sure("calm")), voice=sure("sad"), face=sure("happy")
    )
    voice, face = queries_for(query, CueSettings(mode="split"), 0)
    assert (voice.label, face.label) == ("sad", "happy")
    assert (voice.face, face.voice) == (None, None)
    assert one(replace(query, face=None), CueSettings(mode="split")).label == "sad"
    assert one(MoodQuery.from_distribution(sure("calm")), CueSettings(mode="split")).label == "calm"


def test_a_mood_set_by_hand_goes_before_what_is_sensed() -> None:
    query = replace(
        MoodQuery.from_distribution(sure("calm")), voice=sure("sad"), face=sure("happy")
    )
    assert one(query, CueSettings(mood="angry")).label == "angry"
    assert one(query, CueSettings(mood="angry", mode="split")).label == "angry"
    assert one(query, CueSettings(mood="sad", mode="contrast")).valence > 0


def test_a_lift_needs_a_target_and_nothing_else_takes_one() -> None:
    with pytest.raises(ValueError, match="needs a target"):
        CueSettings(mode="lift")
    with pytest.raises(ValueError, match="only the mode 'lift' takes a target"):
        CueSettings(target="happy")
