"""What holds of every folding, however much was folded."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference import EMOTIONS, Emotion
from tests.web.export.records import mood
from web.sessions.overview import Folded, Overview
from web.wire import MoodEvent

limits = st.integers(1, 20)
times = st.lists(st.floats(0, 1e6), max_size=60).map(sorted)


def folded(times: list[float], limit: int) -> Folded[tuple[float, ...]]:
    """Fold moments; what is joined shows which ones, in which order."""
    kept = Folded[tuple[float, ...]](lambda earlier, later: earlier + later, limit)
    for t in times:
        kept.update(t, (t,))
    return kept


@given(times, limits)
def test_there_are_never_more_than_the_limit(times: list[float], limit: int) -> None:
    kept = Folded[int](lambda one, other: one + other, limit)
    for count, t in enumerate(times, start=1):
        kept.update(t, 1)
        assert len(kept.get()) <= limit
        assert sum(kept.get()) == count


@given(times, limits)
def test_each_item_is_all_of_one_step_in_order(times: list[float], limit: int) -> None:
    kept = folded(times, limit)
    by_step = [tuple(each) for _, each in groupby(times, lambda t: t // kept.step)]
    assert kept.get() == by_step


@given(times, limits)
def test_steps_are_no_longer_than_they_must_be(times: list[float], limit: int) -> None:
    step = folded(times, limit).step
    while step > 1:
        step /= 2
        assert len({t // step for t in times}) > limit


@given(times, limits)
def test_what_was_folded_folds_into_itself(times: list[float], limit: int) -> None:
    kept = folded(times, limit)
    again = Folded[tuple[float, ...]](lambda earlier, later: earlier + later, limit)
    again.step = kept.step
    for item in kept.get():
        again.update(item[0], item)
    assert (again.step, again.get()) == (kept.step, kept.get())


@given(times, limits, st.data())
def test_more_points_are_finer_and_say_the_same(
    times: list[float], limit: int, data: st.DataObject
) -> None:
    coarse, fine = folded(times, limit), folded(times, data.draw(st.integers(limit, 40)))
    assert fine.step <= coarse.step
    assert sum(fine.get(), ()) == sum(coarse.get(), ()) == tuple(times)


def told(t: float, label: Emotion, confidence: float, face: bool, reliability: float) -> MoodEvent:
    event = mood(t, label, confidence, face=face)
    if event.face is None:
        return event
    seen = event.face.model_copy(update={"reliability": reliability})
    return event.model_copy(update={"face": seen})


moods = st.lists(
    st.builds(
        told,
        st.integers(0, 2_000).map(float),
        st.sampled_from(EMOTIONS),
        st.floats(0.2, 1),
        face=st.booleans(),
        reliability=st.floats(0, 1),
    ),
    max_size=40,
    unique_by=lambda event: event.t,
).map(lambda events: sorted(events, key=lambda event: event.t))


@given(moods, limits)
def test_an_overview_keeps_the_sums(events: list[MoodEvent], limit: int) -> None:
    seen = Overview(points=limit)
    for event in events:
        seen.update(event)
    points = seen.points()
    assert sum(point.count for point in points) == len(events)
    left = iter(events)
    for point in points:
        part = [next(left) for _ in range(point.count)]
        assert point.t == part[0].t
        for name in ("confidence", "valence", "arousal"):
            mean = sum(getattr(event, name) for event in part) / point.count
            assert getattr(point, name) == pytest.approx(mean, abs=1e-4)
        for emotion in EMOTIONS:
            mean = sum(event.probs[emotion] for event in part) / point.count
            assert point.probs[emotion] == pytest.approx(mean, abs=1e-4)
        assert point.probs[point.label] >= max(point.probs.values()) - 1e-4
        faces = [event.face.reliability for event in part if event.face]
        assert (point.face.reliability if point.face else None) == max(faces, default=None)
