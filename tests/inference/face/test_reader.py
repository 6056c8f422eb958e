import asyncio
from dataclasses import replace

import numpy as np
import pytest

from inference.emotion import most_likely, uniform
from inference.face import FaceReader
from inference.face.reader import Sighting, explain_doubt, moves_mouth, pool
from inference.face.region import Image
from inference.reading import FaceReading
from inference.runtime import LocalRuntime
from stream import FileSource, VideoFrame
from tests.inference.face.counting import CountingRuntime
from tests.inference.face.scene import scene
from tests.media import RAVDESS_CLIP, clip

HAPPY, SAD = np.eye(8, dtype=np.float32)[[2, 3]]


def frames(*pictures: Image, start: float = 0.0) -> list[VideoFrame]:
    return [VideoFrame(start + n / 5, picture) for n, picture in enumerate(pictures)]


def sighting(t: float, reliability: float = 1.0, mouth: float = 0.0) -> Sighting:
    return Sighting(t, 1, (0, 0, 1, 1), mouth, reliability, HAPPY)


@pytest.fixture
def reader(runtime: LocalRuntime) -> FaceReader:
    return FaceReader(runtime)


def is_unknown(reading: FaceReading) -> bool:
    return reading.reliability == 0 and np.array_equal(reading.probs, uniform())


def test_a_smile_is_read(reader: FaceReader) -> None:
    reading = reader.update(frames(*[scene((60, 0, 240))] * 5), t=1.0, speech=False)
    (face,) = reading.faces
    assert most_likely(reading.probs) == face.label == "happy"
    assert reading.probs.sum() == pytest.approx(1)
    assert reading.reliability > 0.5
    assert reading.doubt is None
    assert reading.aspect == pytest.approx(4 / 3)
    left, top, width, height = face.box
    assert (left + width / 2) * 320 == pytest.approx(60 + 120, abs=15)
    assert (top + height / 2) * 240 == pytest.approx(120, abs=15)
    assert not face.speaking


def test_without_frames_the_reading_is_unknown(reader: FaceReader) -> None:
    reading = reader.update([], t=1.0, speech=True)
    assert is_unknown(reading)
    assert reading.faces == ()


def test_black_frames_have_no_face(reader: FaceReader) -> None:
    black = np.zeros((240, 320, 3), np.uint8)
    reading = reader.update(frames(*[black] * 5), t=1.0, speech=False)
    assert is_unknown(reading)
    assert reading.faces == ()
    assert reading.doubt == "dark"
    light = reader.update(frames(black + 128, start=1.0), t=2.0, speech=False)
    assert light.doubt == "no_face"


def test_reliability_decays_when_the_face_leaves(reader: FaceReader) -> None:
    reader.update(frames(*[scene((60, 0, 240))] * 5), t=1.0, speech=False)
    reliability = []
    for second in (1, 2, 3):
        reading = reader.update(frames(*[scene()] * 5, start=second), t=second + 1, speech=False)
        assert reading.faces == ()
        reliability.append(reading.reliability)
    assert 0 < reliability[1] < reliability[0] < 0.5
    assert reliability[2] == 0
    assert is_unknown(reading)


def test_reliability_decays_when_the_frames_stop(reader: FaceReader) -> None:
    before = reader.update(frames(*[scene((60, 0, 240))] * 5), t=1.0, speech=False)
    later = reader.update([], t=2.5, speech=False)
    assert 0 < later.reliability < before.reliability
    last = reader.update([], t=4.0, speech=False)
    assert is_unknown(last)
    assert last.faces == ()


def test_the_doubt_is_that_of_most_sightings() -> None:
    small = replace(sighting(1.0, 0.1), doubt="small")
    assert explain_doubt([small, small, sighting(1.2)], 0.2, None) == "small"
    assert explain_doubt([small, sighting(1.1), sighting(1.2)], 0.2, None) == "no_face"
    assert explain_doubt([small, small, sighting(1.2)], 0.4, None) is None


def test_a_small_face_is_less_reliable_than_a_large_one(runtime: LocalRuntime) -> None:
    reliability = [
        FaceReader(runtime).update(frames(scene((60, 0, side))), t=0.1, speech=False).reliability
        for side in (50, 65, 240)
    ]
    assert reliability[0] < reliability[1] < reliability[2]


def test_the_reading_is_that_of_the_larger_face(runtime: LocalRuntime) -> None:
    reader = FaceReader(runtime)
    large, small = (0, 0, 200), (210, 60, 110)
    reading = reader.update(frames(*[scene(large, small)] * 5), t=1.0, speech=False)
    assert [face.id for face in reading.faces] == [1, 2]
    areas = [face.box[2] * face.box[3] for face in reading.faces]
    alone = FaceReader(runtime).update(frames(*[scene((0, 0, 200))] * 5), t=1.0, speech=False)
    assert max(areas) > 2 * min(areas)
    assert reading.reliability == pytest.approx(alone.reliability, abs=0.02)
    assert reading.probs == pytest.approx(alone.probs, abs=0.02)


def test_a_box_is_clipped_to_the_frame(reader: FaceReader) -> None:
    reading = reader.update(frames(*[scene((-50, 60, 160))] * 2), t=0.5, speech=False)
    (face,) = reading.faces
    left, top, width, height = face.box
    assert left == 0
    assert 0 < width < 0.5
    assert 0 < top < top + height <= 1


