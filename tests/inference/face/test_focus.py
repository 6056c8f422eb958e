from inference.face.focus import Focus


def focus(*views: tuple[float, dict[int, float], set[int]]) -> int | None:
    """Show a focus who was in view (with areas) and who spoke at some times."""
    focus = Focus()
    known: set[int] = set()
    for t, areas, speaking in views:
        known |= areas.keys()
        focus.update(t, areas, speaking, known)
    return focus.get()


def test_nobody_is_nobody() -> None:
    assert focus((0, {}, set())) is None


def test_the_largest_comes_first() -> None:
    assert focus((0, {1: 0.1, 2: 0.2}, set())) == 2


def test_the_only_one_who_speaks_comes_before_the_largest() -> None:
    assert focus((0, {1: 0.1, 2: 0.2}, {1})) == 1


def test_when_two_speak_size_decides() -> None:
    assert focus((0, {1: 0.1, 2: 0.2}, {1, 2})) == 2


def test_the_focus_moves_to_a_speaker_who_goes_on() -> None:
    both = {1: 0.2, 2: 0.1}
    assert focus((0, both, {1}), (1, both, {2}), (1.9, both, {2})) == 1
    assert focus((0, both, {1}), (1, both, {2}), (2, both, {2})) == 2


def test_a_word_now_and_then_does_not_move_the_focus() -> None:
    both = {1: 0.2, 2: 0.1}
    assert focus((0, both, {1}), *[(t, both, {1 + t % 2}) for t in range(1, 20)]) == 1


def test_a_face_that_is_a_little_larger_does_not_take_the_focus() -> None:
    views = [(t, {1: 0.1, 2: 0.12}, set[int]()) for t in range(1, 9)]
    assert focus((0, {1: 0.1}, set()), *views) == 1


def test_a_face_that_is_much_larger_does() -> None:
    views = [(t, {1: 0.1, 2: 0.3}, set[int]()) for t in range(1, 9)]
    assert focus((0, {1: 0.1}, set()), *views) == 2


def test_the_focus_stays_while_its_face_is_out_of_sight_for_a_moment() -> None:
    assert focus((0, {1: 0.1, 2: 0.1}, {1}), (1, {2: 0.1}, set()), (1.5, {1: 0.1}, set())) == 1


def test_the_focus_stays_when_everyone_is_out_of_sight_for_a_moment() -> None:
    assert focus((0, {1: 0.1}, set()), (1, {}, set())) == 1


def test_a_face_that_is_forgotten_loses_the_focus_at_once() -> None:
    focus = Focus()
    focus.update(0, {1: 0.1}, set(), {1})
    focus.update(1, {2: 0.1}, set(), {2})
    assert focus.get() == 2
    focus.update(2, {}, set(), set())
    assert focus.get() is None
