from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from inference import EMOTIONS, MODELS, Emotion, LocalRuntime, Mood
from inference.face import FaceReader
from inference.face.emotion import read_emotions
from models.face_emotion.faces import to_input
from models.fusion.held_out import HeldOut, read_held_out
from moodcue.bench.mood import measure, table
from moodcue.bench.mood.benchmark import FACES, MODEL_FOLDER, SPEECH
from moodcue.bench.mood.cases import CHANGING, CONFLICTS, ONE, STRANGERS, case_of
from moodcue.bench.mood.display import SHIPPED, Outcome, judge, rank
from moodcue.bench.mood.feeds import (
    MOOD_LENGTH,
    ROUNDS,
    SILENCE_LENGTH,
    Clip,
    Feed,
    Scene,
    Utterance,
    compose,
    faces_for,
    find_recordings,
    mood_order,
)
from moodcue.bench.mood.held_out import HeldOutRuntime, nearest
from moodcue.bench.process import BenchError
from stream import VideoFrame
from tests.media import DATA

needs_data = pytest.mark.skipif(
    not ((DATA / SPEECH).is_dir() and (DATA / FACES).is_file()),
    reason="needs RAVDESS and FER2013 in ../shared/data",
)

RNG = np.random.default_rng(0)


def silent(name: str, seconds: float) -> Clip:
    return Clip(name, np.zeros(round(seconds * 16_000), np.float32))


def face() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return RNG.integers(60, 200, (48, 48), np.uint8)


def two_scenes() -> Feed:
    """Ten seconds happy, two of silence, ten sad; the same clip and face all the time."""

    def scene(start: float, emotion: Emotion) -> Scene:
        clip = silent("clip", 5.0)
        utterances = (
            Utterance(start + n, start + n + 5, "clip", clip.samples, face()) for n in (0, 5)
        )
        return Scene(start, start + 10, emotion, emotion, tuple(utterances))

    return Feed((scene(0, "happy"), scene(12, "sad")))


def windows(*rows: tuple[float, float, Emotion]) -> HeldOut:
    """Windows of the clip: end, seconds of speech, and the emotion answered."""
    ends, speech, emotions = zip(*rows, strict=True)
    return HeldOut(
        names=np.array(["clip"] * len(rows)),
        conditions=np.array(["3 s"] * len(rows)),
        ends=np.array(ends, np.float32),
        speech=np.array(speech, np.float32),
        probabilities=np.eye(8, dtype=np.float32)[[EMOTIONS.index(e) for e in emotions]],
        corpora=np.array(["RAVDESS"] * len(rows)),
        speakers=np.array(["01"] * len(rows)),
        emotions=np.array([EMOTIONS.index(e) for e in emotions]),
    )


def test_each_emotion_comes_as_often_and_never_twice_in_a_row() -> None:
    for seed in range(50):
        order = mood_order(EMOTIONS, np.random.default_rng(seed))
        assert sorted(order) == sorted(EMOTIONS * ROUNDS)
        assert all(one != other for one, other in pairwise(order))


def test_a_feed_has_moods_and_silences_of_the_lengths_that_were_asked_for() -> None:
    clips = {emotion: [silent(emotion, 3.7)] for emotion in EMOTIONS}
    faces = {emotion: [face()] for emotion in EMOTIONS}
    random = np.random.default_rng(0)
    order = faces_for(mood_order(EMOTIONS, random), 0, random)
    feed = compose(clips, faces, order, random)
    for scene in feed.scenes:
        assert MOOD_LENGTH[0] - 0.1 <= scene.end - scene.start <= MOOD_LENGTH[1] + 0.1
        assert {utterance.clip for utterance in scene.utterances} == {scene.emotion}
        assert feed.scene(scene.start) == scene
    for before, after in pairwise(feed.scenes):
        assert SILENCE_LENGTH[0] - 0.1 <= after.start - before.end <= SILENCE_LENGTH[1] + 0.1
        assert feed.scene((before.end + after.start) / 2) is None
        assert not feed.picture((before.end + after.start) / 2).any()


