from __future__ import annotations

import numpy as np
import pytest

from inference.emotion import EMOTIONS, VALENCE_AROUSAL, Emotion
from recommender.music.builtin import builtin_tracks
from recommender.music.moods import FEELS, fit, fit_emotion, fit_position

TRACKS = list(builtin_tracks())


def leading(feels: list[str], bpm: float | None = None) -> Emotion:
    return EMOTIONS[int(np.argmax(fit(feels, bpm).emotions))]


def test_the_table_holds_exactly_the_words_of_the_built_in_catalogue() -> None:
    assert {feel for track in TRACKS for feel in track.feels} == set(FEELS)


@pytest.mark.parametrize("feel", FEELS)
def test_a_word_stays_inside_the_circumplex_and_within_the_evidence_scale(feel: str) -> None:
    entry = FEELS[feel]
    assert -1 <= entry.valence <= 1
    assert -1 <= entry.arousal <= 1
    assert entry.evidence
    assert set(entry.evidence) <= set(EMOTIONS)
    assert set(entry.evidence.values()) <= {-2, -1, 1, 2, 3}


@pytest.mark.parametrize(
    ("feels", "emotion"),
    [
        (["Grooving"], "neutral"),
        (["Calming", "Relaxed"], "calm"),
        (["Bouncy", "Bright"], "happy"),
        (["Uplifting"], "happy"),
        (["Somber"], "sad"),
        (["Dark", "Somber"], "sad"),
        (["Aggressive", "Driving", "Intense"], "angry"),
        (["Dark", "Suspenseful"], "fearful"),
        (["Eerie", "Mysterious"], "fearful"),
        (["Unnerving"], "disgust"),
        (["Dark", "Unnerving"], "disgust"),
        (["Humorous"], "surprised"),
        (["Epic"], "surprised"),
    ],
)
def test_words_lead_to_the_emotion_they_name(feels: list[str], emotion: Emotion) -> None:
    assert leading(feels) == emotion


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_emotion_leads_in_at_least_forty_built_in_tracks(emotion: Emotion) -> None:
    assert sum(track.emotion == emotion for track in TRACKS) >= 40


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_tracks_that_lead_with_an_emotion_lie_on_its_side_of_the_circumplex(
    emotion: Emotion,
) -> None:
    led = [track for track in TRACKS if track.emotion == emotion]
    centre = np.mean([(track.valence, track.arousal) for track in led], axis=0)
    assert np.linalg.norm(centre - VALENCE_AROUSAL[emotion]) < 0.5


def test_emotions_are_a_distribution() -> None:
    emotions = fit(["Dark", "Eerie"], 90.0).emotions
    assert emotions.shape == (8,)
    assert emotions.dtype == np.float32
    assert emotions.sum() == pytest.approx(1, abs=1e-6)
    assert (emotions > 0).all()


def test_words_that_agree_say_more_than_one_alone() -> None:
    calm = EMOTIONS.index("calm")
    together = fit(["Calm", "Calming", "Relaxed"], None).emotions
    assert together[calm] > fit(["Calm"], None).emotions[calm]


def test_tempo_moves_arousal_and_the_emotions_that_live_on_it() -> None:
    slow, fast = fit(["Dark"], 50.0), fit(["Dark"], 150.0)
    assert slow.arousal < fast.arousal
    assert slow.valence == fast.valence
    assert slow.emotions[EMOTIONS.index("sad")] > fast.emotions[EMOTIONS.index("sad")]
    assert slow.emotions[EMOTIONS.index("angry")] < fast.emotions[EMOTIONS.index("angry")]


def test_an_unknown_tempo_counts_as_the_middle_one() -> None:
    assert (fit(["Dark"], None).emotions == fit(["Dark"], 100.0).emotions).all()


def test_without_a_word_or_a_tempo_nothing_is_known() -> None:
    nothing = fit([], None)
    assert np.allclose(nothing.emotions, 1 / 8)
    assert (nothing.valence, nothing.arousal) == (0, 0)


def test_an_extreme_tempo_does_not_leave_the_circumplex() -> None:
    assert fit(["Aggressive"], 999.0).arousal == 1


def test_a_word_outside_the_table_is_refused() -> None:
    with pytest.raises(KeyError, match="Sparkling"):
        fit(["Sparkling"], None)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_named_emotion_leads_and_its_neighbours_follow(emotion: Emotion) -> None:
    named = fit_emotion(emotion)
    assert EMOTIONS[int(np.argmax(named.emotions))] == emotion
    assert named.emotions[EMOTIONS.index(emotion)] > 0.7
    assert named.emotions.sum() == pytest.approx(1, abs=1e-6)
    assert (named.valence, named.arousal) == VALENCE_AROUSAL[emotion]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_the_emotion_whose_place_is_given_leads(emotion: Emotion) -> None:
    placed = fit_position(*VALENCE_AROUSAL[emotion])
    assert EMOTIONS[int(np.argmax(placed.emotions))] == emotion
    assert placed.emotions.dtype == np.float32


def test_between_two_emotions_both_have_a_hold() -> None:
    between = fit_position(-0.65, 0.7).emotions
    assert between[EMOTIONS.index("angry")] == pytest.approx(
        between[EMOTIONS.index("fearful")], rel=0.01
    )


@pytest.mark.parametrize(("valence", "arousal"), [(1.1, 0), (0, -1.1), (float("nan"), 0)])
def test_a_place_outside_the_circumplex_is_refused(valence: float, arousal: float) -> None:
    with pytest.raises(ValueError, match="from -1 to 1"):
        fit_position(valence, arousal)
