from inference.face.focus import Focus


def focus(*views: tuple[float, dict[int, float], set[int]]) -> int | None:
    """Return the focus after a sequence of times, areas of the faces in view, and speakers."""
    focus = Focus()
    known: set[int] = set()
    for t, areas, speaking in views:
        known |= areas.keys()
        focus.update(t, areas, speaking, known)
    return focus.get()


def test_no_face() -> None:
    assert focus((0, {}, set())) is None


def test_the_largest_face_is_chosen() -> None:
    assert focus((0, {1: 0.1, 2: 0.2}, set())) == 2


def test_the_only_speaker_has_priority_over_the_largest() -> None:
    assert focus((0, {1: 0.1, 2: 0.2}, {1})) == 1


def test_size_decides_between_two_speakers() -> None:
    assert focus((0, {1: 0.1, 2: 0.2}, {1, 2})) == 2


def test_the_focus_switches_to_a_lasting_speaker() -> None:
    both = {1: 0.2, 2: 0.1}
    assert focus((0, both, {1}), (1, both, {2}), (1.9, both, {2})) == 1
    assert focus((0, both, {1}), (1, both, {2}), (2, both, {2})) == 2


def test_short_utterances_do_not_switch_the_focus() -> None:
    both = {1: 0.2, 2: 0.1}
    assert focus((0, both, {1}), *[(t, both, {1 + t % 2}) for t in range(1, 20)]) == 1


def test_a_slightly_larger_face_does_not_take_the_focus() -> None:
    views = [(t, {1: 0.1, 2: 0.12}, set[int]()) for t in range(1, 9)]
    assert focus((0, {1: 0.1}, set()), *views) == 1


def test_a_much_larger_face_takes_the_focus() -> None:
    views = [(t, {1: 0.1, 2: 0.3}, set[int]()) for t in range(1, 9)]
    assert focus((0, {1: 0.1}, set()), *views) == 2


def test_the_focus_survives_a_short_absence() -> None:
    assert focus((0, {1: 0.1, 2: 0.1}, {1}), (1, {2: 0.1}, set()), (1.5, {1: 0.1}, set())) == 1


def test_the_focus_survives_a_short_absence_of_all_faces() -> None:
    assert focus((0, {1: 0.1}, set()), (1, {}, set())) == 1


def test_a_forgotten_face_loses_the_focus_at_once() -> None:
    focus = Focus()
    focus.update(0, {1: 0.1}, set(), {1})
    focus.update(1, {2: 0.1}, set(), {2})
    assert focus.get() == 2
    focus.update(2, {}, set(), set())
    assert focus.get() is None