def test_in_a_conflict_the_face_shows_another_emotion() -> None:
    order = faces_for(list(EMOTIONS) * 100, 0.3, np.random.default_rng(0))
    differing = [(mood, face) for mood, face in order if mood != face]
    assert len(differing) == pytest.approx(0.3 * len(order), rel=0.15)
    assert ("neutral", "calm") not in differing
    assert ("calm", "neutral") not in differing
    clips = {emotion: [silent(emotion, 3.7)] for emotion in EMOTIONS}
    faces = {emotion: [np.full((48, 48), n, np.uint8)] for n, emotion in enumerate(EMOTIONS)}
    feed = compose(clips, faces, [("angry", "happy")], np.random.default_rng(0))
    (scene,) = feed.scenes
    assert scene.moods == ("angry", "happy")
    assert {utterance.clip for utterance in scene.utterances} == {"angry"}
    assert {int(utterance.face[0, 0]) for utterance in scene.utterances} == {2}


def test_promises_are_compared_with_what_was_played() -> None:
    agreeing = two_scenes()
    first, second = agreeing.scenes
    feed = Feed((first, replace(second, shown="angry")))

    def mood(t: float, label: Emotion, among: tuple[Emotion, ...], conflict: bool) -> Mood:
        probs = np.full(8, 0.5 / 7, np.float32)
        probs[EMOTIONS.index(label)] = 0.5
        return Mood(t, label, 0.5, probs, 0, 0, None, None, set=among, conflict=conflict)

    moods = [
        mood(1.0, "happy", ("happy",), False),
        mood(5.0, "sad", ("sad", "calm"), True),
        mood(11.0, "calm", ("calm",), True),
        mood(13.0, "angry", ("angry",), True),
        mood(15.0, "calm", ("calm", "sad", "angry"), False),
    ]
    case = case_of(CONFLICTS, [(feed, moods)])
    assert case.feeds == 1
    assert case.minutes == pytest.approx(22 / 60)
    # Right, wrong, half right and wrong, at a confidence of one half each.
    assert case.ece == pytest.approx(abs(0.5 - (1 + 0 + 0.5 + 0) / 4))
    assert case.coverage == pytest.approx((1 + 0 + 0.5 + 1) / 4)
    assert case.size == pytest.approx((1 + 2 + 1 + 3) / 4)
    assert case.found == case.alarms == 0.5
    assert case.outcome.accuracy == pytest.approx((4 + 2) / 20)


def test_recordings_are_found_by_names_that_are_unique(tmp_path: Path) -> None:
    for folder, name in (("a", "one.ogg"), ("a", "two.ogg"), ("b", "two.ogg")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).touch()
    assert find_recordings(tmp_path) == {"one.ogg": tmp_path / "a" / "one.ogg"}


def test_the_answer_is_that_to_the_nearest_window_of_the_clip() -> None:
    answers = {"clip": windows((2, 0.6, "calm"), (3, 1.5, "angry"), (5, 1.2, "fearful"))}
    feed = two_scenes()
    assert nearest(answers, feed, 0.0, 2.1)[EMOTIONS.index("calm")] == 1
    assert nearest(answers, feed, 0.0, 3.0)[EMOTIONS.index("angry")] == 1
    # Of two clips that are heard, the one of which more is spoken in the window.
    assert nearest(answers, feed, 4.5, 7.9)[EMOTIONS.index("angry")] == 1
    assert nearest(answers, feed, 2.0, 5.1)[EMOTIONS.index("fearful")] == 1


def test_what_is_shown_is_compared_with_what_was_played() -> None:
    feed = two_scenes()
    times = [1.0, 5.0, 6.0, 11.0, 15.0, 20.0]
    labels: list[Emotion] = ["happy", "sad", "happy", "angry", "sad", "sad"]
    outcome = judge([(feed, times, labels)])
    # Happy from 1 to 5 and from 6 to 10 s, sad from 15 to 22 s.
    assert outcome.accuracy == pytest.approx((4 + 4 + 7) / 20)
    assert outcome.seconds_p50 == outcome.seconds_p90 == pytest.approx(3)
    assert outcome.flips == pytest.approx(4 / (22 / 60))
    # To sad while happy, and to angry in the silence.
    assert outcome.false_flips == pytest.approx(2 / (22 / 60))