def test_frames_may_change_size(reader: FaceReader) -> None:
    first = reader.update(frames(*[scene((40, 0, 200))] * 5), t=1.0, speech=False)
    larger = scene((80, 0, 400), width=640, height=480)
    second = reader.update(frames(*[larger] * 5, start=1.0), t=2.0, speech=False)
    assert [face.id for face in first.faces + second.faces] == [1, 1]
    assert second.faces[0].box == pytest.approx(first.faces[0].box, abs=0.02)


def test_an_invalid_frame_is_refused(reader: FaceReader) -> None:
    with pytest.raises(ValueError, match="16 to 8192 pixels"):
        reader.update(frames(np.zeros((8, 8, 3), np.uint8)), t=1.0, speech=False)


def test_excess_frames_are_skipped(runtime: LocalRuntime) -> None:
    counting = CountingRuntime(runtime)
    flood = [VideoFrame(n / 100, scene((60, 0, 200))) for n in range(100)]
    FaceReader(counting, span=1.0).update(flood, t=1.0, speech=False)
    assert counting.batches["face_mesh"] == [1] * 6
    assert counting.batches["face_emotion"] == [6]


def test_excess_frames_do_not_increase_reliability(runtime: LocalRuntime) -> None:
    reader = FaceReader(runtime, span=1.0)
    picture = scene((60, 0, 240))
    for start in (0.0, 0.2, 0.4, 0.6):
        flood = [VideoFrame(start + n / 50, picture) for n in range(6)]
        reading = reader.update(flood, t=start + 0.12, speech=False)
    assert 0.5 < reading.reliability <= 1


def test_pooling_is_weighted_by_reliability() -> None:
    sad = Sighting(1.0, 1, (0, 0, 1, 1), 0.0, 0.2, SAD)
    reading = pool([sighting(0.5, 0.6), sad], frames=2, t=1.0, span=3.0)
    assert reading.probs == pytest.approx(0.75 * HAPPY + 0.25 * SAD)
    assert reading.reliability == pytest.approx(0.4)


def test_frames_without_the_face_lower_reliability() -> None:
    assert pool([sighting(1.0)], frames=4, t=1.0, span=3.0).reliability == pytest.approx(0.25)


def test_reliability_decays_with_the_age_of_the_last_sighting() -> None:
    assert pool([sighting(1.0)], frames=1, t=2.5, span=3.0).reliability == pytest.approx(0.5)
    assert pool([sighting(1.0)], frames=1, t=4.5, span=3.0).reliability == 0


def test_unreliable_sightings_pool_to_unknown() -> None:
    reading = pool([sighting(1.0, 0.0)], frames=1, t=1.0, span=3.0)
    assert reading.reliability == 0
    assert np.array_equal(reading.probs, uniform())


def test_a_moving_mouth_speaks() -> None:
    openings = [0.02, 0.1, 0.04, 0.15, 0.03]
    assert moves_mouth([sighting(n / 5, mouth=m) for n, m in enumerate(openings)])


@pytest.mark.parametrize(
    "openings",
    [
        [0.02, 0.025, 0.02, 0.022],
        [0.2, 0.22, 0.18, 0.21],
        [0.02, 0.02, 0.02, 0.02, 0.18, 0.18, 0.18, 0.18],
    ],
    ids=["shut", "smile", "shut, then smile"],
)
def test_a_resting_mouth_does_not_speak(openings: list[float]) -> None:
    assert not moves_mouth([sighting(n / 5, mouth=m) for n, m in enumerate(openings)])


def test_two_sightings_are_too_few() -> None:
    assert not moves_mouth([sighting(0.0, mouth=0.0), sighting(0.2, mouth=0.5)])


async def first_seconds() -> list[VideoFrame]:
    """Return the sampled frames of the first 3.4 s of the clip."""
    media = [item async for item in FileSource(clip())]
    return [item for item in media if isinstance(item, VideoFrame) and item.t < 3.4]


@pytest.fixture(scope="module")
def talk() -> list[VideoFrame]:
    """Return frames of a neutral sentence, spoken from 1.0 to 2.4 s of 3.3 s."""
    if clip() != RAVDESS_CLIP:
        pytest.skip("needs the RAVDESS clip in ../shared/data: the sample's mouth does not move")
    return asyncio.run(first_seconds())


async def test_the_face_in_the_clip_is_one_face_in_every_frame(runtime: LocalRuntime) -> None:
    reader = FaceReader(runtime)
    for frame in await first_seconds():
        (face,) = reader.update([frame], t=frame.t, speech=False).faces
        left, top, width, height = face.box
        assert face.id == 1
        assert (left + width / 2, top + height / 2) == pytest.approx((0.5, 0.5), abs=0.1)
        assert 0.2 < width < 0.35
        assert 0.4 < height < 0.6


def test_a_talking_face_speaks_only_with_speech(
    runtime: LocalRuntime, talk: list[VideoFrame]
) -> None:
    spoken = [FaceReader(runtime).update(talk, t=3.4, speech=s).faces for s in (True, False)]
    assert [face.speaking for (face,) in spoken] == [True, False]


def test_a_neutral_face_is_neutral_and_reliable(
    runtime: LocalRuntime, talk: list[VideoFrame]
) -> None:
    reading = FaceReader(runtime).update(talk, t=3.4, speech=True)
    assert most_likely(reading.probs) in ("neutral", "calm")
    assert reading.reliability > 0.8