def test_a_change_that_is_never_shown_takes_forever() -> None:
    outcome = judge([(two_scenes(), [1.0], ["happy"])])
    assert outcome.seconds_p50 is None


def test_the_front_holds_what_no_other_beats() -> None:
    base = Outcome(0.8, 2.0, 4.0, 5.0, 2.0)
    ways = rank(
        {
            ("base", ""): base,
            ("worse", ""): replace(base, accuracy=0.7, false_flips=2.5),
            ("calmer", ""): replace(base, accuracy=0.7, false_flips=1.0),
        }
    )
    assert [way.name for way in ways if way.front] == ["base", "calmer"]


def test_a_crop_in_the_feed_is_read_as_the_crop_itself() -> None:
    feed = two_scenes()
    with_face = feed.scenes[0].utterances[0]
    runtime = LocalRuntime([MODEL_FOLDER], MODELS, workers=1)
    try:
        answering = HeldOutRuntime(runtime, {}, feed)
        frames = [VideoFrame(n / 5, feed.picture(n / 5)) for n in range(5)]
        reading = FaceReader(answering).update(frames, 1.0, speech=False)
        crop = ((to_input([with_face.face])[0, ..., 0] + 1) * 127.5).round().astype(np.uint8)
        (expected,) = read_emotions(runtime, [crop])
        empty = FaceReader(answering).update([VideoFrame(0.0, feed.picture(11.0))], 1.0, False)
    finally:
        runtime.close()
    assert len(reading.faces) == 1
    np.testing.assert_allclose(reading.probs, expected, atol=0.15)
    assert empty.faces == ()
    assert empty.reliability == 0


def test_says_what_is_missing(tmp_path: Path) -> None:
    for data, says in (
        (None, "--data, a folder with ravdess"),
        (tmp_path, "speech does not exist"),
    ):
        with pytest.raises(BenchError, match=says):
            measure(1, 3.0, data, None, lambda _: None)


@needs_data
def test_measures_a_short_feed() -> None:
    report = measure(1, 3.0, DATA, None, lambda _: None, rounds=1, mood_length=(6.0, 6.5))
    assert report.moods == 8
    shipped = report.ways[-1]
    assert shipped.name == SHIPPED
    assert 0.3 < shipped.outcome.accuracy <= 1
    defaults = next(way for way in report.ways if way.setting == "dwell 2 s, lead 0.16")
    assert shipped.outcome == defaults.outcome
    assert any(way.front for way in report.ways)
    console = Console(width=80)
    with console.capture() as printed:
        console.print(table(report))
    assert SHIPPED in printed.get()
    assert "false flips a minute" in printed.get()
    has_strangers = (DATA / "nemo").is_dir()
    expected = [CHANGING, CONFLICTS, ONE, *has_strangers * [STRANGERS]]
    assert [(case.name, case.feeds) for case in report.cases] == [(name, 1) for name in expected]
    assert ("Strangers are absent" in printed.get()) == (not has_strangers)
    assert report.cases[0].outcome == shipped.outcome


def test_the_folds_answered_for_every_emotion_of_each_speaker() -> None:
    held_out = read_held_out()
    held_out = held_out[held_out.corpora == "RAVDESS"]
    by_speaker = {
        speaker: set(held_out.emotions[held_out.speakers == speaker].tolist())
        for speaker in set(held_out.speakers.tolist())
    }
    assert len(by_speaker) >= 12
    assert all(emotions == set(range(8)) for emotions in by_speaker.values())
    assert set(held_out.emotions.tolist()) == set(range(8))
    np.testing.assert_allclose(held_out.probabilities.sum(axis=1), 1, atol=5e-3)
    assert (held_out.begins < held_out.ends).all()
